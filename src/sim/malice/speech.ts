/** What all misbehaviours are made of: they hear events before the peer does, and change what it says. */
import type { NodeId } from '../../base/identity.ts'
import type { Effect } from '../../peer/effect.ts'
import type { PeerEvent } from '../../peer/event.ts'
import type { Message } from '../../wire/messages.ts'
import type { Behaviour, Means } from '../observer.ts'

/** What a misbehaviour has, and whom it serves. */
export interface Malice {
  readonly means: Means
  /** Whose offers it favours. */
  isFriend(peer: NodeId): boolean
  /** It really changed something. */
  did(): void
}

export interface Speaking {
  /** What is said in place of a message: the very message, another, or null for silence. */
  readonly say?: (message: Message, to: NodeId, event: PeerEvent) => Message | null
  /** What the peer gets to hear in place of a message: the very message, another, or null for nothing. */
  readonly hear?: (message: Message, from: NodeId) => Message | null
  /** What is said on top, after each event. */
  readonly add?: (event: PeerEvent, effects: readonly Effect[]) => readonly Send[]
}

export type Send = Extract<Effect, { type: 'send' }>

/** A peer with other words. All but messages passes. */
export function speaking({ did }: Malice, { say, hear, add }: Speaking): Behaviour {
  const spoken = (effect: Effect, event: PeerEvent): readonly Effect[] => {
    if (effect.type !== 'send' || say === undefined) return [effect]
    const message = say(effect.message, effect.to, event)
    if (message === effect.message) return [effect]
    did()
    return message === null ? [] : [{ ...effect, message }]
  }
  return {
    receive(event) {
      if (event.type !== 'message' || hear === undefined) return event
      const message = hear(event.message, event.from)
      if (message === event.message) return event
      did()
      return message === null ? null : { ...event, message }
    },
    act(effects, event) {
      const all = effects.flatMap((effect) => spoken(effect, event))
      const added = add?.(event, effects) ?? []
      if (added.length > 0) did()
      return [...all, ...added]
    },
  }
}

/** Half of all peers, and always the same: one of each two that are met, by chance. At most `MOST_FACES` are remembered: as many as a peer has links in a long run. */
export function faces({ means }: Malice): (peer: NodeId) => boolean {
  const known = new Map<NodeId, boolean>()
  let isFirst = true
  return (peer) => {
    const face = known.get(peer) ?? (known.size % 2 === 0 ? means.rng.below(2) === 0 : !isFirst)
    if (!known.has(peer) && known.size < MOST_FACES) {
      known.set(peer, face)
      isFirst = face
    }
    return face
  }
}

const MOST_FACES = 4_096
