/**
 * The world as a peer's driver sees it: small interfaces, each with a real adapter (src/adapters) and a simulated twin (src/sim),
 * and an acceptance suite in test/contracts that both pass. Callbacks, not Promises: a simulated world must be drained synchronously.
 * No callback runs within the call that asked for it.
 */
import type { Hex } from '../base/bytes.ts'
import type { NodeId, SignedPart } from '../base/identity.ts'
import type { LinkPurpose, Signal } from '../ring/messages.ts'
import type { StoredRecord, Write } from '../wire/records.ts'
import type { Transport } from './event.ts'

/** Frames of a channel hold at most this many bytes: passes everywhere (FIELD-NOTES). */
export const MAX_FRAME_BYTES = 16 * 1024

/** An ordered, reliable way for frames between two tabs, before anyone has proven who they are. */
export interface Channel {
  readonly transport: Transport
  /**
   * What binds the channel to its two ends: DTLS fingerprints (RFC 8122, "sha-256 AB:CD…") for WebRTC, a PeerServer's connection included;
   * for a BroadcastChannel a random token of each side. Both sides see the same pair, swapped.
   */
  readonly localBinding: string
  readonly remoteBinding: string
  /** Bytes that wait to leave. */
  readonly bufferedBytes: number
  /** At most MAX_FRAME_BYTES; ignored once closed. */
  send(frame: Uint8Array): void
  close(): void
  /** Set once by the owner of the channel. Frames that came before are given then. */
  listen(listener: { onFrame(frame: Uint8Array): void; onDrain(): void; onClose(reason: string): void }): void
}

export interface LinksListener {
  /** A signal to carry to `signal.to` over the ring. */
  onSignal(signal: Signal): void
  /** Both sides have proven their nodeIds. For a peer already linked: the transport was replaced (rendezvous by direct). */
  onLinkUp(link: { readonly peer: NodeId; readonly transport: Transport; readonly purpose: LinkPurpose; readonly initiator: boolean }): void
  /** Not after `disconnect`. */
  onLinkDown(peer: NodeId, reason: string): void
  onConnectFailed(peer: NodeId, reason: string): void
  /** One whole message, as it was sent. */
  onMessage(from: NodeId, message: Uint8Array): void
}

/** Authenticated links to other peers: at most one a peer. */
export interface Links {
  listen(listener: LinksListener): void
  /** Tries to open a direct link; ends with onLinkUp or onConnectFailed. Nothing happens when one is open or on its way. */
  connect(peer: NodeId, purpose: LinkPurpose): void
  /** A signal from another peer that the ring admitted. Verified here. */
  signal(signal: Signal): void
  /** Answers an ask or offer with a signed refusal. */
  refuse(signal: Signal, reason: string): void
  /** A channel from the rendezvous: the handshake runs over it, then it is a link. */
  accept(channel: Channel, initiator: boolean): void
  /** False when there is no link, or it is so far behind that it was cut (then onLinkDown follows). Messages longer than a frame are cut and put together here. */
  send(to: NodeId, message: Uint8Array): boolean
  disconnect(peer: NodeId, reason: string): void
  /** As `disconnect`, and no link to or from this peer for a minute: it sent what no honest peer sends. */
  ban(peer: NodeId, reason: string): void
  /** Closes everything; no callback afterwards. */
  close(): void
}

export interface RendezvousListener {
  /** A way to another peer of the network. */
  onChannel(channel: Channel, initiator: boolean): void
  /** A seek ended: ways in found, whether a well-known id is held, what hindered it. */
  onSought(result: { readonly contacts: number; readonly held: boolean; readonly reason: string }): void
}

/** Where peers meet first (PROTOCOL 9). */
export interface Rendezvous {
  listen(listener: RendezvousListener): void
  /** See the effect `rendezvous`. */
  setMode(mode: 'seek' | 'serve' | 'probe' | 'off', cached: readonly NodeId[]): void
  close(): void
}

export interface Store {
  /** All records at start but the damaged ones. `problem`: what a person should know, such as what was left out, or empty. */
  load(done: (records: readonly StoredRecord[], problem: string) => void): void
  /** Exactly one transaction: all of it or nothing. `reason` for a person when not ok. */
  commit(writes: readonly Write[], done: (ok: boolean, reason: string) => void): void
  close(): void
}

export interface Signer {
  sign(bytes: Uint8Array, done: (signature: Hex) => void): void
  /** True when every part's key is sound, belongs to its puzzle (p bits), and its signature holds. Parts verified before cost nothing. */
  verify(parts: readonly SignedPart[], done: (valid: boolean) => void): void
}

/** One timer and the local clock. */
export interface Ticker {
  nowMs(): number
  /** Calls `listener` once, at `atMs` or soon after, or earlier when the clock was set back; replaces what was set before. */
  set(atMs: number): void
  listen(listener: () => void): void
  close(): void
}
