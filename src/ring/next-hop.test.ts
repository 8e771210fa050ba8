import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { NodeId } from '../base/identity.ts'
import { closest } from './closest.ts'
import { sortClockwise } from './id-space.ts'
import { nextHop, type Query, type Surroundings } from './next-hop.ts'

const id = fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }).map((value) => value.toString(16).padStart(32, '0'))
const ids = fc.uniqueArray(id, { minLength: 2, maxLength: 40 })

/** Links of a ring: one neighbour each way, and whatever else `extra` picks; `covers` as picked too. */
function surroundings(all: readonly NodeId[], self: NodeId, pick: (bound: number) => number): Surroundings {
  const clockwise = sortClockwise(self, all)
  const extra = clockwise.filter(() => pick(6) === 0)
  const linked = sortClockwise(self, [clockwise[0] as NodeId, clockwise[clockwise.length - 1] as NodeId, ...extra])
  return { nodeId: self, linked, covers: () => pick(2) === 0, via: () => clockwise.filter(() => pick(5) === 0) }
}

/** One message's way, with chance deciding what every peer knows and which hop it takes. Gives the number of hops. */
function walk(
  { all, target, kind }: { all: readonly NodeId[]; target: NodeId; kind: Query['kind'] },
  pick: (bound: number) => number,
): number {
  const any = (from: readonly NodeId[]): NodeId => from[pick(from.length)] as NodeId
  let self = any(all)
  let from: NodeId | null = null
  for (let step = 0; step <= 2 * all.length + 2; step += 1) {
    const around = surroundings(all, self, pick)
    const next = nextHop(around, { target, kind, from, hops: Math.max(0, step - 1) })
    if (next.answer) {
      const others = around.linked.filter((peer) => peer !== from)
      if (kind === 'request') expect(closest([...others, self], target, 1)).toEqual([self])
      return step
    }
    if (next.hops.length === 0) {
      expect(kind).not.toBe('request')
      return step
    }
    from = self
    // The originator may begin anywhere.
    self = any(step === 0 && pick(2) === 0 ? all : next.hops)
  }
  throw new Error('went round in a circle')
}

describe('next hop', () => {
  test('whatever each peer knows and whichever hop is taken, a message ends, and a request at the closest', () => {
    const kind = fc.constantFrom<Query['kind'][]>('find', 'request', 'exact')
    const question = fc.record({ all: ids, place: id, kind, chance: fc.infiniteStream(fc.nat()) })
    fc.assert(
      fc.property(question, ({ all, place, kind, chance }) => {
        const pick = (bound: number): number => (chance.next().value as number) % bound
        const target = kind === 'exact' ? (all[pick(all.length)] as NodeId) : place
        expect(walk({ all, target, kind }, pick)).toBeLessThanOrEqual(2 * all.length)
      }),
      { numRuns: 500 },
    )
  })
})
