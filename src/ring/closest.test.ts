import fc from 'fast-check'
import { expect, test } from 'vitest'
import { closest } from './closest.ts'

const CIRCLE = 1n << 128n
const toId = (place: bigint): string => (((place % CIRCLE) + CIRCLE) % CIRCLE).toString(16).padStart(32, '0')

/** Slow and obvious: all distances, sorted. */
function model(ids: readonly string[], target: string, n: number): string[] {
  const at = BigInt(`0x${target}`)
  const ranked = [...new Set(ids)].map((id) => {
    const clockwise = (BigInt(`0x${id}`) - at + CIRCLE) % CIRCLE
    const counter = (CIRCLE - clockwise) % CIRCLE
    return { id, clockwise: clockwise <= counter, distance: clockwise <= counter ? clockwise : counter }
  })
  ranked.sort((left, right) => {
    if (left.distance !== right.distance) return left.distance < right.distance ? -1 : 1
    return Number(right.clockwise) - Number(left.clockwise)
  })
  return ranked.slice(0, n).map(({ id }) => id)
}

/** Places far apart, and crowded ones around the circle's seam and its half, where ties and wraps are. */
const place = fc.oneof(
  fc.bigInt({ min: 0n, max: CIRCLE - 1n }),
  fc.bigInt({ min: -6n, max: 6n }),
  fc.bigInt({ min: CIRCLE / 2n - 6n, max: CIRCLE / 2n + 6n }),
)

test('agrees with sorting all distances', () => {
  fc.assert(
    fc.property(fc.array(place, { maxLength: 60 }), place, fc.integer({ min: 0, max: 20 }), (places, at, n) => {
      const ids = places.map(toId)
      expect(closest(ids, toId(at), n)).toEqual(model(ids, toId(at), n))
    }),
    { numRuns: 2_000 },
  )
})

test('the order of the ids changes nothing', () => {
  fc.assert(
    fc.property(fc.array(place, { maxLength: 40 }), place, (places, at) => {
      const ids = places.map(toId)
      expect(closest([...ids].sort().reverse(), toId(at), 8)).toEqual(closest(ids, toId(at), 8))
    }),
  )
})

test('takes the clockwise one first, over the seam too', () => {
  const target = toId(0n)
  expect(closest([toId(-1n), toId(1n)], target, 2)).toEqual([toId(1n), toId(-1n)])
  expect(closest([toId(-1n), toId(1n), target, target], target, 3)).toEqual([target, toId(1n), toId(-1n)])
})

test('ten thousand ids, 32 wanted', () => {
  let state = 1n
  const ids = Array.from({ length: 10_000 }, () => {
    state = (state * 6364136223846793005n + 1442695040888963407n) % CIRCLE
    return toId(state)
  })
  for (const target of ids.slice(0, 20)) expect(closest(ids, target, 32)).toEqual(model(ids, target, 32))
})
