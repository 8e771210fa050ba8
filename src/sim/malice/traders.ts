/** Traders that do not stand by their word. Each signs with its own key only. */
import { BoundedMap } from '../../base/bounded.ts'
import type { Id, NodeId } from '../../base/identity.ts'
import { MAX_AMOUNT, MAX_SEQ, type Offer, type OfferTerms, offerBytes, sealOffer } from '../../market/offer.ts'
import { type Receipt, type ReceiptTerms, receiptBytes, receiptIdOf } from '../../market/receipt.ts'
import { type Codec, createCodec, type Match, type Message, type MessageOf } from '../../wire/messages.ts'
import type { Behaviour, Means } from '../observer.ts'
import { unmatched } from './silence.ts'
import { faces, type Malice, type Send, speaking } from './speech.ts'

/** Own offers that it remembers having signed in another form. */
const SIGNED = { capacity: 256 }

/** Half of the brokers get another offer under the same number, at a price that is a tenth off. */
export function equivocate(malice: Malice): Behaviour {
  const { means } = malice
  const isDeceived = faces(malice)
  const others = new BoundedMap<Id, Offer>(SIGNED)
  return speaking(malice, {
    say(message, to) {
      if (message.type !== 'send-offer' || message.offer.peer !== means.nodeId || !isDeceived(to)) return message
      const { offer } = message
      const step = 1 + Math.floor(offer.price / 10)
      const price = offer.price + step <= MAX_AMOUNT && means.rng.below(2) === 0 ? offer.price + step : Math.max(1, offer.price - step)
      const other = others.get(offer.id) ?? signed(means, { ...offer, price })
      others.set(offer.id, other)
      return other.id === offer.id ? message : { ...message, offer: other }
    },
  })
}

/** Hears of no match and of no half of its own, nor that its offer is matched. As a broker of others' receipts it is honest. */
export function ignoreMatch(malice: Malice): Behaviour {
  const { means } = malice
  const codec = createCodec(means.network)
  const isOwn = ({ buy, sell }: Pick<Receipt, 'buy' | 'sell'>): boolean => buy.peer === means.nodeId || sell.peer === means.nodeId
  return speaking(malice, {
    hear(message) {
      if (message.type === 'notify-offer') return null
      if (message.type === 'price' || message.type === 'offer-answer') {
        return message.state.state === 'matched' ? { ...message, state: unmatched(message.state) } : message
      }
      const receipt = receiptIn(codec, message)
      return receipt !== null && isOwn(receipt) ? null : message
    },
  })
}

/** As a seller makes no half, as a buyer completes none: what it signs it keeps. */
export function noReceipt(malice: Malice): Behaviour {
  const { means } = malice
  const codec = createCodec(means.network)
  return speaking(malice, {
    say(message) {
      const receipt = receiptIn(codec, message)
      if (receipt === null) return message
      const isOurs = receipt.buyerSignature === null ? receipt.sell.peer === means.nodeId : receipt.buy.peer === means.nodeId
      return isOurs ? null : message
    },
  })
}

/** In a receipt, or in a notice of one that is relayed to or by this peer for itself. */
export function receiptIn(codec: Codec, message: Message): Receipt | null {
  if (message.type === 'receipt') return message.receipt
  if (message.type !== 'relay') return null
  const inner = codec.decode(message.payload)
  return inner.ok && inner.value.type === 'receipt' ? inner.value.receipt : null
}

/** Own offers to sell that are kept, and halves made of one match. */
const KEPT_SELLS = 16
const MOST_HALVES = 4

/**
 * Signs a half for every match it is told of, and with it for its older offers to sell that cross the same buyer's: matched, superseded and withdrawn ones
 * alike. So many buyers get halves over one offer.
 */
export function doubleSell(malice: Malice): Behaviour {
  const { means } = malice
  const sells = new BoundedMap<Id, Offer>({ capacity: KEPT_SELLS })
  const made = new BoundedMap<Id, true>(SIGNED)
  return speaking(malice, {
    say(message) {
      if (message.type === 'send-offer' && message.offer.peer === means.nodeId && message.offer.side === 'sell') {
        sells.set(message.offer.id, message.offer)
      }
      return message
    },
    add(event) {
      if (event.type !== 'message') return []
      const match = matchIn(event.message)
      if (match === null || match.buy.peer === means.nodeId) return []
      const own = [match.sell, ...sells.values()].filter((sell) => isSold(means, match, sell))
      const halves = [...new Map(own.map((sell) => [sell.id, sell])).values()].slice(0, MOST_HALVES).map((sell) => half(means, match, sell))
      const fresh = halves.filter(({ id }) => !made.has(id))
      for (const { id } of fresh) made.set(id, true)
      return fresh.flatMap((receipt) =>
        [match.buy.peer, event.from].map((to): Send => ({ type: 'send', to, message: { type: 'receipt', receipt } })),
      )
    },
  })
}

function isSold({ nodeId }: Means, { buy }: Match, sell: Offer): boolean {
  return sell.peer === nodeId && sell.service === buy.service && sell.price <= buy.price
}

function matchIn(message: Message): Match | null {
  if (message.type === 'notify-offer') return message.match
  return message.type === 'price' || message.type === 'offer-answer' ? message.state.match : null
}

function half(means: Means, { buy, slot }: Match, sell: Offer): Receipt {
  const terms: ReceiptTerms = { service: buy.service, buy, sell, quantity: Math.min(buy.quantity, sell.quantity), slot }
  const sellerSignature = means.sign(receiptBytes(means.network, terms))
  return { ...terms, id: receiptIdOf(means.network, terms), sellerSignature, buyerSignature: null }
}

/** Offers on top of its own: a second's worth at once, and no more in a second. */
const FLOOD_A_SECOND = 50
/** Of them after one event. */
const FLOOD_AT_ONCE = 10
const MOST_BROKERS = 64

/** Sends valid offers under ever higher numbers to all brokers it knows of, as fast as it is let. */
export function flood(malice: Malice): Behaviour {
  const { means } = malice
  let last: MessageOf<'send-offer'> | null = null
  let seq = 0
  let count = 0
  let second = 0
  const brokers = new Set<NodeId>()
  const know = (peer: NodeId): void => {
    if (peer !== means.nodeId && brokers.size < MOST_BROKERS) brokers.add(peer)
  }
  const next = (own: MessageOf<'send-offer'>): MessageOf<'send-offer'> => {
    seq = Math.min(MAX_SEQ, Math.max(seq, own.offer.seq) + 1)
    count += 1
    const price = Math.max(1, Math.min(MAX_AMOUNT, own.offer.price + (means.rng.below(2) === 0 ? 1 : -1) * (count % 10)))
    return { ...own, id: UNASKED - (count % FLOOD_A_SECOND), offer: signed(means, { ...own.offer, price, seq }) }
  }
  return speaking(malice, {
    say(message, to) {
      if (message.type === 'send-offer' && message.offer.peer === means.nodeId) {
        last = message
        know(to)
      }
      return message
    },
    hear(message, from) {
      if (message.type === 'offer-answer') for (const peer of [from, ...message.members]) know(peer)
      return message
    },
    add({ nowMs }) {
      const now = Math.floor(nowMs / 1_000)
      if (now !== second) count = 0
      second = now
      const sends: Send[] = []
      while (last !== null && sends.length < FLOOD_AT_ONCE && count < FLOOD_A_SECOND && last.offer.validUntil > nowMs) {
        const message = next(last)
        const [to] = means.rng.sample([...brokers], 1)
        if (to === undefined) break
        sends.push({ type: 'send', to, message })
      }
      return sends
    },
  })
}

/** Ids of requests that the peer itself does not use: it counts from 1. */
const UNASKED = 2 ** 32 - 1

/** Its offers are valid for up to half a slot: they expire before or while they are exchanged. */
export function tinyValidity(malice: Malice): Behaviour {
  const { means } = malice
  const short = new BoundedMap<Id, Offer>(SIGNED)
  return speaking(malice, {
    say(message, _to, { nowMs }) {
      if (message.type !== 'send-offer' || message.offer.peer !== means.nodeId) return message
      const { offer } = message
      const validUntil = Math.floor(nowMs) + 1 + means.rng.below(Math.max(1, means.parameters.slot / 2))
      const other = short.get(offer.id) ?? signed(means, { ...offer, validUntil })
      short.set(offer.id, other)
      return { ...message, offer: other }
    },
  })
}

/** Other terms under the own key. */
function signed({ credentials, network, sign }: Means, terms: OfferTerms): Offer {
  const { service, side, price, quantity, seq, validUntil } = terms
  const own: OfferTerms = { ...credentials, service, side, price, quantity, seq, validUntil }
  return sealOffer(network, own, sign(offerBytes(network, own)))
}
