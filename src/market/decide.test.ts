import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type DecidedOffer, type Decision, decide, type Forward } from './decide.ts'

const NOW = 1_000

/** Slow and obvious: what is best is looked for again for every match. */
function model(forwards: readonly Forward<DecidedOffer>[], nowMs: number): Decision<DecidedOffer> {
  const forwarded = forwards.flatMap(({ broker, offers }) => offers.map((offer) => ({ broker, offer })))
  const all = forwarded.filter(({ offer }) => nowMs < offer.validUntil)
  const count = (id: string): number => new Set(all.filter(({ offer }) => offer.id === id).map(({ broker }) => broker)).size
  const contradicts = (left: DecidedOffer, right: DecidedOffer): boolean =>
    left.peer === right.peer && left.seq === right.seq && left.id !== right.id
  const equivocators = new Set(all.filter((one) => all.some((other) => contradicts(one.offer, other.offer))).map(({ offer }) => offer.peer))
  let left = new Map(all.filter(({ offer }) => !equivocators.has(offer.peer)).map(({ offer }) => [offer.id, offer]))
  const isNewest = (offer: DecidedOffer): boolean =>
    [...left.values()].every((other) => other.peer !== offer.peer || other.seq <= offer.seq)
  left = new Map([...left].filter(([, offer]) => isNewest(offer)))
  const beats = (one: DecidedOffer, other: DecidedOffer): boolean => {
    if (one.price !== other.price) return one.side === 'buy' ? one.price > other.price : one.price < other.price
    if (count(one.id) !== count(other.id)) return count(one.id) > count(other.id)
    return one.id < other.id
  }
  const best = (side: string): DecidedOffer | undefined => {
    const offers = [...left.values()].filter((offer) => offer.side === side)
    return offers.find((offer) => offers.every((other) => other === offer || beats(offer, other)))
  }
  const matches = []
  for (;;) {
    const [buy, sell] = [best('buy'), best('sell')]
    if (buy === undefined || sell === undefined || buy.price < sell.price) {
      return { matches, bid: buy?.price ?? 0, ask: sell?.price ?? Number.POSITIVE_INFINITY, equivocators: [...equivocators].sort() }
    }
    matches.push({ buy, sell, price: (buy.price + sell.price) / 2 })
    left.delete(buy.id)
    left.delete(sell.id)
  }
}

/** A small world of offers, so that peers contradict and supersede themselves, and each broker forwards some of them. */
const world = fc
  .array(
    fc.record({
      peer: fc.constantFrom('p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y'),
      seq: fc.nat(30),
      side: fc.constantFrom('buy' as const, 'sell' as const),
      price: fc.integer({ min: 1, max: 8 }),
      validUntil: fc.integer({ min: NOW - 1, max: NOW + 8 }),
    }),
    { minLength: 1, maxLength: 24 },
  )
  .chain((terms) => {
    const ids = fc.shuffledSubarray(
      terms.map((_, index) => `${index}`.padStart(2, '0')),
      { minLength: terms.length },
    )
    return ids.map((names) => terms.map((term, index) => ({ ...term, id: names[index] as string })))
  })
const forwards = world.chain((offers) =>
  fc.array(fc.record({ broker: fc.constantFrom('a', 'b', 'c', 'd'), offers: fc.array(fc.constantFrom(...offers), { maxLength: 16 }) }), {
    maxLength: 5,
  }),
)

test('agrees with the model', () => {
  fc.assert(
    fc.property(forwards, (given) => {
      expect(decide(given, NOW)).toEqual(model(given, NOW))
    }),
    { numRuns: 2_000 },
  )
})

test('the order of forwards and of the offers in them changes nothing', () => {
  fc.assert(
    fc.property(forwards, fc.infiniteStream(fc.nat()), (given, chance) => {
      const shuffled = <T>(values: readonly T[]): T[] => {
        const keyed = values.map((value) => ({ value, key: chance.next().value as number }))
        return keyed.sort((left, right) => left.key - right.key).map(({ value }) => value)
      }
      const other = shuffled(given).map(({ broker, offers }) => ({ broker, offers: shuffled(offers) }))
      expect(decide(other, NOW)).toEqual(decide(given, NOW))
    }),
  )
})

test('nothing trades twice, nor with itself, nor below its limit', () => {
  fc.assert(
    fc.property(forwards, (given) => {
      const { matches, bid, ask } = decide(given, NOW)
      const peers = matches.flatMap(({ buy, sell }) => [buy.peer, sell.peer])
      expect(new Set(peers).size).toBe(peers.length)
      for (const { buy, sell, price } of matches) {
        expect([buy.side, sell.side]).toEqual(['buy', 'sell'])
        expect(sell.price <= price && price <= buy.price).toBe(true)
      }
      expect(bid).toBeLessThan(ask)
    }),
  )
})

const offer = (changes: Partial<DecidedOffer>): DecidedOffer => {
  return { peer: 'p', seq: 1, side: 'buy', price: 10, validUntil: NOW + 1, id: '00', ...changes }
}

test('of equal prices the one that most members forwarded, a member counting once', () => {
  const [few, many] = [offer({ peer: 'p', id: '00' }), offer({ peer: 'q', id: '99' })]
  const sell = offer({ peer: 's', id: '50', side: 'sell' })
  const given = [
    { broker: 'a', offers: [few, few, few, many, sell] },
    { broker: 'a', offers: [few] },
    { broker: 'b', offers: [many] },
  ]
  expect(decide(given, NOW).matches).toEqual([{ buy: many, sell, price: 10 }])
})

test('no forwards, no prices', () => {
  expect(decide([], NOW)).toEqual({ matches: [], bid: 0, ask: Number.POSITIVE_INFINITY, equivocators: [] })
})
