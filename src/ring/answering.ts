/** What a peer says to a question that reached it (PROTOCOL 8). */
import { assert } from '../base/assert.ts'
import type { Id } from '../base/identity.ts'
import type { Context } from './context.ts'
import { MAX_PAYLOAD_BYTES, type ReplyBody, type RouteBody } from './messages.ts'
import type { Lists } from './neighbours.ts'

/** A question at its end, and the links it crossed to get there. */
interface Question {
  readonly target: Id
  readonly body: RouteBody
  readonly hops: number
}

/** The answer of the peer with these lists. */
export function answerTo({ target, body, hops }: Question, { nodeId: node, port }: Context, lists: Lists): ReplyBody {
  if (body.type === 'find') return { type: 'found', node, ...lists, hops }
  const payload = body.type === 'request' ? port.request(target, body.payload) : null
  if (payload === null) return { type: 'failed', reason: 'refused' }
  assert(payload.length <= MAX_PAYLOAD_BYTES, 'the answer to a routed request fits into a message')
  return { type: 'response', node, payload, hops }
}
