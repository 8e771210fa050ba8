import type { Id } from '../base/identity.ts'
import type { Sizes } from '../base/sizes.ts'
import type { Side } from '../market/offer.ts'
import type { BidderRow, BidderStep } from './command.ts'
import type { OwnOffer } from './own-offer.ts'

/** Steps kept of a bidder: the first, and the newest ones. */
export const MAX_BIDDER_STEPS = 50
/** Offers remembered as a bidder's, newest kept: it makes one anew only when the last one ended, each longest validity or after a refusal. */
export const MAX_BIDDER_OFFERS = 64

/** What of a bidder is on the disk. */
export interface StoredBidder {
  readonly bidderId: Id
  readonly service: Id
  readonly side: Side
  readonly limit: number
  /** What it was to trade. */
  readonly of: number
  /** What was left when its latest offer was made, or when that ended. */
  readonly left: number
  readonly learningRate: number
  /** Local time of its start in ms: for newest first. */
  readonly created: number
  /** Network time in ms. */
  readonly until: number
  readonly state: BidderRow['state']
  /** Empty when there is nothing to say. */
  readonly reason: string
  /** The offers it made, newest last. */
  readonly offers: readonly Id[]
  /** Whether the newest of them may still trade: then that offer's record says what is left. */
  readonly offering: boolean
  /** Newest first. */
  readonly steps: readonly BidderStep[]
}

/**
 * One bidder. States: bidding → done, or expired, failed, stopped; to the last by way of stopping while its offer is taken back.
 *
 * Invariant: `left` is what may still be traded while there is no offer; while there is one, that offer's quantity is.
 */
export class OwnBidder {
  readonly bidderId: Id
  readonly service: Id
  readonly side: Side
  readonly limit: number
  readonly of: number
  readonly rate: number
  readonly created: number
  readonly until: number
  state: BidderRow['state']
  reason: string
  /** Its offer, live or just ended; null when it has none. */
  own: OwnOffer | null = null
  /** What was left when it was last looked at: less of it now is a trade. */
  left: number
  /** The question or offer under way; what an older one brings is late and counts for nothing. 0: none. */
  turn = 0
  turns = 0
  /** Network time of the last question; none yet: minus infinity. */
  askedMs = Number.NEGATIVE_INFINITY
  /** Whether the withdrawal of its offer is under way. */
  withdrawing = false
  readonly #offers: Id[]
  readonly #steps: BidderStep[]

  constructor(stored: StoredBidder) {
    this.bidderId = stored.bidderId
    this.service = stored.service
    this.side = stored.side
    this.limit = stored.limit
    this.of = stored.of
    this.left = stored.left
    this.rate = stored.learningRate
    this.created = stored.created
    this.until = stored.until
    this.state = stored.state
    this.reason = stored.reason
    this.#offers = [...stored.offers]
    this.#steps = [...stored.steps]
  }

  /** It bids, or takes its offer back: one a service. */
  get live(): boolean {
    return this.state === 'bidding' || this.state === 'stopping'
  }

  /** Its offers, newest last. */
  get offers(): readonly Id[] {
    return this.#offers
  }

  /** A new offer of its own. */
  made(own: OwnOffer): void {
    this.own = own
    this.#offers.push(own.offerId)
    if (this.#offers.length > MAX_BIDDER_OFFERS) this.#offers.shift()
  }

  /** What it saw at its last question that was answered. */
  get seen(): Pick<BidderStep, 'bid' | 'ask'> {
    const { bid, ask } = this.#steps[0] ?? { bid: 0, ask: Number.POSITIVE_INFINITY }
    return { bid, ask }
  }

  /** Notes a step; one that only repeats the one before takes its place. Returns whether there is something new. */
  note(step: BidderStep): boolean {
    const before = this.#steps[0]
    const isSame = before !== undefined && (step.outcome === 'kept' || step.outcome === 'unanswered') && isAlike(before, step)
    if (isSame) this.#steps.shift()
    this.#steps.unshift(step)
    // The first is the last of the list, and stays.
    if (this.#steps.length > MAX_BIDDER_STEPS) this.#steps.splice(-2, 1)
    return !isSame
  }

  stored(): StoredBidder {
    const { bidderId, service, side, limit, of, left, rate, created, until, state, reason, own } = this
    const told = { bidderId, service, side, limit, of, left, learningRate: rate, created, until, state, reason }
    return { ...told, offers: this.#offers, offering: own !== null, steps: this.#steps }
  }

  row(): BidderRow {
    const { bidderId, service, side, limit, of, left, rate, until, state, reason, own } = this
    return {
      bidderId,
      serviceId: service,
      side,
      limit,
      quantity: own?.quantity ?? left,
      of,
      learningRate: rate,
      untilMs: until,
      state,
      ...(reason === '' ? {} : { reason }),
      offerId: own?.live ? own.offerId : null,
      steps: [...this.#steps],
    }
  }

  /** See Sized. */
  sizes(): Sizes {
    return { steps: this.#steps.length, offers: this.#offers.length }
  }
}

function isAlike(left: BidderStep, right: BidderStep): boolean {
  return left.outcome === right.outcome && left.bid === right.bid && left.ask === right.ask && left.reason === right.reason
}
