import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AssertionError } from '../base/assert.ts'
import { type Newest, OrderTable, type Placement, type TableOffer } from './order-table.ts'

/** Slow and obvious: every offer ever taken in one list in the order of arrival, sorted anew each time. */
class Model {
  readonly rows: number
  readonly maxValidity: number
  offers: TableOffer[] = []
  words: { peer: string; seq: number; untilMs: number }[] = []

  constructor(rows: number, maxValidity: number) {
    this.rows = rows
    this.maxValidity = maxValidity
  }

  side(side: 'buy' | 'sell'): TableOffer[] {
    const sign = side === 'buy' ? -1 : 1
    return this.offers.filter((offer) => offer.side === side).sort((left, right) => sign * (left.price - right.price))
  }

  newest(peer: string): { seq: number; untilMs: number } | undefined {
    const words = this.words.filter((word) => word.peer === peer)
    if (words.length === 0) return undefined
    return { seq: Math.max(...words.map((word) => word.seq)), untilMs: Math.max(...words.map((word) => word.untilMs)) }
  }

  expire(nowMs: number): void {
    this.offers = this.offers.filter((offer) => offer.validUntil > nowMs)
    this.words = this.words.filter(({ peer }) => (this.newest(peer)?.untilMs ?? 0) > nowMs)
  }

  takeOut(peer: string, accept: (offer: TableOffer) => boolean): TableOffer | undefined {
    const offer = this.offers.find((candidate) => candidate.peer === peer && accept(candidate))
    this.offers = this.offers.filter((candidate) => candidate !== offer)
    return offer
  }

  sendOffer(offer: TableOffer, nowMs: number): Placement<TableOffer> {
    if (offer.validUntil <= nowMs) return { stored: false, reason: 'expired' }
    if (offer.validUntil > nowMs + this.maxValidity) return { stored: false, reason: 'validity' }
    const stale = offer.seq <= (this.newest(offer.peer)?.seq ?? -1)
    this.words.push({ peer: offer.peer, seq: offer.seq, untilMs: offer.validUntil })
    if (stale) return { stored: false, reason: 'stale' }
    const replaced = this.takeOut(offer.peer, () => true)
    this.offers.push(offer)
    const last = this.side(offer.side)[this.rows / 2]
    this.offers = this.offers.filter((candidate) => candidate !== last)
    const out = replaced === undefined ? {} : { replaced }
    if (last === offer) return { stored: false, reason: 'price', ...out }
    return { stored: true, ...out, ...(last !== undefined && { dropped: last }) }
  }

  supersede(peer: string, { seq, untilMs }: Newest, nowMs: number): TableOffer | undefined {
    const older = this.takeOut(peer, (offer) => offer.seq < seq)
    if (untilMs > nowMs || this.newest(peer) !== undefined) this.words.push({ peer, seq, untilMs })
    return older
  }

  clear(): void {
    this.words = []
    this.offers = []
  }

  crossing(): unknown[] {
    const [buys, sells] = [this.side('buy'), this.side('sell')]
    const pairs = buys.slice(0, sells.length).map((buy, index) => ({ buy, sell: sells[index] as TableOffer }))
    const end = pairs.findIndex(({ buy, sell }) => buy.price < sell.price)
    return pairs.slice(0, end < 0 ? pairs.length : end).map(({ buy, sell }) => ({ buy, sell, price: (buy.price + sell.price) / 2 }))
  }
}

const PEERS = ['p', 'q', 'r', 's', 't', 'u', 'v', 'w']
const peer = fc.constantFrom(...PEERS)
const seq = fc.nat(6)
const passMs = fc.nat(30)
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      op: fc.constant('send' as const),
      passMs,
      peer,
      seq,
      side: fc.constantFrom('buy' as const, 'sell' as const),
      price: fc.integer({ min: 1, max: 9 }),
      validForMs: fc.integer({ min: -5, max: 110 }),
    }),
  },
  fc.record({ op: fc.constant('remove' as const), passMs, peer, seq }),
  fc.record({ op: fc.constant('supersede' as const), passMs, peer, seq, validForMs: fc.integer({ min: -5, max: 150 }) }),
  fc.record({ op: fc.constant('expire' as const), passMs: fc.nat(100) }),
  fc.record({ op: fc.constant('clear' as const), passMs }),
)

test('agrees with the model, and gives back the very objects', () => {
  fc.assert(
    fc.property(fc.constantFrom(2, 4, 6, 16), fc.array(step, { maxLength: 80, size: 'max' }), (rows, steps) => {
      const table = new OrderTable({ rows, maxValidity: 100 })
      const model = new Model(rows, 100)
      let nowMs = 1_000
      for (const next of steps) {
        nowMs += next.passMs
        model.expire(nowMs)
        if (next.op === 'send') {
          const offer = { ...next, validUntil: nowMs + next.validForMs }
          const [got, wanted] = [table.sendOffer(offer, nowMs), model.sendOffer(offer, nowMs)]
          expect(got).toStrictEqual(wanted)
          expect(got.replaced).toBe(wanted.replaced)
          expect(got.dropped).toBe(wanted.dropped)
        } else if (next.op === 'remove') {
          const wanted = model.takeOut(next.peer, (offer) => offer.seq === next.seq) !== undefined
          expect(table.remove(next.peer, next.seq, nowMs)).toBe(wanted)
        } else if (next.op === 'supersede') {
          const untilMs = nowMs + next.validForMs
          const wanted = model.supersede(next.peer, { seq: next.seq, untilMs }, nowMs)
          expect(table.supersede(next.peer, { seq: next.seq, untilMs }, nowMs)).toBe(wanted)
        } else if (next.op === 'clear') {
          table.clear()
          model.clear()
        } else table.expire(nowMs)
        const [buys, sells] = [model.side('buy'), model.side('sell')]
        const got = {
          bids: table.bids(nowMs),
          asks: table.asks(nowMs),
          crossing: table.crossing(nowMs),
          prices: table.getPrice(nowMs),
          counts: [table.size, table.remembered],
          peers: PEERS.map((name) => [table.newest(name), table.held(name)]),
        }
        expect(got).toEqual({
          bids: buys,
          asks: sells,
          crossing: model.crossing(),
          prices: { bid: buys[0]?.price ?? 0, ask: sells[0]?.price ?? Number.POSITIVE_INFINITY },
          counts: [model.offers.length, new Set(model.words.map((word) => word.peer)).size],
          peers: PEERS.map((name) => [model.newest(name), model.offers.find((offer) => offer.peer === name)]),
        })
        expect([...got.bids, ...got.asks].every((offer) => model.offers.includes(offer))).toBe(true)
      }
    }),
    { numRuns: 80 },
  )
})

const offer = (changes: Partial<TableOffer>): TableOffer => ({ peer: 'p', seq: 1, side: 'buy', price: 10, validUntil: 1_100, ...changes })

test('a number outlives its offer until the latest validUntil seen', () => {
  const table = new OrderTable({ rows: 2, maxValidity: 1_000 })
  table.sendOffer(offer({ seq: 1, validUntil: 1_900 }), 1_000)
  table.sendOffer(offer({ seq: 2, validUntil: 1_500 }), 1_000)
  expect(table.remove('p', 2, 1_000)).toBe(true)
  expect(table.sendOffer(offer({ seq: 2, validUntil: 1_950 }), 1_899).reason).toBe('stale')
  expect(table.sendOffer(offer({ seq: 2, validUntil: 2_500 }), 1_949).reason).toBe('stale')
  expect(table.newest('p')).toEqual({ seq: 2, untilMs: 2_500 })
  expect(table.sendOffer(offer({ seq: 1, validUntil: 2_600 }), 2_500).stored).toBe(true)
})

test('a tombstone of the same number leaves the offer, a later one takes it, one that has ended is not kept', () => {
  const table = new OrderTable({ rows: 2, maxValidity: 1_000 })
  const held = offer({ seq: 4 })
  table.sendOffer(held, 1_000)
  expect(table.supersede('p', { seq: 4, untilMs: 1_300 }, 1_000)).toBeUndefined()
  expect(table.held('p')).toBe(held)
  expect(table.supersede('p', { seq: 5, untilMs: 1_200 }, 1_000)).toBe(held)
  expect(table.newest('p')).toEqual({ seq: 5, untilMs: 1_300 })
  table.supersede('q', { seq: 1, untilMs: 1_000 }, 1_000)
  expect(table.newest('q')).toBeUndefined()
})

test('a flood of peers pushes out the number that ends first, never one with a row', () => {
  const table = new OrderTable({ rows: 2, maxValidity: 1_000_000 })
  table.sendOffer(offer({ peer: 'held', validUntil: 1_001 }), 1_000)
  for (let index = 0; index < 16_384; index += 1) table.supersede(`p${index}`, { seq: 1, untilMs: 2_000 + index }, 1_000)
  expect(table.remembered).toBe(16_384)
  expect(table.newest('held')).toBeDefined()
  expect(table.newest('p0')).toBeUndefined()
  expect(table.newest('p1')).toBeDefined()
})

test('rows that cannot be halved are our own bug', () => {
  for (const rows of [0, 1, 3, 2.5]) expect(() => new OrderTable({ rows, maxValidity: 1 })).toThrow(AssertionError)
})
