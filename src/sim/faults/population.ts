/**
 * Who may go without breaking what a ring promises. Churn is lawful while at most a third of a set's neighbourhood goes within the time in which
 * the ring notices and mends it (PROTOCOL 8); all faults that take peers away share one count of them.
 */
import type { Scene } from '../run/scene.ts'
import type { SimNode } from '../sim-node.ts'

/** Of the peers of any set's neighbourhood, at most one in so many goes at a time. */
const ONE_IN = 3
/** A silent peer is noticed and replaced after pings and two quiet stabilize periods, which are 5 slots and at least 1 s each. */
const MEND_SLOTS = 10
const LEAST_MEND_MS = 5_000

const populations = new WeakMap<Scene, Population>()

/** The one of this run. */
export function populationOf(scene: Scene): Population {
  const population = populations.get(scene) ?? new Population(scene)
  populations.set(scene, population)
  return population
}

/** So many peers as are a share of all, at least one. */
export function countOf(scene: Scene, share: number): number {
  return Math.max(1, Math.floor(scene.nodes.length * share))
}

class Population {
  readonly #scene: Scene
  readonly #goneMs = new Map<SimNode, number>()

  constructor(scene: Scene) {
    this.#scene = scene
  }

  /** Takes up to `count` peers that are there, chosen by chance, with `go`; of each neighbourhood as many as is lawful. Returns whom it took. */
  take(count: number, go: (node: SimNode) => void): SimNode[] {
    const there = this.#scene.nodes.filter(isThere)
    const taken: SimNode[] = []
    for (const node of this.#scene.rng.sample(there, there.length)) {
      if (taken.length >= count) break
      if (this.let(node, go)) taken.push(node)
    }
    return taken
  }

  /** Takes this peer; false when it is not there, or too many near it went just now. */
  let(node: SimNode, go: (node: SimNode) => void): boolean {
    if (!isThere(node) || !this.#isLawful(node)) return false
    this.#goneMs.set(node, this.#scene.nowMs())
    go(node)
    return true
  }

  /** Every n that are next to each other on the ring, as any of them may be a set: with those who went just now, without those that the ring has forgotten. */
  #isLawful(node: SimNode): boolean {
    const { nodes, world } = this.#scene
    const counted = nodes.filter((other) => isThere(other) || this.#wentJustNow(other))
    const ring = counted.sort((left, right) => (left.nodeId < right.nodeId ? -1 : 1))
    const size = Math.min(world.parameters.n, ring.length)
    const most = Math.max(1, Math.floor(size / ONE_IN))
    const place = ring.indexOf(node)
    for (let first = place - size + 1; first <= place; first += 1) {
      let gone = 1
      for (let step = 0; step < size; step += 1) {
        const other = ring[(first + step + ring.length) % ring.length] as SimNode
        if (other !== node && this.#wentJustNow(other)) gone += 1
      }
      if (gone > most) return false
    }
    return true
  }

  #wentJustNow(node: SimNode): boolean {
    const mendMs = Math.max(LEAST_MEND_MS, MEND_SLOTS * this.#scene.world.parameters.slot)
    return this.#scene.nowMs() - (this.#goneMs.get(node) ?? Number.NEGATIVE_INFINITY) < mendMs
  }
}

/** Running and awake: it can be commanded, and taken away. */
export function isThere(node: SimNode): boolean {
  return node.running && !node.asleep
}
