import { expect, test } from 'vitest'
import type { BookRow } from '../trader/command.ts'
import { depthOf, previewOf, qualityOf, spreadOf } from './depth.ts'

const row = (price: number, quantity: number, peer = 'other'): BookRow => ({ price, quantity, peer, seq: 1 })
const book = { bids: [row(100, 5), row(90, 3, 'me')], asks: [row(110, 4), row(120, 12)] }

test('depth adds up from the best price, both sides on one scale', () => {
  const { bids, asks } = depthOf(book, 'me')
  expect(bids.map(({ cumulated, depth, mine }) => ({ cumulated, depth, mine }))).toEqual([
    { cumulated: 5n, depth: 5 / 16, mine: false },
    { cumulated: 8n, depth: 0.5, mine: true },
  ])
  expect(asks.map(({ depth }) => depth)).toEqual([0.25, 1])
  expect(depthOf({ bids: [], asks: [] }, 'me')).toEqual({ bids: [], asks: [] })
})

test('the spread needs both sides', () => {
  expect(spreadOf(book)).toBe(20n)
  expect(spreadOf({ bids: [], asks: book.asks })).toBeUndefined()
})

test('an offer meets the best of the other side at the mean, the smaller quantity', () => {
  expect(previewOf(book, 'me', { side: 'buy', price: 115, quantity: 9 })).toEqual({ price: 112.5, quantity: 4 })
  expect(previewOf(book, 'me', { side: 'sell', price: 99, quantity: 2 })).toEqual({ price: 99.5, quantity: 2 })
  expect(previewOf(book, 'me', { side: 'buy', price: 109, quantity: 9 })).toBeUndefined()
})

test('nobody trades with itself, and better offers are served first', () => {
  const crossed = { bids: [row(130, 1)], asks: [row(80, 1, 'me'), row(110, 1), row(120, 2)] }
  expect(previewOf(crossed, 'me', { side: 'buy', price: 125, quantity: 5 })).toEqual({ price: 122.5, quantity: 2 })
  expect(previewOf(crossed, 'me', { side: 'buy', price: 115, quantity: 5 })).toBeUndefined()
})

test.each([
  [{ answered: 0, agreeing: 0, of: 8 }, 0, 'none'],
  [{ answered: 8, agreeing: 8, of: 8 }, 3001, 'stale'],
  [{ answered: 4, agreeing: 4, of: 8 }, 0, 'few'],
  [{ answered: 5, agreeing: 2, of: 8 }, 0, 'disagree'],
  [{ answered: 5, agreeing: 5, of: 8 }, 3000, 'good'],
  [{ answered: 1, agreeing: 1, of: 1 }, 0, 'good'],
])('brokers %o after %i ms: %s', (answers, ageMs, quality) => {
  expect(qualityOf({ ...book, ...answers, slot: 1, ageMs: 0, trades: [] }, ageMs, 1000)).toBe(quality)
})
