/**
 * Which peers say that they are linked to whom.
 *
 * Invariant: `named` and `namedByNear` hold how many reports, and how many reports of near peers, name an id; never 0. They follow every change at once.
 */
import { isSame, type NodeId } from '../base/identity.ts'
import { longest, type Sizes } from '../base/sizes.ts'

interface Report {
  readonly ids: readonly NodeId[]
  readonly atMs: number
}

export class Reports {
  readonly #reports = new Map<NodeId, Report>()
  readonly #named = new Map<NodeId, number>()
  readonly #namedByNear = new Map<NodeId, number>()
  #near: ReadonlySet<NodeId> = new Set()

  /** See Sized. */
  sizes(): Sizes {
    return { reports: this.#reports.size, reported: longest([...this.#reports.values()].map(({ ids }) => ids)) }
  }

  /** By how many reports each id is named. */
  get named(): ReadonlyMap<NodeId, number> {
    return this.#named
  }

  /** The same, of the near peers' reports alone. */
  get namedByNear(): ReadonlyMap<NodeId, number> {
    return this.#namedByNear
  }

  /** Whose reports count as near ones. */
  setNear(near: ReadonlySet<NodeId>): void {
    this.#near = near
    this.#namedByNear.clear()
    for (const peer of near) for (const id of new Set(this.of(peer))) count(this.#namedByNear, id, 1)
  }

  of(reporter: NodeId): readonly NodeId[] {
    return this.#reports.get(reporter)?.ids ?? []
  }

  /** A report takes the place of the reporter's last; true when it says something else. */
  set(reporter: NodeId, ids: readonly NodeId[], atMs: number): boolean {
    const before = this.#reports.get(reporter)?.ids
    const isNews = before === undefined || !isSame(before, ids)
    this.#reports.set(reporter, { ids: isNews ? ids : before, atMs })
    if (isNews) {
      this.#count(reporter, before ?? [], -1)
      this.#count(reporter, ids, 1)
    }
    return isNews
  }

  delete(reporter: NodeId): void {
    this.#count(reporter, this.of(reporter), -1)
    this.#reports.delete(reporter)
  }

  /** Nobody's older word about this peer counts any more. */
  forget(peer: NodeId): void {
    for (const [reporter, { ids, atMs }] of this.#reports) {
      if (ids.includes(peer)) this.set(reporter, without(ids, peer), atMs)
    }
  }

  /** Forgets reports of before a moment; true when there were some. */
  expire(beforeMs: number): boolean {
    let any = false
    for (const [reporter, { atMs }] of this.#reports) {
      if (atMs >= beforeMs) continue
      this.delete(reporter)
      any = true
    }
    return any
  }

  /** All reports are of now. */
  renew(nowMs: number): void {
    for (const [reporter, { ids }] of this.#reports) this.#reports.set(reporter, { ids, atMs: nowMs })
  }

  /** Who reports this peer, sorted. */
  reportersOf(peer: NodeId): NodeId[] {
    if (!this.#named.has(peer)) return []
    return [...this.#reports].flatMap(([reporter, { ids }]) => (ids.includes(peer) ? [reporter] : [])).sort()
  }

  #count(reporter: NodeId, ids: readonly NodeId[], step: 1 | -1): void {
    const isNear = this.#near.has(reporter)
    for (const id of new Set(ids)) {
      count(this.#named, id, step)
      if (isNear) count(this.#namedByNear, id, step)
    }
  }
}

function count(counts: Map<NodeId, number>, id: NodeId, step: 1 | -1): void {
  const now = (counts.get(id) ?? 0) + step
  if (now === 0) counts.delete(id)
  else counts.set(id, now)
}

/** `ids` without one of them. */
export function without(ids: readonly NodeId[], id: NodeId): readonly NodeId[] {
  return ids.includes(id) ? ids.filter((other) => other !== id) : ids
}
