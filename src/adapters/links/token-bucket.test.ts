import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TokenBucket } from './token-bucket.ts'

test('gives the burst at once, then at its rate', () => {
  const bucket = new TokenBucket({ burst: 3, perSecond: 2 }, 1_000)
  expect([1_000, 1_000, 1_000, 1_000].map((nowMs) => bucket.take(nowMs))).toEqual([true, true, true, false])
  expect(bucket.waitMs(1_000)).toBe(500)
  expect(bucket.take(1_499)).toBe(false)
  expect(bucket.waitMs(1_499)).toBe(1)
  expect(bucket.take(1_500)).toBe(true)
  expect(bucket.waitMs(10_000)).toBe(0)
})

test('a long pause gives no more than the burst', () => {
  const bucket = new TokenBucket({ burst: 2, perSecond: 100 }, 0)
  expect([9e9, 9e9, 9e9].map((nowMs) => bucket.take(nowMs))).toEqual([true, true, false])
})

test('a clock that is set back costs only the time since', () => {
  const bucket = new TokenBucket({ burst: 1, perSecond: 1 }, 10_000)
  expect(bucket.take(10_000)).toBe(true)
  expect(bucket.take(0)).toBe(false)
  expect(bucket.take(1_000)).toBe(true)
})

test('never gives more than burst and rate allow, and after its wait always one', () => {
  const rate = fc.record({ burst: fc.integer({ min: 1, max: 30 }), perSecond: fc.integer({ min: 1, max: 50 }) })
  fc.assert(
    fc.property(rate, fc.array(fc.nat(2_000), { maxLength: 100 }), (limits, pauses) => {
      const bucket = new TokenBucket(limits, 0)
      let nowMs = 0
      let taken = 0
      for (const pauseMs of pauses) {
        nowMs += pauseMs
        if (bucket.take(nowMs)) taken += 1
        expect(taken).toBeLessThanOrEqual(limits.burst + (nowMs * limits.perSecond) / 1_000 + 1e-6)
      }
      expect(bucket.take(nowMs + bucket.waitMs(nowMs) + 1)).toBe(true)
    }),
  )
})
