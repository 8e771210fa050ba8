import { expect, test } from 'vitest'
import { createFault } from './create-fault.ts'
import { FAULT_KINDS, type FaultKind } from './kinds.ts'
import { TestScene } from './test-scene.ts'

/** Longer than the longest first pause of each kind. */
const SAFETY_MS = 40_000
/** Further, until each has happened: some find nobody that may go at first, or nobody that is just storing. */
const MOST_SAFETY_MS = 300_000

function disturbed(kinds: readonly FaultKind[], seed: number): TestScene {
  const scene = new TestScene({ count: 9, seed })
  const faults = kinds.map((kind) => createFault(kind, scene))
  scene.trade()
  scene.phase = 'safety'
  for (const fault of faults) fault.begin()
  scene.world.run(SAFETY_MS)
  scene.world.runUntil(() => kinds.every((kind) => scene.faults.get(kind) > 0 || kind === 'disk-full'), MOST_SAFETY_MS)
  for (const fault of faults) fault.heal()
  scene.isTrading = false
  scene.phase = 'liveness'
  return scene
}

function expectHealed(scene: TestScene): void {
  for (const { clock, disk, running, asleep } of scene.nodes) {
    expect({ offsetMs: clock.offsetMs, coarseMs: clock.coarseMs, full: disk.full }).toEqual({ offsetMs: 0, coarseMs: 0, full: false })
    expect({ running, asleep }).toEqual({ running: true, asleep: false })
  }
  expect(scene.world.network.disturbances.size).toBe(0)
  expect(scene.world.server.running).toBe(true)
}

/** Kinds that do not hide each other; together all of them. */
const GROUPS: readonly (readonly FaultKind[])[] = [
  ['delay', 'jitter', 'asymmetry', 'link-death', 'half-open'],
  ['unreachable', 'partition', 'server-outage', 'disk-full'],
  ['crash', 'disk-loss', 'disk-damage', 'write-lost', 'sleep'],
  ['churn', 'mass-leave', 'burst'],
  ['clock-offset', 'clock-drift', 'clock-jump', 'hidden-tab', 'throttled-tab'],
]

test('every kind is in a group', () => {
  expect(GROUPS.flat().sort()).toEqual([...FAULT_KINDS].sort())
})

test.each(GROUPS.map((kinds, index) => ({ names: kinds.join(', '), kinds, seed: 100 + index })))(
  '$names happen, are undone, and the ring mends',
  (group) => {
    const scene = disturbed(group.kinds, group.seed)
    expect(group.kinds.filter((kind) => scene.faults.get(kind) === 0)).toEqual([])
    expectHealed(scene)
    expect(scene.becomesRing(120_000), 'the ring is ideal').toBe(true)
    const counts = scene.faults.toRecord()
    scene.world.run(10_000)
    expect(scene.faults.toRecord(), 'nothing happens any more').toEqual(counts)
    expectHealed(scene)
  },
)

test('all kinds at once are undone at once, the ring mends, and the same seed does the same', () => {
  const hashes = [1, 2].map(() => {
    const scene = disturbed(FAULT_KINDS, 7)
    expectHealed(scene)
    expect(FAULT_KINDS.filter((kind) => scene.faults.get(kind) > 0).length).toBeGreaterThan(12)
    expect(scene.becomesRing(120_000)).toBe(true)
    return `${scene.world.trace.hash} ${JSON.stringify(scene.faults.toRecord())}`
  })
  expect(hashes[0]).toBe(hashes[1])
})
