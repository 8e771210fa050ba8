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
import { isSame, type NodeId } from '../base/identity.ts'
import type { Sizes } from '../base/sizes.ts'
import { clockwiseFrom, isBetween, sortClockwise } from './id-space.ts'
import type { Limits } from './limits.ts'
import { Reports, without } from './reports.ts'

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
  readonly #reports = new Reports()
  readonly #candidates = new Map<NodeId, { readonly via: NodeId | null; readonly atMs: number }>()
  #direct: readonly NodeId[] = []
  /** What follows from the links alone; made anew when they change. */
  #linked: readonly NodeId[] = []
  #linkedSet: ReadonlySet<NodeId> = new Set()
  #near: readonly NodeId[] = []
  #nearSet: ReadonlySet<NodeId> = new Set()
  #firstHand: Lists = { predecessors: [], successors: [] }
  #pool: readonly NodeId[] | null = null
  #unreachable: readonly NodeId[] = []
  #lists: Lists | null = null
  #spansRing: boolean | null = null

  constructor(self: NodeId, limits: Limits) {
    this.#self = self
    this.#limits = limits
  }

  /** See Sized. */
  sizes(): Sizes {
    return { ...this.#reports.sizes(), candidates: this.#candidates.size }
  }

  /** Takes over which peers have an open direct link: the same array while nothing changed. */
  setLinked(direct: readonly NodeId[]): void {
    if (direct === this.#direct) return
    const isChanged = !isSame(direct, this.#direct)
    this.#direct = direct
    if (!isChanged) return
    this.#linked = clockwiseFrom(this.#self, direct)
    this.#linkedSet = new Set(direct)
    this.#near = this.#nearest()
    this.#nearSet = new Set(this.#near)
    const length = Math.max(this.#limits.listLength, this.#limits.neighboursEachWay)
    this.#firstHand = { predecessors: [...this.#linked].reverse().slice(0, length), successors: this.#linked.slice(0, length) }
    this.#reports.setNear(this.#nearSet)
    for (const id of direct) this.#candidates.delete(id)
    this.#onChange()
  }

  /** Takes over which peers several attempts could not reach, sorted. */
  setUnreachable(peers: readonly NodeId[]): void {
    if (isSame(peers, this.#unreachable)) return
    this.#unreachable = peers
    this.#onChange()
  }

  /** Linked peers in clockwise order. */
  linked(): readonly NodeId[] {
    return this.#linked
  }

  /** A linked peer tells which peers it is linked to; true when that is news. */
  report(reporter: NodeId, ids: readonly NodeId[], nowMs: number): boolean {
    const isNews = this.#reports.set(reporter, without(ids, this.#self), nowMs)
    if (isNews) this.#onChange()
    return isNews
  }

  /** The reporter's link is gone: what it reported is worth a try, no more. */
  removeReporter(reporter: NodeId, nowMs: number): void {
    const ids = this.#reports.of(reporter)
    this.#reports.delete(reporter)
    this.#onChange()
    this.suggest(ids, { via: null, nowMs })
  }

  /** The peer said goodbye or fell silent: nobody's older word counts any more. */
  forget(peer: NodeId): void {
    this.#candidates.delete(peer)
    this.#reports.forget(peer)
    this.#onChange()
  }

  /** Peers that may be alive; `via`: a linked peer that may know the way. */
  suggest(ids: readonly NodeId[], { via, nowMs }: { readonly via: NodeId | null; readonly nowMs: number }): void {
    for (const id of ids) {
      if (id === this.#self || this.#linkedSet.has(id)) continue
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
    if (this.#reports.expire(nowMs - REPORT_PERIODS * this.#limits.slowMs)) this.#onChange()
  }

  /** After a sleep: what was fresh before is fresh still. */
  renew(nowMs: number): void {
    this.#reports.renew(nowMs)
    for (const [id, { via }] of this.#candidates) this.#candidates.set(id, { via, atMs: nowMs })
  }

  lists(): Lists {
    this.#lists ??= this.#derive()
    return this.#lists
  }

  /** The part of the lists that this peer is linked to: what it may tell others as alive. */
  firstHand(): Lists {
    return this.#firstHand
  }

  /** Linked neighbours: the k nearest each way, the nearest two first. */
  near(): readonly NodeId[] {
    return this.#near
  }

  /** Whether the peer is one of them. */
  isNear(peer: NodeId): boolean {
    return this.#nearSet.has(peer)
  }

  /** Whether the peer is, or with a link would be, among the k nearest linked ones of either side. */
  belongs(peer: NodeId): boolean {
    const each = this.#limits.neighboursEachWay
    let before = 0
    let behind = 0
    for (const id of this.#linked) {
      if (id === peer) continue
      if (isBetween(this.#self, id, peer)) before += 1
      else behind += 1
    }
    return before < each || behind < each
  }

  /** Peers to open a neighbour's link to, nearest first. `doubtful` ones are tried as well, without another staying untried for them. */
  wanted(doubtful: (peer: NodeId) => boolean): NodeId[] {
    this.#pool ??= this.#gather()
    const pool = this.#pool
    const linked = this.#linkedSet
    if (pool.length === 0) return []
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
    const reporters = this.#reports.reportersOf(peer)
    const told = this.#candidates.get(peer)?.via
    return told === undefined || told === null ? reporters : [...reporters, told]
  }

  /** Whether the two lists meet, so that every member is known and fingers are not needed. */
  spansRing(): boolean {
    this.#spansRing ??= this.#meets()
    return this.#spansRing
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
    this.#spansRing = null
    this.#pool = null
  }

  #nearest(): NodeId[] {
    const each = this.#limits.neighboursEachWay
    const successors = this.#linked.slice(0, each)
    const predecessors = [...this.#linked].reverse().slice(0, each)
    return [...new Set(successors.flatMap((id, index) => [id, predecessors[index] as NodeId]))]
  }

  /**
   * The ids that {@link wanted} chooses from, in clockwise order with the linked ones among them; none when there is nobody to choose.
   * Behind the k-th linked one of either side nobody is wanted.
   */
  #gather(): readonly NodeId[] {
    const each = this.#limits.neighboursEachWay
    const lastNear = this.#linked[each - 1]
    const firstNear = this.#linked[this.#linked.length - each]
    const isChoice = (id: NodeId): boolean =>
      id !== this.#self &&
      !this.#linkedSet.has(id) &&
      (lastNear === undefined || firstNear === undefined || isBetween(this.#self, id, lastNear) || isBetween(firstNear, id, this.#self))
    const choices = [...this.#candidates.keys(), ...this.#reports.named.keys()].filter(isChoice)
    return choices.length === 0 ? [] : sortClockwise(this.#self, [...this.#linked, ...choices])
  }

  /** Only the neighbours' reports count here: they exchange with us again and again. */
  #derive(): Lists {
    const { listLength, neighboursEachWay } = this.#limits
    const linked = this.#linked
    const lastNear = linked[neighboursEachWay - 1]
    const firstNear = linked[linked.length - neighboursEachWay]
    const hasBeyond = lastNear !== undefined && firstNear !== undefined && linked.length >= 2 * neighboursEachWay
    const added: NodeId[] = []
    for (const [id, reports] of this.#reports.namedByNear) {
      if (this.#linkedSet.has(id)) continue
      const isBeyond = hasBeyond && isBetween(lastNear, id, firstNear)
      if (isBeyond || (reports > 1 && this.#unreachable.includes(id))) added.push(id)
    }
    const known = added.length === 0 ? linked : sortClockwise(this.#self, [...linked, ...added])
    return { predecessors: [...known].reverse().slice(0, listLength), successors: known.slice(0, listLength) }
  }

  #meets(): boolean {
    const { predecessors, successors } = this.lists()
    return successors.length < this.#limits.listLength || successors.some((id) => predecessors.includes(id))
  }
}
