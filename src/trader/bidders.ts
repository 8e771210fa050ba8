import { utf8 } from '../base/bytes.ts'
import { domainId, type Id } from '../base/identity.ts'
import { largestSizes, type Sizes } from '../base/sizes.ts'
import { nextPrice } from '../market/bidder.ts'
import { checkBidderRequest } from '../market/bidder-check.ts'
import { MAX_AMOUNT } from '../market/offer.ts'
import { setSlot, slotNumber, slotStartMs } from '../market/slot.ts'
import type { TraderPort } from '../wire/port.ts'
import type { Write } from '../wire/records.ts'
import type { Books } from './book.ts'
import type { BidderRow, BidderStep, Failure, OfferAnswer, PriceAnswer } from './command.ts'
import { COMMAND_MS, EXCHANGE_SLOTS } from './durations.ts'
import { failure, type Outcome } from './failures.ts'
import type { Offers } from './offers.ts'
import { MAX_BIDDER_OFFERS, OwnBidder, type StoredBidder } from './own-bidder.ts'
import type { OwnOffer } from './own-offer.ts'
import type { OwnOffers } from './own-offers.ts'
import { SILENT } from './reasons.ts'
import { removalOf, writeOf } from './records.ts'
import { type Services, unknownFailure } from './services.ts'

/** Bidders kept, for the person's eyes. At the bound the oldest that is over is forgotten; at most s are live. */
export const MAX_BIDDERS = 64
/** The price is asked for so far into an even slot, in slots: brokers have decided by then, and an offer still comes in time for the exchange. */
const ASK_SLOTS = 0.25

/** What bidders stand on. */
export interface BiddersAround {
  readonly books: Books
  readonly own: OwnOffers
  readonly offers: Offers
  readonly services: Services
}

type StepEnd = Pick<BidderStep, 'price' | 'outcome' | 'reason'>

/**
 * Bidders: each trades a quantity of one service by the paper's rule (PROTOCOL 11) with no person, until that is traded, its time is over, it is stopped
 * or cannot go on. It asks the price once in two slots, or when its offer ended, and moves its one offer to the price of the rule.
 *
 * Invariants
 * 1. One live bidder a service, and no offer of a person's beside it.
 * 2. It never offers more than is left: the quantity is taken from its offer when the new number is made, in one transaction with its own record.
 * 3. A bidder survives a reload: its record is stored when it starts, offers, trades and ends. The steps since are lost, no offer or trade is.
 */
export class Bidders {
  readonly #port: TraderPort
  readonly #around: BiddersAround
  readonly #bidders = new Map<Id, OwnBidder>()
  #lookWaits = false
  #ticking = false
  #lastCreated = 0

  constructor(port: TraderPort, around: BiddersAround) {
    this.#port = port
    this.#around = around
  }

  /** See Sized. */
  sizes(): Sizes {
    return { kept: this.#bidders.size, live: this.#live().length, ...largestSizes(this.#bidders.values()) }
  }

  /** Newest first. */
  rows(): BidderRow[] {
    return [...this.#bidders.values()].sort((left, right) => byAge(right, left)).map((bidder) => bidder.row())
  }

  /** A live bidder trades it. */
  trades(service: Id): boolean {
    return this.#live().some((bidder) => bidder.service === service)
  }

  /** Takes a stored one; own offers were restored before. */
  restore(stored: StoredBidder): void {
    const bidder = new OwnBidder(stored)
    const { own } = this.#around
    this.#bidders.set(bidder.bidderId, bidder)
    this.#lastCreated = Math.max(this.#lastCreated, bidder.created)
    for (const offerId of bidder.offers) {
      const offer = own.get(offerId)
      if (offer !== undefined) offer.bidderId = bidder.bidderId
    }
    if (!stored.offering || !bidder.live) return
    bidder.own = own.get(bidder.offers.at(-1) ?? '') ?? null
    if (bidder.own !== null) return
    bidder.state = 'failed'
    bidder.reason = 'storage: The record of its offer on this device was damaged, so what is left is not known. Look at your receipts.'
  }

  /** Once in a ring: those that were live go on. */
  begin(): void {
    this.lookSoon()
    this.#tickLater()
  }

  start(service: Id, input: unknown, done: (outcome: Outcome<{ readonly bidderId: Id }>) => void): void {
    const checked = checkBidderRequest(input, this.#port.parameters.a)
    if (!checked.ok) return done(failure('invalid-argument', checked.message, checked.field))
    const refused = this.#whyNot(service)
    if (refused !== null) return done({ ok: false, failure: refused })
    const { side, limit, quantity, learningRate, forMs } = checked.bidder
    const created = Math.max(this.#lastCreated + 1, Math.floor(this.#port.schedule.nowMs))
    this.#lastCreated = created
    const { network, nodeId } = this.#port
    const bidderId = domainId('peermart/bidder', network, utf8(`${nodeId} ${service} ${created}`))
    const terms = { bidderId, service, side, limit, of: quantity, left: quantity, learningRate, created }
    const until = Math.floor(this.#port.networkNowMs()) + forMs
    const bidder = new OwnBidder({ ...terms, until, state: 'bidding', reason: '', offers: [], offering: false, steps: [] })
    this.#bidders.set(bidderId, bidder)
    this.#port.storeNow([this.#writeOf(bidder), ...this.#makeRoom()], (ok) => {
      if (!ok) {
        // It may have been looked at meanwhile: it bids no more.
        bidder.state = 'failed'
        this.#bidders.delete(bidderId)
        return done(
          failure('storage', 'This device could not store the bidder, so it was not started. Free some disk space, then try again.'),
        )
      }
      done({ ok: true, value: { bidderId } })
      this.begin()
    })
    this.#port.changed()
  }

  /** Ends at once; its offer is taken back, or its trade completed, meanwhile and its row tells. */
  stop(bidderId: Id, done: (outcome: Outcome<{ readonly state: BidderRow['state'] }>) => void): void {
    const bidder = this.#bidders.get(bidderId)
    if (bidder === undefined) return done(failure('unknown-bidder', 'There is no bidder of yours with this id.'))
    if (bidder.state === 'bidding') {
      bidder.state = 'stopping'
      this.#save(bidder)
      this.#look(bidder)
    }
    done({ ok: true, value: { state: bidder.state } })
  }

  /** Own offers have changed. Looks at what became of bidders' ones, after the present handler. */
  lookSoon(): void {
    if (this.#lookWaits || this.#live().length === 0) return
    this.#lookWaits = true
    this.#port.schedule.after(0, () => {
      this.#lookWaits = false
      for (const bidder of this.#live()) this.#look(bidder)
    })
  }

  #live(): OwnBidder[] {
    return [...this.#bidders.values()].filter(({ live }) => live).sort(byAge)
  }

  #whyNot(service: Id): Failure | null {
    const { services, own, offers } = this.#around
    if (services.get(service) === null) return unknownFailure().failure
    if (this.trades(service)) return { code: 'offer-open', message: 'A bidder of yours trades this service already. Stop it first.' }
    if (own.liveOf(service) !== undefined || offers.isMaking(service))
      return { code: 'offer-open', message: 'You have an offer of this service. Withdraw it first, or let it end.' }
    const { s } = this.#port.parameters
    const traded = new Set([...own.live().map((offer) => offer.service), ...this.#live().map((bidder) => bidder.service)])
    if (traded.size < s) return null
    const message = `You trade ${s} services at once, as many as this network allows. Withdraw another offer or stop a bidder first.`
    return { code: 'too-many-services', message }
  }

  /** One timer for all bidders, while there are any. */
  #tickLater(): void {
    const { schedule, parameters } = this.#port
    const { slot } = parameters
    if (this.#ticking || this.#live().length === 0) return
    this.#ticking = true
    const nowMs = this.#port.networkNowMs()
    const next = slotStartMs(setSlot(slotNumber(nowMs, slot)), slot) + ASK_SLOTS * slot
    schedule.after(next > nowMs ? next - nowMs : next + EXCHANGE_SLOTS * slot - nowMs, () => {
      this.#ticking = false
      for (const bidder of this.#live()) {
        this.#look(bidder)
        this.#ask(bidder)
      }
      this.#tickLater()
    })
  }

  /** What became of it since the last look: trades, the end of its offer, its own end. */
  #look(bidder: OwnBidder): void {
    const { own } = bidder
    if (own !== null) this.#follow(bidder, own)
    if (!bidder.live || bidder.turn !== 0) return
    if (bidder.left === 0) return this.#end(bidder, { state: 'done', reason: '' })
    if (bidder.own !== null) return bidder.state === 'stopping' ? this.#takeBack(bidder, bidder.own) : undefined
    if (bidder.state === 'stopping') return this.#end(bidder, { state: 'stopped', reason: '' })
    if (this.#isOver(bidder)) return this.#end(bidder, { state: 'expired', reason: '' })
    const { slot } = this.#port.parameters
    if (this.#port.networkNowMs() - bidder.askedMs >= slot) this.#ask(bidder)
  }

  /** Its time is over, or too short for an exchange. */
  #isOver(bidder: OwnBidder): boolean {
    return this.#port.networkNowMs() + EXCHANGE_SLOTS * this.#port.parameters.slot >= bidder.until
  }

  /** Takes over what its offer has traded, and the offer's end. */
  #follow(bidder: OwnBidder, own: OwnOffer): void {
    const { quantity } = own
    const isTraded = quantity < bidder.left
    bidder.left = Math.min(quantity, bidder.left)
    if (isTraded) this.#note(bidder, { ...bidder.seen, price: own.offer.price, outcome: 'traded' })
    if (own.live || bidder.turn !== 0) return
    bidder.own = null
    // Nobody but a person withdraws it while it bids.
    if (own.state === 'withdrawn' && bidder.state === 'bidding') {
      const reason = own.reason === '' ? 'withdrawn: Its offer was withdrawn by hand.' : `withdrawn: ${own.reason}`
      return this.#end(bidder, { state: bidder.left === 0 ? 'done' : 'stopped', reason })
    }
    this.#save(bidder)
  }

  #end(bidder: OwnBidder, end: Pick<BidderRow, 'state'> & { readonly reason: string }): void {
    bidder.state = end.state
    bidder.reason = end.reason
    bidder.turn = 0
    this.#save(bidder)
  }

  /** Again with each tick until it is withdrawn: while it is being traded it cannot be, nor while the disk refuses. */
  #takeBack(bidder: OwnBidder, own: OwnOffer): void {
    if (bidder.withdrawing || (own.state !== 'open' && own.state !== 'sending')) return
    bidder.withdrawing = true
    this.#around.offers.withdraw(own, ({ ok }) => {
      bidder.withdrawing = false
      if (ok) this.lookSoon()
    })
  }

  /** Asks the price and offers by it, unless it is doing so or its offer is not free to be moved. */
  #ask(bidder: OwnBidder): void {
    if (bidder.state !== 'bidding' || bidder.turn !== 0 || this.#isOver(bidder)) return
    if (bidder.own !== null && bidder.own.state !== 'open') return
    if (this.#around.services.get(bidder.service) === null)
      return this.#end(bidder, { state: 'failed', reason: reasonOf(unknownFailure().failure) })
    bidder.askedMs = this.#port.networkNowMs()
    const turn = this.#turn(bidder)
    this.#around.books.getPrice(bidder.service, (outcome) => {
      if (bidder.turn !== turn) return
      if (outcome.ok && bidder.state === 'bidding') return this.#bid(bidder, turn, outcome.value)
      if (!outcome.ok) this.#note(bidder, { ...bidder.seen, price: null, outcome: 'unanswered', reason: reasonOf(outcome.failure) })
      this.#endTurn(bidder, turn)
    })
  }

  /** What is under way ends in time, whatever comes of it. */
  #turn(bidder: OwnBidder): number {
    bidder.turns += 1
    const turn = bidder.turns
    bidder.turn = turn
    this.#port.schedule.after(COMMAND_MS, () => {
      if (bidder.turn !== turn) return
      this.#note(bidder, { ...bidder.seen, price: null, outcome: 'unanswered', reason: 'timeout: This took too long. It is tried again.' })
      this.#endTurn(bidder, turn)
    })
    return turn
  }

  #endTurn(bidder: OwnBidder, turn: number): void {
    if (bidder.turn !== turn) return
    bidder.turn = 0
    this.lookSoon()
  }

  #bid(bidder: OwnBidder, turn: number, { bid, ask }: PriceAnswer): void {
    const { side, limit, rate, own } = bidder
    const price = Math.min(Math.max(1, nextPrice({ side, limit, rate }, { bid, ask })), MAX_AMOUNT)
    const end = (step: StepEnd): void => {
      if (bidder.turn !== turn) return
      this.#note(bidder, { bid, ask, ...step })
      this.#endTurn(bidder, turn)
    }
    const ended = (outcome: Outcome<OfferAnswer>): void => end(stepOf(price, outcome))
    if (own === null) this.#offer(bidder, { turn, price, done: ended })
    else if (own.offer.price === price) end({ price: null, outcome: 'kept' })
    else this.#around.offers.reprice(own, { price, isWanted: () => this.#isBidding(bidder, turn) }, ended)
  }

  #isBidding(bidder: OwnBidder, turn: number): boolean {
    return bidder.turn === turn && bidder.state === 'bidding'
  }

  #offer(
    bidder: OwnBidder,
    to: { readonly turn: number; readonly price: number; readonly done: (outcome: Outcome<OfferAnswer>) => void },
  ): void {
    const { own, offers } = this.#around
    const request = () => {
      const validForMs = Math.floor(bidder.until - this.#port.networkNowMs())
      if (!this.#isBidding(bidder, to.turn) || validForMs <= 0 || own.liveOf(bidder.service) !== undefined) return null
      return { side: bidder.side, price: to.price, quantity: bidder.left, validForMs }
    }
    const made = (offer: OwnOffer): void => {
      offer.bidderId = bidder.bidderId
      bidder.made(offer)
    }
    const writes = (offer: OwnOffer): Write[] => {
      const offered = [...bidder.offers, offer.offerId].slice(-MAX_BIDDER_OFFERS)
      return [writeOf(this.#port.network, { type: 'bidder', ...bidder.stored(), offers: offered, offering: true })]
    }
    offers.sendFor(bidder.service, { request, writes, made }, to.done)
  }

  #note(bidder: OwnBidder, step: Omit<BidderStep, 'atMs'>): void {
    if (bidder.note({ atMs: Math.floor(this.#port.networkNowMs()), ...step })) this.#save(bidder)
    else this.#port.changed()
  }

  #save(bidder: OwnBidder): void {
    this.#port.changed()
    this.#port.storeNow([this.#writeOf(bidder)])
  }

  #writeOf(bidder: OwnBidder): Write {
    return writeOf(this.#port.network, { type: 'bidder', ...bidder.stored() })
  }

  #makeRoom(): Write[] {
    if (this.#bidders.size <= MAX_BIDDERS) return []
    const over = [...this.#bidders.values()].filter(({ live }) => !live).sort(byAge)[0]
    if (over === undefined) return []
    this.#bidders.delete(over.bidderId)
    return [removalOf(this.#port.network, { type: 'bidder', ...over.stored() })]
  }
}

function stepOf(price: number, outcome: Outcome<OfferAnswer>): StepEnd {
  if (!outcome.ok)
    return { price: null, outcome: outcome.failure.code === 'no-brokers' ? 'unanswered' : 'refused', reason: reasonOf(outcome.failure) }
  const { accepted, reason } = outcome.value
  if (accepted > 0) return { price, outcome: 'offered' }
  return reason === undefined || reason === SILENT
    ? { price, outcome: 'unanswered', reason: `timeout: ${SILENT}` }
    : { price, outcome: 'refused', reason }
}

/** A failure's word, as programs know it, and a sentence for a person: like a refusal's. */
function reasonOf({ code, message }: Failure): string {
  return `${code}: ${message}`
}

function byAge(left: OwnBidder, right: OwnBidder): number {
  return left.created - right.created || (left.bidderId < right.bidderId ? -1 : 1)
}
