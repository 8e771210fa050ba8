import { fileURLToPath } from 'node:url'
import { type Browser, expect, type Page, test } from '@playwright/test'
import { build } from 'vite'
import { linksContract } from '../../test/contracts/links-contract.ts'
import type { Suite } from './links-page.ts'
import { swapFingerprints } from './links-relay.ts'

/** All cases run in one page, which costs more to load than most of them take. Each makes tabs of its own, and ends their links. */
let page: Page

test.beforeAll(async ({ browser }) => {
  page = await openPage(browser)
  await page.addScriptTag({ content: await bundle() })
})
test.afterAll(async () => {
  await page.close()
})

async function bundle(): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'warn',
    build: {
      write: false,
      minify: false,
      target: 'es2023',
      lib: { entry: fileURLToPath(new URL('./links-page.ts', import.meta.url)), formats: ['iife'], name: 'bundle' },
    },
  })
  const outputs = (Array.isArray(result) ? result : [result]) as { output: { code?: string }[] }[]
  return outputs[0]?.output[0]?.code ?? ''
}

/** An empty page, with what only pages of a secure origin have. */
async function openPage(browser: Browser, script: () => void = () => {}): Promise<Page> {
  const opened = await browser.newPage()
  await opened.addInitScript(script)
  await opened.route('http://localhost/**', (route) =>
    route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>links</title>' }),
  )
  await opened.goto('http://localhost/')
  return opened
}

/** Runs a function of the page's suite. */
async function run<K extends keyof Suite>(name: K, argument?: Parameters<Suite[K]>[0]): Promise<Awaited<ReturnType<Suite[K]>>> {
  const call = ([wanted, given]: [string, unknown]): unknown =>
    (globalThis as unknown as { bundle: { suite: Record<string, (value: unknown) => unknown> } }).bundle.suite[wanted]?.(given)
  return (await page.evaluate(call, [name, argument] as [string, unknown])) as Awaited<ReturnType<Suite[K]>>
}

for (const { name } of linksContract) {
  test(name, async () => {
    await run('runContract', name)
  })
}

for (const kind of ['offer', 'answer'] as const) {
  test(`a relay that swaps the fingerprint in the ${kind} gets no link between them`, async () => {
    expect(await run('swappedFingerprint', kind)).toEqual(['failed a signal on the way was forged'])
  })
}

const before = [
  'garbage instead of a handshake',
  'a frame too long',
  'a message before the handshake',
  'a forged proof',
  'a proof over another fingerprint',
]
for (const name of before) {
  test(`${name}: cut off and banned`, async () => {
    const { log, refusal } = await run('attack', name)
    expect(log).toEqual([])
    expect(refusal).toBe('refuse cut off for a while, for breaking the protocol')
  })
}

for (const name of ['garbage on an open link', 'a message longer than allowed']) {
  test(`${name}: cut off and banned`, async () => {
    const { log, refusal } = await run('attack', name)
    expect(log).toEqual(['up direct', expect.stringMatching(/^down broke the protocol: /)])
    expect(refusal).toBe('refuse cut off for a while, for breaking the protocol')
  })
}

test('a second data channel ends the link', async () => {
  expect(await run('secondDataChannel')).toEqual(['up direct', 'down the other side opened a second data channel'])
})

test('a sender that is too far ahead is cut, one that waits is not', async () => {
  const { taken, log } = await run('flood')
  expect(taken).toBeGreaterThan(15)
  expect(taken).toBeLessThan(40)
  expect(log).toEqual(['up direct', 'down too slow: its messages pile up'])
  expect(await run('stream', 40)).toBe(40 * 256 * 1024)
})

test('links that come and go leave no connection open', async () => {
  expect(await run('churn', 10)).toEqual(Array.from({ length: 20 }, () => 'closed'))
})

test('a tab made a dishonest relay changes the fingerprints of others and not its own', async ({ browser }) => {
  const relay = await openPage(browser, swapFingerprints)
  const received = await relay.evaluate(async () => {
    const [left, right] = [new RTCPeerConnection(), new RTCPeerConnection()]
    for (const [from, to] of [[left, right] as const, [right, left] as const]) {
      from.onicecandidate = ({ candidate }) => void to.addIceCandidate(candidate ?? undefined)
    }
    const channel = left.createDataChannel('relay')
    await left.setLocalDescription()
    await right.setRemoteDescription(left.localDescription as RTCSessionDescription)
    await right.setLocalDescription()
    await left.setRemoteDescription(right.localDescription as RTCSessionDescription)
    const texts: string[] = []
    const all = new Promise<void>((resolve) => {
      right.ondatachannel = (event) => {
        event.channel.binaryType = 'arraybuffer'
        event.channel.onmessage = ({ data }) => {
          texts.push(new TextDecoder().decode(data as ArrayBuffer))
          if (texts.length === 3) resolve()
        }
      }
    })
    await new Promise((resolve) => channel.addEventListener('open', resolve))
    const others = `v=0 a=fingerprint:sha-256 ${'AB:'.repeat(31)}CD\r\n`
    const own = left.localDescription?.sdp ?? ''
    for (const text of [others, own, 'no SDP']) channel.send(new TextEncoder().encode(text))
    await all
    return { texts, others, own }
  })
  expect(received.texts).toEqual([received.others.replace('AB:', '00:'), received.own, 'no SDP'])
  await relay.close()
})
