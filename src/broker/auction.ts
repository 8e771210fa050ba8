import { type Id, isSame, type NodeId } from '../base/identity.ts'
import { type Sizes, sizesOf } from '../base/sizes.ts'
import type { Service } from '../market/service.ts'
import { isExchangeSlot, setSlot } from '../market/slot.ts'
import type { MessageOf } from '../wire/messages.ts'
import { Book } from './book.ts'
import { Decisions } from './decision.ts'
import { Exchange } from './exchange.ts'
import { HandoffReceiver, HandoffSender } from './handoff.ts'
import type { Host } from './host.ts'
import { Receipts } from './receipts.ts'

/** An empty table is kept for so many slots: it may have been announced for an offer that is on its way. */
const EMPTY_SLOTS = 16
/** A jump of more slots than this was a sleep: nobody is blamed for what was not heard in it. */
const SLEEP_SLOTS = 2

/** One service at one broker: its book, and what happens to it from slot to slot. */
export class Auction {
  readonly book: Book
  readonly exchange: Exchange
  readonly receipts: Receipts
  readonly handoffs: HandoffSender
  readonly #decisions: Decisions
  readonly #received: HandoffReceiver
  readonly #host: Host
  /** The set before the present one: who just left may still hand over. */
  #previous: readonly NodeId[] = []
  #emptySince: number
  #decided = 0

  constructor(host: Host, { service, parameters, since }: { service: Id; parameters: Service; since: number }) {
    this.#host = host
    this.book = new Book(host, { service, parameters, since })
    this.book.members = host.port.closest(service)
    this.exchange = new Exchange(host, this.book)
    this.receipts = new Receipts(host, this.book)
    this.handoffs = new HandoffSender(host, this.book, this.receipts)
    this.#decisions = new Decisions(host, this.book)
    this.#received = new HandoffReceiver(host, this.book, this.receipts)
    this.#emptySince = host.slot()
  }

  /** See Sized. */
  sizes(): Sizes {
    const { book, exchange, receipts, handoffs } = this
    return { expected: this.#decisions.size, ...sizesOf({ book, exchange, receipts, handoffs, votes: this.#received }) }
  }

  /** Slots decided. */
  get decided(): number {
    return this.#decided
  }

  get isEmpty(): boolean {
    return this.book.isEmpty && this.receipts.size === 0
  }

  /** True when something of the peer keeps the table from being empty. */
  remembers(peer: NodeId): boolean {
    return this.book.remembers(peer) || this.receipts.remembers(peer)
  }

  /** True when the table has been empty for so long that it may be removed. */
  get isOver(): boolean {
    return this.isEmpty && this.handoffs.isDone && this.#host.slot() >= this.#emptySince + EMPTY_SLOTS
  }

  /** True for a member of the set as it was fixed, or as this peer knows the ring now: neighbours need not have the same view yet. */
  isMember(peer: NodeId): boolean {
    return this.book.members.includes(peer) || this.#host.port.closest(this.book.service).includes(peer)
  }

  /** The slots before `slot` are over: decides what was forwarded in them. */
  decide(slot: number): void {
    for (const { slot: decision, forwards } of this.exchange.due(slot)) {
      if (!this.book.serving) continue
      this.#decisions.make(decision, forwards)
      this.#decided += 1
    }
  }

  /** The present slot is `slot`, and all before it are decided; before it was `before`. Returns the peers whose offers are to be dropped as phantoms. */
  advance(before: number, slot: number): NodeId[] {
    if (!this.isEmpty) this.#emptySince = slot
    if (slot - before > SLEEP_SLOTS) this.#decisions.forgive(slot)
    const phantoms = this.#decisions.isWaiting ? this.#decisions.settle(slot, this.receipts) : []
    if (setSlot(slot) > setSlot(before)) this.#beginRound()
    if (isExchangeSlot(slot) && this.book.serving) this.exchange.send(slot)
    return phantoms
  }

  /** Network time was set back: slots count anew from this one. */
  restart(slot: number): void {
    this.exchange.restart(slot)
    this.#decisions.forgive(Number.POSITIVE_INFINITY)
    this.#emptySince = slot
  }

  /**
   * From a member, or one that just left; a set of one has no other, so it hears anyone. Who has just entered cannot know who left:
   * it hears anyone, but only members vote.
   */
  takeHandoff(from: NodeId, message: MessageOf<'handoff'>): void {
    const isOnly = this.book.serving && this.book.others().length === 0
    if (isOnly || this.isMember(from) || this.#previous.includes(from) || this.#received.isOpen) this.#received.take(from, message)
  }

  /** At an even slot's start: the set is fixed for two slots, votes are counted, what has expired goes. */
  #beginRound(): void {
    const before = this.book.members
    const members = this.#host.port.closest(this.book.service)
    if (!isSame(members, before)) {
      const wasServing = this.book.serving
      this.#previous = before
      this.book.members = members
      if (!wasServing && this.book.serving) this.#received.open()
      this.exchange.membersChanged()
      this.#host.port.changed()
    }
    this.#received.count()
    this.book.sweep()
    this.receipts.sweep()
    this.handoffs.retry()
    this.handoffs.start(this.book.others().filter((member) => !before.includes(member)))
    // Its receipts stay until nobody may ask for them: a broker that forgot its word could give another.
    if (!this.book.serving && this.handoffs.isDone) this.book.forgetAll()
  }
}
