/** What the person or a bot at this peer may ask for; `window.peermart` turns each into a Promise. */
import type { Id } from '../base/identity.ts'
import type { Side } from '../market/offer.ts'
import type { Service } from '../market/service.ts'

export interface OfferRequest {
  readonly side: Side
  readonly price: number
  readonly quantity: number
  readonly validForMs: number
}

/** Fields come unchecked, as a person or a script gave them; the core checks and answers with a failure. */
export type Command =
  | { readonly type: 'createService'; readonly service: unknown }
  /** A serviceId, or the service itself (from a link). */
  | { readonly type: 'openService'; readonly serviceId: unknown; readonly service?: Service }
  /** Needs no ring, as does forgetService. */
  | { readonly type: 'watchService'; readonly serviceId: unknown; readonly watch: unknown }
  /** Not while an offer or a bidder of this service is live. Its link opens it again. */
  | { readonly type: 'forgetService'; readonly serviceId: unknown }
  | { readonly type: 'getPrice'; readonly serviceId: unknown }
  | { readonly type: 'sendOffer'; readonly serviceId: unknown; readonly offer: unknown }
  | { readonly type: 'withdraw'; readonly offerId: unknown }
  | { readonly type: 'orderBook'; readonly serviceId: unknown }
  /** The whole receipt as a file for anyone to check: a text. Needs no ring. */
  | { readonly type: 'receiptFile'; readonly receiptId: unknown }
  /** Bids by the paper's rule (PROTOCOL 11) until done, stopped, or out of time. */
  | { readonly type: 'startBidder'; readonly serviceId: unknown; readonly bidder: unknown }
  | { readonly type: 'stopBidder'; readonly bidderId: unknown }
  /** The person agreed to correct a clock that is off by more than a slot. */
  | { readonly type: 'adjustClock' }

/** Why a command failed. `code` is for programs, `message` tells a person what to do. */
export interface Failure {
  readonly code:
    | 'invalid-argument'
    | 'unknown-service'
    | 'unknown-offer'
    | 'unknown-receipt'
    | 'unknown-bidder'
    | 'not-joined'
    | 'no-brokers'
    | 'too-many-services'
    | 'offer-open'
    | 'timeout'
    | 'storage'
    | 'stopped'
  readonly message: string
  /** The field that is wrong, for invalid-argument. */
  readonly field?: string
}

export interface ServiceAnswer {
  readonly serviceId: Id
  readonly service: Service
}
/** A service that this peer remembers. */
export interface ServiceRow extends ServiceAnswer {
  /** made: its parameters were entered here · opened: it came by a link, an id or a search. */
  readonly origin: 'made' | 'opened'
  /** The person keeps an eye on it. */
  readonly watched: boolean
}
export interface PriceAnswer {
  readonly bid: number
  /** Infinity when nobody sells. */
  readonly ask: number
}
export interface OfferAnswer {
  readonly offerId: Id
  /** Brokers that took it. */
  readonly accepted: number
  /** Brokers asked. */
  readonly of: number
  readonly reason?: string
}
export interface BookRow {
  readonly price: number
  readonly quantity: number
  readonly peer: Id
  readonly seq: number
}
/** A trade as its receipt shows it to anyone: signed by both sides, and checked. */
export interface TradeRow {
  readonly receiptId: Id
  /** The mean of both prices: may end in .5. */
  readonly price: number
  readonly quantity: number
  /** The slot that decided it. */
  readonly slot: number
}
export interface BookAnswer {
  readonly bids: readonly BookRow[]
  readonly asks: readonly BookRow[]
  readonly slot: number
  /** Brokers that answered, and how many of those share the commonest last decision. */
  readonly answered: number
  readonly agreeing: number
  /** Brokers asked. */
  readonly of: number
  /** Since the oldest of the answers, in ms. */
  readonly ageMs: number
  /** The latest trades, newest first: those that brokers still show, which is at least as long as one of the two offers would be valid, up to a bound. */
  readonly trades: readonly TradeRow[]
}
/**
 * What happened to an own offer. signing: a number of it is signed and stored here · sent: on its way to brokers · stored: brokers took it
 * · forwarded: a broker that it was not sent to says that it has it · matched: brokers decided that it meets another
 * · awaiting-receipt: the other side's signature is still to come · traded: both have signed. The others are ends, or the way there.
 */
export interface OfferStep {
  readonly state:
    | 'signing'
    | 'sent'
    | 'stored'
    | 'forwarded'
    | 'matched'
    | 'awaiting-receipt'
    | 'traded'
    | 'dropped'
    | 'expired'
    | 'withdrawing'
    | 'withdrawn'
    | 'replaced'
    | 'refused'
  /** Network time in ms; null: it was before this tab was loaded, and the time was not kept. */
  readonly atMs: number | null
  /** For a person. */
  readonly reason?: string
  /** Brokers that took it, for stored. */
  readonly accepted?: number
  /** Brokers asked, for sent and stored. */
  readonly of?: number
  /** Units traded, for traded. */
  readonly quantity?: number
  /** Steps right before this one that are not kept, when there are any. */
  readonly skipped?: number
}
export interface OfferRow {
  /** Lasts over renumbering. */
  readonly offerId: Id
  readonly serviceId: Id
  readonly side: Side
  readonly price: number
  /** What is left of it. */
  readonly quantity: number
  readonly state: 'sending' | 'open' | 'matched' | 'traded' | 'withdrawing' | 'withdrawn' | 'expired' | 'dropped' | 'refused'
  readonly reason?: string
  readonly validUntil: number
  /** Brokers that hold it, of those asked. */
  readonly accepted: number
  readonly of: number
  /** While it is matched: the slot that decided it, from which its receipt has its time (deadlineMs). */
  readonly slot?: number
  /** Its life so far, oldest first, bounded: the first and the latest steps are kept. */
  readonly steps: readonly OfferStep[]
  /** The bidder that made it; absent for a person's own. */
  readonly bidderId?: Id
}
export interface ReceiptRow {
  readonly receiptId: Id
  readonly serviceId: Id
  readonly price: number
  readonly quantity: number
  readonly buyer: Id
  readonly seller: Id
  readonly slot: number
  /** Brokers that signed that they saw it whole in time, of the set's members. */
  readonly attestations: number
  readonly of: number
}
/** What a person asks of a bidder. */
export interface BidderRequest {
  readonly side: Side
  /** Never more for a buyer, never less for a seller. Smallest units. */
  readonly limit: number
  readonly quantity: number
  /** a of PROTOCOL 11, 0 < a ≤ 1; the network's when it is left out. */
  readonly learningRate?: number
  /** It stops by itself after so many ms. */
  readonly forMs: number
}
export interface BidderStep {
  /** Network time in ms. */
  readonly atMs: number
  /** What it saw; 0 and Infinity for empty sides. */
  readonly bid: number
  readonly ask: number
  /** What it offered, or what its offer that traded was at; null when it offered nothing new. */
  readonly price: number | null
  readonly outcome: 'offered' | 'kept' | 'traded' | 'refused' | 'unanswered'
  /** A code, a colon, a sentence: as an offer's. */
  readonly reason?: string | undefined
}
export interface BidderRow {
  readonly bidderId: Id
  readonly serviceId: Id
  readonly side: Side
  readonly limit: number
  /** What is left to trade, of `of`. */
  readonly quantity: number
  readonly of: number
  readonly learningRate: number
  /** Network time in ms. */
  readonly untilMs: number
  readonly state: 'bidding' | 'stopping' | 'done' | 'stopped' | 'expired' | 'failed'
  readonly reason?: string
  /** Its live offer; null when it has none. */
  readonly offerId: Id | null
  /** Newest first: the first one and the newest ones. One that repeats the one before takes its place. */
  readonly steps: readonly BidderStep[]
}
