import { readFileSync } from 'node:fs'
import { afterEach, expect, test, vi } from 'vitest'
import { loadConfig } from './config.ts'

const shipped = readFileSync(new URL('../../public/config.json', import.meta.url), 'utf8')

/** Gives the address that was asked for. */
function serve(answer: string | Response | Error): () => string {
  let asked = ''
  vi.stubGlobal('document', { baseURI: 'https://host.example/market/?a=b#c' })
  vi.stubGlobal('fetch', async (address: URL) => {
    asked = address.href
    if (answer instanceof Error) throw answer
    return typeof answer === 'string' ? new Response(answer) : answer
  })
  return () => asked
}

/** As a browser's, with one answer an address. */
function stubCaches(): void {
  const answers = new Map<string, Response>()
  const cache = {
    put: async (address: URL, answer: Response) => void answers.set(address.href, answer),
    match: async (address: URL) => answers.get(address.href)?.clone(),
  }
  vi.stubGlobal('caches', { open: async () => cache })
}

afterEach(() => {
  vi.unstubAllGlobals()
})

test('the shipped file is read from beside the page, whatever the address says after it', async () => {
  const asked = serve(shipped)
  expect((await loadConfig()).parameters).toMatchObject({ network: 'peermart', n: 8, f: 4 })
  expect(asked()).toBe('https://host.example/market/config.json')
})

test.each([
  ['missing', new Response('', { status: 404 }), /could not be loaded.*404.*beside index\.html/],
  ['out of reach', new TypeError('Failed to fetch'), /could not be loaded.*Check the connection/],
  ['not JSON', '{ "network": peermart }', /not JSON.*(position|line|peermart).*Mend the file/],
  ['a page instead of it', '<!doctype html>', /not JSON/],
  ['with a wrong value', shipped.replace('"n": 8', '"n": 0'), /config\.json: n is 0, and must be/],
  ['with an unknown field', shipped.replace('"n": 8', '"n": 8, "colour": 1'), /colour/],
])('a file that is %s gives a clear message', async (_what, answer, message) => {
  serve(answer)
  await expect(loadConfig()).rejects.toThrow(message)
})

test('with its host out of reach, the last good one serves; one that is bad, or missing, is not passed over', async () => {
  stubCaches()
  serve(shipped.replace('"n": 8', '"n": 6'))
  await loadConfig()
  serve(new TypeError('Failed to fetch'))
  expect((await loadConfig()).parameters.n).toBe(6)
  serve(shipped.replace('"n": 8', '"n": 0'))
  await expect(loadConfig()).rejects.toThrow(/n is 0/)
  serve(new TypeError('Failed to fetch'))
  expect((await loadConfig()).parameters.n).toBe(6)
  serve(new Response('', { status: 404 }))
  await expect(loadConfig()).rejects.toThrow(/404/)
})
