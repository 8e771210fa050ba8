import { expect, test } from 'vitest'
import { RoundTrip } from './round-trip.ts'

test('timeouts follow what answers take, and are never below half a slot', () => {
  const roundTrip = new RoundTrip(1_000)
  expect(roundTrip.timeoutMs()).toBe(2_000)
  for (let count = 0; count < 50; count += 1) roundTrip.add(40)
  expect(roundTrip.timeoutMs()).toBe(500)
  roundTrip.add(3_000)
  expect(roundTrip.timeoutMs()).toBeGreaterThan(2_000)
})

test('a sleep between question and answer, or a clock that was set, is no round trip', () => {
  const roundTrip = new RoundTrip(1_000)
  for (let count = 0; count < 50; count += 1) roundTrip.add(40)
  roundTrip.add(3_600_000)
  roundTrip.add(-3_600_000)
  expect(roundTrip.timeoutMs()).toBe(500)
  expect(roundTrip.meanMs).toBeCloseTo(40)
})
