/** The app in Firefox, driven over WebDriver BiDi: among its own kind, and with Chromium. */
import { test as base } from '@playwright/test'
import { Firefox } from './firefox.ts'
import { expect, type Market, oneRing, openMarket, patiently } from './market.ts'

const test = base.extend<{ market: Market; firefox: Firefox }>({
  market: async ({ browser }, use) => {
    const market = await openMarket(browser)
    await use(market)
    await market.close()
    expect(market.problems).toEqual([])
  },
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures it wants from the pattern
  firefox: async ({}, use) => {
    const firefox = await Firefox.launch()
    await use(firefox)
    await firefox.close()
    expect(firefox.problems).toEqual([])
  },
})

test('Firefox and Firefox become one ring and trade; after a reload a tab has its identity and its receipt', async ({
  market,
  firefox,
}) => {
  const [buyer, seller] = [await firefox.open(market.server.url), await firefox.open(market.server.url)]
  await oneRing([buyer, seller])
  const { serviceId, link } = await buyer.createService()
  await seller.openService(link)
  await buyer.sendOffer(serviceId, { side: 'buy', price: 1_050 })
  await seller.sendOffer(serviceId, { side: 'sell', price: 950 })
  const [atBuyer] = await buyer.waitForReceipts(1)
  expect(atBuyer).toMatchObject({ serviceId, price: 1_000, buyer: await buyer.nodeId(), seller: await seller.nodeId() })
  await seller.waitForReceipts(1)

  const nodeId = await buyer.nodeId()
  await buyer.page.reload()
  await oneRing([buyer, seller])
  expect(await buyer.nodeId()).toBe(nodeId)
  expect(await buyer.receipts()).toMatchObject([{ receiptId: atBuyer!.receiptId, price: 1_000 }])
})

test('Firefox and Chromium become one ring and trade both ways', async ({ market, firefox }) => {
  const [fox, chrome] = [await firefox.open(market.server.url), await market.open()]
  await oneRing([fox, chrome])
  const { serviceId, link } = await chrome.createService()
  await fox.openService(link)
  await chrome.sendOffer(serviceId, { side: 'buy', price: 20 })
  await fox.sendOffer(serviceId, { side: 'sell', price: 10 })
  await chrome.waitForReceipts(1)
  await fox.waitForReceipts(1)
  await fox.sendOffer(serviceId, { side: 'buy', price: 20 })
  await expect.poll(async () => (await chrome.orderBook(serviceId)).bids.length, patiently).toBe(1)
  await chrome.sendOffer(serviceId, { side: 'sell', price: 10 })
  await chrome.waitForReceipts(2)
  const receipts = await fox.waitForReceipts(2)
  expect(new Set(receipts.map((receipt) => receipt.buyer))).toEqual(new Set([await fox.nodeId(), await chrome.nodeId()]))
})
