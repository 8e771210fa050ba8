import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { clockwiseDistance, closestPreceding, fingerStart, isBetween, isBetweenOrAt, sortClockwise } from './id-space.ts'

const CIRCLE = 1n << 128n
/** Small numbers too, so that ids meet and wrap. */
const id = fc
  .oneof(fc.bigInt({ min: 0n, max: 9n }), fc.bigInt({ min: 0n, max: CIRCLE - 1n }))
  .map((value) => value.toString(16).padStart(32, '0'))
const value = (text: string): bigint => BigInt(`0x${text}`)
const steps = (from: string, to: string): bigint => (value(to) - value(from) + CIRCLE) % CIRCLE

describe('the circle of ids', () => {
  test('distance, and what lies between, agree with numbers', () => {
    fc.assert(
      fc.property(id, id, id, (from, middle, to) => {
        const arc = from === to ? CIRCLE : steps(from, to)
        expect(clockwiseDistance(from, to)).toBe(steps(from, to))
        expect(isBetween(from, middle, to)).toBe(middle !== from && steps(from, middle) < arc)
        expect(isBetweenOrAt(from, middle, to)).toBe(middle === to || (middle !== from && steps(from, middle) < arc))
      }),
    )
  })

  test('sorting goes round once from behind self', () => {
    fc.assert(
      fc.property(id, fc.array(id), (self, ids) => {
        const sorted = sortClockwise(self, ids)
        const slow = [...new Set(ids)]
          .filter((other) => other !== self)
          .sort((left, right) => (steps(self, left) < steps(self, right) ? -1 : 1))
        expect(sorted).toEqual(slow)
      }),
    )
  })

  test('closest preceding nodes are strictly between, and come nearest to the target first', () => {
    fc.assert(
      fc.property(id, fc.array(id), id, (self, ids, target) => {
        const found = closestPreceding(self, sortClockwise(self, ids), target)
        const slow = [...new Set(ids)].filter((other) => other !== self && (target === self || steps(self, other) < steps(self, target)))
        expect(found).toEqual(slow.sort((left, right) => (steps(left, target) < steps(right, target) ? -1 : 1)))
      }),
    )
  })

  test('a finger starts 2^i clockwise', () => {
    fc.assert(
      fc.property(id, fc.integer({ min: 0, max: 127 }), (self, exponent) => {
        expect(steps(self, fingerStart(self, exponent))).toBe(1n << BigInt(exponent))
      }),
    )
  })
})
