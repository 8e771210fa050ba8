import { expect, test } from 'vitest'
import type { BidderRequest, BidderRow, OfferRow } from './command.ts'
import { FakeMarket, type FakeTrader } from './fake-market.ts'
import { MAX_BIDDER_STEPS } from './own-bidder.ts'
import { assertHonest, end, offer, open, row, sent, serviceIn, succeed } from './scenario.ts'

const SLOT = 200
const PAIR = 2 * SLOT

function start(market: FakeMarket, trader: FakeTrader, request: Partial<BidderRequest>): string {
  const serviceId = open(market, trader)
  const bidder = { side: 'buy', limit: 100, quantity: 1, forMs: 60_000, ...request }
  return succeed<{ bidderId: string }>(market, trader, { type: 'startBidder', serviceId, bidder }).bidderId
}

function only(trader: FakeTrader): BidderRow {
  const [newest, ...rest] = trader.trader.bidders()
  if (newest === undefined || rest.length > 0) throw new Error('one bidder')
  return newest
}

function live(trader: FakeTrader): OfferRow[] {
  return trader.trader.offers().filter(({ state }) => ['sending', 'open', 'matched', 'withdrawing'].includes(state))
}

function isOpen(trader: FakeTrader): boolean {
  return trader.trader.offers()[0]?.state === 'open'
}

/** What all brokers name from now on. */
function asksAt(market: FakeMarket, ask: number): void {
  for (const broker of market.brokers) broker.ask = ask
}

function outcomes(trader: FakeTrader): string[] {
  return only(trader).steps.map(({ outcome }) => outcome)
}

test('a consumer and a provider meet, and both are done', () => {
  const market = new FakeMarket()
  const [buyer, seller] = [market.addTrader().start(), market.addTrader().start()]
  start(market, buyer, { side: 'buy', limit: 120, quantity: 3 })
  start(market, seller, { side: 'sell', limit: 80, quantity: 2 })
  expect(market.until(() => only(seller).state === 'done', 10_000)).toBe(true)
  expect(only(seller)).toMatchObject({ quantity: 0, of: 2, offerId: null })
  expect(market.until(() => only(buyer).quantity === 1)).toBe(true)
  // The rest is offered on under a new number.
  expect(market.until(() => isOpen(buyer))).toBe(true)
  expect(only(buyer)).toMatchObject({ state: 'bidding', of: 3, offerId: row(buyer).offerId })
  expect(row(buyer)).toMatchObject({ quantity: 1, bidderId: only(buyer).bidderId })
  expect(outcomes(seller)).toContain('traded')
  // A trade has the time at which it was seen, not that of the step before.
  const [trade, before] = only(seller).steps
  expect(trade).toMatchObject({ outcome: 'traded', ask: before?.ask })
  expect(trade?.atMs).toBeGreaterThan(before?.atMs ?? Number.POSITIVE_INFINITY)
  expect(buyer.trader.receipts().map(({ quantity }) => quantity)).toEqual([2])
  assertHonest(market, buyer)
  assertHonest(market, seller)
})

test('it bids by the rule, and moves its one offer when the price moves', () => {
  const market = new FakeMarket()
  const buyer = market.addTrader().start()
  start(market, buyer, { limit: 100, learningRate: 0.5 })
  expect(market.until(() => isOpen(buyer))).toBe(true)
  const { offerId } = row(buyer)
  expect(row(buyer).price).toBe(100)
  asksAt(market, 60)
  expect(market.until(() => row(buyer).price === 80, 2 * PAIR)).toBe(true)
  asksAt(market, 140)
  expect(market.until(() => row(buyer).price === 100, 2 * PAIR)).toBe(true)
  market.run(4 * PAIR)
  expect(row(buyer)).toMatchObject({ offerId, state: 'open' })
  expect(buyer.trader.offers()).toHaveLength(1)
  expect(outcomes(buyer)).toEqual(['kept', 'offered', 'offered', ...outcomes(buyer).slice(3)])
  expect(only(buyer).steps[0]).toMatchObject({ outcome: 'kept', price: null, ask: 140 })
  expect(only(buyer).steps.at(-1)).toMatchObject({ outcome: 'offered', price: 100, bid: 0, ask: Number.POSITIVE_INFINITY })
  // Brokers that held the old number hold the new one only.
  const held = market.brokers.flatMap((broker) => broker.stored(serviceIn(market)))
  expect(new Set(held.map(({ price }) => price))).toEqual(new Set([100]))
  assertHonest(market, buyer)
})

test('a provider gives away a part of the way to its limit', () => {
  const market = new FakeMarket()
  const seller = market.addTrader().start()
  for (const broker of market.brokers) broker.bid = 100
  start(market, seller, { side: 'sell', limit: 60 })
  expect(market.until(() => isOpen(seller))).toBe(true)
  // The network's rate of 0.1.
  expect(row(seller)).toMatchObject({ side: 'sell', price: 96 })
})

test('the price is asked for once in two slots', () => {
  const market = new FakeMarket()
  const buyer = market.addTrader().start()
  start(market, buyer, {})
  market.run(2 * PAIR)
  const before = only(buyer).steps[0]?.atMs ?? 0
  market.run(10 * PAIR)
  const after = only(buyer).steps[0]?.atMs ?? 0
  expect(after - before).toBe(10 * PAIR)
  expect(only(buyer).steps.length).toBeLessThanOrEqual(3)
})

test('stopping takes the offer back', () => {
  const market = new FakeMarket()
  const buyer = market.addTrader().start()
  const bidderId = start(market, buyer, {})
  expect(market.until(() => isOpen(buyer))).toBe(true)
  expect(succeed(market, buyer, { type: 'stopBidder', bidderId })).toEqual({ state: 'stopping' })
  expect(market.until(() => only(buyer).state === 'stopped')).toBe(true)
  expect(row(buyer).state).toBe('withdrawn')
  const offers = sent(market, { from: buyer.nodeId, type: 'send-offer' }).length
  market.run(10 * PAIR)
  expect(sent(market, { from: buyer.nodeId, type: 'send-offer' })).toHaveLength(offers)
  expect(market.brokers.flatMap((broker) => broker.stored(serviceIn(market)))).toEqual([])
  // Stopping again changes nothing.
  expect(succeed(market, buyer, { type: 'stopBidder', bidderId })).toEqual({ state: 'stopped' })
})

test('stopping at once, while the first offer is being made', () => {
  const market = new FakeMarket()
  const buyer = market.addTrader().start()
  const bidderId = start(market, buyer, {})
  for (let ms = 0; ms < 40; ms += 1) {
    if (ms === 20) succeed(market, buyer, { type: 'stopBidder', bidderId })
    market.run(1)
  }
  expect(market.until(() => only(buyer).state === 'stopped', 30_000)).toBe(true)
  expect(live(buyer)).toEqual([])
})

test('withdrawing its offer by hand stops it', () => {
  const market = new FakeMarket()
  const buyer = market.addTrader().start()
  start(market, buyer, {})
  expect(market.until(() => isOpen(buyer))).toBe(true)
  succeed(market, buyer, { type: 'withdraw', offerId: row(buyer).offerId })
  expect(market.until(() => only(buyer).state === 'stopped')).toBe(true)
  expect(only(buyer).reason).toMatch(/^withdrawn: /)
  market.run(5 * PAIR)
  expect(live(buyer)).toEqual([])
})

test('when its time is over its offer is, too', () => {
  const market = new FakeMarket()
  const buyer = market.addTrader().start()
  start(market, buyer, { forMs: 10 * SLOT })
  expect(market.until(() => isOpen(buyer))).toBe(true)
  expect(market.until(() => only(buyer).state === 'expired', 20 * SLOT)).toBe(true)
  expect(row(buyer).state).toBe('expired')
})

test('an offer that ended for its longest validity is made anew', () => {
  const market = new FakeMarket(5, { t: 2_000 })
  const buyer = market.addTrader().start()
  start(market, buyer, {})
  expect(market.until(() => buyer.trader.offers().length === 2, 20_000)).toBe(true)
  expect(market.until(() => isOpen(buyer))).toBe(true)
  expect(only(buyer).offerId).toBe(row(buyer).offerId)
  expect(only(buyer).state).toBe('bidding')
})

test('silent brokers are noted and asked again', () => {
  const market = new FakeMarket()
  const buyer = market.addTrader().start()
  market.loses = () => true
  start(market, buyer, {})
  expect(market.until(() => only(buyer).steps.length > 0, 60_000)).toBe(true)
  expect(only(buyer).steps[0]).toMatchObject({ outcome: 'unanswered', price: null })
  expect(only(buyer).steps[0]?.reason).toMatch(/^[a-z-]+: /)
  expect(only(buyer).state).toBe('bidding')
  market.loses = () => false
  expect(market.until(() => buyer.trader.offers()[0]?.state === 'open', 40_000)).toBe(true)
})

test('who trades the service already is told so', () => {
  const market = new FakeMarket(5, { s: 2 })
  const buyer = market.addTrader().start()
  offer(market, buyer, {})
  const bidder = { side: 'buy', limit: 100, quantity: 1, forMs: 60_000 }
  const serviceId = open(market, buyer)
  expect(end(market, buyer, { type: 'startBidder', serviceId, bidder })).toMatchObject({ ok: false, failure: { code: 'offer-open' } })
  const other = open(market, buyer, 'Other')
  succeed(market, buyer, { type: 'startBidder', serviceId: other, bidder })
  expect(end(market, buyer, { type: 'startBidder', serviceId: other, bidder })).toMatchObject({ failure: { code: 'offer-open' } })
  const byHand = { side: 'buy', price: 1, quantity: 1, validForMs: 1_000 }
  expect(end(market, buyer, { type: 'sendOffer', serviceId: other, offer: byHand })).toMatchObject({ failure: { code: 'offer-open' } })
  const third = open(market, buyer, 'Third')
  expect(end(market, buyer, { type: 'startBidder', serviceId: third, bidder })).toMatchObject({ failure: { code: 'too-many-services' } })
  expect(end(market, buyer, { type: 'startBidder', serviceId: third, bidder: { ...bidder, limit: 0 } })).toMatchObject({
    failure: { code: 'invalid-argument', field: 'limit' },
  })
  expect(end(market, buyer, { type: 'stopBidder', bidderId: '0'.repeat(32) })).toMatchObject({ failure: { code: 'unknown-bidder' } })
})

test('a full disk starts nothing', () => {
  const market = new FakeMarket()
  const buyer = market.addTrader().start()
  const serviceId = open(market, buyer)
  buyer.full = true
  const bidder = { side: 'buy', limit: 100, quantity: 1, forMs: 60_000 }
  expect(end(market, buyer, { type: 'startBidder', serviceId, bidder })).toMatchObject({ failure: { code: 'storage' } })
  expect(buyer.trader.bidders()).toEqual([])
})

test('a crash at any point: it goes on, and trades no more than it should', { timeout: 60_000 }, () => {
  for (let at = 1; at <= 60; at += 1) {
    const market = new FakeMarket(3, { n: 3, f: 2 })
    const [buyer, seller] = [market.addTrader().start(), market.addTrader().start()]
    let actions = 0
    start(market, buyer, { limit: 120, quantity: 3, learningRate: 0.5 })
    buyer.onAction = () => {
      actions += 1
      if (actions !== at) return
      buyer.crash()
      market.at(2 * SLOT, () => buyer.restart())
    }
    offer(market, seller, { side: 'sell', price: 100, quantity: 2 })
    market.run(40 * SLOT)
    expect(only(buyer).state).toBe('bidding')
    const bought = buyer.trader.receipts().reduce((sum, { quantity }) => sum + quantity, 0)
    expect(bought).toBe(2)
    expect(only(buyer).quantity).toBe(1)
    expect(live(buyer)).toMatchObject([{ bidderId: only(buyer).bidderId, quantity: 1 }])
    assertHonest(market, buyer)
  }
})

test('the first step and the newest ones are kept', () => {
  const market = new FakeMarket()
  const buyer = market.addTrader().start()
  start(market, buyer, { limit: 200, forMs: 600_000 })
  market.run(2 * PAIR)
  const first = only(buyer).steps.at(-1)
  for (let turn = 0; turn < MAX_BIDDER_STEPS + 5; turn += 1) {
    asksAt(market, 60 + 2 * turn)
    market.run(PAIR)
  }
  expect(only(buyer).steps).toHaveLength(MAX_BIDDER_STEPS)
  expect(only(buyer).steps.at(-1)).toEqual(first)
  expect(only(buyer).steps[0]?.ask).toBe(58 + 2 * (MAX_BIDDER_STEPS + 5))
  const before = only(buyer).steps
  buyer.crash()
  expect(buyer.restart()).toBe(0)
  expect(only(buyer).steps).toEqual(before)
})
