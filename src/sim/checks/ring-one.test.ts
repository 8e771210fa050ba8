import { describe, expect, it } from 'vitest'
import type { Behaviour } from '../observer.ts'
import { Counts } from '../run/counts.ts'
import type { Scene } from '../run/scene.ts'
import { Violations } from '../run/violations.ts'
import type { SimNode } from '../sim-node.ts'
import { mostHealingMs } from './ring-ideal.ts'
import { mostCrossingMs, mostSplitMs, oneRing, placesOf } from './ring-one.ts'
import { TestScene } from './test-scene.ts'

/** What was a fault of the start is over. */
const CALM_MS = 40_000

/** Two halves that can never hear each other, and nobody calls it a partition. */
function split(scene: TestScene): void {
  const half = new Set(scene.nodes.filter((_, index) => index % 2 === 0).map(({ nodeId }) => nodeId))
  scene.world.network.carries = (from, to) => half.has(from) === half.has(to)
}

function circles(nodes: readonly SimNode[]): Set<string | null> {
  return new Set([...placesOf(nodes).values()].map(({ circle }) => circle))
}

/** Everyone joined and settled. */
function calm(count: number): TestScene {
  const scene = new TestScene({ count })
  scene.attach(oneRing)
  scene.join().run(CALM_MS)
  return scene
}

describe('a real ring', () => {
  it('that falls in two without a reason is named at once', () => {
    const scene = calm(8)
    split(scene)
    scene.world.runUntil(() => circles(scene.nodes).size > 1, 60_000)
    expect(scene.end()).toEqual([])
    scene.run(mostCrossingMs(scene) + 3_000)
    expect(scene.end()).toEqual(['one-ring'])
  })

  it('that a partition left in two has time to find itself', () => {
    const scene = calm(8)
    const partition = { carries: () => true }
    scene.world.network.disturbances.add(partition)
    split(scene)
    scene.run(60_000)
    expect(circles(scene.nodes).size).toBe(2)
    scene.world.network.disturbances.delete(partition)
    scene.run(mostSplitMs(scene) - 3_000)
    expect(scene.end()).toEqual([])
    scene.run(6_000)
    expect(scene.end()).toEqual(['one-ring'])
  })

  it('may stay in two while the rendezvous is gone', () => {
    const scene = calm(6)
    scene.world.server.stop()
    split(scene)
    scene.run(mostSplitMs(scene) + 60_000)
    expect(scene.end()).toEqual([])
  })

  it('has one circle, by its least member', () => {
    const { nodes } = new TestScene({ count: 5 }).join()
    expect([...circles(nodes)]).toEqual([nodes.map(({ nodeId }) => nodeId).sort()[0]])
  })

  it('a peer of it that says nothing any more is no second one', () => {
    const scene = calm(6)
    const mute: Behaviour = { act: (effects) => effects.filter(({ type }) => type !== 'send') }
    scene.nodes[2]!.behaviour = mute
    scene.run(30_000)
    expect(scene.end()).toEqual([])
  })
})

/** Peers with the successors that they are said to have. */
function drawn(successors: Readonly<Record<string, readonly string[]>>) {
  const nodes = Object.entries(successors).map(([nodeId, list]) => {
    return {
      nodeId,
      running: true,
      asleep: false,
      behaviour: null,
      peer: { view: () => ({ nodeId, state: 'joined', successors: list }) },
    } as unknown as SimNode
  })
  const at = { nowMs: 0 }
  const world = { parameters: { n: 4, slot: 200 }, linkBudget: 16, server: { running: true }, network: { disturbances: new Set() } }
  const rest = { faults: new Counts(), sometimes: new Counts(), violations: new Violations(() => at.nowMs), phase: 'safety' }
  const scene = { world, nodes, ...rest, healedMs: null, nowMs: () => at.nowMs } as unknown as Scene
  const checker = oneRing(scene)
  const run = (ms: number): void => {
    for (const endMs = at.nowMs + ms; at.nowMs < endMs; ) {
      at.nowMs += 1_000
      checker.look?.()
    }
  }
  return { scene, checker, run }
}

describe('a drawn ring', () => {
  it.each([
    ['a peer that no way leads to', { a: ['b'], b: ['c'], c: ['a'], d: ['a'] }, 'd has been joined and on no ring'],
    ['a peer whose successors are all gone', { a: ['b'], b: ['c'], c: ['a'], d: ['x', 'y'] }, 'd has been joined and on no ring'],
  ])('%s is named when it stays so', (_what, successors, said) => {
    const { scene, run } = drawn(successors)
    run(mostHealingMs(scene.world, 4))
    expect(scene.violations.list()).toEqual([])
    run(CALM_MS + 10 * mostSplitMs(scene))
    expect(scene.violations.list()).toHaveLength(1)
    expect(scene.violations.list()[0]?.detail).toContain(said)
  })

  it('a peer that cannot be linked to the one before it has all the time to mend once it can (seeds 1847406995, 1608056603)', () => {
    const { scene, run } = drawn({ a: ['b'], b: ['c'], c: ['a'], d: ['a'] })
    const { disturbances } = scene.world.network
    const apart = { reachable: () => false }
    disturbances.add(apart)
    run(CALM_MS + 10 * mostSplitMs(scene))
    disturbances.delete(apart)
    run(mostHealingMs(scene.world, 4))
    expect(scene.violations.list()).toEqual([])
    run(2_000)
    expect(scene.violations.list()).toHaveLength(1)
  })

  it('of which one skips a peer that is gone is whole', () => {
    const { scene, run } = drawn({ a: ['x', 'b'], b: ['c', 'x'], c: ['a'] })
    run(10 * mostSplitMs(scene))
    expect(scene.violations.list()).toEqual([])
  })

  it('counts a change under churn when its time to mend is over, and none near a partition', () => {
    const { scene, checker, run } = drawn({ a: ['b'], b: ['a'] })
    const judged = (): number => scene.sometimes.get('the changing ring was judged')
    run(CALM_MS)
    checker.lived?.(scene.nodes[0]!, 'stop')
    run(mostHealingMs(scene.world, 2))
    expect(judged()).toBe(0)
    run(2_000)
    expect(judged()).toBe(1)
    scene.world.network.disturbances.add({ carries: () => true })
    run(2_000)
    checker.lived?.(scene.nodes[0]!, 'start')
    scene.world.network.disturbances.clear()
    run(mostHealingMs(scene.world, 2) + 5_000)
    expect(judged()).toBe(1)
  })
})
