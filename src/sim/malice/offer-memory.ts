/** What a liar remembers of offers that went past it, to use them where they do not belong. It can forge none. */
import type { Id } from '../../base/identity.ts'
import type { Rng } from '../../base/rng.ts'
import type { Offer } from '../../market/offer.ts'
import type { Message } from '../../wire/messages.ts'

/** Enough for some hundred slots of a small market; the oldest goes. */
const MOST = 256

export class OfferMemory {
  readonly #offers = new Map<Id, Offer>()
  /** Matched, or in a receipt. */
  readonly #settled = new Set<Id>()
  /** Each peer's newest number a service. */
  readonly #newest = new Map<string, number>()

  /** Takes what is in a message. */
  hear(message: Message): void {
    for (const offer of offersIn(message)) this.#take(offer)
    for (const offer of settledIn(message)) this.#settle(offer)
    for (const { service, peer, seq } of withdrawalsIn(message)) this.#count(`${service} ${peer}`, seq)
  }

  /** All of a service, in the order they were first seen. */
  of(service: Id): Offer[] {
    return [...this.#offers.values()].filter((offer) => offer.service === service)
  }

  /** Of other services. */
  notOf(service: Id): Offer[] {
    return [...this.#offers.values()].filter((offer) => offer.service !== service)
  }

  /** Those that no honest broker would forward any more: matched, expired, superseded or withdrawn; up to `count`, by chance. */
  old(service: Id, nowMs: number, { rng, count }: { readonly rng: Rng; readonly count: number }): Offer[] {
    const isOld = ({ id, peer, seq, validUntil }: Offer): boolean =>
      this.#settled.has(id) || validUntil <= nowMs || seq < (this.#newest.get(`${service} ${peer}`) ?? 0)
    return rng.sample(this.of(service).filter(isOld), count)
  }

  #take(offer: Offer): void {
    if (!this.#offers.has(offer.id)) this.#offers.set(offer.id, offer)
    this.#count(`${offer.service} ${offer.peer}`, offer.seq)
    const [oldest] = this.#offers.keys()
    if (this.#offers.size <= MOST || oldest === undefined) return
    this.#offers.delete(oldest)
    this.#settled.delete(oldest)
  }

  #settle(offer: Offer): void {
    this.#take(offer)
    if (this.#offers.has(offer.id)) this.#settled.add(offer.id)
  }

  #count(key: string, seq: number): void {
    if (this.#newest.has(key) || this.#newest.size < MOST) this.#newest.set(key, Math.max(seq, this.#newest.get(key) ?? 0))
  }
}

function offersIn(message: Message): readonly Offer[] {
  switch (message.type) {
    case 'send-offer':
    case 'notify-drop':
      return [message.offer]
    case 'exchange':
    case 'book':
      return message.offers
    case 'handoff':
      return message.memories.flatMap(({ newest }) => (newest.type === 'offer' ? [newest.offer] : []))
    default:
      return []
  }
}

function settledIn(message: Message): readonly Offer[] {
  switch (message.type) {
    case 'notify-offer':
      return [message.match.buy, message.match.sell]
    case 'price':
    case 'offer-answer':
      return message.state.match === null ? [] : [message.state.match.buy, message.state.match.sell]
    case 'receipt':
    case 'ask-attestation':
      return [message.receipt.buy, message.receipt.sell]
    default:
      return []
  }
}

function withdrawalsIn(message: Message): readonly Pick<Offer, 'service' | 'peer' | 'seq'>[] {
  if (message.type === 'withdraw') return [message.withdrawal]
  return message.type === 'exchange' ? message.withdrawals : []
}
