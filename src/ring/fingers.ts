/**
 * Fingers: shortcuts across the ring (Chord IV.D), fixed by ranges, and opened as links only where they are worth one (PROTOCOL 8).
 * Slot i is for an arc of 2^i ids that begins 2^i clockwise of self. Any linked peer in the arc serves it, whatever its link is for.
 */
import type { Id, NodeId } from '../base/identity.ts'
import type { Sizes } from '../base/sizes.ts'
import type { Context } from './context.ts'
import { fingerStart, ID_BITS, isBetween, isBetweenOrAt } from './id-space.ts'
import type { Neighbours } from './neighbours.ts'
import type { Requests } from './requests.ts'

/** What a lookup found: a node with its lists, nearest first. */
export interface Found {
  readonly node: NodeId
  readonly predecessors: readonly NodeId[]
  readonly successors: readonly NodeId[]
}

/** A shortcut that is known, for the screen. */
export interface FingerView {
  /** The slot's arc begins 2^exponent ids clockwise of self. */
  readonly exponent: number
  readonly start: Id
  /** The first peer at or behind the start, as it was when that was last looked up. */
  readonly peer: NodeId
  /** A direct link to it is open. */
  readonly linked: boolean
}

/** What a slot is for: the ids from `start` on, before `end`. */
interface Arc {
  readonly exponent: number
  readonly start: Id
  readonly end: Id
}

/** Verified slots are verified again one after the other, so many slow periods apart. */
const QUIET_PERIODS = 3

export class Fingers {
  readonly #context: Context
  readonly #neighbours: Neighbours
  readonly #requests: Requests
  /** First peer at or behind the start of the slot's arc, and when that was last confirmed. At most ID_BITS slots. */
  readonly #slots = new Map<number, { readonly owner: NodeId; readonly via: NodeId; readonly atMs: number }>()
  #held: ReadonlySet<NodeId> = new Set()
  /** Arcs from the longest on, made as far as they were ever needed: they depend on this peer's id alone. */
  readonly #allArcs: Arc[] = []
  /** The needed ones of them, while the last known successor is `beyond`. */
  #needed: { readonly beyond: NodeId; readonly arcs: readonly Arc[] } | null = null
  /** Which linked peers lie in each needed arc; both arrays are the same while nothing changed. */
  #served: { readonly linked: readonly NodeId[]; readonly arcs: readonly Arc[]; readonly peers: readonly (readonly NodeId[])[] } | null =
    null
  #tries = 0

  constructor(context: Context, neighbours: Neighbours, requests: Requests) {
    this.#context = context
    this.#neighbours = neighbours
    this.#requests = requests
  }

  /** See Sized. */
  sizes(): Sizes {
    return { slots: this.#slots.size, held: this.#held.size }
  }

  /** Slots whose peer is known, the shortest arc first. */
  view(isLinked: (peer: NodeId) => boolean): FingerView[] {
    const known = this.#neededArcs().flatMap(({ exponent, start }) => {
      const peer = this.#slots.get(exponent)?.owner
      return peer === undefined ? [] : [{ exponent, start, peer, linked: isLinked(peer) }]
    })
    return known.reverse()
  }

  start(): void {
    this.#arm(this.#context.limits.fastMs)
  }

  /** Whether the open link to this peer is kept as a finger. */
  holds(peer: NodeId): boolean {
    return this.#held.has(peer)
  }

  /**
   * Chooses which open links are kept as fingers and gives the peers to open one to, those of the longest arcs first.
   * `isKept`: the link is there for another reason of ours.
   */
  plan(isKept: (peer: NodeId) => boolean): NodeId[] {
    const held = new Set<NodeId>()
    const wanted: NodeId[] = []
    const arcs = this.#neededArcs()
    const peersInArcs = this.#peersIn(arcs)
    for (const [index, arc] of arcs.entries()) {
      if (held.size + wanted.length >= this.#context.limits.ownFingerLinks) break
      const inArc = peersInArcs[index] as readonly NodeId[]
      if (inArc.some(isKept)) continue
      const owner = this.#slots.get(arc.exponent)?.owner
      const kept = inArc.find((id) => this.#held.has(id)) ?? inArc.find((id) => id === owner)
      if (kept !== undefined) held.add(kept)
      else if (inArc.length === 0 && owner !== undefined && isInArc(owner, arc)) wanted.push(owner)
    }
    this.#held = held
    return wanted
  }

  /** Who told of this finger and so may know the way. */
  via(peer: NodeId): NodeId[] {
    return [...this.#slots.values()].flatMap(({ owner, via }) => (owner === peer ? [via] : []))
  }

  /** The peer is gone or cannot be reached: its slots are looked up anew. */
  remove(peer: NodeId): void {
    for (const [exponent, { owner }] of this.#slots) if (owner === peer) this.#slots.delete(exponent)
  }

  /** Any lookup's answer verifies all slots that begin among the nodes it names. */
  learn({ node, predecessors, successors }: Found): void {
    const nodes = [...[...predecessors].reverse(), node, ...successors]
    const nowMs = this.#context.nowMs()
    for (const { exponent, start } of this.#neededArcs()) {
      const owner = nodes.find((id, at) => at > 0 && isBetweenOrAt(nodes[at - 1] as NodeId, start, id))
      if (owner !== undefined && owner !== this.#context.nodeId) this.#slots.set(exponent, { owner, via: node, atMs: nowMs })
    }
    this.#context.touch()
  }

  #arm(delayMs: number): void {
    this.#context.after(delayMs * (0.5 + this.#context.port.rng.float()), () => this.#round())
  }

  #round(): void {
    const { fastMs, slowMs } = this.#context.limits
    const arcs = this.#neededArcs()
    const needed = arcs.map(({ exponent }) => exponent)
    for (const exponent of this.#slots.keys()) if (!needed.includes(exponent)) this.#slots.delete(exponent)
    const missing = needed.filter((exponent) => !this.#slots.has(exponent))
    const oldest = [...needed].sort((left, right) => (this.#slots.get(left)?.atMs ?? 0) - (this.#slots.get(right)?.atMs ?? 0))
    const next = missing.length > 0 ? missing[this.#tries % missing.length] : oldest[0]
    this.#tries += 1
    const target = arcs.find(({ exponent }) => exponent === next)?.start
    if (target !== undefined) this.#fix(target)
    this.#arm(missing.length > 1 && this.#tries % (2 * ID_BITS) < ID_BITS ? fastMs : QUIET_PERIODS * slowMs)
  }

  #fix(target: Id): void {
    this.#requests.ask({ target, body: { type: 'find' } }, (outcome) => {
      if (outcome.ok && outcome.answer.type === 'found') this.learn(outcome.answer)
    })
  }

  /** Arcs that begin behind the successor list, the longest first; none while the lists span the ring. */
  #neededArcs(): readonly Arc[] {
    const { nodeId } = this.#context
    const { successors } = this.#neighbours.lists()
    const beyond = successors[successors.length - 1]
    if (beyond === undefined || this.#neighbours.spansRing()) return []
    if (this.#needed?.beyond !== beyond) {
      let count = 0
      while (count < ID_BITS && isBetween(beyond, this.#arc(count).start, nodeId)) count += 1
      const isSame = this.#needed?.arcs.length === count
      this.#needed = { beyond, arcs: isSame ? (this.#needed?.arcs ?? []) : this.#allArcs.slice(0, count) }
    }
    return this.#needed.arcs
  }

  /** The arc at a place of the list, the longest at 0. */
  #arc(index: number): Arc {
    const { nodeId } = this.#context
    const known = this.#allArcs[index]
    if (known !== undefined) return known
    const exponent = ID_BITS - 1 - index
    const arc: Arc = { exponent, start: fingerStart(nodeId, exponent), end: index === 0 ? nodeId : this.#arc(index - 1).start }
    this.#allArcs.push(arc)
    return arc
  }

  #peersIn(arcs: readonly Arc[]): readonly (readonly NodeId[])[] {
    const linked = this.#neighbours.linked()
    if (this.#served?.linked !== linked || this.#served.arcs !== arcs) {
      this.#served = { linked, arcs, peers: arcs.map((arc) => linked.filter((id) => isInArc(id, arc))) }
    }
    return this.#served.peers
  }
}

function isInArc(id: NodeId, { start, end }: Arc): boolean {
  return id === start || isBetween(start, id, end)
}
