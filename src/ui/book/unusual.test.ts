import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { percentApart, unusualIn } from './unusual.ts'

const row = (price: number, peer = 'other') => ({ price, quantity: 1, peer, seq: 1 })
const both = { bids: [row(1_000)], asks: [row(1_100)] }
const seen = { book: both, self: 'me', lastPrice: undefined, decimals: 2 }
const kinds = (side: 'buy' | 'sell', price: number, given: Partial<typeof seen> | { book: null; lastPrice: number } = {}) =>
  unusualIn({ side, price, quantity: 1 }, { ...seen, ...given }).map(({ kind }) => kind)

test('a buy far above the ask and a sell far below the bid are asked about, a near one is not', () => {
  expect(kinds('buy', 1_210)).toEqual([])
  expect(unusualIn({ side: 'buy', price: 1_211, quantity: 1 }, seen)).toEqual([{ kind: 'beyond', price: 2_422n, best: 2_200n }])
  expect(kinds('sell', 900)).toEqual([])
  expect(kinds('sell', 899)).toEqual(['beyond'])
})

test('so is a price more than half away from the middle, from the one side there is, or from the last trade', () => {
  expect(kinds('buy', 525)).toEqual([])
  expect(kinds('buy', 524)).toEqual(['away'])
  expect(kinds('sell', 1_576)).toEqual(['away'])
  expect(kinds('buy', 499, { book: { bids: [row(1_000)], asks: [] } })).toEqual(['away'])
  expect(kinds('buy', 151, { book: null, lastPrice: 100 })).toEqual(['away'])
  expect(kinds('buy', 150, { book: null, lastPrice: 100 })).toEqual([])
})

test('own offers say nothing about the market, and an empty one has no price to be far from', () => {
  expect(kinds('buy', 5_000, { book: { bids: [], asks: [row(10, 'me')] } })).toEqual([])
})

test('a large total is asked about by the whole currency unit', () => {
  const terms = { side: 'sell', price: 1_000, quantity: 10_000 } as const
  expect(unusualIn(terms, seen)).toEqual([])
  expect(unusualIn({ ...terms, quantity: 10_001 }, seen)).toEqual([{ kind: 'large', total: 20_002_000n, bound: 20_000_000n }])
})

test('percents are whole and never say more than it is', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: 10n ** 20n }), fc.bigInt({ min: 1n, max: 10n ** 20n }), (price, other) => {
      const percent = percentApart(price, other)
      const distance = price < other ? other - price : price - other
      expect(percent * other <= distance * 100n && (percent + 1n) * other > distance * 100n).toBe(true)
    }),
  )
})
