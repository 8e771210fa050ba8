import type { Id, NodeId } from '../base/identity.ts'
import type { Timer } from '../base/schedule.ts'
import { largestSizes, longest, type Sizes } from '../base/sizes.ts'
import type { MarketMessage } from '../wire/messages.ts'
import type { FirstAnswer, TraderPort } from '../wire/port.ts'
import type { Answer, Asks } from './asks.ts'
import { BrokerSet, type Price } from './broker-set.ts'
import { answerMs, FAILED_MS, FIND_MS, FRESH_SET_MS } from './durations.ts'

/** Services whose sets are known at once. At the bound the one unused for longest is forgotten and will be routed to again. */
export const MAX_SETS = 256
/** Peers asked in one search: n at most 32, and room for strangers that liars name. Beyond it the search ends with whoever answered. */
export const MAX_ASKED = 128

/** A peer that enters a set brokers from the next even slot on (PROTOCOL 3); until then it answers `not-broker`. */
const SET_SLOTS = 4
/** Time for links to open, beyond an answer's: named strangers then hold up nobody. */
const PATIENCE_MS = 1_000

/** A search for the set of a service. */
interface Search {
  readonly asked: Set<NodeId>
  readonly waiting: Set<NodeId>
  /** Asked for longer than an answer takes: others are asked beside them, as they may be strangers that a liar named. */
  slow: ReadonlySet<NodeId>
  widening: Timer | null
  /** The routed first request: not needed yet, on its way, or over. */
  routing: 'no' | 'waits' | 'over'
  done: ((members: readonly NodeId[]) => void)[]
  readonly deadline: Timer
  /** Runs from the first member's answer: whoever waits then gets the members so far, and the search goes on. */
  patience: Timer | null
  isImpatient: boolean
}

/**
 * Who brokers what (PROTOCOL 3): routed once, then asked of the members themselves, until nothing closer appears.
 *
 * Invariants
 * 1. One search a service at a time; whoever asks meanwhile shares its end. Every `find` ends exactly once, within FIND_MS.
 * 2. No peer's word alone makes another a member (see {@link BrokerSet}).
 */
export class BrokerDirectory {
  readonly #port: TraderPort
  readonly #asks: Asks
  readonly #inUse: (service: Id) => boolean
  readonly #sets = new Map<Id, BrokerSet>()
  readonly #searches = new Map<Id, Search>()

  /** `inUse`: services with a live offer; their sets are followed as the ring changes. */
  constructor(port: TraderPort, asks: Asks, inUse: (service: Id) => boolean) {
    this.#port = port
    this.#asks = asks
    this.#inUse = inUse
  }

  /** See Sized. */
  sizes(): Sizes {
    const searches = [...this.#searches.values()]
    return {
      sets: this.#sets.size,
      searches: searches.length,
      asked: longest(searches.map(({ asked }) => asked)),
      waiting: longest(searches.map(({ done }) => done)),
      ...largestSizes(this.#sets.values()),
    }
  }

  /** The set as known, closest first; empty when it was never found. */
  members(service: Id): readonly NodeId[] {
    return this.#sets.get(service)?.members() ?? []
  }

  isMember(service: Id, peer: NodeId): boolean {
    return this.members(service).includes(peer)
  }

  /** Quotes of members that came later than `sinceMs`, steady time (see Schedule). */
  quotes(service: Id, sinceMs: number): Price[] {
    return this.#sets.get(service)?.quotes(sinceMs) ?? []
  }

  /** Ends with the set: at once when it was confirmed a moment ago and nothing has changed, else after a search. Empty when nobody answers. */
  find(service: Id, done: (members: readonly NodeId[]) => void): void {
    const set = this.#setOf(service)
    const { steadyMs: nowMs } = this.#port.schedule
    set.usedMs = nowMs
    if (!this.#searches.has(service) && this.#isFresh(set) && set.members().length > 0) return done(set.members())
    this.#search(set, done)
  }

  /** Of a set in use the brokers that are polled tell whom they know, so it stays fresh until they name others. */
  #isFresh(set: BrokerSet): boolean {
    if (this.#inUse(set.service)) return set.confirmedMs > Number.NEGATIVE_INFINITY
    return set.confirmedMs + FRESH_SET_MS > this.#port.schedule.steadyMs
  }

  /** A member answered: its quote, and whom it names. */
  learn(service: Id, from: NodeId, answer: Answer): void {
    const set = this.#sets.get(service)
    if (set === undefined) return
    this.#take(set, from, answer)
    const search = this.#searches.get(service)
    if (search !== undefined) this.#askOn(set, search)
    else this.#follow(set)
  }

  /** This peer did not answer. */
  fail(service: Id, peer: NodeId): void {
    const set = this.#sets.get(service)
    if (set === undefined) return
    this.#miss(set, peer)
    this.#follow(set)
  }

  #miss(set: BrokerSet, peer: NodeId): void {
    const { steadyMs: nowMs } = this.#port.schedule
    if (this.#asks.isFull(peer)) set.rest(peer, nowMs + FAILED_MS)
    else set.fail(peer, FAILED_MS, nowMs)
  }

  /** The ring has changed, as far as this peer knows it. */
  onPeersChanged(): void {
    for (const set of this.#sets.values()) {
      if (!this.#inUse(set.service)) {
        set.confirmedMs = Number.NEGATIVE_INFINITY
        continue
      }
      const near = this.#port.closest(set.service)
      set.forgive(near)
      set.name(near)
      this.#follow(set)
    }
  }

  /** A link that was needed ended; its peer may be gone. Sets that contained it are asked again before they are used. */
  onLinkLost(peer: NodeId): void {
    for (const set of this.#sets.values()) if (set.hasAnswered(peer)) set.confirmedMs = Number.NEGATIVE_INFINITY
  }

  /** After a sleep nothing that was known need still be so. */
  onWake(): void {
    for (const set of this.#sets.values()) set.wake()
  }

  /** Asks for a set in use again when someone closer than its members was named, or a member is missing. */
  #follow(set: BrokerSet): void {
    const { steadyMs: nowMs } = this.#port.schedule
    if (set.targets(nowMs).every((peer) => set.hasAnswered(peer))) return
    set.confirmedMs = Number.NEGATIVE_INFINITY
    if (this.#inUse(set.service)) this.#search(set)
  }

  #search(set: BrokerSet, done?: (members: readonly NodeId[]) => void): void {
    const running = this.#searches.get(set.service)
    if (running !== undefined) {
      if (done === undefined) return
      if (running.isImpatient) done(set.members())
      else running.done.push(done)
      return
    }
    // What the ring knows itself is nobody's word; those farther than the members change nothing.
    const near = this.#port.closest(set.service)
    set.forgive(near)
    set.name(near)
    const deadline = this.#port.schedule.after(FIND_MS, () => this.#end(set))
    const search: Search = {
      asked: new Set(),
      waiting: new Set(),
      slow: new Set(),
      widening: null,
      routing: 'no',
      done: done === undefined ? [] : [done],
      deadline,
      patience: null,
      isImpatient: false,
    }
    this.#searches.set(set.service, search)
    if (set.members().length > 0) this.#askOn(set, search)
    else this.#route(set, search)
  }

  #route(set: BrokerSet, search: Search): void {
    search.routing = 'waits'
    this.#port.firstRequest(set.service, { type: 'get-price', id: 0, service: set.service }, (answer) => this.#routed(set, search, answer))
  }

  /** What the routed request brought is one peer's word: it only says whom to ask. */
  #routed(set: BrokerSet, search: Search, answer: FirstAnswer): void {
    if (this.#searches.get(set.service) !== search) return
    search.routing = 'over'
    if (answer.ok) set.name([answer.from, ...namedBy(answer.message)])
    this.#askOn(set, search)
  }

  #askOn(set: BrokerSet, search: Search): void {
    if (search.routing === 'waits' || this.#searches.get(set.service) !== search) return
    for (const peer of set.targets(this.#port.schedule.steadyMs, search.slow)) this.#ask(set, search, peer)
    search.widening ??= this.#port.schedule.after(answerMs(this.#port.parameters.slot), () => this.#widen(set, search))
    if (search.waiting.size > 0) return
    if (set.members().length === 0 && search.routing === 'no') this.#route(set, search)
    else this.#end(set)
  }

  #ask(set: BrokerSet, search: Search, peer: NodeId): void {
    if (search.asked.has(peer) || search.asked.size >= MAX_ASKED) return
    search.asked.add(peer)
    search.waiting.add(peer)
    const isWanted = (): boolean => this.#searches.get(set.service) === search
    this.#asks.askPatiently(peer, { ask: { type: 'get-price', service: set.service }, isWanted }, (reply) => {
      search.waiting.delete(peer)
      if (reply === null) this.#miss(set, peer)
      else this.#take(set, peer, reply)
      if (reply?.type === 'price') this.#startPatience(set, search)
      this.#askOn(set, search)
    })
  }

  /** Beside those that keep it waiting are asked: the next closest, whom each member names, and whom the ring itself knows to be alive near the service. */
  #widen(set: BrokerSet, search: Search): void {
    if (this.#searches.get(set.service) !== search) return
    search.widening = null
    search.slow = new Set(search.waiting)
    const others = set.members().length === 0 ? this.#port.closest(set.service) : set.namedByEach()
    for (const peer of others) this.#ask(set, search, peer)
    this.#askOn(set, search)
  }

  #startPatience(set: BrokerSet, search: Search): void {
    search.patience ??= this.#port.schedule.after(PATIENCE_MS + answerMs(this.#port.parameters.slot), () => {
      search.isImpatient = true
      this.#tell(set, search)
    })
  }

  #tell(set: BrokerSet, search: Search): void {
    const { done } = search
    search.done = []
    const members = set.members()
    for (const callback of done) callback(members)
  }

  #take(set: BrokerSet, from: NodeId, answer: Answer): void {
    const { steadyMs: nowMs } = this.#port.schedule
    if (answer.type === 'price') set.confirm(from, answer, nowMs)
    else if (answer.type === 'not-broker') {
      set.fail(from, SET_SLOTS * this.#port.parameters.slot, nowMs)
      set.name(answer.members)
    } else set.name(answer.members)
  }

  #end(set: BrokerSet): void {
    const search = this.#searches.get(set.service)
    if (search === undefined) return
    this.#searches.delete(set.service)
    search.deadline.cancel()
    set.trim()
    set.confirmedMs = this.#port.schedule.steadyMs
    search.patience?.cancel()
    search.widening?.cancel()
    this.#tell(set, search)
  }

  #setOf(service: Id): BrokerSet {
    const known = this.#sets.get(service)
    if (known !== undefined) return known
    if (this.#sets.size >= MAX_SETS) this.#forgetOne()
    const set = new BrokerSet(service, this.#port.parameters.n)
    this.#sets.set(service, set)
    return set
  }

  #forgetOne(): void {
    let idlest: BrokerSet | undefined
    for (const set of this.#sets.values()) {
      if (this.#inUse(set.service) || this.#searches.has(set.service)) continue
      if (idlest === undefined || set.usedMs < idlest.usedMs) idlest = set
    }
    if (idlest !== undefined) this.#sets.delete(idlest.service)
  }
}

function namedBy(message: MarketMessage): readonly NodeId[] {
  return message.type === 'price' || message.type === 'not-broker' ? message.members : []
}
