import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { BookRow } from '../../trader/command.ts'
import { previewOf, type Terms } from './preview.ts'

const row = (price: number, quantity: number, peer: string): BookRow => ({ price, quantity, peer, seq: 1 })
const book = { bids: [row(100, 5, 'a'), row(90, 3, 'me')], asks: [row(110, 4, 'b'), row(120, 12, 'c')] }
const place = { self: 'me', rows: 6 }

test('an offer meets the best of the other side at the mean, the smaller quantity, and the rest is offered again', () => {
  expect(previewOf(book, { side: 'buy', price: 115, quantity: 9 }, place)).toEqual({ kind: 'match', price: 112.5, quantity: 4, rest: 5 })
  expect(previewOf(book, { side: 'sell', price: 99, quantity: 2 }, place)).toEqual({ kind: 'match', price: 99.5, quantity: 2, rest: 0 })
})

test('one that meets nothing waits at its rank, and its own older offer makes place', () => {
  expect(previewOf(book, { side: 'buy', price: 109, quantity: 9 }, place)).toEqual({ kind: 'wait', rank: 1, rows: 3 })
  expect(previewOf(book, { side: 'buy', price: 80, quantity: 9 }, place)).toEqual({ kind: 'wait', rank: 2, rows: 3 })
  expect(previewOf(book, { side: 'sell', price: 120, quantity: 1 }, place)).toEqual({ kind: 'wait', rank: 3, rows: 3 })
})

test('one that is worse than the m/2-th is dropped', () => {
  expect(previewOf(book, { side: 'sell', price: 121, quantity: 1 }, { self: 'me', rows: 4 })).toEqual({
    kind: 'drop',
    rows: 2,
    lastPrice: 120,
  })
})

test('nobody trades with itself, and better offers are served first', () => {
  const crossed = { bids: [row(130, 1, 'a')], asks: [row(80, 1, 'me'), row(110, 1, 'b'), row(120, 2, 'c')] }
  expect(previewOf(crossed, { side: 'buy', price: 125, quantity: 5 }, place)).toMatchObject({ kind: 'match', price: 122.5, quantity: 2 })
  expect(previewOf(crossed, { side: 'buy', price: 115, quantity: 5 }, place)).toMatchObject({ kind: 'wait', rank: 2 })
})

const amount = fc.integer({ min: 1, max: 40 })
const sideRows = (name: string) =>
  fc
    .array(fc.record({ price: amount, quantity: amount }), { maxLength: 12 })
    .map((rows) => rows.map(({ price, quantity }, at) => row(price, quantity, `${name}${at}`)))
const books = fc.record({
  bids: sideRows('b').map((rows) => rows.sort((left, right) => right.price - left.price)),
  asks: sideRows('s').map((rows) => rows.sort((left, right) => left.price - right.price)),
})
const terms: fc.Arbitrary<Terms> = fc.record({ side: fc.constantFrom('buy', 'sell'), price: amount, quantity: amount })

test('by rank alone: the k-th of a side meets the k-th of the other, and who is beyond m/2 is dropped', () => {
  fc.assert(
    fc.property(books, terms, fc.constantFrom(2, 6, 20), (given, offer, rows) => {
      const preview = previewOf(given, offer, { self: 'me', rows })
      const [own, other] = offer.side === 'buy' ? [given.bids, given.asks] : [given.asks, given.bids]
      const ahead = own.filter(({ price }) => (offer.side === 'buy' ? price >= offer.price : price <= offer.price)).length
      const meets = ahead < rows / 2 && other.length > ahead ? other.slice(0, rows / 2)[ahead] : undefined
      const crosses = meets !== undefined && (offer.side === 'buy' ? meets.price <= offer.price : meets.price >= offer.price)
      if (ahead >= rows / 2) expect(preview.kind).toBe('drop')
      else if (!crosses) expect(preview).toEqual({ kind: 'wait', rank: ahead + 1, rows: rows / 2 })
      else {
        const quantity = Math.min(meets.quantity, offer.quantity)
        expect(preview).toEqual({ kind: 'match', price: (meets.price + offer.price) / 2, quantity, rest: offer.quantity - quantity })
      }
    }),
  )
})
