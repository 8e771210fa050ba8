import { expect, test } from 'vitest'
import { createFault } from './create-fault.ts'
import { populationOf } from './population.ts'
import { TestScene } from './test-scene.ts'

test('of any three neighbours one may go at a time, whatever takes it; more once the ring has mended', () => {
  const scene = new TestScene({ count: 9, n: 3, seed: 1 })
  const population = populationOf(scene)
  const first = population.take(9, (node) => node.crash())
  expect(first.length).toBeGreaterThanOrEqual(2)
  expect(first.length).toBeLessThanOrEqual(3)
  const order = [...scene.nodes].sort((left, right) => (left.nodeId < right.nodeId ? -1 : 1))
  for (const [place, node] of order.entries()) {
    const three = [node, order[(place + 1) % 9], order[(place + 2) % 9]]
    expect(three.filter((one) => one?.running === false).length).toBeLessThanOrEqual(1)
  }
  expect(populationOf(scene).take(9, (node) => node.stop())).toEqual([])
  scene.world.run(10_000)
  expect(population.take(9, (node) => node.stop()).length).toBeGreaterThanOrEqual(1)
})

test('two faults of the network add up, and one that is over leaves the other', () => {
  const scene = new TestScene({ count: 3, n: 3, seed: 1 })
  const { network } = scene.world
  const [a, b] = scene.nodes.map(({ nodeId }) => nodeId) as [string, string]
  network.leastDelayMs = 10
  network.mostDelayMs = 10
  const slow = { extraDelayMs: () => 5 }
  network.disturbances.add(slow).add({ extraDelayMs: (from: string) => (from === a ? 7 : 0) })
  network.disturbances.add({ carries: (from: string) => from !== b })
  expect([network.delayBetweenMs(a, b), network.delayBetweenMs(b, a)]).toEqual([22, 15])
  expect([network.isCarried(a, b), network.isCarried(b, a), network.isReachable(b, a)]).toEqual([true, false, true])
  network.disturbances.delete(slow)
  expect([network.delayBetweenMs(a, b), network.isCarried(b, a)]).toEqual([17, false])
})

test('links that died stay dead when all is healed, and no more die', () => {
  const scene = new TestScene({ count: 5, n: 3, seed: 1 })
  const fault = createFault('link-death', scene)
  fault.begin()
  expect(scene.world.runUntil(() => scene.faults.get('link-death') > 0, 10_000)).toBe(true)
  const dead = scene.world.network.wires().filter(({ deafFirst, deafSecond }) => deafFirst && deafSecond)
  expect(dead.length).toBeGreaterThan(0)
  fault.heal()
  const died = scene.faults.get('link-death')
  expect(dead.every(({ deafFirst, deafSecond }) => deafFirst && deafSecond)).toBe(true)
  scene.world.run(30_000)
  expect(scene.faults.get('link-death')).toBe(died)
})
