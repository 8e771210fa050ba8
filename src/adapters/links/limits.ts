/** Durations, in ms, and bounds of the links. */
export interface LinkLimits {
  /** From an attempt's first signal to the end of its handshake: routed signalling, ICE and DTLS over a slow network. */
  readonly connectTimeoutMs: number
  /** From an open channel to a link: four flights and two signatures. */
  readonly handshakeTimeoutMs: number
  /** How long a replaced channel may stay for what is still under way on it. */
  readonly drainTimeoutMs: number
  /** How long a peer that broke the rules is refused. */
  readonly banMs: number
  /** Bans remembered at once; the oldest goes first. */
  readonly bans: number
  /** Attempts at once, of both directions. More are refused. */
  readonly attempts: number
  /** Channels from the rendezvous with an unfinished handshake. More are closed. */
  readonly handshakes: number
  /** Signals whose signature is being checked. More are ignored; their senders try again. */
  readonly verifications: number
  /** Connection ids of offers and asks that were used and are not used again. */
  readonly rememberedConnections: number
  /** RTCPeerConnections constructed: Chrome allows 500 that are not yet garbage-collected, closed ones too (FIELD-NOTES). */
  readonly construction: { readonly burst: number; readonly perSecond: number }
}

export const DEFAULT_LIMITS: LinkLimits = {
  connectTimeoutMs: 15_000,
  handshakeTimeoutMs: 10_000,
  drainTimeoutMs: 5_000,
  banMs: 60_000,
  bans: 256,
  attempts: 64,
  handshakes: 64,
  verifications: 64,
  rememberedConnections: 1_024,
  construction: { burst: 24, perSecond: 2 },
}
