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

/** Counted whatever took the peer: a commit that was under way then, and is not on its disk. */
export const WRITE_LOST = 'write-lost'

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
  /** All nodes in the order of the ring. */
  #ring: readonly SimNode[] = []

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
    const { disk } = node
    const before = disk.lost
    go(node)
    if (disk.lost > before) this.#scene.faults.add(WRITE_LOST, disk.lost - before)
    return true
  }

  /** Of every n that are next to each other on the ring, as any of them may be a set. */
  #isLawful(node: SimNode): boolean {
    const { n } = this.#scene.world.parameters
    const after = this.#neighbours(node, 1, n - 1)
    const around = [...this.#neighbours(node, -1, n - 1).reverse(), node, ...after]
    const size = 1 + after.length
    const most = Math.max(1, Math.floor(size / ONE_IN))
    const gone = around.map((other) => other === node || this.#wentJustNow(other))
    return around.every((_, first) => first + size > around.length || gone.slice(first, first + size).filter(Boolean).length <= most)
  }

  /** The next `count` one way round, with those who went just now, without those that the ring has forgotten. */
  #neighbours(node: SimNode, step: 1 | -1, count: number): SimNode[] {
    const ring = this.#sorted()
    const found: SimNode[] = []
    let place = ring.indexOf(node)
    while (found.length < count) {
      place = (place + step + ring.length) % ring.length
      const other = ring[place] as SimNode
      if (other === node) break
      if (isThere(other) || this.#wentJustNow(other)) found.push(other)
    }
    return found
  }

  #sorted(): readonly SimNode[] {
    const { nodes } = this.#scene
    if (this.#ring.length !== nodes.length) this.#ring = [...nodes].sort((left, right) => (left.nodeId < right.nodeId ? -1 : 1))
    return this.#ring
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
