import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  isExchangeSlot,
  nextDecisionMs,
  nextExchangeStartMs,
  nextSlotStartMs,
  setSlot,
  slotEndMs,
  slotNumber,
  slotStartMs,
} from './slot.ts'

const slotMs = fc.integer({ min: 50, max: 60_000 })
/** Any moment, and those at a slot's very border. */
const moment = fc.tuple(slotMs, fc.maxSafeNat(), fc.integer({ min: -1, max: 1 }), fc.boolean()).map(([length, any, offset, atBorder]) => {
  const ms = any % (2 ** 50 - 60_000)
  return { length, ms: atBorder ? Math.max(0, (ms - (ms % length) + offset) as number) : ms }
})

test('a moment lies in its slot, and slots follow each other without a gap', () => {
  fc.assert(
    fc.property(moment, ({ length, ms }) => {
      const slot = slotNumber(ms, length)
      expect(slot).toBe(Number(BigInt(ms) / BigInt(length)))
      expect(slotStartMs(slot, length)).toBeLessThanOrEqual(ms)
      expect(slotEndMs(slot, length)).toBeGreaterThan(ms)
      expect(slotEndMs(slot, length)).toBe(slotStartMs(slot + 1, length))
      expect(nextSlotStartMs(ms, length)).toBe(slotEndMs(slot, length))
      expect(isExchangeSlot(slot)).not.toBe(isExchangeSlot(slot + 1))
    }),
    { numRuns: 1_000 },
  )
})

test('an offer waits for one to three slots from its arrival to the decision', () => {
  fc.assert(
    fc.property(moment, ({ length, ms }) => {
      const exchange = nextExchangeStartMs(ms, length)
      expect(isExchangeSlot(slotNumber(exchange, length))).toBe(true)
      expect(exchange).toBeGreaterThan(ms)
      expect(exchange - ms).toBeLessThanOrEqual(2 * length)
      const decision = nextDecisionMs(exchange, length)
      expect(decision).toBe(exchange + length)
      expect(decision - ms).toBeGreaterThan(length)
      expect(decision - ms).toBeLessThanOrEqual(3 * length)
    }),
    { numRuns: 1_000 },
  )
})

test('the next decision is the end of the exchange that runs or comes', () => {
  expect(nextDecisionMs(0, 1000)).toBe(2000)
  expect(nextDecisionMs(999, 1000)).toBe(2000)
  expect(nextDecisionMs(1000, 1000)).toBe(2000)
  expect(nextDecisionMs(2000, 1000)).toBe(4000)
})

test('odd slots exchange, a set lasts from an even slot to the next', () => {
  expect([0, 1, 2, 3].map(isExchangeSlot)).toEqual([false, true, false, true])
  expect([0, 1, 2, 3].map(setSlot)).toEqual([0, 0, 2, 2])
})
