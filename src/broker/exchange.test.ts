import { describe, expect, it } from 'vitest'
import type { Offer } from '../market/offer.ts'
import { NEWS_TRIES } from './book.ts'
import { Market, type Node } from './harness.ts'

/** What each broker decided last. */
function decisions(market: Market, brokers: readonly Node[] = market.brokers): unknown[] {
  return brokers.map((broker) => market.book(broker).decision)
}

function matchOf(market: Market, trader: string): unknown {
  const [first] = market.received(market.trader(trader), 'notify-offer')
  return first && [first.match.buy.id, first.match.sell.id]
}

/** A service that all brokers know, at an even slot's start. */
function known(brokers: number, parameters = {}): Market {
  const market = new Market(brokers, parameters)
  const first = market.offer('opener', { price: 1, validForMs: 1_000 })
  market.sendOffer(first)
  market.run(3_000)
  for (const { inbox } of market.nodes.values()) inbox.length = 0
  market.runToSlot('even')
  return market
}

function decide(market: Market): void {
  market.runToSlot('odd')
  market.runToSlot('even')
  market.run(30)
}

describe('the exchange', () => {
  it('lets all brokers decide alike when each offer went to some', () => {
    const market = known(5)
    const [a, b, c, d, e] = market.brokers as [Node, Node, Node, Node, Node]
    const buy = market.offer('ann', { price: 120 })
    const sell = market.offer('bob', { side: 'sell', price: 100 })
    market.sendOffer(buy, [a, b, c])
    market.sendOffer(sell, [c, d, e])
    decide(market)
    const digests = decisions(market)
    expect(digests[0]).not.toBe(null)
    expect(new Set(digests.map((decision) => JSON.stringify(decision))).size).toBe(1)
    expect(market.received(market.trader('ann'), 'notify-offer').length).toBe(3)
    expect(market.received(market.trader('bob'), 'notify-offer').length).toBe(3)
    expect(matchOf(market, 'ann')).toEqual([buy.id, sell.id])
    for (const broker of market.brokers) expect(market.table(broker)).toEqual([])
  })

  it('is acknowledged when all of it is on disk, though it was heard before', () => {
    const market = known(2)
    const [a, b] = market.brokers as [Node, Node]
    const before = market.sent['exchange-ack']
    const offer = market.offer('ann')
    market.sendOffer(offer, [a])
    b.diskState = 'refuses'
    market.runToSlot('even', 3)
    expect(market.table(b)).toEqual([offer.id])
    expect(market.sent['exchange-ack']).toBe(before)
    b.diskState = 'works'
    market.runToSlot('even')
    expect(market.sent['exchange-ack']).toBe((before ?? 0) + 1)
    market.reload(b)
    expect(market.table(b)).toEqual([offer.id])
  })

  it('is acknowledged to nobody before all of it is on disk, though another member has just brought it', () => {
    const market = known(3)
    const [a, b, c] = market.brokers as [Node, Node, Node]
    market.sendOffer(market.offer('ann'), [a, b])
    c.diskState = 'hangs'
    market.loses = (from, to, message) => message.type === 'exchange' && (from === c.nodeId || to !== c.nodeId)
    market.runToSlot('odd')
    market.run(100)
    expect(market.book(c).offers.length).toBe(1)
    expect(market.received(a, 'exchange-ack').length + market.received(b, 'exchange-ack').length).toBe(0)
  })

  it('finds a match of two offers that no broker has both of: both are best, and forwarded', () => {
    const market = known(2)
    const [a, b] = market.brokers as [Node, Node]
    market.sendOffer(market.offer('ann', { price: 120 }), [a])
    market.sendOffer(market.offer('bob', { side: 'sell', price: 100 }), [b])
    decide(market)
    expect(matchOf(market, 'ann')).toBeDefined()
    expect(matchOf(market, 'bob')).toEqual(matchOf(market, 'ann'))
  })

  it('survives two silent brokers of five', () => {
    const market = known(5)
    const silent = new Set(market.members.slice(0, 2))
    market.loses = (from, to) => silent.has(from) || silent.has(to)
    const [, , c, d, e] = market.brokers as [Node, Node, Node, Node, Node]
    market.sendOffer(market.offer('ann', { price: 120 }), [...market.brokers.slice(0, 2), c])
    market.sendOffer(market.offer('bob', { side: 'sell', price: 100 }), [...market.brokers.slice(0, 2), d])
    decide(market)
    expect(new Set(decisions(market, [c, d, e]).map((decision) => JSON.stringify(decision))).size).toBe(1)
    expect(market.received(market.trader('ann'), 'notify-offer').length).toBe(1)
    expect(matchOf(market, 'bob')).toEqual(matchOf(market, 'ann'))
  })

  it('leaves an offer that comes in an odd slot for the next exchange', () => {
    const market = known(3)
    const [a, b] = market.brokers as [Node, Node]
    market.sendOffer(market.offer('ann', { price: 120 }), [a])
    market.runToSlot('odd')
    market.sendOffer(market.offer('bob', { side: 'sell', price: 100 }), [b])
    market.runToSlot('even')
    market.run(30)
    expect(matchOf(market, 'ann')).toBeUndefined()
    decide(market)
    expect(matchOf(market, 'ann')).toBeDefined()
  })

  it('decides by the slot that is named, however the clocks differ', () => {
    const market = known(2)
    const [a, b] = market.brokers as [Node, Node]
    const slot = market.slot + 1
    const buy = market.offer('ann', { price: 120 })
    const sell = market.offer('bob', { side: 'sell', price: 100 })
    market.sendOffer(sell, [b])
    // A's clock is ahead: its exchange comes while it is even here.
    market.send(a, b, { type: 'exchange', service: market.service, slot, offers: [buy], withdrawals: [], equivocations: [] })
    decide(market)
    expect(market.received(market.trader('bob'), 'notify-offer')).toMatchObject([{ match: { slot, buy: { id: buy.id } } }])
  })

  it('takes what comes too late into the table, and it matches in the next decision', () => {
    const market = known(2)
    const [a, b] = market.brokers as [Node, Node]
    const buy = market.offer('ann', { price: 120 })
    market.sendOffer(market.offer('bob', { side: 'sell', price: 100 }), [b])
    const late = market.slot - 1
    const offers = [buy, market.offer('cid', { side: 'sell', price: 110 })]
    market.send(a, b, { type: 'exchange', service: market.service, slot: late, offers, withdrawals: [], equivocations: [] })
    market.run(30)
    expect(market.received(market.trader('bob'), 'notify-offer')).toEqual([])
    decide(market)
    expect(matchOf(market, 'bob')).toBeDefined()
    expect(market.book(b).decision?.slot).toBe(late + 2)
  })

  it('heeds nothing from a peer that is no member', () => {
    const market = known(2)
    const [a] = market.brokers as [Node, Node]
    const stranger = market.trader('stranger')
    const exchange = { service: market.service, slot: market.slot + 1, withdrawals: [], equivocations: [] }
    market.send(stranger, a, { type: 'exchange', ...exchange, offers: [market.offer('ann')] })
    market.run(30)
    expect(market.table(a)).toEqual([])
  })

  it('costs nothing when nothing is new', () => {
    const market = known(3)
    market.sendOffer(market.offer('ann', { price: 120 }))
    market.run(2_000)
    const before = { ...market.sent }
    market.run(10_000)
    expect(market.sent).toEqual(before)
  })

  it('sends again what was lost, until it is acknowledged', () => {
    const market = known(2)
    const [a, b] = market.brokers as [Node, Node]
    const offer = market.offer('ann')
    market.sendOffer(offer, [a])
    market.loses = (_from, _to, message) => message.type === 'exchange'
    market.run(1_000)
    expect(market.table(b)).toEqual([])
    market.loses = () => false
    market.run(500)
    expect(market.table(b)).toEqual([offer.id])
  })

  it('announces the service to a member that does not know it, and sends again', () => {
    const market = new Market(2)
    const [a, b] = market.brokers as [Node, Node]
    market.loses = (_from, _to, message) => message.type === 'announce'
    const offer = market.offer('ann')
    market.sendOffer(offer, [a])
    market.run(900)
    expect(b.broker?.view()).toEqual([])
    market.loses = () => false
    market.run(900)
    expect(market.table(b)).toEqual([offer.id])
  })

  it('prefers of equal offers the one that most members forwarded', () => {
    const market = known(5)
    const offers = ['ann', 'bob'].map((name) => market.offer(name, { price: 100 })).sort((left, right) => (left.id < right.id ? -1 : 1))
    const [rare, frequent] = offers as [Offer, Offer]
    const [a, b, c, d, e] = market.brokers as [Node, Node, Node, Node, Node]
    market.sendOffer(rare, [a])
    market.sendOffer(frequent, [b, c, d])
    market.sendOffer(market.offer('cid', { side: 'sell', price: 90 }), [e])
    decide(market)
    expect(matchOf(market, 'cid')?.toString()).toContain(frequent.id)
    expect(new Set(decisions(market).map((decision) => JSON.stringify(decision))).size).toBe(1)
  })
})

describe('withdrawn, superseded, contradicted', () => {
  it('refuses a replay after a withdrawal, also at a broker that learns of it by the exchange', () => {
    const market = known(2)
    const [a, b] = market.brokers as [Node, Node]
    const offer = market.offer('ann')
    market.sendOffer(offer)
    market.run(800)
    const ann = market.trader('ann')
    const withdrawal = market.withdrawal('ann', { seq: 2 })
    const answer = market.ask(ann, a, { type: 'withdraw', id: 1, withdrawal })
    expect(answer).toMatchObject({ type: 'offer-answer', refusal: null, state: { seq: 2, state: 'withdrawn' } })
    expect(market.ask(ann, a, { type: 'withdraw', id: 2, withdrawal })).toMatchObject({ refusal: null })
    market.run(800)
    for (const broker of [a, b]) {
      expect(market.sendOffer(offer, [broker])).toMatchObject([{ refusal: 'stale', state: { state: 'withdrawn' } }])
    }
  })

  it('passes a newer number on when an older offer was forwarded, though it is not the best', () => {
    const market = known(2)
    const [a, b] = market.brokers as [Node, Node]
    market.sendOffer(market.offer('bob', { price: 200 }))
    market.sendOffer(market.offer('ann', { price: 300 }))
    market.run(800)
    const newer = market.offer('ann', { price: 100, seq: 2 })
    market.sendOffer(newer, [a])
    market.run(800)
    expect(market.table(b)).toContain(newer.id)
  })

  it('refuses a matched offer that is replayed', () => {
    const market = known(2)
    const buy = market.offer('ann', { price: 120 })
    market.sendOffer(buy)
    market.sendOffer(market.offer('bob', { side: 'sell', price: 100 }))
    decide(market)
    expect(market.sendOffer(buy)).toMatchObject([
      { refusal: 'stale', state: { state: 'matched' } },
      { refusal: 'stale', state: { state: 'matched' } },
    ])
    market.run(400)
    expect(market.received(market.trader('ann'), 'notify-offer').length).toBe(2)
  })

  it('leaves out of the decision what it knows to be withdrawn', () => {
    const market = known(3)
    const [a, b, c] = market.brokers as [Node, Node, Node]
    const buy = market.offer('ann', { price: 120 })
    market.sendOffer(buy, [a])
    market.sendOffer(market.offer('bob', { side: 'sell', price: 100 }), [b])
    for (const broker of [b, c]) market.ask(market.trader('ann'), broker, { type: 'withdraw', id: 1, withdrawal: market.withdrawal('ann') })
    decide(market)
    expect(decisions(market, [b, c]).every((decision) => decision === null)).toBe(true)
  })

  it('drops the offers of a peer with two under one number, everywhere, and lifts that after t', () => {
    const market = known(3, { t: 20_000 })
    const [a, b, c] = market.brokers as [Node, Node, Node]
    const first = market.offer('eve', { price: 120, validForMs: 15_000 })
    const second = market.offer('eve', { price: 130, validForMs: 15_000 })
    market.sendOffer(first, [a])
    market.sendOffer(second, [b])
    market.sendOffer(market.offer('bob', { side: 'sell', price: 100, validForMs: 15_000 }), [c])
    decide(market)
    expect(matchOf(market, 'bob')).toBeUndefined()
    market.run(400)
    const next = market.offer('eve', { seq: 2, price: 90, validForMs: 15_000 })
    expect(market.sendOffer(next).map(({ refusal }) => refusal)).toEqual(['equivocator', 'equivocator', 'equivocator'])
    market.run(21_000)
    const later = market.offer('eve', { seq: 3, price: 90, validForMs: 15_000 })
    expect(market.sendOffer(later).map(({ refusal }) => refusal)).toEqual([null, null, null])
  })

  it('counts no offer of a peer whose offers are dropped, whoever forwards it', () => {
    const market = known(2)
    const [a, b] = market.brokers as [Node, Node]
    market.sendOffer(market.offer('eve', { price: 120 }), [b])
    market.sendOffer(market.offer('eve', { price: 130 }), [b])
    market.sendOffer(market.offer('bob', { side: 'sell', price: 100 }), [b])
    const offers = [market.offer('eve', { price: 140, seq: 2 })]
    market.send(a, b, { type: 'exchange', service: market.service, slot: market.slot + 1, offers, withdrawals: [], equivocations: [] })
    decide(market)
    expect(market.book(b).decision).toBe(null)
  })

  it('counts no offer that is matched, though a member forwards it again', () => {
    const market = known(2)
    const [a, b] = market.brokers as [Node, Node]
    const buy = market.offer('ann', { price: 120 })
    market.sendOffer(buy)
    market.sendOffer(market.offer('bob', { side: 'sell', price: 100 }))
    decide(market)
    market.sendOffer(market.offer('cid', { side: 'sell', price: 100 }), [b])
    const slot = market.slot + 1
    market.send(a, b, { type: 'exchange', service: market.service, slot, offers: [buy], withdrawals: [], equivocations: [] })
    decide(market)
    expect(matchOf(market, 'cid')).toBeUndefined()
  })

  it('refuses a withdrawal older than the offer', () => {
    const market = known(1)
    const [a] = market.brokers as [Node]
    const offer = market.offer('ann', { seq: 5 })
    market.sendOffer(offer)
    const withdrawal = market.withdrawal('ann', { seq: 4 })
    const answer = market.ask(market.trader('ann'), a, { type: 'withdraw', id: 1, withdrawal })
    expect(answer).toMatchObject({ refusal: 'stale', state: { state: 'stored', seq: 5 } })
    expect(market.table(a)).toEqual([offer.id])
  })

  it('tells news a few times to a member that does not acknowledge, then no more', () => {
    const market = known(2)
    const [a] = market.brokers as [Node, Node]
    market.sendOffer(market.offer('ann'))
    market.run(800)
    market.loses = (_from, _to, message) => message.type === 'exchange-ack'
    market.ask(market.trader('ann'), a, { type: 'withdraw', id: 1, withdrawal: market.withdrawal('ann') })
    const before = market.sent.exchange ?? 0
    market.run(6_000)
    expect((market.sent.exchange ?? 0) - before).toBe(NEWS_TRIES)
  })

  it('passes the proof on to a member that met neither offer', () => {
    const market = known(2)
    const [a, b] = market.brokers as [Node, Node]
    market.sendOffer(market.offer('eve', { price: 120 }), [a])
    expect(market.sendOffer(market.offer('eve', { price: 130 }), [a])).toMatchObject([{ refusal: 'equivocator' }])
    market.run(800)
    expect(market.sendOffer(market.offer('eve', { seq: 2 }), [b])).toMatchObject([{ refusal: 'equivocator' }])
    const before = market.sent.exchange
    market.run(2_000)
    expect(market.sent.exchange).toBe(before)
  })

  it('passes the next proof on too, when the first is forgotten', () => {
    const market = known(2, { t: 1_500 })
    const [a, b] = market.brokers as [Node, Node]
    const equivocate = (seq: number): void => {
      market.sendOffer(market.offer('eve', { price: 120, seq, validForMs: 1_200 }), [a])
      expect(market.sendOffer(market.offer('eve', { price: 130, seq, validForMs: 1_200 }), [a])).toMatchObject([{ refusal: 'equivocator' }])
      market.run(800)
      expect(market.sendOffer(market.offer('eve', { seq: seq + 1, validForMs: 1_200 }), [b])).toMatchObject([{ refusal: 'equivocator' }])
    }
    equivocate(1)
    // The proof expires, and the table is not yet so long empty that it goes.
    market.run(1_800)
    equivocate(3)
  })

  it('believes no pair that proves nothing', () => {
    const market = known(2)
    const [a, b] = market.brokers as [Node, Node]
    const [first, second] = [market.offer('eve', { seq: 1 }), market.offer('eve', { seq: 2 })]
    const rest = { type: 'exchange', service: market.service, slot: market.slot + 1, offers: [], withdrawals: [] } as const
    market.send(b, a, {
      ...rest,
      equivocations: [
        { first, second },
        { first, second: first },
      ],
    })
    market.run(30)
    expect(market.sendOffer(second, [a])).toMatchObject([{ refusal: null }])
  })

  it('takes the newer word of a trader that answers a half with it', () => {
    const market = known(1)
    const [a] = market.brokers as [Node]
    market.sendOffer(market.offer('ann'))
    const newest = { type: 'withdrawal', withdrawal: market.withdrawal('ann') } as const
    market.send(market.trader('bob'), a, { type: 'superseded', receipt: 'ab'.repeat(16), newest })
    market.run(30)
    expect(market.table(a)).toEqual([])
    expect(market.price(market.trader('ann'), a).state).toMatchObject({ seq: 2, state: 'withdrawn' })
  })
})
