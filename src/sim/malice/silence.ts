/** Brokers that do not say what they should. */

import type { Message, OfferState } from '../../wire/messages.ts'
import type { Behaviour } from '../observer.ts'
import { faces, type Malice, speaking } from './speech.ts'

/**
 * Figure 4's broker: acknowledges (offers, exchanges, handoffs) and answers prices and books as they are, then neither forwards, attests nor notifies.
 * That an offer is matched it does not say when asked either, as that would be a notice. What it says as a trader, and to the ring, is honest.
 */
export function silent(malice: Malice): Behaviour {
  return speaking(malice, { say: (message) => (isForwarded(message) ? null : toTrader(malice, message)) })
}

/** Takes offers, and tells no member of them or of the service. */
export function silentToBrokers(malice: Malice): Behaviour {
  return speaking(malice, { say: (message) => (isForwarded(message) || isSetUp(message) ? null : message) })
}

/** Takes part in the exchange; traders hear of nothing. */
export function silentToTraders(malice: Malice): Behaviour {
  return speaking(malice, { say: (message) => toTrader(malice, message) })
}

/** Forwards to some members only, always the same. */
export function selective(malice: Malice): Behaviour {
  const isFavoured = faces(malice)
  return speaking(malice, { say: (message, to) => (isForwarded(message) && !isFavoured(to) ? null : message) })
}

/** Never announces a service, and never hands over. */
export function muteRoot(malice: Malice): Behaviour {
  return speaking(malice, { say: (message) => (isSetUp(message) ? null : message) })
}

function isForwarded({ type }: Message): boolean {
  return type === 'exchange'
}

function isSetUp({ type }: Message): boolean {
  return type === 'announce' || type === 'handoff'
}

/** Null for a broker's notices, attestations, and receipts that it passes on; in answers a match is kept back. */
function toTrader({ means }: Malice, message: Message): Message | null {
  switch (message.type) {
    case 'notify-offer':
    case 'notify-drop':
    case 'attestation':
      return null
    case 'receipt': {
      const { buy, sell } = message.receipt
      return buy.peer === means.nodeId || sell.peer === means.nodeId ? message : null
    }
    case 'price':
    case 'offer-answer':
      return message.state.state === 'matched' ? { ...message, state: unmatched(message.state) } : message
    default:
      return message
  }
}

/** As if nothing had come of it yet. */
export function unmatched({ seq }: OfferState): OfferState {
  return { seq, state: 'stored', match: null }
}
