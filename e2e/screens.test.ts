/** `npm run screens`: pictures of every page for docs/screens, light and dark, wide and narrow, of a market in which something happened. */
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { plainPages } from '../src/ui/link.ts'
import { expect, type Market, PATIENCE_MS, patiently, type Tab, test, WOOD } from './market.ts'

const FOLDER = process.env.PEERMART_SCREENS ?? 'test-results/screens'
const LOOKS = [
  { colorScheme: 'light', width: 1440 },
  { colorScheme: 'dark', width: 1440 },
  { colorScheme: 'light', width: 360 },
  { colorScheme: 'dark', width: 360 },
] as const

/** Three tabs that traded, with offers left on both sides; the second one's screen is shown. */
async function busyMarket(market: Market): Promise<{ tab: Tab; hash: string }> {
  const tabs = await Promise.all([market.open(), market.open(), market.open()])
  const [maker, buyer, seller] = tabs
  for (const tab of tabs) await tab.waitForPeers(2)
  const { serviceId, link } = await maker.createService()
  await maker.createService({ ...WOOD, name: 'Storage', unit: 'GB-month', tags: ['disk'] })
  for (const tab of [buyer, seller]) await tab.openService(link)
  await buyer.page.goto(link)
  for (const [count, step] of [0, 12, -7, 15].entries()) {
    await Promise.all([
      buyer.sendOffer(serviceId, { side: 'buy', price: 1100 + step, quantity: 3 }),
      seller.sendOffer(serviceId, { side: 'sell', price: 1001 + step, quantity: 3 }),
    ])
    await buyer.waitForReceipts(count + 1)
  }
  await buyer.sendOffer(serviceId, { side: 'buy', price: 1005, quantity: 30 })
  await seller.sendOffer(serviceId, { side: 'sell', price: 1150, quantity: 12 })
  await maker.sendOffer(serviceId, { side: 'sell', price: 1180, quantity: 40 })
  await expect.poll(async () => (await buyer.orderBook(serviceId)).asks.length, patiently).toBe(2)
  return { tab: buyer, hash: new URL(link).hash }
}

async function show(page: Page, hash: string): Promise<void> {
  await page.evaluate((wanted) => {
    location.hash = wanted
  }, hash)
  await expect(page.locator('.spinner')).toHaveCount(0, { timeout: PATIENCE_MS })
  await expect(page.getByRole('main')).toContainText(/\S/)
}

test('pictures of every page', async ({ market }) => {
  test.setTimeout(300_000)
  const { tab, hash } = await busyMarket(market)
  const { page } = tab
  const hashes = { home: '#/', service: hash, ...Object.fromEntries(plainPages.map((name) => [name, `#/${name}`])) }
  for (const { colorScheme, width } of LOOKS) {
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize({ width, height: width === 360 ? 740 : 900 })
    for (const [name, wanted] of Object.entries(hashes)) {
      await show(page, wanted)
      await page.screenshot({ path: join(FOLDER, `${name}-${width}-${colorScheme}.png`), fullPage: true, animations: 'disabled' })
    }
  }
})
