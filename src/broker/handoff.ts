/**
 * A set changes: its members hand the book to whoever enters (PROTOCOL 3).
 *
 * Invariants
 * 1. What is handed over is signed by its traders and counts by that alone, but for one thing: that an offer is matched is believed
 *    when a receipt proves it, or when more than half of the other members say so, soon after this broker took the service on.
 *    A vote never takes out what this broker had from elsewhere, or from its trader.
 * 2. Parts are sent a few at a time and again at each even slot, until they are acknowledged or the tries are used up.
 */
import type { Id, NodeId } from '../base/identity.ts'
import { longest, type Sizes } from '../base/sizes.ts'
import type { Offer } from '../market/offer.ts'
import { isExchangeSlot } from '../market/slot.ts'
import { MAX_OFFERS, MAX_RECEIPTS } from '../wire/market-messages.ts'
import type { Match, MessageOf } from '../wire/messages.ts'
import type { Book } from './book.ts'
import type { Host } from './host.ts'
import type { Receipts } from './receipts.ts'
import { newestOf } from './records.ts'

/** Parts on their way to one peer at once: the link has other things to carry. */
const WINDOW = 4
/** Even slots in which a part that was not acknowledged is sent again. */
const TRIES = 8
/** Even slots, from this broker's entry on, in which votes on a matched offer are collected; every member hands over at the same slot's start. */
const VOTE_ROUNDS = 4
/** Peers that enter at once; further ones learn by the exchange. */
export const MAX_TARGETS = 64
/** Peers whose word on matches is counted; as many as a set may have, twice over. */
export const MAX_SENDERS = 64

type Part = MessageOf<'handoff'>

interface Target {
  /** Not acknowledged, by number; what was sent last comes last. */
  readonly parts: Map<number, Part>
  triesLeft: number
}

/** Hands the book over to those that enter. */
export class HandoffSender {
  readonly #host: Host
  readonly #book: Book
  readonly #receipts: Receipts
  readonly #targets = new Map<NodeId, Target>()

  constructor(host: Host, book: Book, receipts: Receipts) {
    this.#host = host
    this.#book = book
    this.#receipts = receipts
  }

  /** True when nobody waits for the book. */
  get isDone(): boolean {
    return this.#targets.size === 0
  }

  /** See Sized. */
  sizes(): Sizes {
    return { targets: this.#targets.size, parts: longest([...this.#targets.values()].map(({ parts }) => parts)) }
  }

  /** Peers that entered the set. */
  start(peers: readonly NodeId[]): void {
    for (const peer of peers) {
      if (this.#targets.size >= MAX_TARGETS) return
      const parts = new Map(this.#parts().map((part) => [part.part, part]))
      if (parts.size === 0) return
      this.#targets.set(peer, { parts, triesLeft: TRIES })
      this.#sendTo(peer, parts, WINDOW)
    }
  }

  /** At an even slot: sends again what was not acknowledged. A peer that is no member any more gets no more. */
  retry(): void {
    for (const [peer, target] of [...this.#targets].sort(([left], [right]) => (left < right ? -1 : 1))) {
      target.triesLeft -= 1
      if (target.triesLeft < 0 || !this.#book.members.includes(peer)) this.#targets.delete(peer)
      else this.#sendTo(peer, target.parts, WINDOW)
    }
  }

  acknowledged(from: NodeId, part: number): void {
    const target = this.#targets.get(from)
    if (target?.parts.delete(part) !== true) return
    if (target.parts.size >= WINDOW) this.#sendTo(from, target.parts, 1)
    if (target.parts.size === 0) this.#targets.delete(from)
  }

  /** So many of the parts, each of which goes to the end: one that the other side cannot store does not keep the rest from it. */
  #sendTo(peer: NodeId, parts: Map<number, Part>, count: number): void {
    for (const [place, part] of [...parts].slice(0, count)) {
      if (!this.#host.port.send(peer, part)) return
      parts.delete(place)
      parts.set(place, part)
    }
  }

  /** The whole book, as it is now; none for an empty one. */
  #parts(): Part[] {
    const memories = this.#book.entries().map(({ newest, state, until, match }) => ({ newest, state, until, match }))
    const receipts = this.#receipts.all()
    const proofs = this.#book.equivocators.all()
    const parts = Math.ceil(Math.max(memories.length / MAX_OFFERS, receipts.length / MAX_RECEIPTS, proofs.length / MAX_RECEIPTS))
    return Array.from({ length: parts }, (_, part) => ({
      type: 'handoff' as const,
      service: this.#book.service,
      parameters: this.#book.parameters,
      part,
      parts,
      memories: memories.slice(part * MAX_OFFERS, (part + 1) * MAX_OFFERS),
      receipts: receipts.slice(part * MAX_RECEIPTS, (part + 1) * MAX_RECEIPTS),
      equivocations: proofs.slice(part * MAX_RECEIPTS, (part + 1) * MAX_RECEIPTS),
    }))
  }
}

/** Takes what other members hand over. */
export class HandoffReceiver {
  readonly #host: Host
  readonly #book: Book
  readonly #receipts: Receipts
  readonly #senders = new Set<NodeId>()
  /** Who says that an offer is matched, and how, by the offer's id; one match a sender, the votes of at most 2m + 4,096 offers each. */
  readonly #votes = new Map<Id, Map<NodeId, Match>>()
  /** Offers that a handoff said to be matched and that are not in the book: set aside, so that they are not decided again before the vote is over. */
  readonly #aside = new Map<Id, Offer>()
  /** Offers that are known by a handoff of this vote alone. */
  readonly #handedOver = new Set<Id>()
  #roundsLeft = VOTE_ROUNDS

  constructor(host: Host, book: Book, receipts: Receipts) {
    this.#host = host
    this.#book = book
    this.#receipts = receipts
  }

  /** True for a while after this broker entered the set. */
  get isOpen(): boolean {
    return this.#roundsLeft > 0
  }

  /** See Sized. */
  sizes(): Sizes {
    return { senders: this.#senders.size, votes: this.#votes.size, aside: this.#aside.size, handedOver: this.#handedOver.size }
  }

  /** This broker enters the set: a vote begins. It does for a new and for a restored book too. */
  open(): void {
    this.#close()
    this.#roundsLeft = VOTE_ROUNDS
  }

  take(from: NodeId, message: MessageOf<'handoff'>): void {
    const book = this.#book
    for (const receipt of message.receipts) this.#receipts.takeHandedOver(receipt)
    for (const proof of message.equivocations) book.equivocation(proof)
    const others = book.others()
    const isElector = others.length === 0 || others.includes(from)
    if (this.isOpen && isElector && this.#senders.size < MAX_SENDERS) this.#senders.add(from)
    for (const { newest, state, match } of message.memories) {
      if (newestOf(newest).service !== book.service) continue
      // The sender may forget all that is acknowledged: what is known here already must be on disk too.
      book.secure(newestOf(newest).peer)
      if (newest.type === 'withdrawal') book.takeWithdrawal(newest.withdrawal, 'member')
      else if (state === 'matched' && match !== null) this.#matched(from, newest.offer, match)
      else this.#takeOffer(newest.offer)
    }
    const { service, part } = message
    this.#host.journal.afterCommit((ok) => {
      if (ok) this.#host.port.send(from, { type: 'handoff-ack', service, part })
    })
  }

  /** At an even slot: counts the votes, as the members may be others since they came. */
  count(): void {
    if (!this.isOpen) return
    for (const offerId of this.#votes.keys()) this.#decide(offerId)
    this.#roundsLeft -= 1
    if (!this.isOpen) this.#close()
  }

  /** Somebody says that an offer is matched. After the vote only its number is kept, and the offer comes by the exchange if it is live. */
  #matched(from: NodeId, offer: Offer, match: Match): void {
    if (!this.isOpen) return this.#book.note(offer)
    if (!this.#book.knows(offer) && (this.#aside.size < this.#book.capacity || this.#aside.has(offer.id))) this.#aside.set(offer.id, offer)
    if (!this.#senders.has(from)) return
    this.#vote(from, offer, match)
    this.#decide(offer.id)
  }

  #takeOffer(offer: Offer): void {
    const isNew = !this.#book.knows(offer)
    this.#book.takeOffer(offer, 'member')
    if (isNew && this.isOpen && this.#handedOver.size < this.#book.capacity) this.#handedOver.add(offer.id)
  }

  /** Matched, when more than half of the other members that there are say so. A set of one has none: there it is half of those that handed over. */
  #decide(offerId: Id): void {
    const votes = this.#votes.get(offerId)
    const others = this.#book.others()
    const electors = others.length > 0 ? others : [...this.#senders]
    const yes = electors.filter((elector) => votes?.has(elector) === true).sort()
    const match = yes[0] === undefined ? undefined : votes?.get(yes[0])
    if (match === undefined || yes.length * 2 <= electors.length) return
    const offer = match.buy.id === offerId ? match.buy : match.sell
    // What this broker had before the handoff, or from its trader, stays: a receipt takes it out.
    const isOwn = this.#book.knows(offer) && (!this.#handedOver.has(offerId) || this.#book.entry(offer.peer)?.direct === true)
    if (!isOwn) this.#book.conclude(offer, match, false)
    this.#aside.delete(offerId)
  }

  /** The vote is over: what was not found to be matched is an offer like any other. */
  #close(): void {
    for (const offer of this.#aside.values()) this.#book.takeOffer(offer, 'member')
    this.#aside.clear()
    this.#votes.clear()
    this.#senders.clear()
    this.#handedOver.clear()
  }

  #vote(from: NodeId, { id }: { readonly id: Id }, match: Match): void {
    if ((match.buy.id !== id && match.sell.id !== id) || !this.#isPlausible(match)) return
    if (this.#votes.size >= this.#book.capacity && !this.#votes.has(id)) return
    const votes = this.#votes.get(id) ?? new Map<NodeId, Match>()
    this.#votes.set(id, votes.set(from, match))
  }

  /** Could a decision of honest brokers have made it? */
  #isPlausible({ buy, sell, slot }: Match): boolean {
    const { service } = this.#book
    const isHere = buy.service === service && sell.service === service
    const crosses = buy.side === 'buy' && sell.side === 'sell' && buy.price >= sell.price && buy.peer !== sell.peer
    return isHere && crosses && isExchangeSlot(slot) && slot <= this.#host.slot()
  }
}
