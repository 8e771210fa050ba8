/** What happens to a peer. Each comes with the local clock, in ms since 1970. */
import type { Hex } from '../base/bytes.ts'
import type { NodeId } from '../base/identity.ts'
import type { LinkPurpose, Signal } from '../ring/messages.ts'
import type { Command } from '../trader/command.ts'
import type { Message } from '../wire/messages.ts'
import type { StoredRecord } from '../wire/records.ts'

/** direct: WebRTC between the two tabs. rendezvous: through a PeerServer's connection or a BroadcastChannel, for joining only. */
export type Transport = 'direct' | 'rendezvous'

export type PeerEvent = { readonly nowMs: number } & (
  | { readonly type: 'start'; readonly records: readonly StoredRecord[] }
  | { readonly type: 'timer' }
  /** Decoded, and every signature in it verified. */
  | { readonly type: 'message'; readonly from: NodeId; readonly message: Message }
  /** Both sides have proven who they are. A second one for the same peer replaces the transport. */
  | {
      readonly type: 'linkUp'
      readonly peer: NodeId
      readonly transport: Transport
      readonly purpose: LinkPurpose
      readonly initiator: boolean
    }
  | { readonly type: 'linkDown'; readonly peer: NodeId; readonly reason: string }
  | { readonly type: 'connectFailed'; readonly peer: NodeId; readonly reason: string }
  /** The link adapter wants this carried to `signal.to`. */
  | { readonly type: 'signal'; readonly signal: Signal }
  /** A seek is over: how many ways in were found, and what hindered it. `held`: this peer holds a well-known id. */
  | { readonly type: 'sought'; readonly contacts: number; readonly held: boolean; readonly reason: string }
  | { readonly type: 'stored'; readonly transaction: number; readonly ok: boolean; readonly reason: string }
  | { readonly type: 'signed'; readonly request: number; readonly signature: Hex }
  | { readonly type: 'command'; readonly request: number; readonly command: Command }
  /** The machine slept, the tab was shown again, the network came back: stabilise at once. */
  | { readonly type: 'wake' }
  /** The page goes away (pagehide). */
  | { readonly type: 'stop' }
)
