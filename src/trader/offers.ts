import type { Id, NodeId } from '../base/identity.ts'
import type { Sizes } from '../base/sizes.ts'
import type { Offer } from '../market/offer.ts'
import type { Refusal } from '../wire/market-messages.ts'
import type { Newest } from '../wire/messages.ts'
import type { TraderPort } from '../wire/port.ts'
import type { Write } from '../wire/records.ts'
import type { BrokerDirectory } from './broker-directory.ts'
import type { Failure, OfferAnswer, OfferRequest, OfferRow, OfferStep } from './command.ts'
import { failure, type Outcome } from './failures.ts'
import { type Numbers, type OfferContent, offerIn, withdrawalIn } from './numbers.ts'
import { answerOf, changedFailure, openFailure, storageFailure } from './offer-answers.ts'
import { OwnOffer } from './own-offer.ts'
import type { OwnOffers } from './own-offers.ts'
import type { Placement, Round } from './placement.ts'
import { explain, REPLACED, SILENT } from './reasons.ts'
import type { Withdrawals, Withdrawn } from './withdrawals.ts'

/** What the life of offers stands on. */
export interface OffersAround {
  readonly own: OwnOffers
  readonly numbers: Numbers
  readonly directory: BrokerDirectory
  readonly placement: Placement
  readonly withdrawals: Withdrawals
}

/** Who makes an offer. */
export interface OfferMaker {
  /** What to offer, asked when the number's turn comes; null: no longer wanted. */
  readonly request: () => OfferRequest | null
  /** What is stored with it, in one transaction. */
  readonly writes: (own: OwnOffer) => readonly Write[]
  /** It is stored, and not sent yet. */
  readonly made: (own: OwnOffer) => void
}

type OfferDone = (outcome: Outcome<OfferAnswer>) => void

/** How an offer ends, for good. `step`: as its life tells it, when that says more than the state. */
interface End {
  readonly state: Extract<OfferRow['state'], OfferStep['state']>
  readonly step?: OfferStep['state']
  /** For a person; empty when there is nothing to say. */
  readonly reason: string
}

/** A first number in the making. */
interface Issue {
  signingMs: number
  until: number
  made: OwnOffer | null
  replaced: OwnOffer | undefined
}

/** A disk that refused is asked again after this. */
const RETRY_MS = 5_000

/**
 * The life of own offers: made, placed, replaced, renumbered, withdrawn, ended.
 *
 * Invariants
 * 1. Every number is stored before it is sent, in one transaction with what it does to the offers (see {@link Numbers}).
 * 2. A number that a broker may hold and that this peer no longer stands by is withdrawn.
 */
export class Offers {
  readonly #port: TraderPort
  readonly #around: OffersAround
  /** Services for which a first offer is being made: they count against s already. */
  readonly #making = new Map<Id, number>()

  constructor(port: TraderPort, around: OffersAround) {
    this.#port = port
    this.#around = around
  }

  /** See Sized. */
  sizes(): Sizes {
    return { making: this.#making.size }
  }

  /** Offers, in place of what this peer offers of the service already. */
  send(service: Id, request: OfferRequest, done: OfferDone): void {
    this.sendFor(service, { request: () => request, writes: () => [], made: () => undefined }, done)
  }

  /** As {@link send}, for whoever says what to offer at the last moment. */
  sendFor(service: Id, maker: OfferMaker, done: OfferDone): void {
    const refused = this.#whyNot(service)
    if (refused !== null) return done({ ok: false, failure: refused })
    this.#count(service, 1)
    const end = (outcome: Outcome<OfferAnswer>): void => {
      this.#count(service, -1)
      done(outcome)
    }
    this.#around.directory.find(service, (members) => {
      if (members.length === 0)
        return end(failure('no-brokers', 'No broker of this service can be reached. Check the connection, then try again.'))
      this.#issue(service, maker, end)
    })
  }

  /** A first offer of the service is under way. */
  isMaking(service: Id): boolean {
    return this.#making.has(service)
  }

  /** What is left of an open offer at another price, under a new number. Ends with a failure while it is traded or changed, or no longer wanted. */
  reprice(own: OwnOffer, to: { readonly price: number; readonly isWanted: () => boolean }, done: OfferDone): void {
    const { slot } = this.#port.parameters
    const isFree = (): boolean => own.state === 'open' && !isTrading(own) && this.#port.networkNowMs() + slot < own.until
    const price = (): number | null => (isFree() && to.isWanted() ? to.price : null)
    this.#renumber(own, { price, reason: '' }, (round, why) => {
      if (round !== null) return done({ ok: true, value: answerOf(own, round) })
      done(why === 'storage' ? storageFailure() : changedFailure())
    })
  }

  withdraw(own: OwnOffer, done: (outcome: Outcome<Withdrawn & { readonly withdrawn: true }>) => void): void {
    if (!own.live) return done(failure('unknown-offer', `This offer is no longer open: it is ${own.state}.`))
    if (own.state === 'withdrawing') return done(failure('unknown-offer', 'This offer is being withdrawn already.'))
    if (isTrading(own)) return done(openFailure())
    const before = own.state
    own.state = 'withdrawing'
    own.life.note('withdrawing', this.#port.networkNowMs())
    this.#around.own.changed(own)
    this.#issueWithdrawal(own, (withdrawn, why) => {
      if (withdrawn !== null) return done({ ok: true, value: { withdrawn: true, ...withdrawn } })
      if (own.state === 'withdrawing') own.state = before
      own.life.takeBack('withdrawing')
      this.#around.own.changed(own)
      done(why === 'storage' ? storageFailure() : changedFailure())
    })
  }

  /** What is left under a new number: after a trade, a match that came to nothing, or when brokers tell of matches that cannot be. Ends the offer when its time is over. */
  reoffer(own: OwnOffer, reason: string): void {
    if (!own.live || this.#around.numbers.busy(own.service)) return
    if (this.#port.networkNowMs() + this.#port.parameters.slot >= own.until) return this.finish(own, { state: 'expired', reason })
    this.#renumber(own, { price: () => own.offer.price, reason }, () => undefined)
  }

  /** Gives an offer a new number, stored and then sent. `price` null: no longer wanted. `done` runs once; its round is null when nothing was sent. */
  #renumber(
    own: OwnOffer,
    { price: priceNow, reason }: { readonly price: () => number | null; readonly reason: string },
    done: (round: Round | null, why: string) => void,
  ): void {
    const { numbers, own: offers, placement } = this.#around
    const extra = acknowledgedOf(own)
    own.frozen += 1
    numbers.issue(own.service, {
      content: () => {
        const price = priceNow()
        if (price === null) return null
        own.life.note('signing', this.#port.networkNowMs(), reason === '' ? {} : { reason })
        return { side: own.side, price, quantity: own.quantity, until: own.until }
      },
      writes: (newest) => [
        offers.writeOf(own, { offer: offerIn(newest) ?? own.offer, receipt: null, state: 'sending', holders: [], reason }),
      ],
      done: (newest, why) => {
        own.frozen -= 1
        const offer = offerIn(newest)
        if (offer === null) return done(null, why)
        const isWithdrawn = own.state === 'withdrawing'
        own.renumber(offer)
        own.reason = reason
        // The withdrawal that was asked for meanwhile comes next, and nobody has seen this number.
        if (isWithdrawn) own.state = 'withdrawing'
        offers.changed(own)
        if (isWithdrawn) return done(null, 'unwanted')
        placement.place(own, extra, (round) => {
          this.#placed(own, { offer, round, isFirst: false })
          done(round, '')
        })
      },
    })
  }

  /** Who holds it has changed. */
  held(own: OwnOffer): void {
    if (own.state === 'sending' && own.holders.length > 0) own.state = 'open'
    this.#around.own.changed(own)
  }

  /** No broker holds it any more. */
  gone(own: OwnOffer, reason: Refusal): void {
    if (own.state !== 'open' && own.state !== 'sending') return
    // Brokers may see its end before this peer does.
    const step = reason === 'expired' && own.until <= this.#port.networkNowMs() ? 'expired' : 'dropped'
    this.finish(own, { state: 'dropped', step, reason: explain(reason) })
  }

  /** The end of an offer, for good. */
  finish(own: OwnOffer, end: End): void {
    own.state = end.state
    // An expiry that a broker told of is no trouble on the way: the step says it all.
    const isPlain = end.reason === '' || (end.step === 'expired' && end.state === 'dropped')
    own.life.note(end.step ?? end.state, this.#port.networkNowMs(), isPlain ? {} : { reason: end.reason })
    own.reason = end.reason
    own.reports?.cancel()
    if (own.openHalf !== null || own.abandoned) own.receipt = null
    this.#around.own.changed(own)
    if (end.state === 'expired' && own.offer.validUntil > this.#port.networkNowMs()) this.#withdrawQuietly(own)
  }

  /** Places a restored offer again under its number, or asks for its state when brokers hold it. */
  resume(own: OwnOffer): void {
    const { placement, directory } = this.#around
    if (own.state === 'withdrawing') return this.#resumeWithdrawal(own)
    if (own.state !== 'sending' && own.state !== 'open') return
    const { offer } = own
    if (own.holders.length === 0) return placement.place(own, [], (round) => this.#placed(own, { offer, round, isFirst: false }))
    directory.find(own.service, () => {
      if (own.offer === offer && own.live) placement.poll(own)
    })
  }

  /** The person asked for it before the reload, so it is tried until the disk takes it or the offer is over. */
  #resumeWithdrawal(own: OwnOffer): void {
    if (own.state !== 'withdrawing') return
    const { schedule, parameters } = this.#port
    if (this.#port.networkNowMs() >= own.offer.validUntil + parameters.slot) return this.finish(own, { state: 'expired', reason: '' })
    this.#issueWithdrawal(own, (withdrawn) => {
      if (withdrawn === null) schedule.after(RETRY_MS, () => this.#resumeWithdrawal(own))
    })
  }

  /** Takes a number back that no own offer stands for, as its record was lost. */
  withdrawOrphan(offer: Offer): void {
    this.#issueQuietly(offer, [])
  }

  /** True when its time is over and nothing is being traded: then it has ended. A slot later, as brokers may have matched it in time and tell so. */
  endIfExpired(own: OwnOffer): boolean {
    if (this.#port.networkNowMs() < own.until + this.#port.parameters.slot || (own.state !== 'open' && own.state !== 'sending'))
      return false
    if (isTrading(own) || own.frozen > 0 || this.#around.numbers.busy(own.service)) return false
    this.finish(own, { state: 'expired', reason: '' })
    return true
  }

  #whyNot(service: Id): Failure | null {
    const live = this.#around.own.liveOf(service)
    if (live !== undefined) return isTrading(live) ? openFailure().failure : null
    const traded = new Set([...this.#around.own.live().map((own) => own.service), ...this.#making.keys()])
    const { s } = this.#port.parameters
    if (traded.has(service) || traded.size < s) return null
    return {
      code: 'too-many-services',
      message: `You trade ${s} services at once, as many as this network allows. Withdraw another offer first.`,
    }
  }

  #count(service: Id, change: number): void {
    const count = (this.#making.get(service) ?? 0) + change
    if (count > 0) this.#making.set(service, count)
    else this.#making.delete(service)
  }

  #issue(service: Id, maker: OfferMaker, done: OfferDone): void {
    const { numbers, own: offers } = this.#around
    const issue: Issue = { signingMs: 0, until: 0, made: null, replaced: undefined }
    const content = (): OfferContent | null => {
      issue.replaced = offers.liveOf(service)
      if (issue.replaced !== undefined && isTrading(issue.replaced)) return null
      const request = maker.request()
      if (request === null) return null
      issue.signingMs = this.#port.networkNowMs()
      issue.until = this.#untilMs(request.validForMs)
      return { side: request.side, price: request.price, quantity: request.quantity, until: issue.until }
    }
    const writes = (newest: Newest): Write[] => {
      const made = newOffer(newest, issue.until)
      if (made === null) return []
      made.life.note('signing', issue.signingMs)
      issue.made = made
      if (issue.replaced === undefined) return [offers.writeOf(made), ...maker.writes(made)]
      issue.replaced.frozen += 1
      return [offers.writeOf(made), ...maker.writes(made), offers.writeOf(issue.replaced, { state: 'withdrawn', reason: REPLACED })]
    }
    numbers.issue(service, {
      content,
      writes,
      done: (_newest, why) => {
        if (issue.made !== null && issue.replaced !== undefined) issue.replaced.frozen -= 1
        if (why === 'unwanted') return done(openFailure())
        if (why === 'busy') return done(failure('offer-open', 'Too many changes of this offer wait. Try again in a moment.'))
        if (why === 'storage' || issue.made === null) return done(storageFailure())
        maker.made(issue.made)
        this.#begin(issue.made, issue.replaced, done)
      },
    })
  }

  /** The first number is on the disk: out with it. */
  #begin(own: OwnOffer, replaced: OwnOffer | undefined, done: OfferDone): void {
    const { own: offers, placement } = this.#around
    const extra = replaced === undefined ? [] : acknowledgedOf(replaced)
    if (replaced !== undefined) this.finish(replaced, { state: 'withdrawn', step: 'replaced', reason: REPLACED })
    offers.add(own)
    this.#port.changed()
    const { offer } = own
    placement.place(own, extra, (round) => {
      this.#placed(own, { offer, round, isFirst: true })
      done({ ok: true, value: answerOf(own, round) })
    })
  }

  /** A round of sending is over. A re-offer that nobody answered stays open: it is sent again with the next poll. */
  #placed(own: OwnOffer, sent: { readonly offer: Offer; readonly round: Round; readonly isFirst: boolean }): void {
    const { offer, round, isFirst } = sent
    if (own.offer !== offer || own.state !== 'sending') return
    // What accepted it has made it open; a broker may have dropped it since.
    if (round.accepted > 0 || (!isFirst && round.refusal === undefined)) {
      own.state = 'open'
      return this.#around.own.changed(own)
    }
    this.finish(own, { state: 'refused', reason: round.refusal === undefined ? SILENT : explain(round.refusal) })
    this.#withdrawQuietly(own)
  }

  /** Signs the withdrawal of an own offer and tells the brokers; null when it was not signed. */
  #issueWithdrawal(own: OwnOffer, done: (withdrawn: Withdrawn | null, why: string) => void): void {
    const { numbers, own: offers } = this.#around
    const known = withdrawalIn(numbers.newest(own.service))
    const tell = (newest: Newest | null): void => {
      const withdrawal = withdrawalIn(newest)
      if (withdrawal === null) return
      this.#around.withdrawals.send(withdrawal, holdersOf(own), (withdrawn) => {
        if (own.state === 'withdrawing') this.finish(own, { state: 'withdrawn', reason: '' })
        done(withdrawn, '')
      })
    }
    if (known !== null && known.seq > own.offer.seq) return tell({ type: 'withdrawal', withdrawal: known })
    own.frozen += 1
    numbers.issue(own.service, {
      content: () => (own.state === 'withdrawing' && !isTrading(own) ? 'withdrawal' : null),
      writes: () => [offers.writeOf(own, { state: 'withdrawing' })],
      done: (newest, why) => {
        own.frozen -= 1
        if (newest === null) done(null, why)
        else tell(newest)
      },
    })
  }

  #withdrawQuietly(own: OwnOffer): void {
    this.#issueQuietly(own.offer, holdersOf(own))
  }

  #issueQuietly(offer: Offer, holders: readonly NodeId[]): void {
    const { numbers, withdrawals } = this.#around
    numbers.issue(offer.service, {
      content: () => (offerIn(numbers.newest(offer.service))?.id === offer.id ? 'withdrawal' : null),
      writes: () => [],
      done: (newest) => {
        const withdrawal = withdrawalIn(newest)
        if (withdrawal !== null) withdrawals.send(withdrawal, holders, () => undefined)
      },
    })
  }

  /** A broker whose clock is a slot behind must not think it longer than t, so the longest offers lose one slot. */
  #untilMs(validForMs: number): number {
    const { t, slot } = this.#port.parameters
    return Math.floor(this.#port.networkNowMs() + Math.min(validForMs, Math.max(t - slot, t / 2)))
  }
}

/** Matched as far as known, or signed for: it can be changed no more until that is settled. */
function isTrading(own: OwnOffer): boolean {
  return own.state === 'matched' || own.spent
}

/** Brokers that may hold the present number. */
function holdersOf(own: OwnOffer): NodeId[] {
  return [...acknowledgedOf(own), ...own.withHolding('lost')]
}

/** Brokers that acknowledged the present number, or may do so yet, or hold an older one: a newer one goes to them too. */
function acknowledgedOf(own: OwnOffer): NodeId[] {
  return [...new Set([...own.holders, ...own.withHolding('asked'), ...own.withHolding('faulty'), ...own.outdated])]
}

function newOffer(newest: Newest, until: number): OwnOffer | null {
  const offer = offerIn(newest)
  if (offer === null) return null
  const { id: offerId, seq: created, quantity } = offer
  return new OwnOffer({ offerId, created, until, quantity, state: 'sending', reason: '', offer, receipt: null, holders: [], of: 0 })
}
