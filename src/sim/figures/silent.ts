import type { Effect } from '../../peer/effect.ts'
import type { MarketMessage, Message, OfferState } from '../../wire/messages.ts'
import type { Behaviour } from '../observer.ts'

/** What a silent broker never says: it forwards nothing, notifies nobody, attests nothing, and brings nobody into the set. */
const UNSAID: ReadonlySet<Message['type']> = new Set<MarketMessage['type']>([
  'announce',
  'exchange',
  'handoff',
  'notify-offer',
  'notify-drop',
  'attestation',
])

/** Acknowledges and answers, then neither forwards, attests nor notifies: an answer that tells of a match is a notice too, so it says that the offer waits. */
export function silent(): Behaviour {
  return { act: (effects) => effects.flatMap((effect) => (effect.type === 'send' ? said(effect) : [effect])) }
}

function said(effect: Extract<Effect, { type: 'send' }>): Effect[] {
  const { message } = effect
  if (UNSAID.has(message.type)) return []
  if (message.type === 'price' || message.type === 'offer-answer')
    return [{ ...effect, message: { ...message, state: waiting(message.state) } }]
  if (message.type === 'book') return [{ ...effect, message: { ...message, receipts: [] } }]
  return [effect]
}

function waiting(state: OfferState): OfferState {
  return state.state === 'matched' ? { ...state, state: 'stored', match: null } : state
}
