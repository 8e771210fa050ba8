// Faults count what really happened: not what found nobody, or was refused.
import { expect, test } from 'vitest'
import { createFault } from './create-fault.ts'
import { populationOf, WRITE_LOST } from './population.ts'
import { TestScene } from './test-scene.ts'

/** Longer than the longest first pause of these kinds. */
const FIRST_MS = 11_000

test('a jump of the clock of a closed tab is none', () => {
  const scene = new TestScene({ count: 3, seed: 1 })
  for (const node of scene.nodes) node.stop()
  createFault('clock-jump', scene).begin()
  scene.world.run(FIRST_MS)
  expect(
    scene.nodes.some(({ clock }) => clock.offsetMs !== 0),
    'it has jumped',
  ).toBe(true)
  expect(scene.faults.toRecord()).toEqual({})
  for (const node of scene.nodes) node.start()
  scene.world.run(60_000)
  expect(scene.faults.get('clock-jump')).toBeGreaterThan(0)
})

test('commands that are all refused at once are no burst', () => {
  const scene = new TestScene({ count: 3, seed: 1 })
  const [traded] = scene.services
  scene.services[0] = { ...traded!, serviceId: '00' }
  createFault('burst', scene).begin()
  scene.world.run(2 * FIRST_MS)
  expect(scene.faults.toRecord()).toEqual({})
  scene.services[0] = traded!
  scene.world.run(60_000)
  expect(scene.faults.get('burst')).toBeGreaterThan(0)
})

test.each([
  ['while it stores', 1, 1],
  ['after it stored', 10, 0],
])('a peer whose machine dies %s has lost so much', (_when, delayMs, lost) => {
  const scene = new TestScene({ count: 3, seed: 1 })
  const node = scene.nodes[1]!
  scene.world.observers.push({
    stepped(of, _event, effects) {
      if (of !== node || !effects.some(({ type }) => type === 'store')) return
      scene.world.loop.after(delayMs, () => populationOf(scene).let(node, () => node.crash()))
    },
  })
  const { serviceId, service } = scene.services[0]!
  node.command({ type: 'openService', serviceId, service }, () => {})
  expect(scene.world.runUntil(() => !node.running, 10_000)).toBe(true)
  expect(scene.faults.get(WRITE_LOST)).toBe(lost)
})

test('machines die while they store, and come back', () => {
  const scene = new TestScene({ count: 4, seed: 1 })
  scene.trade()
  const fault = createFault('write-lost', scene)
  fault.begin()
  expect(scene.world.runUntil(() => scene.faults.get(WRITE_LOST) > 1, 120_000)).toBe(true)
  fault.heal()
  expect(scene.nodes.every(({ running }) => running)).toBe(true)
})
