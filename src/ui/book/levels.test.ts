import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { MAX_AMOUNT } from '../../market/offer.ts'
import type { BookRow } from '../../trader/command.ts'
import { type BookSide, type Grouping, groupedPrice, groupings, type Level, levelsOf, offerPriceOf } from './levels.ts'

const amount = fc.oneof(fc.integer({ min: 1, max: 3_000 }), fc.integer({ min: 1, max: MAX_AMOUNT }))
const row: fc.Arbitrary<BookRow> = fc.record({
  price: amount,
  quantity: amount,
  peer: fc.constantFrom('me', 'a', 'b', 'c'),
  seq: fc.constant(1),
})
const rows = fc.array(row, { maxLength: 40 })
const books = fc.record({
  bids: rows.map((side) => side.sort((left, right) => right.price - left.price)),
  asks: rows.map((side) => side.sort((left, right) => left.price - right.price)),
})
const grouping = fc.constantFrom<Grouping>(...groupings)
const sides: readonly BookSide[] = ['bids', 'asks']

const sum = (amounts: readonly (bigint | number)[]) => amounts.reduce<bigint>((total, next) => total + BigInt(next), 0n)

test('asks round up and bids round down, by less than a group, to its multiples', () => {
  fc.assert(
    fc.property(amount, grouping, (price, step) => {
      const [up, down] = [groupedPrice('asks', price, step), groupedPrice('bids', price, step)]
      expect([up % BigInt(step), down % BigInt(step)]).toEqual([0n, 0n])
      expect(up >= BigInt(price) && up - BigInt(price) < BigInt(step)).toBe(true)
      expect(down <= BigInt(price) && BigInt(price) - down < BigInt(step)).toBe(true)
    }),
  )
})

test('no quantity, offer or own offer is lost or counted twice, whatever the grouping', () => {
  fc.assert(
    fc.property(books, grouping, (book, step) => {
      const levels = levelsOf(book, 'me', step)
      for (const side of sides) {
        expect(sum(levels[side].map(({ quantity }) => quantity))).toBe(sum(book[side].map(({ quantity }) => quantity)))
        expect(levels[side].reduce((total, { offers }) => total + offers, 0)).toBe(book[side].length)
        const mine = book[side].filter(({ peer }) => peer === 'me').map(({ price }) => groupedPrice(side, price, step))
        expect(levels[side].filter((level) => level.mine).map(({ price }) => price)).toEqual([...new Set(mine)])
      }
    }),
  )
})

test('every level has a price of its own, the best first', () => {
  fc.assert(
    fc.property(books, grouping, (book, step) => {
      const { bids, asks } = levelsOf(book, 'me', step)
      const rises = (prices: readonly bigint[]) => prices.every((price, at) => at === 0 || price > (prices[at - 1] as bigint))
      expect(rises(asks.map(({ price }) => price))).toBe(true)
      expect(rises(bids.map(({ price }) => price).toReversed())).toBe(true)
    }),
  )
})

test('groups of groups are the larger groups', () => {
  fc.assert(
    fc.property(amount, fc.constantFrom<BookSide>(...sides), (price, side) => {
      fc.pre(price < MAX_AMOUNT - 10)
      expect(groupedPrice(side, Number(groupedPrice(side, price, 10)), 1000)).toBe(groupedPrice(side, price, 1000))
    }),
  )
})

test('both depths are on one scale: they only rise, in step with the sums, and the deeper side ends at 1', () => {
  fc.assert(
    fc.property(books, grouping, (book, step) => {
      const { bids, asks } = levelsOf(book, 'me', step)
      const all: Level[] = [...bids, ...asks]
      for (const left of all) {
        expect(left.depth).toBeGreaterThanOrEqual(0)
        for (const right of all) if (left.cumulated <= right.cumulated) expect(left.depth).toBeLessThanOrEqual(right.depth)
      }
      const ends = [bids.at(-1)?.depth ?? 0, asks.at(-1)?.depth ?? 0]
      expect(Math.max(...ends)).toBe(all.length === 0 ? 0 : 1)
    }),
  )
})

test('a click on a level puts a price in the form that may be offered and reaches every offer in the level', () => {
  fc.assert(
    fc.property(books, grouping, (book, step) => {
      const levels = levelsOf(book, 'me', step)
      for (const side of sides) {
        for (const { price } of book[side]) {
          const level = levels[side].find((found) => found.price === groupedPrice(side, price, step)) as Level
          const filled = offerPriceOf(level)
          expect(filled >= 1 && filled <= MAX_AMOUNT).toBe(true)
          expect(side === 'asks' ? filled >= price : filled <= price).toBe(true)
        }
      }
    }),
  )
})

test('an example: grouped by ten, with the own level marked', () => {
  const at = (price: number, quantity: number, peer = 'a') => ({ price, quantity, peer, seq: 1 })
  const { bids, asks } = levelsOf({ bids: [at(1_049, 2), at(1_041, 3, 'me')], asks: [at(1_051, 4), at(1_061, 6)] }, 'me', 10)
  expect(bids).toEqual([{ price: 1_040n, quantity: 5n, cumulated: 5n, depth: 0.5, offers: 2, mine: true }])
  expect(asks.map(({ price, cumulated, depth, mine }) => ({ price, cumulated, depth, mine }))).toEqual([
    { price: 1_060n, cumulated: 4n, depth: 0.4, mine: false },
    { price: 1_070n, cumulated: 10n, depth: 1, mine: false },
  ])
})
