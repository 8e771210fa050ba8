import { expect, test } from 'vitest'
import { qualityOf, spreadOf } from './quality.ts'

const row = (price: number) => ({ price, quantity: 1, peer: 'other', seq: 1 })

test('the spread needs both sides', () => {
  expect(spreadOf({ bids: [row(100)], asks: [row(110)] })).toBe(20n)
  expect(spreadOf({ bids: [], asks: [row(110)] })).toBeUndefined()
})

test.each([
  [{ answered: 0, agreeing: 0, of: 8 }, 0, 'none'],
  [{ answered: 8, agreeing: 8, of: 8 }, 3001, 'stale'],
  [{ answered: 4, agreeing: 4, of: 8 }, 0, 'few'],
  [{ answered: 5, agreeing: 2, of: 8 }, 0, 'disagree'],
  [{ answered: 5, agreeing: 5, of: 8 }, 3000, 'good'],
  [{ answered: 1, agreeing: 1, of: 1 }, 0, 'good'],
])('brokers %o after %i ms: %s', (answers, ageMs, quality) => {
  expect(qualityOf(answers, ageMs, 1000)).toBe(quality)
})
