import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AssertionError } from './assert.ts'
import { BoundedMap } from './bounded.ts'

test('agrees with a list of pairs', () => {
  const key = fc.integer({ min: 0, max: 8 })
  const step = fc.oneof(
    fc.record({
      op: fc.constant('set' as const),
      key,
      value: fc.nat(),
      expiresMs: fc.oneof(fc.nat(100), fc.constant(Number.POSITIVE_INFINITY)),
    }),
    fc.record({ op: fc.constant('delete' as const), key }),
    fc.record({ op: fc.constant('expire' as const), nowMs: fc.nat(100) }),
  )
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.array(step), (capacity, steps) => {
      const map = new BoundedMap<number, number>({ capacity })
      let model: { key: number; value: number; expiresMs: number }[] = []
      for (const next of steps) {
        if (next.op === 'set') {
          model = [...model.filter((entry) => entry.key !== next.key), next]
          const evicted = model.length > capacity ? model.shift()?.value : undefined
          expect(map.set(next.key, next.value, next.expiresMs)).toBe(evicted)
        } else if (next.op === 'delete') {
          expect(map.delete(next.key)).toBe(model.some((entry) => entry.key === next.key))
          model = model.filter((entry) => entry.key !== next.key)
        } else {
          map.expire(next.nowMs)
          model = model.filter((entry) => entry.expiresMs > next.nowMs)
        }
        expect(map.keys()).toEqual(model.map((entry) => entry.key))
        expect(map.values()).toEqual(model.map((entry) => entry.value))
        expect(map.size).toBe(model.length)
        for (const entry of model) expect([map.get(entry.key), map.has(entry.key)]).toEqual([entry.value, true])
      }
      map.clear()
      expect([map.size, map.get(0), map.has(0)]).toEqual([0, undefined, false])
    }),
  )
})

test('an entry without a time stays', () => {
  const map = new BoundedMap<string, number>({ capacity: 2 })
  map.set('a', 1)
  map.expire(Number.MAX_SAFE_INTEGER)
  expect(map.get('a')).toBe(1)
})

test('no room for anything is our own bug', () => {
  for (const capacity of [0, -1, 1.5, Number.NaN]) expect(() => new BoundedMap({ capacity })).toThrow(AssertionError)
})
