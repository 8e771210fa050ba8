import { fileURLToPath } from 'node:url'
import { expect, type Page, test } from '@playwright/test'
import { build } from 'vite'
import { linksContract } from '../../test/contracts/links-contract.ts'
import type { Suite } from './links-page.ts'
import { swapFingerprints } from './links-relay.ts'

const entry = fileURLToPath(new URL('./links-page.ts', import.meta.url))
let script = ''

test.beforeAll(async () => {
  const result = await build({
    configFile: false,
    logLevel: 'warn',
    build: { write: false, minify: false, target: 'es2023', lib: { entry, formats: ['iife'], name: 'bundle' } },
  })
  const outputs = Array.isArray(result) ? result : [result]
  for (const { output } of outputs as { output: { type: string; code?: string }[] }[]) script = output[0]?.code ?? ''
})

test.beforeEach(async ({ page }) => {
  await page.route('http://localhost/**', (route) =>
    route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>links</title>' }),
  )
  await page.goto('http://localhost/')
  await page.addScriptTag({ content: script })
})

/** Runs a function of the page's suite. */
async function run<K extends keyof Suite>(page: Page, name: K, argument?: Parameters<Suite[K]>[0]): Promise<Awaited<ReturnType<Suite[K]>>> {
  const call = ([wanted, given]: [string, unknown]): unknown =>
    (globalThis as unknown as { bundle: { suite: Record<string, (value: unknown) => unknown> } }).bundle.suite[wanted]?.(given)
  return (await page.evaluate(call, [name, argument] as [string, unknown])) as Awaited<ReturnType<Suite[K]>>
}

for (const { name } of linksContract) {
  test(name, async ({ page }) => {
    await run(page, 'runContract', name)
  })
}

for (const kind of ['offer', 'answer'] as const) {
  test(`a relay that swaps the fingerprint in the ${kind} gets no link between them`, async ({ page }) => {
    expect(await run(page, 'swappedFingerprint', kind)).toEqual(['failed a signal on the way was forged'])
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
  test(`${name}: cut off and banned`, async ({ page }) => {
    const { log, refusal } = await run(page, 'attack', name)
    expect(log).toEqual([])
    expect(refusal).toBe('refuse cut off for a while, for breaking the protocol')
  })
}

for (const name of ['garbage on an open link', 'a message longer than allowed']) {
  test(`${name}: cut off and banned`, async ({ page }) => {
    const { log, refusal } = await run(page, 'attack', name)
    expect(log).toEqual(['up direct', expect.stringMatching(/^down broke the protocol: /)])
    expect(refusal).toBe('refuse cut off for a while, for breaking the protocol')
  })
}

test('a second data channel ends the link', async ({ page }) => {
  expect(await run(page, 'secondDataChannel')).toEqual(['up direct', 'down the other side opened a second data channel'])
})

test('a sender that is too far ahead is cut, one that waits is not', async ({ page }) => {
  const { taken, log } = await run(page, 'flood')
  expect(taken).toBeGreaterThan(15)
  expect(taken).toBeLessThan(40)
  expect(log).toEqual(['up direct', 'down too slow: its messages pile up'])
  expect(await run(page, 'stream', 40)).toBe(40 * 256 * 1024)
})

test('links that come and go leave no connection open', async ({ page }) => {
  expect(await run(page, 'churn', 10)).toEqual(Array.from({ length: 20 }, () => 'closed'))
})

test('a tab made a dishonest relay changes the fingerprints of others and not its own', async ({ browser }) => {
  const page = await browser.newPage()
  await page.addInitScript(swapFingerprints)
  await page.route('http://localhost/**', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }))
  await page.goto('http://localhost/')
  const received = await page.evaluate(async () => {
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
  await page.close()
})
