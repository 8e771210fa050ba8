import { expect, test } from 'vitest'
import { BIDDING_CHOICES, bidderReason, checkBidder, percentText } from './bidder-fields.ts'

const FIELDS = { serviceId: '', side: 'sell', limit: '12.5', quantity: '3', learningRate: '10', forMs: String(BIDDING_CHOICES[0]) } as const

test('what is typed becomes a request in smallest units', () => {
  const bidder = { side: 'sell', limit: 1250, quantity: 3, learningRate: 0.1, forMs: 600_000 }
  expect(checkBidder(FIELDS, 2)).toEqual({ bidder, errors: {} })
  expect(checkBidder({ ...FIELDS, learningRate: '12,5 %' }, 2).bidder?.learningRate).toBe(0.125)
  expect(checkBidder({ ...FIELDS, learningRate: '100' }, 2).bidder?.learningRate).toBe(1)
})

test.each([
  ['limit', { limit: '' }],
  ['limit', { limit: '0' }],
  ['limit', { limit: '1.234' }],
  ['quantity', { quantity: '1.5' }],
  ['learningRate', { learningRate: '0' }],
  ['learningRate', { learningRate: '101' }],
  ['learningRate', { learningRate: 'much' }],
  ['forMs', { forMs: '5' }],
])('%s is told when it is wrong: %o', (name, part) => {
  const { bidder, errors } = checkBidder({ ...FIELDS, ...part }, 2)
  expect(bidder).toBeUndefined()
  expect(Object.keys(errors)).toEqual([name])
})

test('a share is read as percent', () => {
  expect(percentText(0.1)).toBe('10')
  expect(percentText(0.07)).toBe('7')
  expect(percentText(0.125)).toBe('12.5')
})

test('a reason is told by its code, or by its own sentence', () => {
  expect(bidderReason('timeout: No broker answered.')).toBe('nobody answered in time')
  expect(bidderReason('new-thing: Something: new.')).toBe('Something: new.')
})
