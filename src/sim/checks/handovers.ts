import type { Id, NodeId } from '../../base/identity.ts'
import type { PeerEvent } from '../../peer/event.ts'
import type { Memory, Message, MessageOf } from '../../wire/messages.ts'
import type { SimNode } from '../sim-node.ts'

type Ack = MessageOf<'handoff-ack'>

const NOTHING: readonly Memory[] = []

/** Tables on their way from broker to broker (PROTOCOL 3): what was handed to whom, and which of it was acknowledged. */
export class Handovers {
  /** Parts that were said and not acknowledged, by sender, then by service and receiver; empty when all were. */
  readonly #open = new Map<NodeId, Map<string, Set<number>>>()
  /** What was heard and not yet acknowledged, by receiver, then by service, part and sender. */
  readonly #heard = new Map<NodeId, Map<string, readonly Memory[]>>()

  /** A life ends or begins: what was under way is forgotten. */
  lived({ nodeId }: SimNode): void {
    this.#open.delete(nodeId)
    this.#heard.delete(nodeId)
  }

  /** `isOnTime`: false when its clock is off, so that it may take nothing of a handover and say that it is done. */
  happened({ nodeId }: SimNode, event: PeerEvent, isOnTime: boolean): void {
    if (event.type !== 'message') return
    const { from, message } = event
    if (message.type === 'handoff') {
      const heard = this.#heard.get(nodeId) ?? new Map<string, readonly Memory[]>()
      this.#heard.set(nodeId, heard.set(partOf(from, message), isOnTime ? message.memories : NOTHING))
    } else if (message.type === 'handoff-ack') {
      this.#open.get(nodeId)?.get(targetOf(from, message.service))?.delete(message.part)
    }
  }

  said({ nodeId }: SimNode, to: NodeId, message: Message): void {
    if (message.type !== 'handoff') return
    const targets = this.#open.get(nodeId) ?? new Map<string, Set<number>>()
    this.#open.set(nodeId, targets)
    const target = targetOf(to, message.service)
    targets.set(target, (targets.get(target) ?? new Set()).add(message.part))
  }

  /** What a receiver acknowledges to have taken, each part once. */
  taken({ nodeId }: SimNode, to: NodeId, ack: Ack): readonly Memory[] {
    const heard = this.#heard.get(nodeId)
    const memories = heard?.get(partOf(to, ack)) ?? NOTHING
    heard?.delete(partOf(to, ack))
    return memories
  }

  /** True when the node has handed its table to this member, which acknowledged every part that it was sent. */
  isAcknowledged({ nodeId }: SimNode, member: NodeId, service: Id): boolean {
    return this.#open.get(nodeId)?.get(targetOf(member, service))?.size === 0
  }
}

function targetOf(to: NodeId, service: Id): string {
  return `${service} ${to}`
}

function partOf(from: NodeId, { service, part }: Pick<Ack, 'service' | 'part'>): string {
  return `${service} ${part} ${from}`
}
