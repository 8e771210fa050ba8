import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nextPrice } from './bidder.ts'
import { MAX_AMOUNT } from './offer.ts'

const EMPTY = { bid: 0, ask: Number.POSITIVE_INFINITY }

test('goes a part of the way from the best price to its limit, rounded in its own favour', () => {
  expect(nextPrice({ side: 'buy', limit: 200, rate: 0.1 }, { bid: 90, ask: 100 })).toBe(110)
  expect(nextPrice({ side: 'sell', limit: 50, rate: 0.1 }, { bid: 100, ask: 120 })).toBe(95)
  expect(nextPrice({ side: 'buy', limit: 104, rate: 0.5 }, { bid: 0, ask: 101 })).toBe(102)
  expect(nextPrice({ side: 'sell', limit: 101, rate: 0.5 }, { bid: 104, ask: 200 })).toBe(103)
})

test('stays at its limit when the best price is beyond it, and opens with it on an empty side', () => {
  expect(nextPrice({ side: 'buy', limit: 80, rate: 0.1 }, { bid: 0, ask: 100 })).toBe(80)
  expect(nextPrice({ side: 'sell', limit: 120, rate: 0.1 }, { bid: 100, ask: 110 })).toBe(120)
  expect(nextPrice({ side: 'buy', limit: 80, rate: 0.1 }, { ...EMPTY, bid: 10 })).toBe(80)
  expect(nextPrice({ side: 'sell', limit: 80, rate: 0.1 }, { ...EMPTY, ask: 10 })).toBe(80)
})

test('is a price that can be offered, never beyond the limit, and meets the other side where it may', () => {
  const amount = fc.oneof(fc.integer({ min: 1, max: MAX_AMOUNT }), fc.integer({ min: 1, max: 50 }))
  const rate = fc.double({ min: 0, minExcluded: true, max: 1, noNaN: true })
  fc.assert(
    fc.property(amount, amount, rate, (limit, best, a) => {
      const buy = nextPrice({ side: 'buy', limit, rate: a }, { bid: 0, ask: best })
      const sell = nextPrice({ side: 'sell', limit, rate: a }, { bid: best, ask: Number.POSITIVE_INFINITY })
      for (const price of [buy, sell]) expect(Number.isInteger(price) && price >= 1 && price <= MAX_AMOUNT).toBe(true)
      expect(buy).toBeLessThanOrEqual(limit)
      expect(sell).toBeGreaterThanOrEqual(limit)
      if (limit >= best) expect(buy).toBeGreaterThanOrEqual(best)
      if (limit <= best) expect(sell).toBeLessThanOrEqual(best)
    }),
    { numRuns: 2_000 },
  )
})
