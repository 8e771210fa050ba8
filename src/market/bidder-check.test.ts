import { expect, test } from 'vitest'
import { checkBidderRequest, MAX_BIDDING_MS } from './bidder-check.ts'

const GOOD = { side: 'buy', limit: 120, quantity: 3, learningRate: 0.5, forMs: 60_000 }

test('a good request passes, and takes the rate of the network when it names none', () => {
  expect(checkBidderRequest(GOOD, 0.1)).toEqual({ ok: true, bidder: GOOD })
  const { learningRate: _, ...rest } = GOOD
  expect(checkBidderRequest(rest, 0.1)).toEqual({ ok: true, bidder: { ...rest, learningRate: 0.1 } })
  expect(checkBidderRequest({ ...GOOD, learningRate: 1, forMs: MAX_BIDDING_MS }, 0.1).ok).toBe(true)
})

test.each([
  ['bidder', null],
  ['bidder', [1]],
  ['speed', { ...GOOD, speed: 1 }],
  ['side', { ...GOOD, side: 'both' }],
  ['limit', { ...GOOD, limit: 0 }],
  ['limit', { ...GOOD, limit: 1.5 }],
  ['limit', { ...GOOD, limit: 2 ** 50 }],
  ['quantity', { ...GOOD, quantity: '3' }],
  ['learningRate', { ...GOOD, learningRate: 0 }],
  ['learningRate', { ...GOOD, learningRate: 1.01 }],
  ['learningRate', { ...GOOD, learningRate: Number.NaN }],
  ['forMs', { ...GOOD, forMs: MAX_BIDDING_MS + 1 }],
  ['forMs', { ...GOOD, forMs: 0 }],
])('%s is named when it is wrong: %o', (field, input) => {
  const checked = checkBidderRequest(input, 0.1)
  expect(checked).toMatchObject({ ok: false, field })
  expect(checked.ok ? '' : checked.message).toMatch(/\.$/)
})
