import { BoundedMap } from '../base/bounded.ts'
import type { Id, NodeId } from '../base/identity.ts'
import type { Sizes } from '../base/sizes.ts'
import { closest } from '../ring/closest.ts'
import type { MessageOf } from '../wire/messages.ts'

export type Price = MessageOf<'price'>

/** Peers that were named as members of one set. At the bound the farthest from the service are forgotten, members never. */
export const MAX_NAMED = 256
/** Named strangers are tried again this rarely in the end. */
const MAX_FAILED_MS = 300_000

/**
 * The broker set of one service as the trader knows it: everyone who was named, who answered for it, and who failed.
 *
 * Invariants
 * 1. Members answered for themselves that they broker the service; nobody is a member on another's word (PROTOCOL 3).
 */
export class BrokerSet {
  readonly service: Id
  readonly #n: number
  #named: NodeId[] = []
  /** Who answered, and not gone since; with the last quote. */
  readonly #answered = new Map<NodeId, { readonly price: Price; readonly atMs: number }>()
  /** Who could not be reached, or said that it is no broker: left alone until then, twice as long each time. */
  readonly #failed = new BoundedMap<NodeId, { readonly untilMs: number; readonly waitMs: number }>({ capacity: MAX_NAMED })
  /** Steady time (see Schedule) at which a search for the set ended last; −Infinity: never, or it must be asked for again. */
  confirmedMs = Number.NEGATIVE_INFINITY
  /** Steady time of the last use, for forgetting. */
  usedMs = 0

  constructor(service: Id, n: number) {
    this.service = service
    this.#n = n
  }

  /** See Sized. */
  sizes(): Sizes {
    return { named: this.#named.length, answered: this.#answered.size, failed: this.#failed.size }
  }

  /** The n closest of those who answered, closest first. */
  members(): NodeId[] {
    return closest([...this.#answered.keys()], this.service, this.#n)
  }

  /** The n closest of everyone who was named and did not fail: members, and those to ask. `slow`: who has been asked for long and is not counted on. */
  targets(nowMs: number, slow: ReadonlySet<NodeId> = new Set()): NodeId[] {
    const live = this.#named.filter((peer) => !slow.has(peer) && (this.#failed.get(peer)?.untilMs ?? nowMs) <= nowMs)
    return closest([...live, ...this.#answered.keys()], this.service, this.#n)
  }

  /** The n closest that each of those who answered names: one liar's strangers do not stand before the others' members here. */
  namedByEach(): NodeId[] {
    return [...this.#answered.values()].flatMap(({ price }) => closest(price.members, this.service, this.#n))
  }

  hasAnswered(peer: NodeId): boolean {
    return this.#answered.has(peer)
  }

  /** Quotes of members that came later than `sinceMs`. */
  quotes(sinceMs: number): Price[] {
    return this.members().flatMap((peer) => {
      const answer = this.#answered.get(peer)
      return answer !== undefined && answer.atMs > sinceMs ? [answer.price] : []
    })
  }

  name(peers: readonly NodeId[]): void {
    const known = new Set(this.#named)
    for (const peer of peers) known.add(peer)
    const members = this.members()
    this.#named =
      known.size <= MAX_NAMED ? [...known] : [...new Set([...members, ...closest([...known], this.service, MAX_NAMED)])].slice(0, MAX_NAMED)
  }

  confirm(peer: NodeId, price: Price, nowMs: number): void {
    this.#failed.delete(peer)
    this.#answered.set(peer, { price, atMs: nowMs })
    this.name([peer, ...price.members])
  }

  /** Leaves a peer alone for `waitMs`, or twice as long as the last time. */
  fail(peer: NodeId, waitMs: number, nowMs: number): void {
    this.#answered.delete(peer)
    const before = this.#failed.get(peer)
    const wait = before === undefined ? waitMs : Math.min(MAX_FAILED_MS, Math.max(waitMs, 2 * before.waitMs))
    this.#failed.set(peer, { untilMs: nowMs + wait, waitMs: wait })
  }

  /** After a sleep nothing that was known need still be so: the set is asked for again, and everyone may be tried. */
  wake(): void {
    this.confirmedMs = Number.NEGATIVE_INFINITY
    this.#failed.clear()
  }

  /** There is no room for a link to it: it stays what it is, and who has not answered yet is left alone for a while. */
  rest(peer: NodeId, untilMs: number): void {
    if (!this.#answered.has(peer)) this.#failed.set(peer, { untilMs, waitMs: this.#failed.get(peer)?.waitMs ?? 0 })
  }

  /** Those who failed may be tried again: something changed in the ring. */
  forgive(peers: readonly NodeId[]): void {
    for (const peer of peers) this.#failed.delete(peer)
  }

  /** Keeps the answers of the set only: who is farther than the n closest is no member any more. */
  trim(): void {
    const members = new Set(this.members())
    for (const peer of [...this.#answered.keys()]) if (!members.has(peer)) this.#answered.delete(peer)
  }
}
