import type { Effect } from '../../peer/effect.ts'
import type { PeerEvent } from '../../peer/event.ts'
import { isRingMessage, type Message } from '../../wire/messages.ts'
import type { Observer } from '../observer.ts'
import type { SimNode } from '../sim-node.ts'

/**
 * What messages are for. ring: upkeep of the ring and its links. offers: offers, withdrawals, their answers, and notices of what became
 * of them. exchange: what brokers tell each other in odd slots. quotes: prices, sets and books, asked for and answered; the routed first
 * request too. receipts: receipts and attestations. handoff: tables for who enters a set.
 */
export const PURPOSES = ['ring', 'offers', 'exchange', 'quotes', 'receipts', 'handoff'] as const
export type Purpose = (typeof PURPOSES)[number]

const BY_TYPE: Readonly<Partial<Record<Message['type'], Purpose>>> = {
  'send-offer': 'offers',
  withdraw: 'offers',
  'offer-answer': 'offers',
  'notify-offer': 'offers',
  'notify-drop': 'offers',
  announce: 'exchange',
  exchange: 'exchange',
  'exchange-ack': 'exchange',
  receipt: 'receipts',
  attestation: 'receipts',
  'ask-attestation': 'receipts',
  superseded: 'receipts',
  relay: 'receipts',
  handoff: 'handoff',
  'handoff-ack': 'handoff',
}

/** Messages sent to other peers, by what they are for. What a peer says to itself is no message. */
export class MessageCounts implements Observer {
  readonly #counts = new Map<Purpose, number>(PURPOSES.map((purpose) => [purpose, 0]))

  stepped(_node: SimNode, _event: PeerEvent, effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.type !== 'send') continue
      const purpose = purposeOf(effect.message)
      this.#counts.set(purpose, this.of(purpose) + 1)
    }
  }

  of(purpose: Purpose): number {
    return this.#counts.get(purpose) ?? 0
  }
}

function purposeOf(message: Message): Purpose {
  if (message.type === 'route') return message.body.type === 'request' ? 'quotes' : 'ring'
  if (message.type === 'route-reply') return message.body.type === 'response' ? 'quotes' : 'ring'
  return BY_TYPE[message.type] ?? (isRingMessage(message) ? 'ring' : 'quotes')
}
