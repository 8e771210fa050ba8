/**
 * Successor and predecessor lists (Chord IV.E.3; Zave 2017).
 *
 * Invariants
 * 1. An entry is alive to the best of our knowledge: the k nearest each way have an open direct link to us; those beyond were reported
 *    by a linked neighbour that has an open link to them. Reports hold only what the reporter is linked to itself, so the dead
 *    cannot live on in what peers tell each other. Only a peer that several attempts could not reach counts among the k
 *    nearest without a link, while two neighbours report it: not every pair of tabs can connect.
 * 2. Everything else is a candidate: it becomes an entry when a link to it opens, never before (Zave: check that a node lives before adopting it).
 * 3. Lists are functions of links and reports, not a state of their own: a lost link takes its entry with it, and rectify needs no rule of its own.
 */
import type { NodeId } from '../base/identity.ts'
import { longest, type Sizes } from '../base/sizes.ts'
import { isBetween, sortClockwise } from './id-space.ts'
import type { Limits } from './limits.ts'

/** Both lists, nearest first. */
export interface Lists {
  readonly predecessors: readonly NodeId[]
  readonly successors: readonly NodeId[]
}

/** Candidates kept; the oldest is dropped for a new one. */
export const MAX_CANDIDATES = 128
/** A candidate is forgotten after this: whoever lives is heard of again. */
const CANDIDATE_MS = 30_000
/** A report holds for this many slow stabilizations, unless its maker speaks again or its link goes. */
const REPORT_PERIODS = 6
/** Candidates wanted each way at once, in multiples of the neighbours each way. */
const WANTED_FACTOR = 2

export class Neighbours {
  readonly #self: NodeId
  readonly #limits: Limits
  readonly #reports = new Map<NodeId, { readonly ids: readonly NodeId[]; readonly atMs: number }>()
  readonly #candidates = new Map<NodeId, { readonly via: NodeId | null; readonly atMs: number }>()
  #direct: readonly NodeId[] = []
  #linked: readonly NodeId[] = []
  #near: readonly NodeId[] | null = null
  #pool: readonly NodeId[] | null = null
  #unreachable: readonly NodeId[] = []
  #lists: Lists | null = null

  constructor(self: NodeId, limits: Limits) {
    this.#self = self
    this.#limits = limits
  }

  /** See Sized. */
  sizes(): Sizes {
    const reported = longest([...this.#reports.values()].map(({ ids }) => ids))
    return { reports: this.#reports.size, reported, candidates: this.#candidates.size }
  }

  /** Takes over which peers have an open direct link: the same array while nothing changed. */
  setLinked(direct: readonly NodeId[]): void {
    if (direct === this.#direct) return
    this.#direct = direct
    this.#linked = sortClockwise(this.#self, direct)
    for (const id of direct) this.#candidates.delete(id)
    this.#near = null
    this.#onChange()
  }

  /** Takes over which peers several attempts could not reach, sorted. */
  setUnreachable(peers: readonly NodeId[]): void {
    if (peers.length === this.#unreachable.length && peers.every((id, index) => id === this.#unreachable[index])) return
    this.#unreachable = peers
    this.#onChange()
  }

  /** Linked peers in clockwise order. */
  linked(): readonly NodeId[] {
    return this.#linked
  }

  /** A linked peer tells which peers it is linked to; true when that is news. */
  report(reporter: NodeId, ids: readonly NodeId[], nowMs: number): boolean {
    const others = ids.filter((id) => id !== this.#self)
    const before = this.#reports.get(reporter)?.ids
    this.#reports.set(reporter, { ids: others, atMs: nowMs })
    if (before !== undefined && before.length === others.length && before.every((id, index) => id === others[index])) return false
    this.#onChange()
    return true
  }

  /** The reporter's link is gone: what it reported is worth a try, no more. */
  removeReporter(reporter: NodeId, nowMs: number): void {
    const ids = this.#reports.get(reporter)?.ids ?? []
    this.#reports.delete(reporter)
    this.#onChange()
    this.suggest(ids, { via: null, nowMs })
  }

  /** The peer said goodbye or fell silent: nobody's older word counts any more. */
  forget(peer: NodeId): void {
    this.#candidates.delete(peer)
    for (const [reporter, { ids, atMs }] of this.#reports) {
      this.#reports.set(reporter, { ids: ids.filter((id) => id !== peer), atMs })
    }
    this.#onChange()
  }

  /** Peers that may be alive; `via`: a linked peer that may know the way. */
  suggest(ids: readonly NodeId[], { via, nowMs }: { readonly via: NodeId | null; readonly nowMs: number }): void {
    for (const id of ids) {
      if (id === this.#self || this.#linked.includes(id)) continue
      this.#candidates.delete(id)
      if (this.#candidates.size >= MAX_CANDIDATES) this.dropCandidate(this.#candidates.keys().next().value as NodeId)
      this.#candidates.set(id, { via, atMs: nowMs })
    }
    this.#pool = null
  }

  dropCandidate(id: NodeId): void {
    if (this.#candidates.delete(id)) this.#pool = null
  }

  /** Forgets old candidates and reports. */
  expire(nowMs: number): void {
    for (const [id, { atMs }] of this.#candidates) if (nowMs - atMs > CANDIDATE_MS) this.dropCandidate(id)
    for (const [reporter, { atMs }] of this.#reports) {
      if (nowMs - atMs <= REPORT_PERIODS * this.#limits.slowMs) continue
      this.#reports.delete(reporter)
      this.#onChange()
    }
  }

  /** After a sleep: what was fresh before is fresh still. */
  renew(nowMs: number): void {
    for (const [reporter, { ids }] of this.#reports) this.#reports.set(reporter, { ids, atMs: nowMs })
    for (const [id, { via }] of this.#candidates) this.#candidates.set(id, { via, atMs: nowMs })
  }

  lists(): Lists {
    this.#lists ??= this.#derive()
    return this.#lists
  }

  /** The part of the lists that this peer is linked to: what it may tell others as alive. */
  firstHand(): Lists {
    const { listLength, neighboursEachWay } = this.#limits
    const length = Math.max(listLength, neighboursEachWay)
    return { predecessors: [...this.#linked].reverse().slice(0, length), successors: this.#linked.slice(0, length) }
  }

  /** Linked neighbours: the k nearest each way, the nearest two first. */
  near(): readonly NodeId[] {
    this.#near ??= this.#nearest()
    return this.#near
  }

  /** Whether the peer is, or with a link would be, among the k nearest linked ones of either side. */
  belongs(peer: NodeId): boolean {
    const each = this.#limits.neighboursEachWay
    const others = this.#linked.filter((id) => id !== peer)
    const before = others.filter((id) => isBetween(this.#self, id, peer)).length
    return before < each || others.length - before < each
  }

  /** Peers to open a neighbour's link to, nearest first. `doubtful` ones are tried as well, without another staying untried for them. */
  wanted(doubtful: (peer: NodeId) => boolean): NodeId[] {
    this.#pool ??= sortClockwise(this.#self, [...this.#linked, ...this.#candidates.keys(), ...this.#reported()])
    const pool = this.#pool
    const linked = new Set(this.#linked)
    const side = (ids: readonly NodeId[]): NodeId[] => {
      const most = this.#limits.neighboursEachWay
      const wanted: NodeId[] = []
      let sound = 0
      for (const id of ids) {
        if (sound >= most || wanted.length >= WANTED_FACTOR * most) break
        if (!linked.has(id)) wanted.push(id)
        if (linked.has(id) || !doubtful(id)) sound += 1
      }
      return wanted
    }
    const after = side(pool)
    const before = side([...pool].reverse())
    const longest = after.length > before.length ? after : before
    return [...new Set(longest.flatMap((_, index) => [after[index], before[index]].filter((id) => id !== undefined)))]
  }

  /** Whether a link to somebody nearer than the nearest linked one, on either side, is still to be tried. */
  expectsNearer(tried: (peer: NodeId) => boolean): boolean {
    const first = this.#linked[0]
    const last = this.#linked[this.#linked.length - 1]
    if (first === undefined || last === undefined) return true
    return this.wanted(() => false).some((id) => !tried(id) && (isBetween(this.#self, id, first) || isBetween(last, id, this.#self)))
  }

  /** Linked peers that may know the way to an unlinked one: those that reported it, then the one that spoke of it. */
  via(peer: NodeId): NodeId[] {
    const reporters = [...this.#reports].flatMap(([reporter, { ids }]) => (ids.includes(peer) ? [reporter] : []))
    const told = this.#candidates.get(peer)?.via
    return told === undefined || told === null ? reporters.sort() : [...reporters.sort(), told]
  }

  /** Whether the two lists meet, so that every member is known and fingers are not needed. */
  spansRing(): boolean {
    const { predecessors, successors } = this.lists()
    return successors.length < this.#limits.listLength || successors.some((id) => predecessors.includes(id))
  }

  /** Whether the id lies among the lists' entries, so that the members around it are known. */
  covers(id: NodeId): boolean {
    const { predecessors, successors } = this.lists()
    const first = predecessors[predecessors.length - 1]
    const last = successors[successors.length - 1]
    return this.spansRing() || first === undefined || last === undefined || isBetween(first, id, last)
  }

  #onChange(): void {
    this.#lists = null
    this.#pool = null
  }

  #nearest(): NodeId[] {
    const each = this.#limits.neighboursEachWay
    const successors = this.#linked.slice(0, each)
    const predecessors = [...this.#linked].reverse().slice(0, each)
    return [...new Set(successors.flatMap((id, index) => [id, predecessors[index] as NodeId]))]
  }

  *#reported(): Generator<NodeId> {
    for (const { ids } of this.#reports.values()) yield* ids
  }

  /** Only the neighbours' reports count here: they exchange with us again and again. */
  #derive(): Lists {
    const { listLength, neighboursEachWay } = this.#limits
    const linked = this.#linked
    const lastNear = linked[neighboursEachWay - 1]
    const firstNear = linked[linked.length - neighboursEachWay]
    const reports = this.near().map((peer) => this.#reports.get(peer)?.ids ?? [])
    const reported = new Set(reports.flat())
    const isBeyond = (id: NodeId): boolean =>
      lastNear !== undefined && firstNear !== undefined && linked.length >= 2 * neighboursEachWay && isBetween(lastNear, id, firstNear)
    const isVouchedFor = (id: NodeId): boolean => this.#unreachable.includes(id) && reports.filter((ids) => ids.includes(id)).length > 1
    const known = sortClockwise(this.#self, [...linked, ...[...reported].filter((id) => isBeyond(id) || isVouchedFor(id))])
    return { predecessors: [...known].reverse().slice(0, listLength), successors: known.slice(0, listLength) }
  }
}
