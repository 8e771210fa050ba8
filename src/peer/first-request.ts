/** The routed first request for a service (PROTOCOL 3) and relayed notices (PROTOCOL 8): market messages inside ring messages. */
import type { Id, NodeId } from '../base/identity.ts'
import type { Broker } from '../broker/broker.ts'
import { type Codec, isRingMessage, type MarketMessage, type Message } from '../wire/messages.ts'
import type { FirstAnswer } from '../wire/port.ts'

/** How the ring ends a routed request. */
export type RoutedAnswer =
  | { readonly ok: true; readonly node: NodeId; readonly payload: Uint8Array }
  | { readonly ok: false; readonly reason: string }

/** What may be relayed: signed by its author, so the relay cannot change it. */
const RELAYED: ReadonlySet<Message['type']> = new Set(['receipt', 'superseded'])

/** The broker's answer to a request that was routed to this peer; null: it is none of ours. */
export function answerFirst(
  codec: Codec,
  broker: Broker,
  routed: { readonly target: Id; readonly payload: Uint8Array },
): Uint8Array | null {
  const request = codec.decode(routed.payload)
  if (!request.ok || request.value.type !== 'get-price' || request.value.service !== routed.target) return null
  const answer = broker.answerFirst(request.value)
  return answer === null ? null : codec.encode(answer)
}

/** Reads an answer that came back. Only one without signatures is taken: nobody has verified any in it. */
export function readFirstAnswer(codec: Codec, answer: RoutedAnswer): FirstAnswer {
  if (!answer.ok) return answer
  const decoded = codec.decode(answer.payload)
  if (decoded.ok) {
    const message = decoded.value
    if (message.type === 'not-broker' || (message.type === 'price' && message.state.match === null)) {
      return { ok: true, from: answer.node, message }
    }
  }
  return { ok: false, reason: 'the answer could not be read' }
}

/** The notice in a relayed payload; null for what may not be relayed. The shell has verified its signatures. */
export function readRelayed(codec: Codec, payload: Uint8Array): MarketMessage | null {
  const inner = codec.decode(payload)
  return inner.ok && RELAYED.has(inner.value.type) && !isRingMessage(inner.value) ? inner.value : null
}
