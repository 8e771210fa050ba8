import { expect, it } from 'vitest'
import type { Behaviour } from '../observer.ts'
import { circlesOf, mostSplitMs, oneRing } from './ring-one.ts'
import { TestScene } from './test-scene.ts'

/** Two halves that can never hear each other, and nobody calls it a partition. */
function split(scene: TestScene): void {
  const half = new Set(scene.nodes.filter((_, index) => index % 2 === 0).map(({ nodeId }) => nodeId))
  scene.world.network.carries = (from, to) => half.has(from) === half.has(to)
}

it('names a ring that fell in two and stays so', () => {
  const scene = new TestScene({ count: 8 })
  scene.attach(oneRing)
  scene.join()
  split(scene)
  scene.run(60_000)
  expect(new Set(circlesOf(scene.nodes).values()).size).toBe(2)
  expect(scene.violations.list(), 'they may find each other yet').toEqual([])
  scene.run(mostSplitMs(scene))
  expect(scene.end()).toEqual(['one-ring'])
})

it('says nothing of partitions, nor while the rendezvous is gone', () => {
  const scene = new TestScene({ count: 8 })
  scene.attach(oneRing)
  scene.join()
  scene.world.server.stop()
  split(scene)
  scene.run(mostSplitMs(scene) + 60_000)
  expect(scene.end()).toEqual([])
  scene.world.server.start()
  scene.faults.add('partition')
  scene.run(mostSplitMs(scene) + 60_000)
  expect(scene.end()).toEqual([])
})

it('knows circles from ways that lead to them', () => {
  const scene = new TestScene({ count: 5 }).join()
  const [first] = scene.nodes
  const circles = circlesOf(scene.nodes)
  expect(new Set(circles.values()).size).toBe(1)
  expect(circles.get(first!.nodeId)).toBe(scene.nodes.map(({ nodeId }) => nodeId).sort()[0])
})

it('a peer that hears nothing any more seeks, and is no second ring', () => {
  const scene = new TestScene({ count: 6 })
  scene.attach(oneRing)
  scene.join()
  const deaf: Behaviour = { act: (effects) => effects.filter(({ type }) => type !== 'send') }
  scene.nodes[2]!.behaviour = deaf
  scene.run(30_000)
  expect(scene.end()).toEqual([])
})
