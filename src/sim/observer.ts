/** Who watches a simulated world, and who misbehaves in it: both stand between a peer and its driver. */
import type { Hex } from '../base/bytes.ts'
import type { Credentials, NodeId } from '../base/identity.ts'
import type { Rng } from '../base/rng.ts'
import type { Effect } from '../peer/effect.ts'
import type { PeerEvent } from '../peer/event.ts'
import type { Parameters } from '../wire/parameters.ts'
import type { SimNode } from './sim-node.ts'

/** Sees everything, changes nothing. */
export interface Observer {
  /** After each step of each peer: what happened to it, and what really leaves it (after its misbehaviour, if it has one). */
  stepped(node: SimNode, event: PeerEvent, effects: readonly Effect[]): void
  /** The node's tab was opened, or closed (`crash`, `stop`). */
  lived?(node: SimNode, change: 'start' | 'stop' | 'crash'): void
}

/** What a misbehaving peer has to work with: its own key and no other, so it can forge nothing. */
export interface Means {
  readonly nodeId: NodeId
  readonly credentials: Credentials
  /** See networkId(). */
  readonly network: string
  readonly parameters: Parameters
  readonly rng: Rng
  /** Signs with this peer's own key. */
  sign(bytes: Uint8Array): Hex
  /** True for another misbehaving peer of the same kind: they may conspire. */
  isFellow(peer: NodeId): boolean
}

/**
 * How a peer departs from the protocol: a real Peer, of which something is hidden or whose words are changed. It acts at the border
 * of `step`, on decoded messages, so that it can say anything that can be encoded.
 */
export interface Behaviour {
  /** What the peer gets to know of an event; null: nothing. Commands and the answers of disk and signer must pass. */
  receive?(event: PeerEvent): PeerEvent | null
  /** What really happens of the effects of `event`. Results, stores and signatures must pass. */
  act(effects: readonly Effect[], event: PeerEvent): readonly Effect[]
}
