import { expect, test } from 'vitest'
import { limitsOf } from './limits.ts'
import { Neighbours } from './neighbours.ts'

const id = (place: number): string => place.toString(16).padStart(32, '0')
const ids = (...places: number[]): string[] => places.map(id)
const NOW_MS = 1_000_000

/** At place 50, n = 3: lists of 4, links to 2 neighbours each way. */
function neighbours(...linked: number[]): Neighbours {
  const made = new Neighbours(id(50), limitsOf({ nodeId: id(50), n: 3, linkBudget: 14, slotMs: 1_000 }))
  made.setLinked(ids(...linked))
  return made
}

test('lists hold linked peers, and beyond the nearest two what linked neighbours report', () => {
  const around = neighbours(30, 40, 60, 70)
  expect(around.lists()).toEqual({ predecessors: ids(40, 30, 70, 60), successors: ids(60, 70, 30, 40) })
  around.report(id(70), ids(50, 60, 80, 90, 65), NOW_MS)
  around.report(id(30), ids(10, 20, 40, 50), NOW_MS)
  expect(around.lists()).toEqual({ predecessors: ids(40, 30, 20, 10), successors: ids(60, 70, 80, 90) })
  expect(around.firstHand().successors).toEqual(ids(60, 70, 30, 40))
})

test('a candidate is wanted where it would be among the nearest two, and is no entry before it is linked', () => {
  const around = neighbours(30, 40, 60, 70)
  around.suggest(ids(45, 55, 80, 50), { via: id(60), nowMs: NOW_MS })
  expect(around.wanted(() => false)).toEqual(ids(55, 45))
  expect(around.via(id(55))).toEqual([id(60)])
  expect(around.lists().successors).not.toContain(id(55))
  expect([id(45), id(55), id(80), id(20)].map((peer) => around.belongs(peer))).toEqual([true, true, false, false])
  expect(around.expectsNearer(() => false)).toBe(true)
  expect(around.expectsNearer(() => true)).toBe(false)
})

test('nobody waits for a doubtful candidate', () => {
  const around = neighbours()
  around.suggest(ids(51, 52, 53, 54), { via: null, nowMs: NOW_MS })
  const doubtful = new Set(ids(51))
  expect(around.wanted((peer) => doubtful.has(peer)).sort()).toEqual(ids(51, 52, 53, 54))
  expect(around.wanted(() => false).sort()).toEqual(ids(51, 52, 53, 54))
  around.suggest(ids(55, 56, 57), { via: null, nowMs: NOW_MS })
  expect(around.wanted(() => false).sort()).toEqual(ids(51, 52, 56, 57))
  expect(around.wanted((peer) => doubtful.has(peer)).sort()).toEqual(ids(51, 52, 53, 56, 57))
})

test('the word of others ends with a goodbye, with their link, and with time', () => {
  const around = neighbours(30, 40, 60, 70)
  around.report(id(70), ids(80, 90), NOW_MS)
  around.forget(id(80))
  expect(around.lists().successors.slice(0, 3)).toEqual(ids(60, 70, 90))
  around.expire(NOW_MS + 31_000)
  expect(around.lists().successors).not.toContain(id(90))
  around.report(id(70), ids(90), NOW_MS)
  around.setLinked(ids(30, 40, 60, 75))
  around.removeReporter(id(70), NOW_MS)
  expect(around.lists().successors).not.toContain(id(90))
})

test('a peer that cannot be reached counts while two neighbours vouch for it', () => {
  const around = neighbours(30, 40, 60, 70)
  around.report(id(60), ids(55), NOW_MS)
  around.setUnreachable(ids(55))
  expect(around.lists().successors).not.toContain(id(55))
  around.report(id(40), ids(55), NOW_MS)
  expect(around.lists().successors[0]).toBe(id(55))
  around.setUnreachable([])
  expect(around.lists().successors).not.toContain(id(55))
})
