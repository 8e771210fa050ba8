import { closest } from '../src/ring/closest.ts'
import { expect, oneRing, openMarket, patiently, type Tab, test } from './market.ts'

/** The tabs that broker a service, closest first. */
async function brokersOf(tabs: readonly Tab[], serviceId: string, n: number): Promise<Tab[]> {
  const ids = await Promise.all(tabs.map((tab) => tab.nodeId()))
  return closest(ids, serviceId, n).map((id) => tabs[ids.indexOf(id)]!)
}

test('b: two of five brokers are closed between offer and match; the match still comes, once', async ({ market }) => {
  const tabs = await market.openRing(9)
  const { serviceId, link } = await tabs[0]!.createService()
  const brokers = await brokersOf(tabs, serviceId, 5)
  const [buyer, seller] = tabs.filter((tab) => !brokers.includes(tab))
  await buyer!.openService(link)
  await seller!.openService(link)
  expect(await buyer!.sendOffer(serviceId, { side: 'buy', price: 30 })).toMatchObject({ accepted: 3, of: 3 })
  await Promise.all([brokers[0]!.page.close(), brokers[3]!.page.close()])
  await seller!.sendOffer(serviceId, { side: 'sell', price: 20 })
  await buyer!.waitForReceipts(1)
  await seller!.waitForReceipts(1)
  await expect.poll(async () => (await buyer!.offers())[0]!.state, patiently).toBe('traded')
  const book = await seller!.orderBook(serviceId)
  expect([...book.bids, ...book.asks]).toEqual([])
  expect((await buyer!.receipts()).length + (await seller!.receipts()).length).toBe(2)
})

test('c: a broker that is reloaded has its table back from its disk alone (n = 1, the trader gone)', async ({ browser }) => {
  const market = await openMarket(browser, { config: { n: 1, f: 1 } })
  const tabs = await market.openRing(4)
  const { serviceId, link } = await tabs[0]!.createService()
  const [broker] = await brokersOf(tabs, serviceId, 1)
  const [trader, reader] = tabs.filter((tab) => tab !== broker)
  await trader!.openService(link)
  await reader!.openService(link)
  const before = await broker!.nodeId()
  const traderId = await trader!.nodeId()
  expect(await trader!.sendOffer(serviceId, { side: 'sell', price: 77, quantity: 4 })).toMatchObject({ accepted: 1, of: 1 })
  await trader!.page.close()
  await broker!.page.reload()
  await broker!.ready()
  expect(await broker!.nodeId()).toBe(before)
  await oneRing(tabs.filter((tab) => tab !== trader))
  await expect
    .poll(async () => (await reader!.orderBook(serviceId)).asks, patiently)
    .toMatchObject([{ price: 77, quantity: 4, peer: traderId }])
  await market.close()
})

test('c: in a set of several a reloaded broker has its table back, and agrees with the others', async ({ market }) => {
  const tabs = await market.openRing(4)
  const [trader, broker] = tabs
  const { serviceId, link } = await trader!.createService()
  await broker!.openService(link)
  await trader!.sendOffer(serviceId, { side: 'sell', price: 9, quantity: 2 })
  const sells = () =>
    broker!.page.evaluate((id) => window.peermart.view()?.brokering.find((entry) => entry.serviceId === id)?.sells, serviceId)
  await expect.poll(sells, patiently).toBe(1)
  await broker!.page.reload()
  await broker!.ready()
  await expect.poll(sells, patiently).toBe(1)
  await oneRing(tabs)
  await expect
    .poll(() => broker!.orderBook(serviceId), patiently)
    .toMatchObject({ answered: 4, agreeing: 4, asks: [{ price: 9, quantity: 2 }] })
})

test('c: a trader that is reloaded is the same node, with its open offers and receipts, and trades on', async ({ market }) => {
  const [trader, other, third] = await market.openRing(4)
  const { serviceId, link } = await trader!.createService()
  await other!.openService(link)
  await third!.openService(link)
  await trader!.sendOffer(serviceId, { side: 'buy', price: 10 })
  await other!.sendOffer(serviceId, { side: 'sell', price: 10 })
  await trader!.waitForReceipts(1)
  const open = await trader!.sendOffer(serviceId, { side: 'buy', price: 8, quantity: 3 })
  const nodeId = await trader!.nodeId()
  await trader!.page.reload()
  await trader!.ready()
  expect(await trader!.nodeId()).toBe(nodeId)
  expect(await trader!.receipts()).toMatchObject([{ serviceId, price: 10, buyer: nodeId }])
  expect((await trader!.offers())[0]).toMatchObject({ offerId: open.offerId, price: 8, quantity: 3 })
  await third!.sendOffer(serviceId, { side: 'sell', price: 8, quantity: 3 })
  await trader!.waitForReceipts(2)
})

test('d: without the PeerServer, offers and trades go on, and two tabs that had no link get one', async ({ browser }) => {
  // Four links a tab for neighbours: with nine tabs, some pairs have none.
  const market = await openMarket(browser, { config: { n: 3, f: 2, linkBudget: 8 } })
  const tabs = await market.openRing(9)
  market.server.stopPeerServer()
  const { serviceId, link } = await tabs[0]!.createService()
  const linksOf = async (tab: Tab) => tab.page.evaluate(() => window.peermart.view()!.links.map((entry) => entry.peer))
  const ids = await Promise.all(tabs.map((tab) => tab.nodeId()))
  const before = await Promise.all(tabs.map(linksOf))
  const pairs = ids.flatMap((_, left) => ids.map((_, right) => [left, right] as const)).filter(([left, right]) => left < right)
  const [seller, buyer] = pairs.find(([left, right]) => !before[left]!.includes(ids[right]!)) ?? [-1, -1]
  expect(buyer, 'two tabs without a link').toBeGreaterThan(0)
  for (const trader of [seller, buyer]) await tabs[trader]!.openService(link)
  await tabs[seller]!.sendOffer(serviceId, { side: 'sell', price: 5 })
  const sawEachOther = tabs[seller]!.page.evaluate(
    (peer) =>
      new Promise<boolean>((resolve) => {
        window.peermart.subscribe((view) => view?.links.some((entry) => entry.peer === peer) && resolve(true))
      }),
    ids[buyer]!,
  )
  await tabs[buyer]!.sendOffer(serviceId, { side: 'buy', price: 7 })
  await tabs[buyer]!.waitForReceipts(1)
  await tabs[seller]!.waitForReceipts(1)
  expect(await sawEachOther).toBe(true)
  await market.close()
})
