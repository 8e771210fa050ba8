import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Reports } from './reports.ts'

const PEERS = ['a', 'b', 'c', 'd', 'e']
const peer = fc.constantFrom(...PEERS)
const step = fc.oneof(
  fc.record({ type: fc.constant('set' as const), peer, ids: fc.array(peer, { maxLength: 6 }) }),
  fc.record({ type: fc.constantFrom('delete' as const, 'forget' as const), peer }),
  fc.record({ type: fc.constant('near' as const), near: fc.subarray(PEERS) }),
  fc.record({ type: fc.constant('expire' as const), ageMs: fc.nat(5) }),
)

/** How many of these reporters name each id, counted anew. */
function counted(reports: Reports, reporters: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const reporter of reporters) for (const id of new Set(reports.of(reporter))) counts.set(id, (counts.get(id) ?? 0) + 1)
  return counts
}

test('the counts are those of the reports, whatever happened', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const reports = new Reports()
      let near: readonly string[] = []
      for (const [nowMs, one] of steps.entries()) {
        if (one.type === 'set') reports.set(one.peer, one.ids, nowMs)
        else if (one.type === 'delete') reports.delete(one.peer)
        else if (one.type === 'forget') reports.forget(one.peer)
        else if (one.type === 'expire') reports.expire(nowMs - one.ageMs)
        else if ('near' in one) {
          near = one.near
          reports.setNear(new Set(near))
        }
        expect(new Map(reports.named)).toEqual(counted(reports, PEERS))
        expect(new Map(reports.namedByNear)).toEqual(counted(reports, near))
      }
    }),
  )
})

test('the same report again is no news', () => {
  const reports = new Reports()
  expect([reports.set('a', ['b', 'c'], 1), reports.set('a', ['b', 'c'], 2), reports.set('a', ['c', 'b'], 3)]).toEqual([true, false, true])
  expect([reports.expire(3), reports.expire(4)]).toEqual([false, true])
  expect(reports.of('a')).toEqual([])
})
