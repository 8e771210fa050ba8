/** Ring members that do not carry on what they should. */
import type { NodeId } from '../../base/identity.ts'
import type { PeerEvent } from '../../peer/event.ts'
import type { ReplyBody } from '../../ring/messages.ts'
import { type Codec, createCodec, type MessageOf } from '../../wire/messages.ts'
import type { Behaviour } from '../observer.ts'
import { type Malice, type Send, speaking } from './speech.ts'

/** Acknowledges what comes, carries nothing on, and does not give it back either. What starts or ends here goes on. */
export function dropRoutes(malice: Malice): Behaviour {
  return speaking(malice, {
    say(message) {
      const isDropped = (message.type === 'route' && message.hops > 0) || (message.type === 'route-reply' && message.body.type === 'failed')
      return isDropped ? null : message
    },
  })
}

/** Carries everything on to a wrong peer: any that it has a link to, as far as it has heard of it or by it since it began. */
export function misroute({ means, did }: Malice): Behaviour {
  const linked = new Set<NodeId>()
  return {
    receive(event) {
      follow(linked, event)
      return event
    },
    act(effects) {
      return effects.map((effect) => {
        if (effect.type !== 'send' || effect.message.type !== 'route' || effect.message.hops === 0) return effect
        const [wrong] = means.rng.sample(
          [...linked].filter((peer) => peer !== effect.to),
          1,
        )
        if (wrong === undefined) return effect
        did()
        return { ...effect, to: wrong }
      })
    },
  }
}

function follow(linked: Set<NodeId>, event: PeerEvent): void {
  if (event.type === 'start') linked.clear()
  else if (event.type === 'linkUp') linked.add(event.peer)
  else if (event.type === 'message') linked.add(event.from)
  else if (event.type === 'linkDown') linked.delete(event.peer)
}

/** Answers for every place on the ring as if nobody were closer: lookups end here, and who asks for a service is told that this peer is its broker. */
export function claimClosest(malice: Malice): Behaviour {
  const { means } = malice
  const codec = createCodec(means.network)
  let claims: Send[] = []
  return speaking(malice, {
    hear(message, from) {
      if (message.type !== 'route' || message.target === means.nodeId) return message
      const body = claim(malice, codec, message)
      if (body === null) return message
      claims.push({ type: 'send', to: from, message: { type: 'route-ack', route: message.route } })
      claims.push({ type: 'send', to: from, message: { type: 'route-reply', route: message.route, body } })
      return null
    },
    add() {
      const made = claims
      claims = []
      return made
    },
  })
}

function claim({ means }: Malice, codec: Codec, { target, body }: MessageOf<'route'>): ReplyBody | null {
  const { nodeId } = means
  // The target itself as its successor: so the claimant is the target's predecessor, by its own word.
  if (body.type === 'find') return { type: 'found', node: nodeId, predecessors: [], successors: [target], hops: 1 }
  if (body.type !== 'request') return null
  const request = codec.decode(body.payload)
  if (!request.ok || request.value.type !== 'get-price') return null
  const { id, service } = request.value
  const state = { seq: 0, state: 'unknown' as const, match: null }
  const payload = codec.encode({ type: 'price', id, service, bid: 0, ask: 0, slot: 0, state, members: [nodeId] })
  return { type: 'response', node: nodeId, payload, hops: 1 }
}
