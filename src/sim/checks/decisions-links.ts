/** Whom each node could tell when its exchange began: a broker forwards once, at an odd slot's start, and only over links it has then. */
import type { NodeId } from '../../base/identity.ts'
import { isExchangeSlot, slotNumber } from '../../market/slot.ts'
import type { PeerEvent } from '../../peer/event.ts'
import type { SimNode } from '../sim-node.ts'
import type { SimWorld } from '../sim-world.ts'

interface Start {
  readonly slot: number
  readonly linked: ReadonlySet<NodeId>
}

const NOBODY: ReadonlySet<NodeId> = new Set()

export class StartLinks {
  readonly #world: SimWorld
  readonly #earlyMs: number
  /** By node, its last exchange. */
  readonly #starts = new Map<NodeId, Start>()

  /** `earlyMs`: so long before an odd slot, by true time, a node whose clock is ahead is seen to be in it; one further ahead counts as linked to nobody. */
  constructor(world: SimWorld, earlyMs: number) {
    this.#world = world
    this.#earlyMs = earlyMs
  }

  /** After each step of a node: notes its links if the step is its first in an odd slot. */
  stepped(node: SimNode, event: PeerEvent): void {
    const { loop, parameters } = this.#world
    const slot = slotNumber(loop.nowMs + this.#earlyMs, parameters.slot)
    // A view costs something, so one is taken only until the node is in the slot.
    if (!isExchangeSlot(slot) || this.#starts.get(node.nodeId)?.slot === slot || !node.running) return
    const view = node.peer.view()
    if (view.slot < slot) return
    const direct = view.links.filter(({ peer, transport }) => transport === 'direct' && !isNew(event, peer))
    this.#starts.set(node.nodeId, { slot, linked: view.slot === slot ? new Set(direct.map(({ peer }) => peer)) : NOBODY })
  }

  /** The node restarted, or its clock was set: it may begin the slot that it was last seen to begin once more, with other links. */
  doubt(node: NodeId): void {
    const start = this.#starts.get(node)
    if (start !== undefined) this.#starts.set(node, { slot: start.slot, linked: NOBODY })
  }

  /** The peers that a node had a direct link to all through its first step of an odd slot; nobody when no such step was seen for certain. */
  at(node: NodeId, slot: number): ReadonlySet<NodeId> {
    const start = this.#starts.get(node)
    return start?.slot === slot ? start.linked : NOBODY
  }
}

/** In a step that wakes it a broker forwards before the link is there. */
function isNew(event: PeerEvent, peer: NodeId): boolean {
  return event.type === 'linkUp' && event.peer === peer
}
