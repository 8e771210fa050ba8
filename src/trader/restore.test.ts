import { describe, expect, test } from 'vitest'
import { deadlineMs } from './checks.ts'
import { FakeMarket, type FakeTrader } from './fake-market.ts'
import {
  assertHonest,
  give,
  matchedSeller,
  offer,
  open,
  row,
  sent,
  sentOffer,
  serviceIn,
  strangersOffer,
  succeed,
  wholeOf,
} from './scenario.ts'

const SLOT = 200

/** A buy of 3 and two sells of 2 and 1; then the buyer withdraws what is left of another offer. `crashed` crashes at its action number `at`. */
function story(
  crashed: 'buyer' | 'seller' | 'none',
  at: number,
): { market: FakeMarket; buyer: FakeTrader; seller: FakeTrader; actions: number } {
  const market = new FakeMarket(3, { n: 3, f: 2 })
  const buyer = market.addTrader().start()
  const seller = market.addTrader().start()
  const victim = crashed === 'buyer' ? buyer : seller
  let actions = 0
  victim.onAction = () => {
    actions += 1
    if (crashed === 'none' || actions !== at) return
    victim.crash()
    market.at(2 * SLOT, () => victim.restart())
  }
  const serviceId = serviceIn(market)
  const ask = (trader: FakeTrader, side: string, quantity: number): void => {
    if (!trader.alive) return
    const { name, kind, unit, currency, decimals } = { name: 'Storage', kind: 'general', unit: 'GB', currency: 'EUR', decimals: 2 }
    trader.command({ type: 'createService', service: { name, kind, unit, currency, decimals, tags: [] } })
    market.run(50)
    if (trader.alive) trader.command({ type: 'sendOffer', serviceId, offer: { side, price: 100, quantity, validForMs: 30_000 } })
  }
  ask(buyer, 'buy', 3)
  market.run(100)
  ask(seller, 'sell', 2)
  market.run(8 * SLOT)
  const [mine] = buyer.trader.offers()
  if (buyer.alive && mine?.state === 'open' && at % 2 === 0) buyer.command({ type: 'withdraw', offerId: mine.offerId })
  market.run(20 * SLOT)
  return { market, buyer, seller, actions }
}

describe('a crash at any point', () => {
  const { actions } = story('none', 0)

  test('the story without a crash trades two', () => {
    const { buyer, seller } = story('none', 1)
    expect(buyer.trader.receipts()).toMatchObject([{ quantity: 2, attestations: 3 }])
    expect(seller.trader.receipts()).toEqual(buyer.trader.receipts())
    expect(row(buyer)).toMatchObject({ state: 'open', quantity: 1 })
    expect(actions).toBeGreaterThan(20)
  })

  test.each(['buyer', 'seller'] as const)(
    'of the %s: no number and no offer is used twice, and proven trades are kept by both',
    { timeout: 60_000 },
    (crashed) => {
      let traded = 0
      for (let at = 1; at <= 70; at += 1) {
        const { market, buyer, seller } = story(crashed, at)
        assertHonest(market, buyer)
        assertHonest(market, seller)
        const [bought, sold] = [buyer.trader.receipts(), seller.trader.receipts()]
        expect(bought.length).toBeLessThanOrEqual(2)
        for (const receipt of sold) expect(bought.map(({ receiptId }) => receiptId)).toContain(receipt.receiptId)
        for (const receipt of bought)
          if (receipt.attestations * 3 > receipt.of * 2) expect(sold.map(({ receiptId }) => receiptId)).toContain(receipt.receiptId)
        const quantity = sold.reduce((sum, receipt) => sum + receipt.quantity, 0)
        expect(quantity).toBeLessThanOrEqual(2)
        traded += quantity
      }
      expect(traded).toBeGreaterThan(70)
    },
  )
})

describe('after a reload', () => {
  test('services, open offers and receipts are there', () => {
    const market = new FakeMarket()
    const buyer = market.addTrader().start()
    const seller = market.addTrader().start()
    offer(market, buyer, { side: 'buy', price: 100, quantity: 3 })
    offer(market, seller, { side: 'sell', price: 100, quantity: 1 })
    market.run(15 * SLOT)
    // Steps are kept in memory only: see life.test.ts.
    const kept = () => [buyer.trader.services(), buyer.trader.offers().map((own) => ({ ...own, steps: [] })), buyer.trader.receipts()]
    const before = kept()
    buyer.crash()
    market.run(SLOT)
    expect(buyer.restart()).toBe(0)
    expect(kept()).toEqual(before)
    market.run(5 * SLOT)
    expect(row(buyer)).toMatchObject({ state: 'open', quantity: 2, accepted: 3 })
    // And it trades on.
    offer(market, seller, { side: 'sell', price: 100, quantity: 2 })
    expect(market.until(() => buyer.trader.receipts().length === 2)).toBe(true)
  })

  test('what brokers have forgotten is sent again, under its number', () => {
    const market = new FakeMarket()
    const trader = market.addTrader().start()
    offer(market, trader, {})
    market.run(SLOT)
    const { id } = sentOffer(market, trader.nodeId)
    trader.crash()
    for (const broker of market.brokers) broker.forget()
    trader.restart()
    market.run(10 * SLOT)
    expect(market.brokers.filter((broker) => broker.stored(serviceIn(market)).length === 1)).toHaveLength(3)
    expect(sentOffer(market, trader.nodeId).id).toBe(id)
  })

  test('an open half is pursued, and its receipt completed', () => {
    const market = new FakeMarket()
    const buyer = market.addTrader().start()
    const seller = market.addTrader().start()
    market.loses = ({ from, message }) => from === seller.nodeId && message.type === 'receipt'
    offer(market, buyer, { side: 'buy', price: 100 })
    offer(market, seller, { side: 'sell', price: 100 })
    expect(market.until(() => sent(market, { from: seller.nodeId, type: 'receipt' }).length > 0)).toBe(true)
    const [half] = sent(market, { from: seller.nodeId, type: 'receipt' })
    seller.crash()
    market.loses = () => false
    seller.restart()
    expect(market.until(() => seller.trader.receipts().length === 1)).toBe(true)
    expect(seller.trader.receipts()[0]?.receiptId).toBe(half?.receipt.id)
  })

  test('one whose time is over has expired', () => {
    const market = new FakeMarket()
    const trader = market.addTrader().start()
    offer(market, trader, { validForMs: 2_000 })
    trader.crash()
    market.run(5_000)
    trader.restart()
    expect(row(trader).state).toBe('expired')
  })

  test('a damaged record is left out and counted; the rest is restored', () => {
    const market = new FakeMarket()
    const trader = market.addTrader().start()
    offer(market, trader, {})
    market.run(SLOT)
    const size = trader.disk.size
    for (const [key, record] of [...trader.disk]) {
      for (const value of [
        record.value.slice(1),
        Uint8Array.of(),
        record.value.map((byte, index) => (index === Math.floor(record.value.length / 2) ? byte ^ 1 : byte)),
      ]) {
        trader.crash()
        const before = new Map(trader.disk)
        trader.disk.set(key, { ...record, value })
        expect(trader.restart(), key).toBe(1)
        trader.crash()
        trader.disk.clear()
        for (const [kept, whole] of before) trader.disk.set(kept, whole)
      }
    }
    expect(trader.restart()).toBe(0)
    expect(trader.disk.size).toBe(size)
  })

  test('a number whose offer record was lost is withdrawn: nobody stands for it', () => {
    const market = new FakeMarket()
    const trader = market.addTrader().start()
    offer(market, trader, {})
    market.run(SLOT)
    trader.crash()
    for (const key of [...trader.disk.keys()]) if (key.startsWith('own offer/')) trader.disk.delete(key)
    trader.restart()
    market.run(5 * SLOT)
    expect(sent(market, { from: trader.nodeId, type: 'withdraw' }).length).toBeGreaterThan(0)
    for (const broker of market.brokers) expect(broker.stored(serviceIn(market))).toEqual([])
  })

  test('numbers go on where they were, though the clock went back', () => {
    const market = new FakeMarket()
    const trader = market.addTrader().start()
    offer(market, trader, {})
    const first = sentOffer(market, trader.nodeId)
    market.run(SLOT)
    trader.crash()
    trader.clockMs = -40_000
    trader.restart()
    offer(market, trader, { price: 101 })
    expect(sentOffer(market, trader.nodeId).seq).toBeGreaterThan(first.seq)
  })

  test('also when the record of the number is lost', () => {
    const market = new FakeMarket()
    const trader = market.addTrader().start()
    offer(market, trader, {})
    const first = sentOffer(market, trader.nodeId)
    market.run(SLOT)
    trader.crash()
    for (const key of [...trader.disk.keys()]) if (key.startsWith('own number/')) trader.disk.delete(key)
    trader.clockMs = -40_000
    trader.restart()
    offer(market, trader, { price: 101 })
    expect(sentOffer(market, trader.nodeId).seq).toBeGreaterThan(first.seq)
  })

  test('the withdrawal that was under way goes on', () => {
    const market = new FakeMarket()
    const trader = market.addTrader().start()
    const { offerId } = offer(market, trader, {})
    for (const broker of market.brokers) broker.silent = true
    trader.command({ type: 'withdraw', offerId })
    market.run(100)
    trader.crash()
    for (const broker of market.brokers) broker.silent = false
    trader.restart()
    market.run(5_000)
    expect(row(trader).state).toBe('withdrawn')
    for (const broker of market.brokers) expect(broker.stored(serviceIn(market))).toEqual([])
  })

  test('the withdrawal that was under way, and a disk that is full for a while: it is tried again', () => {
    const market = new FakeMarket()
    const trader = market.addTrader().start()
    const { offerId } = offer(market, trader, {})
    market.run(100)
    const numbers = [...trader.disk].filter(([key]) => key.startsWith('own number/'))
    for (const broker of market.brokers) broker.silent = true
    trader.command({ type: 'withdraw', offerId })
    market.run(100)
    trader.crash()
    for (const broker of market.brokers) broker.silent = false
    // The record of the withdrawal is lost, and the disk takes no other.
    for (const [key, record] of numbers) trader.disk.set(key, record)
    trader.full = true
    trader.restart()
    market.run(2_000)
    expect(row(trader).state).toBe('withdrawing')
    trader.full = false
    market.run(8_000)
    expect(row(trader).state).toBe('withdrawn')
    for (const broker of market.brokers) expect(broker.stored(serviceIn(market))).toEqual([])
  })
})

describe('a slow disk', () => {
  test('an ordinary save does not overtake the new number', () => {
    const { market, seller, match, holders } = matchedSeller()
    for (const from of holders) give(market, seller, { from, message: { type: 'notify-offer', match } })
    for (const broker of market.brokers) broker.deaf = true
    market.run(deadlineMs(match.slot, SLOT) + 3 * SLOT - market.nowMs)
    seller.diskMs = 400
    let storing = false
    seller.onAction = (action) => {
      storing ||= action === 'store'
    }
    expect(market.until(() => storing)).toBe(true)
    market.broker(holders[0]!)!.drop(match.sell, 'price')
    market.run(400 + 150)
    seller.onAction = () => undefined
    seller.crash()
    seller.diskMs = 2
    expect(seller.restart()).toBe(0)
    market.run(5 * SLOT)
    expect(row(seller)).toMatchObject({ state: 'open' })
    expect(sentOffer(market, seller.nodeId).seq).toBeGreaterThan(match.sell.seq)
  })

  test('of two records that contradict each other neither is traded', () => {
    const market = new FakeMarket()
    const trader = market.addTrader().start()
    offer(market, trader, { price: 100 })
    market.run(SLOT)
    const old = [...trader.disk].filter(([key]) => key.startsWith('own offer/'))
    offer(market, trader, { price: 101 })
    market.run(SLOT)
    trader.crash()
    for (const key of [...trader.disk.keys()]) if (key.startsWith('own offer/')) trader.disk.delete(key)
    for (const [key, record] of old) trader.disk.set(key, record)
    trader.restart()
    market.run(5 * SLOT)
    expect(row(trader)).toMatchObject({ state: 'withdrawn', reason: expect.stringContaining('damaged') })
    for (const broker of market.brokers) expect(broker.stored(serviceIn(market))).toEqual([])
  })

  test('attestations that overtake the receipt count', () => {
    const market = new FakeMarket()
    const buyer = market.addTrader().start()
    const seller = market.addTrader().start()
    offer(market, buyer, { side: 'buy', price: 100 })
    offer(market, seller, { side: 'sell', price: 100 })
    market.loses = ({ from, to, message }) =>
      from === seller.nodeId && to !== buyer.nodeId && (message.type === 'receipt' || message.type === 'ask-attestation')
    expect(market.until(() => row(seller).state === 'matched' && sent(market, { from: seller.nodeId, type: 'receipt' }).length > 0)).toBe(
      true,
    )
    seller.diskMs = 100
    expect(market.until(() => seller.trader.receipts().length === 1)).toBe(true)
    market.run(15 * SLOT)
    expect(seller.trader.receipts()[0]).toMatchObject({ attestations: 5, of: 5 })
  })
})

describe('a disk that refuses', () => {
  test('no half leaves it', () => {
    const market = new FakeMarket()
    market.decides = false
    const seller = market.addTrader().start()
    offer(market, seller, { side: 'sell', price: 90 })
    market.run(2 * SLOT)
    seller.full = true
    const match = {
      buy: strangersOffer(market, 7, { side: 'buy' }),
      sell: sentOffer(market, seller.nodeId),
      slot: market.slot % 2 === 0 ? market.slot - 1 : market.slot - 2,
    }
    for (const broker of market.brokers) broker.match(match)
    market.run(2 * SLOT)
    expect(sent(market, { from: seller.nodeId, type: 'receipt' })).toEqual([])
    seller.full = false
    market.run(SLOT + 50)
    expect(sent(market, { from: seller.nodeId, type: 'receipt' }).length).toBeGreaterThan(0)
  })

  test('a half that was given up stays so, also over a crash, until the new number is on the disk', () => {
    const { market, seller, match, holders } = matchedSeller()
    for (const from of holders) give(market, seller, { from, message: { type: 'notify-offer', match } })
    seller.full = true
    market.run(8 * SLOT)
    expect(row(seller).state).toBe('matched')
    expect(sentOffer(market, seller.nodeId).id).toBe(match.sell.id)
    const [half] = sent(market, { from: seller.nodeId, type: 'receipt' })
    give(market, seller, { message: { type: 'receipt', receipt: wholeOf(market, half!.receipt) } })
    expect(seller.trader.receipts()).toEqual([])
    seller.full = false
    expect(market.until(() => row(seller).state === 'open', 4 * SLOT)).toBe(true)
    expect(sentOffer(market, seller.nodeId).seq).toBeGreaterThan(match.sell.seq)
    assertHonest(market, seller)
  })

  test('no service, no offer: the command says so', () => {
    const market = new FakeMarket()
    const trader = market.addTrader().start()
    const serviceId = open(market, trader)
    succeed(market, trader, { type: 'getPrice', serviceId })
    trader.full = true
    const request = { type: 'sendOffer', serviceId, offer: { side: 'buy', price: 1, quantity: 1, validForMs: 1_000 } } as const
    const asked = trader.command(request)
    market.run(100)
    expect(asked).toMatchObject({ ends: 1, outcome: { ok: false, failure: { code: 'storage' } } })
    expect(sent(market, { from: trader.nodeId, type: 'send-offer' })).toEqual([])
    expect(trader.trader.offers()).toEqual([])
  })
})
