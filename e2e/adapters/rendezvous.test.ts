import { expect, type Page, test } from '@playwright/test'
import { startServer } from '../../scripts/server.mjs'
import { rendezvousContract } from '../../test/contracts/rendezvous-contract.ts'
import { bundlePage } from './page-bundle.ts'
import type { Kind } from './rendezvous-page.ts'

let root = ''
let server: Awaited<ReturnType<typeof startServer>>

test.beforeAll(async () => {
  root = await bundlePage('./rendezvous-page.ts')
})
test.beforeEach(async () => {
  server = await startServer({ root })
})
test.afterEach(async () => {
  await server.close()
})

/** A tab that is at rest has a slot and its own name at the PeerServer. */
const MOST_IDS = 2

/** How many connections the page has to the PeerServer now. */
function countSockets(page: Page): () => number {
  let count = 0
  page.on('websocket', (socket) => {
    count += 1
    socket.on('close', () => {
      count -= 1
    })
  })
  return () => count
}

async function open(page: Page): Promise<void> {
  await page.exposeFunction('setServer', (running: boolean) => (running ? server.startPeerServer() : server.stopPeerServer()))
  await page.goto(server.url)
  await page.waitForFunction(() => window.runCase !== undefined)
}

for (const kind of ['tabs', 'server'] satisfies Kind[]) {
  test.describe(kind === 'tabs' ? 'among tabs' : 'over a PeerServer', () => {
    for (const { name, needsServer } of rendezvousContract) {
      if (needsServer && kind === 'tabs') continue
      test(name, async ({ page }) => {
        await open(page)
        await page.evaluate(([kind, name]) => window.runCase(kind, name), [kind, name] as const)
      })
    }
  })
}

test('a tab that is gone without a word ends its channels with others within 5 s', async ({ context }) => {
  const [first, second] = [await context.newPage(), await context.newPage()]
  for (const [page, nodeId] of [
    [first, '01'.repeat(16)],
    [second, '02'.repeat(16)],
  ] as const) {
    await open(page)
    await page.evaluate((nodeId) => window.rendezvous.start('tabs', nodeId), nodeId)
    await expect.poll(() => page.evaluate(() => window.rendezvous.found().contacts.length)).toBe(1)
  }
  await expect.poll(() => first.evaluate(() => window.rendezvous.found().channels)).toBe(1)
  await second.close({ runBeforeUnload: false })
  await expect.poll(() => first.evaluate(() => window.rendezvous.found().closed), { timeout: 5_000 }).toBe(1)
})

test('a tab that is busy when it is asked is found all the same, and no second ring begins', async ({ context }) => {
  const [first, second] = [await context.newPage(), await context.newPage()]
  for (const page of [first, second]) await open(page)
  await first.evaluate(() => window.rendezvous.start('tabs', '02'.repeat(16)))
  await expect.poll(() => first.evaluate(() => window.rendezvous.found().contacts.length)).toBe(1)
  await first.evaluate((busyMs) => {
    setTimeout(() => {
      const endMs = performance.now() + busyMs
      while (performance.now() < endMs);
    })
  }, 2_000)
  await second.evaluate(() => window.rendezvous.start('tabs', '01'.repeat(16)))
  await expect.poll(() => second.evaluate(() => window.rendezvous.found().contacts)).toEqual([1])
})

test('tabs of separate contexts meet over the PeerServer, tabs of one also without it', async ({ browser }) => {
  const contexts = await Promise.all([browser.newContext(), browser.newContext()])
  const pages = await Promise.all([contexts[0], contexts[1], contexts[1]].map((context) => context?.newPage()))
  let number = 0
  for (const page of pages as Page[]) {
    number += 1
    const openSockets = countSockets(page)
    await open(page)
    await page.evaluate((nodeId) => window.rendezvous.start('both', nodeId), `0${number}`.repeat(16))
    await expect.poll(() => page.evaluate(() => window.rendezvous.found().contacts.length)).toBe(1)
    // Slots that turned out to be free answer a moment longer: whoever came then would find this tab twice.
    await expect.poll(openSockets).toBeLessThanOrEqual(MOST_IDS)
  }
  const contacts = await Promise.all((pages as Page[]).map((page) => page.evaluate(() => window.rendezvous.found().contacts[0])))
  expect(contacts[0]).toBe(0)
  expect(contacts[1]).toBe(1)
  expect(contacts[2]).toBe(2)
  for (const context of contexts) await context.close()
})
