/**
 * The exchange of one service among its brokers, in odd slots (PROTOCOL 6).
 *
 * Invariants
 * 1. A book in which nothing is new and nothing crosses sends nothing.
 * 2. What is `sent` to a member is what it acknowledged, or forwarded itself; the rest is sent again in the next exchange.
 * 3. What a member forwards for a slot counts in that slot's decision as long as that is not made; all of it enters the table in any case.
 */
import type { Id, NodeId } from '../base/identity.ts'
import { longest, type Sizes } from '../base/sizes.ts'
import type { Offer, Withdrawal } from '../market/offer.ts'
import { isExchangeSlot } from '../market/slot.ts'
import { MAX_OFFERS, MAX_RECEIPTS } from '../wire/market-messages.ts'
import type { Equivocation, MessageOf } from '../wire/messages.ts'
import type { Book, Entry } from './book.ts'
import type { Host } from './host.ts'
import { newestOf } from './records.ts'

/** What a broker forwarded in a slot. */
export interface Forward {
  readonly broker: NodeId
  readonly offers: readonly Offer[]
}

/** A member whose clock is ahead may speak of a slot that has not begun here; so many slots ahead it is heard, beyond that only its offers count. */
const SLOTS_AHEAD = 2

interface Part {
  readonly offers: readonly Offer[]
  readonly withdrawals: readonly Withdrawal[]
  readonly equivocations: readonly Equivocation[]
}

export class Exchange {
  readonly #host: Host
  readonly #book: Book
  /** By odd slot, then broker; at most the slots from the next decision to SLOTS_AHEAD ahead. At most 2m offers a broker; what is beyond does not count. */
  readonly #forwards = new Map<number, Map<NodeId, Map<Id, Offer>>>()
  /** What each member has not acknowledged of this broker's last exchange, in the order it was sent. */
  readonly #unacknowledged = new Map<NodeId, { readonly slot: number; readonly parts: Part[] }>()
  /** Members that have a proof against the peer of this one; gone with the proof, as the next one is news again. */
  readonly #proofsSent = new WeakMap<Equivocation, Set<NodeId>>()
  /** The last slot whose decision is made, or too late to make. */
  #decidedSlot = 0

  constructor(host: Host, book: Book) {
    this.#host = host
    this.#book = book
    this.restart(host.slot())
  }

  /** See Sized. */
  sizes(): Sizes {
    const brokers = [...this.#forwards.values()]
    return {
      slots: this.#forwards.size,
      brokers: longest(brokers),
      forwarded: longest(brokers.flatMap((byBroker) => [...byBroker.values()])),
      unacknowledged: this.#unacknowledged.size,
    }
  }

  /** At an odd slot's start: forwards to every other member what it should have. */
  send(slot: number): void {
    const book = this.#book
    const nowMs = this.#host.port.networkNowMs()
    const pairs = book.table.crossing(nowMs).flatMap(({ buy, sell }) => [buy, sell])
    const best = pairs.length > 0 ? [] : [...book.table.bids(nowMs).slice(0, 1), ...book.table.asks(nowMs).slice(0, 1)]
    const news = [...book.news.keys()].sort().flatMap((peer) => book.entry(peer) ?? [])
    const proofs = book.equivocators.all()
    this.#unacknowledged.clear()
    for (const offer of pairs) this.#forward(slot, this.#host.port.nodeId, offer)
    for (const member of book.others()) {
      const offers = [...best, ...news.flatMap(({ newest }) => (newest.type === 'offer' ? [newest.offer] : []))]
      this.#sendTo(member, slot, {
        offers: [...new Set([...pairs, ...offers.filter((offer) => !this.#has(member, offer))])],
        withdrawals: news.flatMap(({ newest, sentTo }) => (newest.type === 'withdrawal' && !sentTo.has(member) ? [newest.withdrawal] : [])),
        equivocations: proofs.filter((proof) => this.#proofsSent.get(proof)?.has(member) !== true),
      })
    }
    for (const { peer } of news) this.#countTry(peer)
  }

  /** What another member forwards. */
  receive(from: NodeId, { service, slot, offers, withdrawals, equivocations }: MessageOf<'exchange'>): void {
    const book = this.#book
    for (const withdrawal of withdrawals) {
      if (withdrawal.service !== book.service) continue
      book.takeWithdrawal(withdrawal, 'member')
      this.#sent(from, withdrawal)
    }
    for (const proof of equivocations) {
      book.equivocation(proof)
      this.#proofSent(from, proof)
    }
    const inTime = isExchangeSlot(slot) && slot > this.#decidedSlot && slot <= this.#host.slot() + SLOTS_AHEAD
    for (const offer of offers) {
      if (offer.service !== book.service) continue
      book.takeOffer(offer, 'member')
      this.#sent(from, offer)
      if (inTime) this.#forward(slot, from, offer)
    }
    this.#host.journal.afterCommit((ok) => {
      if (ok) this.#host.port.send(from, { type: 'exchange-ack', service, slot, known: true })
    })
  }

  /** A member has what it was sent, or does not know the service: then it is told of it, and all is sent again. */
  acknowledged(from: NodeId, { slot, known }: MessageOf<'exchange-ack'>): void {
    const waiting = this.#unacknowledged.get(from)
    if (waiting === undefined || waiting.slot !== slot) return
    const part = waiting.parts.shift()
    if (part === undefined) return
    if (!known) {
      this.#unacknowledged.delete(from)
      this.#host.port.send(from, { type: 'announce', parameters: this.#book.parameters })
      return
    }
    for (const newest of [...part.offers, ...part.withdrawals]) this.#sent(from, newest)
    for (const proof of part.equivocations) this.#proofSent(from, proof)
  }

  /** The slots before `slot` that are to be decided now, each with what was forwarded in it, brokers in the order of their ids. */
  due(slot: number): { readonly slot: number; readonly forwards: readonly Forward[] }[] {
    const due = [...this.#forwards].filter(([decision]) => decision < slot).sort(([left], [right]) => left - right)
    this.#decidedSlot = Math.max(this.#decidedSlot, slot - 1)
    return due.map(([decision, byBroker]) => {
      this.#forwards.delete(decision)
      const forwards = [...byBroker]
        .sort(([left], [right]) => (left < right ? -1 : 1))
        .map(([broker, offers]) => ({ broker, offers: [...offers.values()] }))
      return { slot: decision, forwards }
    })
  }

  /** Slots count from this one, as the book is new or network time was set back by a slot or more. Half an exchange decides nothing. */
  restart(slot: number): void {
    this.#forwards.clear()
    this.#decidedSlot = slot
  }

  #has(member: NodeId, offer: Offer): boolean {
    return this.#book.entry(offer.peer)?.sentTo.has(member) === true
  }

  #sendTo(member: NodeId, slot: number, { offers, withdrawals, equivocations }: Part): void {
    const count = Math.max(offers.length / MAX_OFFERS, withdrawals.length / MAX_OFFERS, equivocations.length / MAX_RECEIPTS)
    const parts: Part[] = []
    for (let index = 0; index < count; index += 1) {
      const part: Part = {
        offers: offers.slice(index * MAX_OFFERS, (index + 1) * MAX_OFFERS),
        withdrawals: withdrawals.slice(index * MAX_OFFERS, (index + 1) * MAX_OFFERS),
        equivocations: equivocations.slice(index * MAX_RECEIPTS, (index + 1) * MAX_RECEIPTS),
      }
      if (!this.#host.port.send(member, { type: 'exchange', service: this.#book.service, slot, ...part })) break
      parts.push(part)
      for (const offer of part.offers) {
        this.#forward(slot, this.#host.port.nodeId, offer)
        const entry = this.#book.entry(offer.peer)
        if (entry !== undefined) entry.forwarded = true
      }
    }
    if (parts.length > 0) this.#unacknowledged.set(member, { slot, parts })
  }

  #forward(slot: number, broker: NodeId, offer: Offer): void {
    const byBroker = this.#forwards.get(slot) ?? new Map<NodeId, Map<Id, Offer>>()
    const offers = byBroker.get(broker) ?? new Map<Id, Offer>()
    this.#forwards.set(slot, byBroker.set(broker, offers))
    if (offers.size < 2 * this.#host.port.parameters.m) offers.set(offer.id, offer)
  }

  #sent(member: NodeId, { peer, id }: { readonly peer: NodeId; readonly id: Id }): void {
    const entry: Entry | undefined = this.#book.entry(peer)
    if (entry !== undefined && newestOf(entry.newest).id === id) entry.sentTo.add(member)
  }

  #proofSent(member: NodeId, { first }: Equivocation): void {
    const known = this.#book.equivocators.of(first.peer)
    if (known !== undefined) this.#proofsSent.set(known, (this.#proofsSent.get(known) ?? new Set()).add(member))
  }

  #countTry(peer: NodeId): void {
    const tries = (this.#book.news.get(peer) ?? 0) - 1
    if (tries > 0) this.#book.news.set(peer, tries)
    else this.#book.news.delete(peer)
  }

  /** The set is another: lets go marks of members and proofs that are no more. */
  membersChanged(): void {
    const members = new Set(this.#book.members)
    const proofs = this.#book.equivocators.all().flatMap((proof) => this.#proofsSent.get(proof) ?? [])
    for (const sentTo of [...proofs, ...this.#book.entries().map((entry) => entry.sentTo)]) {
      for (const member of [...sentTo]) if (!members.has(member)) sentTo.delete(member)
    }
  }
}
