/** What the screen shows of a peer. A view is a value: made anew at each `publish`, never changed. */
import type { Id, NodeId } from '../base/identity.ts'
import type { BrokeredView } from '../broker/view.ts'
import type { LinkPurpose } from '../ring/messages.ts'
import type { BidderRow, OfferRow, ReceiptRow, ServiceRow } from '../trader/command.ts'
import type { Transport } from './event.ts'

export interface LinkView {
  readonly peer: NodeId
  readonly transport: Transport
  readonly purposes: readonly LinkPurpose[]
  /** Smoothed round trip in ms; null before the first pong. */
  readonly roundTripMs: number | null
  /** Local clock at which it came up, ms since 1970. */
  readonly sinceMs: number
}

/** A shortcut across the ring: the first peer at or behind `start`, 2^exponent ids clockwise of this one. */
export interface FingerView {
  readonly exponent: number
  readonly start: Id
  readonly peer: NodeId
  /** A direct link to it is open. */
  readonly linked: boolean
}

export interface View {
  readonly nodeId: NodeId
  /** seeking: no way in found yet · joining: taking the place on the ring · joined: in a ring, of one included · stopped: said goodbye, or refused. */
  readonly state: 'seeking' | 'joining' | 'joined' | 'stopped'
  /** Why it seeks for long, is stopped, or what needs the person's attention; empty when all is well. */
  readonly notice: string
  readonly network: string
  /** Other peers known to be alive. */
  readonly peers: number
  readonly links: readonly LinkView[]
  readonly predecessors: readonly NodeId[]
  readonly successors: readonly NodeId[]
  /** Those that are known, the shortest first; none while the lists span the ring. */
  readonly fingers: readonly FingerView[]
  readonly clockOffsetMs: number
  /** The clock is off by more than a slot and not corrected: the person must agree (PROTOCOL 6). */
  readonly clockOff: boolean
  readonly slot: number
  readonly brokering: readonly BrokeredView[]
  /** Those made or opened here, newest first. */
  readonly services: readonly ServiceRow[]
  readonly offers: readonly OfferRow[]
  readonly receipts: readonly ReceiptRow[]
  /** Newest first. */
  readonly bidders: readonly BidderRow[]
}
