/**
 * How soon the ring is ideal after peers joined. It may take 10 + 2·log2 N fast periods, of which a slot is one; where nothing but joining
 * happens a few are enough: whoever has to wait for a free guest's place, or for a lost signal, takes longer.
 */
import { describe, expect, it } from 'vitest'
import type { SimNode } from './sim-node.ts'
import { SimWorld } from './sim-world.ts'

const PARAMETERS = { network: 'sim', n: 5, f: 3, m: 16, t: 600_000, slot: 1_000, s: 16, p: 0, a: 0.1 }

function startSome(world: SimWorld, count: number, pauseMs: number): void {
  for (let started = 0; started < count; started += 1) {
    world.addNode().start()
    world.run(pauseMs)
  }
}

/** Every node's lists are the true ones, as far as they have to go. */
function isIdeal(nodes: readonly SimNode[]): boolean {
  const sorted = nodes.map((node) => node.nodeId).sort()
  const length = Math.min(PARAMETERS.n - 1, sorted.length - 1)
  return sorted.every((nodeId, place) => {
    const view = nodes.find((node) => node.nodeId === nodeId)?.peer.view()
    if (view?.state !== 'joined') return false
    const around = (step: number): (string | undefined)[] =>
      Array.from({ length }, (_, index) => sorted[(place + step * (index + 1) + sorted.length * length) % sorted.length])
    const holds = (list: readonly string[], ids: readonly (string | undefined)[]): boolean => ids.every((id, index) => list[index] === id)
    return holds(view.successors, around(1)) && holds(view.predecessors, around(-1))
  })
}

const periodsFor = (count: number): number => 10 + 2 * (32 - Math.clz32(count - 1))

function expectIdeal(world: SimWorld, periods: number): void {
  const isInTime = world.runUntil(() => isIdeal(world.nodes), periods * PARAMETERS.slot)
  expect(isInTime, `${world.nodes.length} peers are one ideal ring within ${periods} periods`).toBe(true)
}

describe('Joining', () => {
  it.each([1, 2])('peers that come at 10 a second are in their places as soon as the last has come, seed %i', (seed) => {
    const world = new SimWorld({ seed, parameters: PARAMETERS })
    startSome(world, 60, 100)
    expectIdeal(world, 2)
  })

  it.each([1, 2])('peers that come while the first are still looking for each other stay in one ring, seed %i', (seed) => {
    const world = new SimWorld({ seed, parameters: PARAMETERS })
    startSome(world, 30, 30)
    expectIdeal(world, 4)
  })

  it.each([
    [9, 1],
    [16, 1],
    [16, 2],
    [40, 1],
  ])('%i peers that start at the same instant become one ring, seed %i', (count, seed) => {
    const world = new SimWorld({ seed, parameters: PARAMETERS })
    startSome(world, count, 0)
    expectIdeal(world, periodsFor(count))
  })

  it('a crowd that comes to a ring at once does not wait', () => {
    const world = new SimWorld({ seed: 1, parameters: PARAMETERS })
    startSome(world, 30, 100)
    expectIdeal(world, periodsFor(30))
    startSome(world, 20, 0)
    expectIdeal(world, 3)
  })
})
