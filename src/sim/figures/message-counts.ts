import type { Id, NodeId } from '../../base/identity.ts'
import type { Offer } from '../../market/offer.ts'
import type { Effect } from '../../peer/effect.ts'
import type { PeerEvent } from '../../peer/event.ts'
import { isRingMessage, type Message, type MessageOf } from '../../wire/messages.ts'
import type { Observer } from '../observer.ts'
import type { SimNode } from '../sim-node.ts'

/**
 * What messages are for.
 * ring: upkeep of the ring and its links, the signalling of links for the market included.
 * offers: an offer on its way to the f brokers that are to take it.
 * notices: what became of an offer, told by brokers.
 * forwards: what brokers tell each other in odd slots.
 * acknowledgements: answers to offers, to what was forwarded, and to tables handed over.
 * quotes: prices, sets and books that are asked for and answered before an offer; the routed first request too.
 * watch: the same asked after it, of those that hold the offer and of others, and offers that further brokers get.
 * receipts: receipts, attestations, and what belongs to them.
 * sets: services announced, tables handed over, withdrawals.
 */
export const PURPOSES = ['ring', 'offers', 'notices', 'forwards', 'acknowledgements', 'quotes', 'watch', 'receipts', 'sets'] as const
export type Purpose = (typeof PURPOSES)[number]

/** What the paper counts [IV.A]: storing or rejecting an offer and notifying a match, and what a match generates among brokers. */
export const PAPER_PURPOSES = ['offers', 'notices', 'forwards'] as const satisfies readonly Purpose[]

const BY_TYPE: Readonly<Partial<Record<Message['type'], Purpose>>> = {
  'notify-offer': 'notices',
  'notify-drop': 'notices',
  exchange: 'forwards',
  'offer-answer': 'acknowledgements',
  'exchange-ack': 'acknowledgements',
  'handoff-ack': 'acknowledgements',
  receipt: 'receipts',
  attestation: 'receipts',
  'ask-attestation': 'receipts',
  superseded: 'receipts',
  relay: 'receipts',
  announce: 'sets',
  handoff: 'sets',
  withdraw: 'sets',
}

/** Messages sent to other peers, by what they are for. What a peer says to itself is no message. */
export class MessageCounts implements Observer {
  readonly #f: number
  readonly #counts = new Map<Purpose, number>(PURPOSES.map((purpose) => [purpose, 0]))
  /** Brokers that each offer was sent to. */
  readonly #sentTo = new Map<Id, number>()
  /** By trader and service, the newest offer, from when it was sent until it is over or its receipt is whole. */
  readonly #open = new Map<string, Offer>()
  /** By asker and number, what a question is for that was not answered yet. */
  readonly #questions = new Map<string, Purpose>()

  /** `f`: brokers that an offer goes to at first. */
  constructor(f: number) {
    this.#f = f
  }

  stepped(node: SimNode, event: PeerEvent, effects: readonly Effect[]): void {
    if (event.type === 'message') this.#settle(event.message)
    for (const effect of effects) {
      if (effect.type !== 'send') continue
      this.#settle(effect.message)
      const purpose = this.#purposeOf(effect.message, { from: node.nodeId, to: effect.to, nowMs: event.nowMs })
      this.#counts.set(purpose, this.of(purpose) + 1)
    }
  }

  of(purpose: Purpose): number {
    return this.#counts.get(purpose) ?? 0
  }

  #settle(message: Message): void {
    if (message.type !== 'receipt' || message.receipt.buyerSignature === null) return
    const { buy, sell } = message.receipt
    for (const { id, peer, service } of [buy, sell]) {
      if (this.#open.get(`${peer} ${service}`)?.id === id) this.#open.delete(`${peer} ${service}`)
    }
  }

  #purposeOf(message: Message, { from, to, nowMs }: { readonly from: NodeId; readonly to: NodeId; readonly nowMs: number }): Purpose {
    switch (message.type) {
      case 'send-offer':
        return this.#offered(message)
      case 'get-price':
      case 'get-book': {
        const offer = this.#open.get(`${from} ${message.service}`)
        const purpose = offer !== undefined && offer.validUntil > nowMs ? 'watch' : 'quotes'
        this.#questions.set(`${from} ${message.id}`, purpose)
        return purpose
      }
      case 'price':
      case 'book':
        return this.#answered(to, message.id) ?? 'quotes'
      case 'not-broker':
        return this.#answered(to, message.id) ?? 'acknowledgements'
      case 'route':
        return message.body.type === 'request' ? 'quotes' : 'ring'
      case 'route-reply':
        return message.body.type === 'response' ? 'quotes' : 'ring'
      default:
        return BY_TYPE[message.type] ?? (isRingMessage(message) ? 'ring' : 'sets')
    }
  }

  #offered({ offer }: MessageOf<'send-offer'>): Purpose {
    const count = (this.#sentTo.get(offer.id) ?? 0) + 1
    this.#sentTo.set(offer.id, count)
    if (count === 1) this.#open.set(`${offer.peer} ${offer.service}`, offer)
    return count <= this.#f ? 'offers' : 'watch'
  }

  #answered(asker: NodeId, id: number): Purpose | undefined {
    const purpose = this.#questions.get(`${asker} ${id}`)
    this.#questions.delete(`${asker} ${id}`)
    return purpose
  }
}
