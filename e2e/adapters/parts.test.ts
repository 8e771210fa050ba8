import { type BrowserContext, expect, type Page, test } from '@playwright/test'
import { startServer } from '../../scripts/server.mjs'
import { signerContract } from '../../test/contracts/signer-contract.ts'
import { storeContract } from '../../test/contracts/store-contract.ts'
import { bundlePage } from './page-bundle.ts'
import type { Parts } from './parts-page.ts'

let server: Awaited<ReturnType<typeof startServer>>
/** For cases that leave a page as they found it: to load one costs more than most of them take. */
let shared: Page

test.beforeAll(async ({ browser }) => {
  server = await startServer({ root: await bundlePage('./parts-page.ts'), peerServer: false })
  shared = await open(await browser.newPage())
})
test.afterAll(async () => {
  await shared.close()
  await server.close()
})

async function open(target: BrowserContext | Page): Promise<Page> {
  const page = 'newPage' in target ? await target.newPage() : target
  await page.goto(server.url)
  await page.waitForFunction(() => window.parts !== undefined)
  return page
}

test.describe('the store on a real disk', () => {
  for (const { name } of storeContract) {
    test(name, async () => {
      await shared.evaluate((name) => window.parts.runStoreCase(name), name)
    })
  }
})

for (const backEnd of ['webcrypto', 'noble'] as const) {
  test.describe(`the signer on ${backEnd} in a browser`, () => {
    for (const { name } of signerContract) {
      test(name, async () => {
        await shared.evaluate(([backEnd, name]) => window.parts.runSignerCase(backEnd, name), [backEnd, name] as const)
      })
    }
  })
}

test('Chromium has Ed25519 in WebCrypto', async () => {
  expect(await shared.evaluate(() => window.parts.detected())).toBe('webcrypto')
})

test('the puzzle is solved in a Worker, with progress, while the page goes on', async ({ page }) => {
  await open(page)
  const workers: string[] = []
  page.on('worker', (worker) => workers.push(worker.url()))
  const { solved, reports } = await page.evaluate(() => window.parts.solve(18))
  expect(solved).toBe(true)
  expect(workers.filter((url) => url.includes('puzzle-worker'))).toHaveLength(1)
  expect(reports.at(-1)).toMatchObject({ expectedTries: 2 ** 18 })
  await expect.poll(() => page.workers().length).toBe(0)
})

test('without its worker the puzzle is solved all the same', async ({ page }) => {
  await page.route('**/*puzzle-worker*', (route) => route.abort())
  await open(page)
  expect((await page.evaluate(() => window.parts.solve(12))).solved).toBe(true)
})

test('the ticker calls once, not early, from a Worker or without one', async ({ page }) => {
  await open(page)
  const workers: string[] = []
  page.on('worker', (worker) => workers.push(worker.url()))
  const fromWorker = await page.evaluate(() => window.parts.tick(50, 100))
  expect(fromWorker.calls).toBe(1)
  expect(fromWorker.late).toBeGreaterThanOrEqual(0)
  expect(workers.filter((url) => url.includes('ticker-worker'))).toHaveLength(1)
  await page.route('**/*ticker-worker*', (route) => route.abort())
  const without = await page.evaluate(() => window.parts.tick(50, 100))
  expect(without.calls).toBe(1)
  expect(without.late).toBeGreaterThanOrEqual(0)
})

test.describe('identity', () => {
  const claim = (page: Page, network?: string): ReturnType<Parts['claim']> =>
    page.evaluate((network) => window.parts.claim(network), network)

  test('a tab that is reloaded is who it was, many times over, and its key still fits', async ({ context }) => {
    const page = await open(context)
    const first = await claim(page)
    expect(first).toMatchObject({ kept: true, puzzles: 1, notices: [] })
    for (let reload = 0; reload < 3; reload += 1) {
      await page.reload()
      await page.waitForFunction(() => window.parts !== undefined)
      expect(await claim(page)).toMatchObject({ nodeId: first.nodeId, puzzles: 0 })
    }
  })

  test('a tab opened by another one has a copy of its sessionStorage, and another identity', async ({ context }) => {
    const page = await open(context)
    const first = await claim(page)
    const popup = context.waitForEvent('page')
    await page.evaluate(() => {
      window.open(location.href)
    })
    const copy = await open(await popup)
    const second = await claim(copy)
    expect(second.nodeId).not.toBe(first.nodeId)
    await page.reload()
    await page.waitForFunction(() => window.parts !== undefined)
    expect((await claim(page)).nodeId).toBe(first.nodeId)
    await copy.reload()
    await copy.waitForFunction(() => window.parts !== undefined)
    expect((await claim(copy)).nodeId).toBe(second.nodeId)
  })

  test('tabs that start at once have identities of their own', async ({ context }) => {
    const pages = await Promise.all([1, 2, 3, 4].map(() => open(context)))
    const claimed = await Promise.all(pages.map((page) => claim(page)))
    expect(new Set(claimed.map(({ nodeId }) => nodeId)).size).toBe(4)
  })

  test('a new tab takes what a closed one left, the oldest first, with no new puzzle', async ({ context }) => {
    const first = await open(context)
    const second = await open(context)
    const stay = await open(context)
    const oldest = await claim(first)
    await claim(second)
    await claim(stay)
    await second.close({ runBeforeUnload: true })
    await first.close({ runBeforeUnload: true })
    await expect.poll(() => context.pages().length).toBe(1)
    expect(await claim(await open(context))).toMatchObject({ nodeId: oldest.nodeId, puzzles: 0 })
  })

  test('an identity belongs to its network', async ({ context }) => {
    const first = await claim(await open(context), 'one#1')
    const page = await open(context)
    const second = await claim(page, 'two#2')
    expect(second.puzzles).toBe(1)
    expect(second.nodeId).not.toBe(first.nodeId)
  })

  test('a browser that keeps nothing: an identity for this tab, and a person is told', async ({ context }) => {
    await context.addInitScript(() => {
      IDBFactory.prototype.open = () => {
        throw new DOMException('blocked', 'SecurityError')
      }
    })
    const claimed = await claim(await open(context))
    expect(claimed.kept).toBe(false)
    expect(claimed.notices.join()).toContain('end with the tab')
  })
})
