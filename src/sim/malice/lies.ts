/** Brokers that say what is not so. */
import type { Id, NodeId } from '../../base/identity.ts'
import { MAX_AMOUNT, type Offer } from '../../market/offer.ts'
import { slotNumber } from '../../market/slot.ts'
import type { PeerEvent } from '../../peer/event.ts'
import { MAX_OFFERS } from '../../wire/market-messages.ts'
import { createCodec, type Message, type MessageOf } from '../../wire/messages.ts'
import type { Behaviour } from '../observer.ts'
import { OfferMemory } from './offer-memory.ts'
import { faces, type Malice, type Send, speaking } from './speech.ts'

/** Old offers in one exchange. */
const REPLAYED = 8
/** Old rows in one book. */
const OLD_ROWS = 4
/** Made-up notices at most once in so many slots, so that they are heard among the true ones and do not drown them. */
const NOTICE_SLOTS = 1
/** A made-up match is of a slot this near: in the past, now, or not yet decided. */
const SLOTS_OFF = 4

/**
 * Quotes bids and asks that are better or worse than true, leaves rows of the book out and puts old ones in, and tells traders of matches that were
 * never decided, of real offers that need not cross, in slots that need not be odd.
 */
export function falsePrice(malice: Malice): Behaviour {
  const { means } = malice
  const memory = new OfferMemory()
  const codec = createCodec(means.network)
  let noticedMs = Number.NEGATIVE_INFINITY
  return speaking(malice, {
    hear: (message) => heard(memory, message),
    say(message, _to, event) {
      if (message.type === 'price') return falsePrices(malice, message)
      if (message.type === 'book')
        return falseBook(malice, message, memory.old(message.service, event.nowMs, { rng: means.rng, count: OLD_ROWS }))
      if (message.type !== 'route-reply' || message.body.type !== 'response' || message.body.node !== means.nodeId) return message
      const answer = codec.decode(message.body.payload)
      if (!answer.ok || answer.value.type !== 'price') return message
      return { ...message, body: { ...message.body, payload: codec.encode(falsePrices(malice, answer.value)) } }
    },
    add(event) {
      if (event.nowMs < noticedMs + NOTICE_SLOTS * means.parameters.slot) return []
      const notices = falseNotice(malice, memory, event)
      if (notices.length > 0) noticedMs = event.nowMs
      return notices
    },
  })
}

function falsePrices({ means: { rng } }: Malice, price: MessageOf<'price'>): MessageOf<'price'> {
  const off = (doubled: number): number => Math.min(2 * MAX_AMOUNT, Math.max(0, Math.round(doubled * (0.5 + rng.float())) + rng.below(3)))
  return { ...price, bid: off(price.bid), ask: off(price.ask) }
}

function falseBook({ means: { rng } }: Malice, book: MessageOf<'book'>, old: readonly Offer[]): MessageOf<'book'> {
  const kept = book.offers.filter(() => rng.below(2) === 0)
  return { ...book, offers: [...kept, ...old].slice(0, 2 * MAX_OFFERS) }
}

/** To one of the two traders of a match that nobody decided. */
function falseNotice({ means: { rng, parameters } }: Malice, memory: OfferMemory, event: PeerEvent): Send[] {
  const about = event.type === 'message' ? serviceOf(event.message) : null
  if (about === null) return []
  const offers = memory.of(about)
  const [buy] = rng.sample(
    offers.filter(({ side }) => side === 'buy'),
    1,
  )
  const [sell] = rng.sample(
    offers.filter(({ side }) => side === 'sell'),
    1,
  )
  if (buy === undefined || sell === undefined) return []
  const slot = slotNumber(event.nowMs, parameters.slot) + rng.below(2 * SLOTS_OFF + 1) - SLOTS_OFF
  const to = rng.below(2) === 0 ? buy.peer : sell.peer
  return [{ type: 'send', to, message: { type: 'notify-offer', match: { buy, sell, slot: Math.max(0, slot) } } }]
}

function serviceOf(message: Message): Id | null {
  if (message.type === 'send-offer') return message.offer.service
  return message.type === 'exchange' || message.type === 'get-price' || message.type === 'get-book' ? message.service : null
}

/** Forwards matched, expired and superseded offers again, hands them over and shows them in books as if they were live. */
export function replay(malice: Malice): Behaviour {
  const { rng } = malice.means
  const memory = new OfferMemory()
  return speaking(malice, {
    hear: (message) => heard(memory, message),
    say(message, _to, { nowMs }) {
      switch (message.type) {
        case 'exchange':
        case 'book': {
          const most = message.type === 'book' ? 2 * MAX_OFFERS : MAX_OFFERS
          const old = memory.old(message.service, nowMs, { rng, count: REPLAYED })
          return old.length === 0 ? message : { ...message, offers: withOld(message.offers, old, most) }
        }
        case 'handoff': {
          const had = new Set(message.memories.map(({ newest }) => (newest.type === 'offer' ? newest.offer.id : '')))
          const old = memory.old(message.service, nowMs, { rng, count: REPLAYED }).filter(({ id }) => !had.has(id))
          const rows = old.map((offer) => ({
            newest: { type: 'offer' as const, offer },
            state: 'stored' as const,
            until: offer.validUntil,
            match: null,
          }))
          return rows.length === 0 ? message : { ...message, memories: [...message.memories, ...rows].slice(0, MAX_OFFERS) }
        }
        default:
          return message
      }
    },
  })
}

function withOld(offers: readonly Offer[], old: readonly Offer[], most: number): Offer[] {
  return [...new Map([...offers, ...old].map((offer) => [offer.id, offer])).values()].slice(0, most)
}

/** To one half of the members it forwards some offers and the withdrawals, to the other half the other offers. Asked for prices, it has none for that half. */
export function twoFaced(malice: Malice): Behaviour {
  const face = faces(malice)
  const isShown = (offer: Offer, to: NodeId): boolean => Number.parseInt(offer.id.slice(-1), 16) % 2 === (face(to) ? 0 : 1)
  return speaking(malice, {
    say(message, to) {
      if (message.type === 'price') return face(to) || message.bid + message.ask === 0 ? message : { ...message, bid: 0, ask: 0 }
      if (message.type !== 'exchange') return message
      const offers = message.offers.filter((offer) => isShown(offer, to))
      const withdrawals = face(to) ? message.withdrawals : []
      if (offers.length === message.offers.length && withdrawals.length === message.withdrawals.length) return message
      return { ...message, offers, withdrawals }
    },
  })
}

/** Holds back every offer that is better than a friend's on the same side. Without a friend it does nothing. */
export function favour(malice: Malice): Behaviour {
  const memory = new OfferMemory()
  const beatsFriend = (offer: Offer, nowMs: number): boolean => {
    if (malice.isFriend(offer.peer)) return false
    const rivals = memory
      .of(offer.service)
      .filter(({ peer, side, validUntil }) => side === offer.side && validUntil > nowMs && malice.isFriend(peer))
    return rivals.some(({ price }) => (offer.side === 'buy' ? offer.price > price : offer.price < price))
  }
  return speaking(malice, {
    hear: (message) => heard(memory, message),
    say(message, _to, { nowMs }) {
      if (message.type === 'handoff') {
        const memories = message.memories.filter(({ newest }) => newest.type !== 'offer' || !beatsFriend(newest.offer, nowMs))
        return memories.length === message.memories.length ? message : { ...message, memories }
      }
      if (message.type !== 'exchange' && message.type !== 'book') return message
      const offers = message.offers.filter((offer) => !beatsFriend(offer, nowMs))
      return offers.length === message.offers.length ? message : { ...message, offers }
    },
  })
}

function heard(memory: OfferMemory, message: Message): Message {
  memory.hear(message)
  return message
}
