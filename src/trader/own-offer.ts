import type { Id, NodeId } from '../base/identity.ts'
import { longest, type Sizes } from '../base/sizes.ts'
import type { Offer, Side } from '../market/offer.ts'
import type { Receipt } from '../market/receipt.ts'
import type { Match } from '../wire/messages.ts'
import type { OfferRow } from './command.ts'
import { POLL_SLOTS } from './durations.ts'
import { Life } from './life.ts'
import type { Reports } from './reports.ts'

/**
 * What a broker did with the newest number of an offer.
 * asked: no answer yet · held: it acknowledged · refused, dropped: it said so · lost: no link or no answer
 * · faulty: it reports a match that cannot be, so it does not hold the offer for trading any more.
 */
export type Holding = 'asked' | 'held' | 'refused' | 'dropped' | 'lost' | 'faulty'

/** What of an own offer is on the disk. */
export interface StoredOffer {
  /** Id of the first signed offer: lasts over renumbering. */
  readonly offerId: Id
  /** Its number, which is about its time in ms: for newest first. */
  readonly created: number
  /** Network time in ms at which the person wants it to end; the signed validUntil is not below. */
  readonly until: number
  /** What is left to trade, 0 when all is. */
  readonly quantity: number
  readonly state: OfferRow['state']
  /** For a person; empty when there is nothing to say. */
  readonly reason: string
  /** The newest number, signed. */
  readonly offer: Offer
  /** The receipt that this peer signed over `offer`: a half of its own as seller, or a whole. */
  readonly receipt: Receipt | null
  /** Brokers that acknowledged `offer`, in the order they did. */
  readonly holders: readonly NodeId[]
  /** How many brokers were meant to hold it. */
  readonly of: number
}

/** A half, and when it first came. */
export interface HeardHalf {
  readonly half: Receipt
  /** Steady time (see Schedule). */
  readonly sinceMs: number
}

/**
 * One own offer through all its numbers.
 *
 * States: sending → open → matched → traded, or back to sending with the rest or after a failed receipt, under a new number;
 * from sending or open also withdrawing → withdrawn, expired, dropped, refused. Those five and traded are final.
 *
 * Invariants
 * 1. `spent` is set before anything is signed over the present number's match and cleared by a new number only: at most one receipt an offer (PROTOCOL 6).
 * 2. `receipt` is null or over `offer`.
 */
export class OwnOffer {
  readonly offerId: Id
  readonly created: number
  until: number
  /** The bidder that made it; null for a person's own. Not on the disk: bidders know theirs. */
  bidderId: Id | null = null
  quantity: number
  state: OfferRow['state']
  reason: string
  offer: Offer
  receipt: Receipt | null
  /** Brokers that were asked to take the present number, each once. Never more than the sets it went to. */
  readonly holdings = new Map<NodeId, Holding>()
  /** Network time at which each of them acknowledged it; those that did before a reload are missing. */
  readonly heldMs = new Map<NodeId, number>()
  of: number
  readonly life = new Life()
  /** Brokers that hold an older number and had no room to hear of the present one: a newer one goes to them too. */
  readonly outdated = new Set<NodeId>()

  /** Signed for, perhaps not yet stored: nothing more may be signed over this number. */
  spent: boolean
  /** The open half was given up: no completion of it is taken any more, though it stays on the disk until a new number takes its place. */
  abandoned = false
  /** The buyer of the open half answered with a newer number: it need not be sent the half again. */
  superseded = false
  /** The match that was decided for the present number. */
  match: Match | null = null
  /** What brokers say of a match of the present number. */
  reports: Reports | null = null
  /** Matches that a holder reported and that are decided in the future by this clock: each is judged once it can have been. At most one a holder. */
  readonly early = new Map<NodeId, Match>()
  /** Valid halves that sellers sent for the present number before its match was decided, by their match. At most MAX_HALVES. */
  readonly halves = new Map<string, HeardHalf>()
  /** Brokers whose last answer to a poll was that the present number is stored and not matched: network time at which they were asked. */
  readonly storedMs = new Map<NodeId, number>()
  /** Slots since the present number was polled. */
  idleSlots = 0
  /** Slots from one poll to the next. */
  pollSlots = POLL_SLOTS
  /** Transactions under way that change the record in a way that a later, ordinary save must not overwrite. */
  frozen = 0
  /** Brokers that signed "not seen", and "seen", on the open half. */
  readonly notSeen = new Set<NodeId>()
  readonly seen = new Set<NodeId>()
  /** How many members each attesting broker named. */
  readonly membersNamed = new Map<NodeId, number>()

  constructor(stored: StoredOffer) {
    this.offerId = stored.offerId
    this.created = stored.created
    this.until = stored.until
    this.quantity = stored.quantity
    this.state = stored.state
    this.reason = stored.reason
    this.offer = stored.offer
    this.receipt = stored.receipt
    this.of = stored.of
    this.spent = stored.receipt !== null
    for (const holder of stored.holders) this.holdings.set(holder, 'held')
  }

  get service(): Id {
    return this.offer.service
  }

  get side(): Side {
    return this.offer.side
  }

  /** Brokers that hold the present number, as far as known. */
  get holders(): NodeId[] {
    return this.withHolding('held')
  }

  withHolding(holding: Holding): NodeId[] {
    const brokers: NodeId[] = []
    for (const [broker, held] of this.holdings) if (held === holding) brokers.push(broker)
    return brokers
  }

  /** The set's size by the median of what attesters name, the upper of two, as one may lie; 0 when none did. */
  get membersReported(): number {
    const named = [...this.membersNamed.values()].sort((left, right) => left - right)
    return named[named.length >> 1] ?? 0
  }

  /** Something happened to it: its holders are asked as soon as after placing. */
  stir(): void {
    this.pollSlots = POLL_SLOTS
  }

  /** Not final: it counts against s, and no other offer of this service may be made beside it. */
  get live(): boolean {
    return isLive(this.state)
  }

  /** The seller's half that waits for the buyer. */
  get openHalf(): Receipt | null {
    return this.receipt !== null && this.receipt.buyerSignature === null && !this.abandoned ? this.receipt : null
  }

  /** A broker took the present number. Those that take it while it is traded or withdrawn are no news. */
  noteHeld(atMs: number): void {
    const latest = this.life.latest?.state
    if (latest !== 'signing' && latest !== 'sent' && latest !== 'stored') return
    const accepted = this.holders.length
    this.life.note('stored', atMs, { accepted, of: Math.max(this.of, accepted) })
  }

  stored(): StoredOffer {
    const { offerId, created, until, quantity, state, reason, offer, receipt, holders, of } = this
    return { offerId, created, until, quantity, state, reason, offer, receipt, holders: holders.slice(0, MAX_HOLDERS), of }
  }

  /** Takes a new number, already stored: everything about the old one is over. */
  renumber(offer: Offer): void {
    this.offer = offer
    this.quantity = offer.quantity
    this.state = 'sending'
    this.receipt = null
    this.spent = false
    this.abandoned = false
    this.superseded = false
    this.early.clear()
    this.halves.clear()
    this.storedMs.clear()
    this.membersNamed.clear()
    this.match = null
    this.reports?.cancel()
    this.reports = null
    this.idleSlots = 0
    this.pollSlots = POLL_SLOTS
    this.holdings.clear()
    this.heldMs.clear()
    this.notSeen.clear()
    this.seen.clear()
  }

  /** See Sized. */
  sizes(): Sizes {
    const { holdings, heldMs, outdated, storedMs, early, halves, membersNamed, notSeen, seen } = this
    const lists = [holdings, heldMs, outdated, storedMs, early, membersNamed, notSeen, seen]
    return { brokers: longest(lists), halves: halves.size, steps: this.life.steps.length }
  }

  row(): OfferRow {
    const { offerId, service, side, offer, quantity, state, reason, until, of, bidderId } = this
    const slot = state === 'matched' ? (this.receipt ?? this.match)?.slot : undefined
    return {
      offerId,
      serviceId: service,
      side,
      price: offer.price,
      quantity,
      state,
      validUntil: until,
      accepted: this.holders.length,
      // A broker that left the set and came back may hold it beside those that were asked in its place.
      of: Math.max(of, this.holders.length),
      steps: this.life.steps,
      ...(slot === undefined ? {} : { slot }),
      ...(reason === '' ? {} : { reason }),
      ...(bidderId === null ? {} : { bidderId }),
    }
  }
}

/** Halves for one number that wait for the brokers' word; what comes beyond is sent again by its seller. */
export const MAX_HALVES = 8
/** Brokers remembered for an offer over a reload; n is at most 32, so this is two sets. */
export const MAX_HOLDERS = 64

export function isLive(state: OfferRow['state']): boolean {
  return state === 'sending' || state === 'open' || state === 'matched' || state === 'withdrawing'
}
