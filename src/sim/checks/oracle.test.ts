import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type DecidedOffer, decide } from '../../market/decide.ts'
import { OrderTable } from '../../market/order-table.ts'
import { oraclePairs, possibleMatches, type StandingOffer } from './oracle.ts'

const offersArbitrary = fc
  .array(fc.record({ side: fc.constantFrom('buy' as const, 'sell' as const), price: fc.integer({ min: 1, max: 12 }) }), { maxLength: 12 })
  .map((rows) =>
    rows.map((row, index) => ({ ...row, offerId: `offer${String(index).padStart(2, '0')}`, peer: `peer${index}`, serviceId: 'service' })),
  )

function decided({ offerId, peer, side, price }: StandingOffer): DecidedOffer {
  return { id: offerId, peer, side, price, seq: 1, validUntil: 100 }
}

it('agrees with the decision of a set in which one broker has all offers', () => {
  fc.assert(
    fc.property(offersArbitrary, (offers) => {
      const { matches } = decide([{ broker: 'a', offers: offers.map(decided) }], 50)
      const pairs = oraclePairs(offers).map(({ buy, sell }) => [buy.offerId, sell.offerId])
      expect(pairs).toEqual(matches.map(({ buy, sell }) => [buy.id, sell.id]))
    }),
  )
})

it('finds as many as a table that has room for all shows to cross', () => {
  fc.assert(
    fc.property(offersArbitrary, (offers) => {
      const table = new OrderTable<DecidedOffer>({ rows: 64, maxValidity: 1_000 })
      for (const offer of offers) table.sendOffer(decided(offer), 50)
      expect(possibleMatches(offers)).toBe(2 * table.crossing(50).length)
    }),
  )
})

it('keeps services apart', () => {
  const buy = { offerId: 'a', peer: 'ann', serviceId: 'one', side: 'buy' as const, price: 9 }
  const sell = { offerId: 'b', peer: 'bob', serviceId: 'two', side: 'sell' as const, price: 5 }
  expect(oraclePairs([buy, sell])).toEqual([])
  expect(oraclePairs([buy, { ...sell, serviceId: 'one' }])).toEqual([{ buy, sell: { ...sell, serviceId: 'one' } }])
})
