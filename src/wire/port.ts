/** What the peer gives to its broker and to its trader: the world, as far as they may touch it. */
import type { Hex } from '../base/bytes.ts'
import type { Credentials, Id, NodeId } from '../base/identity.ts'
import type { Rng } from '../base/rng.ts'
import type { Schedule } from '../base/schedule.ts'
import type { Opened } from '../ring/trades.ts'
import type { MarketMessage } from './messages.ts'
import type { Parameters } from './parameters.ts'
import type { Write } from './records.ts'

export interface MarketPort {
  /** This peer's nodeId. */
  readonly nodeId: NodeId
  readonly credentials: Credentials
  /** The network id that is in every hash and signature. */
  readonly network: string
  readonly parameters: Parameters
  readonly rng: Rng
  /** Timers, on the local clock. `schedule.nowMs` is the local time of this event. */
  readonly schedule: Schedule
  /** Network time (PROTOCOL 6) of this event: for slots and validity. Local timers: `schedule.after(networkMs - networkNowMs(), …)`. */
  networkNowMs(): number
  /** Sends over an open link; to itself it arrives within the same step, after the present handler. False when there is no link: nothing was sent. */
  send(to: NodeId, message: MarketMessage): boolean
  /** Signs with this peer's key; `done` runs in a later step. */
  sign(bytes: Uint8Array, done: (signature: Hex) => void): void
  /** The n live peers closest to a service, this one included if it is one, as far as this peer knows the ring (PROTOCOL 3). */
  closest(service: Id): readonly NodeId[]
  /** Something that views show has changed. */
  changed(): void
}

export interface BrokerPort extends MarketPort {
  /** Shares the next table transaction: one in flight at most. `done` runs after its commit, false when the disk refused. */
  storeTable(writes: readonly Write[], done?: (ok: boolean) => void): void
}

/** How a routed first request ended. */
export type FirstAnswer =
  | { readonly ok: true; readonly from: NodeId; readonly message: MarketMessage }
  | { readonly ok: false; readonly reason: string }

export interface TraderPort extends MarketPort {
  /** The watch (PROTOCOL 6). False: an offer goes to f brokers and no further while those keep it, as in the paper. */
  readonly watch: boolean
  /** Own offers and receipts: a transaction of its own, at once. */
  storeNow(writes: readonly Write[], done?: (ok: boolean) => void): void
  /** Opens a link for a trade, or keeps the one that is open. `done` runs once, perhaps at once: true when `send` works. Hold it no longer than needed. */
  connect(peer: NodeId, done: Opened): void
  /** The trader needs the link no longer. */
  release(peer: NodeId): void
  /** Routes a first request for a service over the ring. The answer is one peer's word (PROTOCOL 3). */
  firstRequest(service: Id, message: MarketMessage, done: (answer: FirstAnswer) => void): void
  /** Sends a signed notice (receipt, superseded) to `to` through `via`, when there is no link to `to`. False when `via` has none either. */
  relay(via: NodeId, to: NodeId, message: MarketMessage): boolean
}
