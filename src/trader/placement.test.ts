import { describe, expect, test } from 'vitest'
import type { Refusal } from '../wire/market-messages.ts'
import type { OfferAnswer } from './command.ts'
import { FakeMarket, type FakeTrader } from './fake-market.ts'
import { end, give, offer, open, row, sent, sentOffer, serviceIn, strangersOffer, succeed } from './scenario.ts'

const SLOT = 200

function alone(brokers = 5, parameters = {}): { market: FakeMarket; trader: FakeTrader } {
  const market = new FakeMarket(brokers, parameters)
  return { market, trader: market.addTrader().start() }
}

/** Brokers that hold the trader's newest number. */
function holders(market: FakeMarket, trader: FakeTrader): string[] {
  const { id } = sentOffer(market, trader.nodeId)
  return market.brokers.filter((broker) => broker.stored(serviceIn(market)).some((stored) => stored.id === id)).map(({ nodeId }) => nodeId)
}

describe('sending', () => {
  test('to f brokers picked at random', () => {
    const { market, trader } = alone(5, { f: 2 })
    const sets = new Set<string>()
    for (let price = 1; price <= 12; price += 1) {
      expect(offer(market, trader, { price })).toMatchObject({ accepted: expect.any(Number) })
      const first = sent(market, { from: trader.nodeId, type: 'send-offer' }).filter((message) => message.offer.price === price)
      expect(first.length).toBeGreaterThanOrEqual(2)
      sets.add(holders(market, trader).join())
    }
    expect(sets.size).toBeGreaterThan(1)
  })

  test('with fewer brokers than f, to all of them', () => {
    const { market, trader } = alone(2)
    expect(offer(market, trader, {})).toMatchObject({ accepted: 2, of: 2 })
  })

  test('brokers that are gone, deny or are busy are replaced', () => {
    const { market, trader } = alone(5)
    open(market, trader)
    succeed(market, trader, { type: 'getPrice', serviceId: serviceIn(market) })
    market.brokers[0]!.silent = true
    market.brokers[1]!.refuses = 'busy'
    expect(offer(market, trader, {})).toMatchObject({ accepted: 3, of: 3 })
    expect(holders(market, trader)).toHaveLength(3)
  })

  test.each<Refusal>(['price', 'phantom', 'stale', 'validity', 'equivocator', 'services-full'])(
    'refused by all for %s: it says so and is over',
    (refusal) => {
      const { market, trader } = alone()
      for (const broker of market.brokers) broker.refuses = refusal
      const answer = offer(market, trader, {})
      expect(answer).toMatchObject({ accepted: 0, of: 3, reason: expect.stringContaining(refusal) })
      expect(row(trader)).toMatchObject({ state: 'refused', reason: answer.reason, accepted: 0 })
      // The offer is the same everywhere; how many services of its peer a broker remembers is not.
      const asked = refusal === 'services-full' ? 5 : 3
      expect(sent(market, { from: trader.nodeId, type: 'send-offer' })).toHaveLength(asked)
    },
  )

  test('the commonest reason is told', () => {
    const { market, trader } = alone(3)
    market.brokers[0]!.refuses = 'phantom'
    for (const broker of market.brokers.slice(1)) broker.refuses = 'price'
    expect(offer(market, trader, {}).reason).toMatch(/^price/)
  })

  test('nobody answers: it is over, and taken back, as a silent broker may hold it', () => {
    const { market, trader } = alone()
    open(market, trader)
    succeed(market, trader, { type: 'getPrice', serviceId: serviceIn(market) })
    market.loses = ({ to, message }) => to === trader.nodeId && message.type === 'offer-answer'
    const answer = offer(market, trader, {})
    expect(answer).toMatchObject({ accepted: 0, reason: expect.stringContaining('answered') })
    expect(row(trader).state).toBe('refused')
    market.loses = () => false
    market.run(5_000)
    expect(holders(market, trader)).toEqual([])
    for (const broker of market.brokers) expect(broker.stored(serviceIn(market))).toEqual([])
  })

  test('numbers grow and validUntil never goes back', () => {
    const { market, trader } = alone()
    offer(market, trader, { validForMs: 60_000 })
    const first = sentOffer(market, trader.nodeId)
    offer(market, trader, { validForMs: 1_000 })
    const second = sentOffer(market, trader.nodeId)
    expect(second.seq).toBeGreaterThan(first.seq)
    expect(second.validUntil).toBe(first.validUntil)
    // The person wanted a second: then it is taken back.
    market.run(2_000)
    expect(row(trader).state).toBe('expired')
    expect(holders(market, trader)).toEqual([])
    trader.clockMs = -50_000
    offer(market, trader, { validForMs: 60_000 })
    expect(sentOffer(market, trader.nodeId).seq).toBeGreaterThan(second.seq)
  })

  test('validUntil goes back with a clock that was hours ahead: no broker took such an offer', () => {
    const { market, trader } = alone()
    trader.clockMs = 3_600_000
    offer(market, trader, { validForMs: 60_000 })
    const first = sentOffer(market, trader.nodeId)
    trader.clockMs = 0
    const { offerId } = offer(market, trader, { validForMs: 60_000 })
    const second = sentOffer(market, trader.nodeId)
    expect(second.seq).toBeGreaterThan(first.seq)
    expect(second.validUntil).toBeLessThanOrEqual(market.nowMs + market.parameters.t - SLOT)
    end(market, trader, { type: 'withdraw', offerId })
    const [withdrawn] = sent(market, { from: trader.nodeId, type: 'withdraw' }).slice(-1)
    expect(withdrawn?.withdrawal.validUntil).toBe(second.validUntil)
  })

  test('an offer as long as the network allows is within t for a broker whose clock is a slot behind', () => {
    const { market, trader } = alone()
    offer(market, trader, { validForMs: market.parameters.t })
    expect(sentOffer(market, trader.nodeId).validUntil).toBeLessThanOrEqual(market.nowMs + market.parameters.t - SLOT)
  })
})

describe('a newer offer', () => {
  test('replaces the older one, also at each broker that acknowledged it', () => {
    const { market, trader } = alone()
    const first = offer(market, trader, { price: 100 })
    const before = holders(market, trader)
    const second = offer(market, trader, { price: 120 })
    expect(second.offerId).not.toBe(first.offerId)
    expect(second.accepted).toBe(second.of)
    for (const broker of before) expect(holders(market, trader)).toContain(broker)
    expect(trader.trader.offers()).toMatchObject([
      { offerId: second.offerId, price: 120, state: 'open' },
      { offerId: first.offerId, price: 100, state: 'withdrawn', reason: expect.stringContaining('newer') },
    ])
    for (const broker of market.brokers) expect(broker.stored(serviceIn(market)).length).toBeLessThanOrEqual(1)
  })

  test('goes to old brokers, whichever new ones are picked', () => {
    const { market, trader } = alone(8, { n: 8, f: 2 })
    let before: string[] = []
    for (let price = 1; price <= 5; price += 1) {
      offer(market, trader, { price })
      expect(holders(market, trader)).toEqual(expect.arrayContaining(before))
      before = holders(market, trader)
    }
  })

  test('two asked for at once: the later one stands', () => {
    const { market, trader } = alone()
    const serviceId = open(market, trader)
    const asked = [100, 101, 102].map((price) =>
      trader.command({ type: 'sendOffer', serviceId, offer: { side: 'buy', price, quantity: 1, validForMs: 60_000 } }),
    )
    expect(market.until(() => asked.every(({ outcome }) => outcome !== undefined))).toBe(true)
    expect(asked.map(({ ends, outcome }) => [ends, outcome?.ok])).toEqual([
      [1, true],
      [1, true],
      [1, true],
    ])
    expect(trader.trader.offers().filter(({ state }) => state === 'open')).toMatchObject([{ price: 102 }])
    expect(sentOffer(market, trader.nodeId).price).toBe(102)
  })

  test('no more than s services at once', () => {
    const { market, trader } = alone()
    const request = { side: 'buy', price: 1, quantity: 1, validForMs: 60_000 }
    const ids = ['A', 'B', 'C', 'D'].map((name) => open(market, trader, name))
    for (const serviceId of ids.slice(0, 3)) succeed(market, trader, { type: 'sendOffer', serviceId, offer: request })
    const fourth = { type: 'sendOffer', serviceId: ids[3], offer: request } as const
    expect(end(market, trader, fourth)).toMatchObject({ ok: false, failure: { code: 'too-many-services' } })
    succeed(market, trader, { type: 'withdraw', offerId: row(trader).offerId })
    expect(succeed<OfferAnswer>(market, trader, fourth).accepted).toBe(3)
  })
})

describe('what brokers do later', () => {
  test('one that forgot the offer gets it again', () => {
    const { market, trader } = alone()
    offer(market, trader, {})
    market.run(2 * SLOT)
    const [broker] = holders(market, trader)
    market.broker(broker!)!.forget()
    expect(market.until(() => holders(market, trader).length === 3, 8 * SLOT)).toBe(true)
    expect(new Set(sent(market, { from: trader.nodeId, type: 'send-offer' }).map(({ offer: { id } }) => id)).size).toBe(1)
  })

  test('all forgot it and refuse it now: it says so and is over', () => {
    const { market, trader } = alone()
    offer(market, trader, {})
    market.run(2 * SLOT)
    for (const broker of market.brokers) {
      broker.forget()
      broker.refuses = 'price'
    }
    expect(market.until(() => row(trader)?.state === 'dropped', 100 * SLOT)).toBe(true)
    expect(row(trader)).toMatchObject({ accepted: 0, reason: expect.stringContaining('price') })
  })

  test('ones that leave are replaced, so that f hold it', () => {
    const { market, trader } = alone()
    offer(market, trader, {})
    for (const broker of holders(market, trader).slice(0, 2)) {
      market.broker(broker)!.alive = false
      trader.loseLink(broker)
    }
    expect(market.until(() => holders(market, trader).filter((id) => market.isAlive(id)).length === 3, 40 * SLOT)).toBe(true)
    market.run(100)
    expect(row(trader)).toMatchObject({ state: 'open', accepted: 3 })
  })

  test('all leave and others come: it is offered to those', () => {
    const { market, trader } = alone(3)
    offer(market, trader, {})
    for (const broker of market.brokers) broker.alive = false
    for (const broker of market.brokers) trader.loseLink(broker.nodeId)
    const others = [2_000, 2_001].map((index) => market.addBroker(index))
    trader.step(() => trader.trader.onPeersChanged())
    expect(market.until(() => others.every((broker) => broker.stored(serviceIn(market)).length === 1))).toBe(true)
    expect(row(trader).state).toBe('open')
  })

  test('a drop by one is replaced, a drop by all ends it with the reason', () => {
    const { market, trader } = alone()
    offer(market, trader, {})
    const own = sentOffer(market, trader.nodeId)
    const [first] = holders(market, trader)
    market.broker(first!)!.drop(own, 'price')
    expect(market.until(() => holders(market, trader).length === 3)).toBe(true)
    market.run(100)
    expect(row(trader)).toMatchObject({ state: 'open', accepted: 3 })
    for (let times = 0; times < 3; times += 1) {
      for (const broker of market.brokers) broker.drop(own, 'price')
      market.run(100)
    }
    expect(holders(market, trader)).toEqual([])
    expect(row(trader)).toMatchObject({ state: 'dropped', reason: expect.stringContaining('price'), accepted: 0 })
  })

  test('a drop of what is not there, or by whom it is not held, changes nothing', () => {
    const { market, trader } = alone()
    offer(market, trader, {})
    const own = sentOffer(market, trader.nodeId)
    const held = holders(market, trader)
    for (const broker of market.brokers) if (!held.includes(broker.nodeId)) broker.drop(own, 'price')
    for (const broker of market.brokers)
      market.send({
        from: broker.nodeId,
        to: trader.nodeId,
        message: { type: 'notify-drop', offer: strangersOffer(market, 5, {}), reason: 'price' },
      })
    market.run(100)
    expect(row(trader)).toMatchObject({ state: 'open', accepted: 3 })
  })

  test('it expires', () => {
    const { market, trader } = alone()
    offer(market, trader, { validForMs: 3_000 })
    market.run(2_500)
    expect(row(trader).state).toBe('open')
    market.run(1_000)
    expect(row(trader).state).toBe('expired')
  })

  test('once it has expired it goes to nobody in place of a broker that dropped it', () => {
    const { market, trader } = alone(5)
    offer(market, trader, { validForMs: 3_000 })
    const sentOut = sentOffer(market, trader.nodeId)
    const [broker] = market.brokers.filter(({ nodeId }) => holders(market, trader).includes(nodeId))
    market.run(sentOut.validUntil - market.nowMs + 20)
    expect(row(trader).state).toBe('open')
    give(market, trader, { from: broker!.nodeId, message: { type: 'notify-drop', offer: sentOut, reason: 'expired' } })
    market.run(SLOT / 2)
    expect(sent(market, { from: trader.nodeId, type: 'send-offer' })).toHaveLength(3)
  })

  test('idle links are given back, those of holders kept', () => {
    const { market, trader } = alone()
    offer(market, trader, {})
    market.run(20_000)
    for (const broker of holders(market, trader)) expect(trader.connected).toContain(broker)
    succeed(market, trader, { type: 'withdraw', offerId: row(trader).offerId })
    market.run(30_000)
    expect([...trader.connected]).toEqual([])
  })
})

describe('withdrawing', () => {
  test('goes to every member, and ends the offer', () => {
    const { market, trader } = alone()
    const { offerId } = offer(market, trader, {})
    expect(succeed(market, trader, { type: 'withdraw', offerId })).toMatchObject({ withdrawn: true, of: 5 })
    market.run(100)
    const own = sentOffer(market, trader.nodeId)
    for (const broker of market.brokers) {
      const newest = broker.memory(serviceIn(market), trader.nodeId)?.newest
      expect(newest).toMatchObject({ type: 'withdrawal' })
      if (newest?.type === 'withdrawal') {
        expect(newest.withdrawal.seq).toBeGreaterThan(own.seq)
        expect(newest.withdrawal.validUntil).toBeGreaterThanOrEqual(own.validUntil)
      }
    }
    expect(row(trader).state).toBe('withdrawn')
    expect(end(market, trader, { type: 'withdraw', offerId })).toMatchObject({ ok: false, failure: { code: 'unknown-offer' } })
  })

  test('holds though no broker answers', () => {
    const { market, trader } = alone()
    const { offerId } = offer(market, trader, {})
    for (const broker of market.brokers) broker.silent = true
    expect(succeed(market, trader, { type: 'withdraw', offerId })).toMatchObject({ withdrawn: true, accepted: 0 })
    expect(row(trader).state).toBe('withdrawn')
  })

  test('a disk that refuses leaves it open', () => {
    const { market, trader } = alone()
    const { offerId } = offer(market, trader, {})
    trader.full = true
    expect(end(market, trader, { type: 'withdraw', offerId })).toMatchObject({ ok: false, failure: { code: 'storage' } })
    expect(row(trader).state).toBe('open')
    expect(sent(market, { from: trader.nodeId, type: 'withdraw' })).toEqual([])
  })
})
