import { bookOn, levelsOn } from './form.ts'
import { expect, oneRing, PATIENCE_MS, patiently, test } from './market.ts'

test('a: six contexts and two tabs of one become one ring; made here, bought there, sold elsewhere, and a fourth watches', async ({
  market,
}) => {
  const shared = await market.context()
  const alone = await Promise.all(Array.from({ length: 6 }, () => market.open()))
  const together = [await market.open({ context: shared }), await market.open({ context: shared })]
  const tabs = [...alone, ...together]
  await oneRing(tabs)
  expect(new Set(await Promise.all(tabs.map((tab) => tab.nodeId()))).size).toBe(8)

  const [maker, buyer, seller, watcher] = [tabs[0]!, tabs[3]!, tabs[6]!, tabs[5]!]
  const { serviceId, link } = await maker.createService()
  for (const tab of [buyer, seller, watcher]) await tab.openService(link)
  await watcher.page.goto(link)
  await watcher.ready()

  const bought = await buyer.sendOffer(serviceId, { side: 'buy', price: 1_050, quantity: 2 })
  expect(bought).toMatchObject({ accepted: 3, of: 3 })
  await expect(levelsOn(watcher.page, 'Bids')).toHaveText('10.50', { timeout: PATIENCE_MS })
  expect((await watcher.orderBook(serviceId)).bids).toMatchObject([{ price: 1_050, quantity: 2, peer: await buyer.nodeId() }])
  expect(await seller.getPrice(serviceId)).toEqual({ bid: 1_050, ask: Number.POSITIVE_INFINITY })

  await seller.sendOffer(serviceId, { side: 'sell', price: 1_001, quantity: 2 })
  const [atBuyer] = await buyer.waitForReceipts(1)
  const [atSeller] = await seller.waitForReceipts(1)
  const parties = { buyer: await buyer.nodeId(), seller: await seller.nodeId() }
  expect(atBuyer).toMatchObject({ serviceId, price: 1_025.5, quantity: 2, ...parties })
  const { attestations: _a, of: _b, ...same } = atSeller!
  expect(atBuyer).toMatchObject(same)
  await expect(bookOn(watcher.page)).toContainText('No offers to buy.', { timeout: PATIENCE_MS })
  await expect.poll(async () => (await buyer.receipts())[0]!.attestations, patiently).toBeGreaterThan(3)
  expect((await buyer.offers())[0]).toMatchObject({ offerId: bought.offerId, state: 'traded' })
})

test('a partly filled offer goes on with the rest, under the same offerId', async ({ market }) => {
  const [buyer, seller, other] = await market.openRing(3)
  const { serviceId, link } = await buyer!.createService()
  await seller!.openService(link)
  await other!.openService(link)
  const { offerId } = await buyer!.sendOffer(serviceId, { side: 'buy', price: 20, quantity: 5 })
  await seller!.sendOffer(serviceId, { side: 'sell', price: 10, quantity: 2 })
  await buyer!.waitForReceipts(1)
  await expect.poll(async () => (await buyer!.offers())[0], patiently).toMatchObject({ offerId, quantity: 3, state: 'open' })
  await other!.sendOffer(serviceId, { side: 'sell', price: 20, quantity: 3 })
  const receipts = await buyer!.waitForReceipts(2)
  expect(receipts.map((receipt) => receipt.quantity).sort()).toEqual([2, 3])
  await expect.poll(async () => (await buyer!.offers())[0], patiently).toMatchObject({ offerId, state: 'traded' })
})

test('a withdrawn offer is gone from the book and trades no more', async ({ market }) => {
  const [buyer, seller] = await market.openRing(3)
  const { serviceId, link } = await buyer!.createService()
  await seller!.openService(link)
  const { offerId } = await buyer!.sendOffer(serviceId, { side: 'buy', price: 20 })
  await buyer!.withdraw(offerId)
  await expect.poll(async () => (await seller!.orderBook(serviceId)).bids, patiently).toEqual([])
  await seller!.sendOffer(serviceId, { side: 'sell', price: 20 })
  await expect.poll(async () => (await buyer!.orderBook(serviceId)).asks.length, patiently).toBe(1)
  expect((await buyer!.offers())[0]).toMatchObject({ offerId, state: 'withdrawn' })
  expect(await buyer!.receipts()).toEqual([])
})
