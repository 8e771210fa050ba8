import type { Id, NodeId } from '../base/identity.ts'
import type { Rng } from '../base/rng.ts'
import type { Schedule } from '../base/schedule.ts'
import type { LinkPurpose, RingMessage, Signal } from './messages.ts'

/** What the ring needs to know about its peer and network. */
export interface RingOptions {
  readonly nodeId: NodeId
  /** Broker-set size n: lists hold at least n − 1 each way, and that many neighbours are linked. */
  readonly n: number
  /** Most direct links at once; default 2(n − 1) + 10 (PROTOCOL 8). */
  readonly linkBudget: number
  /** Network's slot in ms, the longest expected round trip: the first guess for timeouts. */
  readonly slotMs: number
}

/** What the ring may do. All of it is turned into effects by the peer. */
export interface RingPort {
  readonly rng: Rng
  readonly schedule: Schedule
  /** Over an open link; false when there is none. */
  send(to: NodeId, message: RingMessage): boolean
  /** Asks the adapter for a direct link. It answers with signals to carry (`onLocalSignal`), then `onLinkUp` or `onConnectFailed`. */
  connect(peer: NodeId, purpose: LinkPurpose): void
  /** Closes the link; no `onLinkDown` follows. */
  disconnect(peer: NodeId, reason: string): void
  /** Hands a signal from another peer to the adapter, which verifies it. Only after admission. */
  signal(signal: Signal): void
  /** Has the adapter sign and send a refusal for this ask or offer. */
  refuse(signal: Signal, reason: string): void
  /** seek: find a way in, these peers first; `onLinkUp` with transport rendezvous or `onSought` follows. serve: be found by others. probe: one link to someone, to look for another ring. off: none of it. */
  rendezvous(mode: 'seek' | 'serve' | 'probe' | 'off', cached: readonly NodeId[]): void
  /** A routed request arrived at the peer responsible for `target`; null: refused. */
  request(target: Id, payload: Uint8Array): Uint8Array | null
  /** The lists or the set of live peers changed. */
  changed(): void
  /** Peers worth remembering over a reload, best first. */
  remember(peers: readonly NodeId[]): void
}
