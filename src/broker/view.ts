import type { Id, NodeId } from '../base/identity.ts'
import type { Offer } from '../market/offer.ts'
import type { Service } from '../market/service.ts'
import type { OfferState } from '../wire/messages.ts'
import type { Decision } from './records.ts'

/** A service that this peer brokers, as the network panel shows it. */
export interface BrokeredView {
  readonly serviceId: Id
  readonly name: string
  readonly buys: number
  readonly sells: number
  readonly members: number
}

/** One table as it is now, for the person at this broker, and for checks. */
export interface TableInspection {
  readonly serviceId: Id
  readonly parameters: Service
  /** This peer is in the set. */
  readonly serving: boolean
  /** The slot in which this peer took the service on. */
  readonly since: number
  /** The set as it was fixed. */
  readonly members: readonly NodeId[]
  /** Best first. */
  readonly bids: readonly Offer[]
  readonly asks: readonly Offer[]
  /** The last decision. */
  readonly decision: Decision | null
  /** Slots decided here since this peer runs and has the table. */
  readonly decided: number
  /** What it knows of each peer's newest word, the rows included. */
  readonly memories: ReadonlyMap<NodeId, OfferState>
}
