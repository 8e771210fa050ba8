/**
 * One service's state at a broker: the order table, and the newest word of every peer with what became of it (PROTOCOL 4, 5).
 *
 * Invariants
 * 1. A peer's number never goes back while it is remembered, whatever comes from whom: a matched or withdrawn offer cannot come back while it could be replayed.
 * 2. A row of the table is the `stored` memory of its peer, and every change of a memory is in the journal.
 * 3. Memories are kept until the latest validUntil of their peer, and some slots more, so that a peer whose offer matched at its last moment can still ask.
 */
import type { Id, NodeId } from '../base/identity.ts'
import { longest, type Sizes } from '../base/sizes.ts'
import type { Offer, Withdrawal } from '../market/offer.ts'
import { OrderTable } from '../market/order-table.ts'
import { RECEIPT_SLOTS } from '../market/receipt.ts'
import type { Service } from '../market/service.ts'
import type { Refusal } from '../wire/market-messages.ts'
import type { Equivocation, Match, Memory, Newest, OfferState } from '../wire/messages.ts'
import { Equivocators } from './equivocators.ts'
import type { Host } from './host.ts'
import { type Decision, newestOf, type TableRecordOf } from './records.ts'

/** A peer's newest word, as the broker remembers it. */
export interface Entry {
  readonly newest: Newest
  readonly peer: NodeId
  state: Memory['state']
  /** Latest validUntil seen from this peer. */
  readonly until: number
  match: Match | null
  /** The match is in a receipt that its trader signed: no decision changes it. */
  proven: boolean
  /** This broker had it from its peer. */
  direct: boolean
  /** Some offer of the peer was ever forwarded, by this broker or another. */
  forwarded: boolean
  readonly order: number
  /** Members that have it, by their acknowledgement or from their own exchange. */
  readonly sentTo: Set<NodeId>
}

/** Where an offer or a withdrawal came from: its own peer, or someone who passed it on. */
export type Source = 'peer' | 'member' | 'other'

/** Peers remembered a service, beyond 2m. At the bound one with a dropped offer is forgotten; without such a new peer is refused (`busy`). */
export const SPARE_MEMORIES = 4096
/** Exchanges in which a piece of news is told to members that did not acknowledge it. */
export const NEWS_TRIES = 3

export class Book {
  readonly service: Id
  readonly parameters: Service
  /** The slot in which this broker took the service on. */
  readonly since: number
  readonly table: OrderTable<Offer>
  readonly equivocators: Equivocators
  /** The set, this broker included while it serves, fixed from one even slot's start to the next. */
  members: readonly NodeId[] = []
  decision: Decision | null = null
  /** Peers whose newest word the other members have not heard, with the tries left. */
  readonly news = new Map<NodeId, number>()
  readonly #host: Host
  readonly #entries = new Map<NodeId, Entry>()
  #kept = false

  constructor(host: Host, { service, parameters, since }: { service: Id; parameters: Service; since: number }) {
    this.#host = host
    this.service = service
    this.parameters = parameters
    this.since = since
    this.equivocators = new Equivocators(host, service)
    this.table = new OrderTable<Offer>({ rows: host.port.parameters.m, maxValidity: host.port.parameters.t })
  }

  /** Peers remembered at once. */
  get capacity(): number {
    return 2 * this.#host.port.parameters.m + SPARE_MEMORIES
  }

  /** See Sized. */
  sizes(): Sizes {
    const told = longest([...this.#entries.values()].map(({ sentTo }) => sentTo))
    const { size: rows, remembered: numbers } = this.table
    return { memories: this.#entries.size, news: this.news.size, told, rows, numbers, proofs: this.equivocators.size }
  }

  /** True while this broker is in the set. */
  get serving(): boolean {
    return this.members.includes(this.#host.port.nodeId)
  }

  /** The other members, in the order of their ids. */
  others(): NodeId[] {
    return this.members.filter((member) => member !== this.#host.port.nodeId).sort()
  }

  /** True when there is nothing that must be remembered. */
  get isEmpty(): boolean {
    return this.#entries.size === 0 && this.equivocators.size === 0
  }

  entry(peer: NodeId): Entry | undefined {
    return this.#entries.get(peer)
  }

  /** True for a peer with a memory, or with a proof against it. */
  remembers(peer: NodeId): boolean {
    return this.#entries.has(peer) || this.equivocators.has(peer)
  }

  /** All memories in order of arrival. */
  entries(): Entry[] {
    return [...this.#entries.values()].sort((left, right) => left.order - right.order)
  }

  /** True when the offer is its peer's newest word here. */
  knows({ peer, id }: Offer): boolean {
    const known = this.#entries.get(peer)
    return known !== undefined && newestOf(known.newest).id === id
  }

  /** True while the peer has a row. */
  trades(peer: NodeId): boolean {
    return this.table.held(peer) !== undefined
  }

  /** What became of a peer's newest word. */
  stateOf(peer: NodeId): OfferState {
    const entry = this.#entries.get(peer)
    // Nobody is told that it is stored before it is.
    if (entry === undefined || (entry.state === 'stored' && !this.#isSure(entry))) return { seq: 0, state: 'unknown', match: null }
    const { seq, validUntil } = newestOf(entry.newest)
    const expired = entry.state === 'stored' && validUntil <= this.#nowMs()
    return { seq, state: expired ? 'expired' : entry.state, match: entry.match }
  }

  /** Why the peer's offers are dropped now, if they are. */
  blocked(peer: NodeId): 'equivocator' | 'phantom' | null {
    if (this.equivocators.has(peer)) return 'equivocator'
    return this.#host.misconduct.isPhantom(peer, this.#nowMs()) ? 'phantom' : null
  }

  /** Takes an offer into the table, or says why not. */
  takeOffer(offer: Offer, source: Source): Refusal | null {
    const blocked = this.blocked(offer.peer)
    if (blocked !== null) return blocked
    const known = this.#entries.get(offer.peer)
    if (known !== undefined) {
      const newest = newestOf(known.newest)
      if (newest.id === offer.id) return this.#again(known, source)
      if (newest.seq === offer.seq && known.newest.type === 'offer') {
        this.equivocation({ first: known.newest.offer, second: offer })
        return 'equivocator'
      }
      if (newest.seq >= offer.seq) return 'stale'
    } else if (this.#isElsewhere(offer.peer)) return 'services-full'
    else if (!this.#hasRoom()) return 'busy'
    const { stored, reason, dropped } = this.table.sendOffer(offer, this.#nowMs())
    if (reason !== undefined && reason !== 'price') return reason
    this.#remember({ type: 'offer', offer }, { state: stored ? 'stored' : 'dropped', source })
    if (dropped !== undefined) this.#drop(dropped, 'price')
    return stored ? null : 'price'
  }

  /** Takes a peer's offer out by its own newer word. */
  takeWithdrawal(withdrawal: Withdrawal, source: Source): Refusal | null {
    const nowMs = this.#nowMs()
    const { peer, seq, id, validUntil } = withdrawal
    const known = this.#entries.get(peer)
    if (known !== undefined) {
      const newest = newestOf(known.newest)
      if (newest.id === id) return this.#again(known, source)
      if (newest.seq >= seq) return 'stale'
    } else if (validUntil <= nowMs) return 'expired'
    else if (this.#isElsewhere(peer)) return 'services-full'
    else if (!this.#hasRoom()) return 'busy'
    if (validUntil - nowMs > this.#host.port.parameters.t) return 'validity'
    this.table.supersede(peer, { seq, untilMs: validUntil }, nowMs)
    this.#remember({ type: 'withdrawal', withdrawal }, { state: 'withdrawn', source })
    return null
  }

  /**
   * The offer is matched: out of the table, and it stays out. `proven`: its trader signed so. Remembered also of a peer that has too many services here:
   * what was decided once must not be decided again.
   */
  conclude(offer: Offer, match: Match, proven: boolean): void {
    const known = this.#entries.get(offer.peer)
    const newest = known && newestOf(known.newest)
    if (known !== undefined && newest?.id === offer.id) {
      if (known.proven) return
      known.state = 'matched'
      known.match = match
      known.proven = proven
      this.news.delete(offer.peer)
      this.table.remove(offer.peer, offer.seq, this.#nowMs())
      return this.#persist(known)
    }
    if (newest !== undefined && newest.seq >= offer.seq) return
    if (known === undefined && !this.#hasRoom()) return
    this.table.supersede(offer.peer, { seq: offer.seq, untilMs: offer.validUntil }, this.#nowMs())
    const entry = this.#remember({ type: 'offer', offer }, { state: 'matched', source: 'other' })
    entry.match = match
    entry.proven = proven
    this.news.delete(offer.peer)
    this.#persist(entry)
  }

  /** Keeps the number of an offer that another says is matched, as dropped: neither held nor forwarded here, and counted when it is forwarded by who knows better. */
  note(offer: Offer): void {
    const nowMs = this.#nowMs()
    const known = this.#entries.get(offer.peer)
    if (known !== undefined && newestOf(known.newest).seq >= offer.seq) return
    if (known === undefined && (this.#isElsewhere(offer.peer) || !this.#hasRoom())) return
    if (offer.validUntil <= nowMs || offer.validUntil - nowMs > this.#host.port.parameters.t) return
    this.table.supersede(offer.peer, { seq: offer.seq, untilMs: offer.validUntil }, nowMs)
    this.#remember({ type: 'offer', offer }, { state: 'dropped', source: 'member' })
  }

  /** An acknowledgement of what is known of a peer is to follow its commit. */
  secure(peer: NodeId): void {
    if (!this.#entries.has(peer)) return
    this.keep()
    this.#host.journal.secure(this.#host.records.memoryKey(this.service, peer))
  }

  /** The disk refused: what was promised to nobody is taken out again. */
  takeBack(offer: Offer): void {
    const entry = this.#entries.get(offer.peer)
    if (entry === undefined || entry.state !== 'stored' || newestOf(entry.newest).id !== offer.id) return
    this.table.remove(offer.peer, offer.seq, this.#nowMs())
    entry.state = 'dropped'
    this.#persist(entry)
  }

  /** The peer is blocked: its row goes. */
  dropPeer(peer: NodeId, reason: Refusal): void {
    const held = this.table.held(peer)
    if (held === undefined) return
    this.table.remove(peer, held.seq, this.#nowMs())
    this.#drop(held, reason)
  }

  /** Two different offers under one number: the peer's offers are dropped for t, and the pair is passed on. */
  equivocation(pair: Equivocation): void {
    if (this.#isElsewhere(pair.first.peer)) return
    const isNew = this.equivocators.add(pair)
    if (isNew || this.equivocators.has(pair.first.peer)) this.keep()
    if (isNew) this.dropPeer(pair.first.peer, 'equivocator')
  }

  /** Lets go what has expired. */
  sweep(): void {
    const nowMs = this.#nowMs()
    const keptMs = (RECEIPT_SLOTS + 2) * this.#host.port.parameters.slot
    this.table.expire(nowMs)
    for (const entry of [...this.#entries.values()]) if (entry.until + keptMs <= nowMs) this.#forget(entry)
    this.equivocators.expire(nowMs)
  }

  /** Lets go everything, on disk too: this broker left the set. The numbers as well: when it comes back, others hand over what lives. */
  forgetAll(): void {
    for (const entry of [...this.#entries.values()]) this.#forget(entry)
    this.table.clear()
    this.equivocators.expire(Number.POSITIVE_INFINITY)
  }

  /** The service itself goes from the disk. */
  erase(): void {
    this.#host.journal.write(this.#host.records.remove(this.#serviceRecord()))
    this.#kept = false
  }

  /** Keeps the last decision over a reload. */
  decided(decision: Decision): void {
    this.decision = decision
    this.#kept = false
    this.keep()
  }

  /** Puts the service itself on disk with the first thing that needs it there, and with all that is promised before it is. */
  keep(): void {
    const { journal, records } = this.#host
    if (this.#kept) return journal.secure(records.serviceKey(this.service))
    this.#kept = true
    journal.write(records.put(this.#serviceRecord()))
  }

  /** From the disk, in order of arrival. What is expired is not taken; false then. */
  restoreMemory({ memory, direct, order }: TableRecordOf<'memory'>): boolean {
    const nowMs = this.#nowMs()
    const { peer, seq } = newestOf(memory.newest)
    if (memory.until <= nowMs || this.#entries.has(peer) || !this.#hasRoom()) return false
    let state = memory.state
    if (state === 'stored' && memory.newest.type === 'offer' && memory.newest.offer.validUntil > nowMs) {
      if (!this.table.sendOffer(memory.newest.offer, nowMs).stored) state = 'dropped'
    } else this.table.supersede(peer, { seq, untilMs: memory.until }, nowMs)
    const { newest, until, match } = memory
    // Whether it was forwarded, and to whom, is not on disk: it is taken for forwarded, and told to everyone once more.
    const rest = { proven: false, forwarded: true, sentTo: new Set<NodeId>() }
    this.#entries.set(peer, { newest, peer, state, until, match, direct, order, ...rest })
    return true
  }

  /** The service is on disk already. */
  restoreKept(decision: Decision | null): void {
    this.#kept = true
    this.decision = decision
  }

  #nowMs(): number {
    return this.#host.port.networkNowMs()
  }

  /** The very same word again: its state is the answer. */
  #again(entry: Entry, source: Source): Refusal | null {
    if (source === 'member') entry.forwarded = true
    if (source === 'peer' && !entry.direct) {
      entry.direct = true
      this.#persist(entry, 'amend')
    } else this.secure(entry.peer)
    if (entry.state === 'dropped') return 'price'
    if (entry.state === 'matched') return 'stale'
    return entry.state === 'stored' && newestOf(entry.newest).validUntil <= this.#nowMs() ? 'expired' : null
  }

  #remember(newest: Newest, { state, source }: { state: Memory['state']; source: Source }): Entry {
    const { peer, validUntil } = newestOf(newest)
    const older = this.#entries.get(peer)
    const forwarded = source === 'member' || older?.forwarded === true
    const entry: Entry = {
      newest,
      peer,
      state,
      until: Math.max(validUntil, older?.until ?? 0),
      match: null,
      proven: false,
      direct: source === 'peer',
      forwarded,
      order: this.#host.nextOrder(),
      sentTo: new Set(),
    }
    this.#entries.set(peer, entry)
    if (forwarded && source !== 'member') this.news.set(peer, NEWS_TRIES)
    else this.news.delete(peer)
    this.#persist(entry)
    return entry
  }

  /** A row was pushed out, or its peer is blocked. */
  #drop(offer: Offer, reason: Refusal): void {
    const entry = this.#entries.get(offer.peer)
    if (entry === undefined || newestOf(entry.newest).id !== offer.id) return
    entry.state = 'dropped'
    this.#persist(entry)
    if (!entry.direct) return
    const { journal, port } = this.#host
    journal.afterCommit(() => port.send(offer.peer, { type: 'notify-drop', offer, reason }))
  }

  /** New here, and remembered in as many other services as a peer may be: one identity must not fill every table. */
  #isElsewhere(peer: NodeId): boolean {
    return !this.remembers(peer) && this.#host.hasTooMany(peer)
  }

  #hasRoom(): boolean {
    if (this.#entries.size < this.capacity) return true
    for (const entry of this.#entries.values()) {
      if (entry.state !== 'dropped') continue
      this.#forget(entry)
      return true
    }
    return false
  }

  #persist(entry: Entry, how: 'write' | 'amend' = 'write'): void {
    this.keep()
    this.#host.journal[how](this.#host.records.put(this.#recordOf(entry)))
    this.#host.port.changed()
  }

  #isSure({ peer }: Entry): boolean {
    return this.#host.journal.isSure(this.#host.records.memoryKey(this.service, peer))
  }

  #recordOf({ newest, state, until, match, direct, order }: Entry): TableRecordOf<'memory'> {
    return { type: 'memory', memory: { newest, state, until, match }, direct, order }
  }

  #serviceRecord(): TableRecordOf<'service'> {
    return { type: 'service', parameters: this.parameters, since: this.since, decision: this.decision }
  }

  #forget(entry: Entry): void {
    const { seq } = newestOf(entry.newest)
    this.table.remove(entry.peer, seq, this.#nowMs())
    this.#entries.delete(entry.peer)
    this.news.delete(entry.peer)
    this.#host.journal.write(this.#host.records.remove(this.#recordOf(entry)))
    this.#host.port.changed()
  }
}
