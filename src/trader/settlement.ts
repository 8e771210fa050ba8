import { BoundedMap } from '../base/bounded.ts'
import type { Id, NodeId } from '../base/identity.ts'
import { type Attestation, RECEIPT_SLOTS, type Receipt, type ReceiptTerms, receiptBytes, receiptIdOf } from '../market/receipt.ts'
import { slotEndMs } from '../market/slot.ts'
import type { Match, MessageOf } from '../wire/messages.ts'
import type { TraderPort } from '../wire/port.ts'
import type { BrokerDirectory } from './broker-directory.ts'
import { deadlineMs, FUTURE, matchFault, termsFault, tradedQuantity } from './checks.ts'
import type { Courier } from './courier.ts'
import { SILENCE_SLOTS } from './durations.ts'
import type { Numbers } from './numbers.ts'
import { MAX_HALVES, type OwnOffer } from './own-offer.ts'
import type { OwnOffers } from './own-offers.ts'
import { LATE, SUPERSEDED } from './reasons.ts'
import type { Receipts } from './receipts.ts'
import { matchKey, Reports } from './reports.ts'

/** What the settlement stands on. */
export interface SettlementAround {
  readonly offers: OwnOffers
  readonly numbers: Numbers
  readonly directory: BrokerDirectory
  readonly receipts: Receipts
  readonly courier: Courier
  readonly host: SettlementHost
}

export interface SettlementHost {
  /** What is left is to be offered under a new number, or to end when its time is over. `reason`: for a person, empty after a trade. */
  reoffer(own: OwnOffer, reason: string): void
  /** A receipt became whole. */
  completed(whole: Receipt): void
  /** Asks the brokers that hold it what became of it. */
  poll(own: OwnOffer): void
  /** A broker reports a match of the present number that cannot be. */
  faulty(own: OwnOffer, broker: NodeId): void
}

/** Wholes whose last sending is remembered. One that is forgotten is sent once too often. */
const WHOLES_REMEMBERED = 64

/**
 * From a match to a receipt that both have signed (PROTOCOL 6).
 *
 * Invariants
 * 1. This peer signs over its newest number only, and at most one receipt a number: `spent` before the signature is made, and for ever when it was stored.
 * 2. What it signs is on the disk before it is sent.
 * 3. While its half is open there is no other live offer of that service. Once it is given up, no completion of it is taken.
 */
export class Settlement {
  readonly #port: TraderPort
  readonly #around: SettlementAround
  /** By receipt, when its whole last went to the seller, in steady time. */
  readonly #wholeSentMs = new BoundedMap<Id, number>({ capacity: WHOLES_REMEMBERED })

  constructor(port: TraderPort, around: SettlementAround) {
    this.#port = port
    this.#around = around
  }

  /** A broker says that the present number is matched. */
  report(own: OwnOffer, broker: NodeId, match: Match): void {
    const holding = own.holdings.get(broker)
    if (holding === undefined || holding === 'refused' || holding === 'dropped' || !this.#maySign(own) || own.match !== null) return
    const fault = matchFault(match, own.offer, this.#clock())
    if (fault === FUTURE) return this.#keepForLater(own, broker, match)
    if (fault !== null) return this.#around.host.faulty(own, broker)
    own.holdings.set(broker, 'held')
    own.storedMs.delete(broker)
    const reports = this.#listen(own)
    reports.add(broker, match)
    const decided = reports.majority(own.holders.length + own.withHolding('asked').length)
    if (decided !== null) this.#decide(own, decided)
  }

  /**
   * A clock that is behind by more than a slot makes what is decided look as if it were to come. It is judged as soon as it can have been decided,
   * by this clock; a decision further ahead than receipts have time is nothing that this trader could still complete.
   */
  #keepForLater(own: OwnOffer, broker: NodeId, match: Match): void {
    const { slot } = this.#port.parameters
    const waitMs = slotEndMs(match.slot, slot) - slot - this.#port.networkNowMs()
    if (own.early.has(broker) || waitMs > RECEIPT_SLOTS * slot) return
    own.early.set(broker, match)
    this.#port.schedule.after(waitMs, () => {
      if (own.early.get(broker) !== match) return
      own.early.delete(broker)
      this.report(own, broker, match)
    })
  }

  /** A half or a whole, from whomever: the signatures say whose it is. */
  onReceipt(receipt: Receipt): void {
    if (receipt.buyerSignature !== null) this.#onWhole(receipt)
    else if (receipt.buy.peer === this.#port.nodeId) this.#onHalf(receipt)
  }

  /** The buyer of an open half withdrew or re-priced before. Until the deadline it may still sign, so only the sending ends. */
  onSuperseded({ receipt, newest }: MessageOf<'superseded'>): void {
    const newer = newest.type === 'offer' ? newest.offer : newest.withdrawal
    for (const own of this.#around.offers.live()) {
      const half = own.openHalf
      if (half?.id !== receipt || half.buy.peer !== newer.peer || newer.service !== half.service || newer.seq <= half.buy.seq) continue
      own.superseded = true
      own.reason = SUPERSEDED
      own.life.note('awaiting-receipt', this.#port.networkNowMs(), { reason: own.reason })
      this.#around.offers.changed(own)
    }
  }

  /** A broker's word on an open half. */
  onAttestation(attestation: Attestation): void {
    const { broker, receipt, members, service } = attestation
    for (const own of this.#around.offers.live()) {
      const half = own.openHalf
      if (half?.id !== receipt || half.service !== service || !this.#isBroker(own, broker)) continue
      own.membersNamed.set(broker, members)
      if (attestation.seen) own.seen.add(broker)
      else if (this.#isPast(half)) own.notSeen.add(broker)
      this.#giveUpIfLost(own, half)
    }
  }

  /** Once a slot, for an offer in state matched. */
  tick(own: OwnOffer): void {
    const { numbers, host } = this.#around
    if (own.frozen > 0 || numbers.busy(own.service)) return
    const half = own.openHalf
    if (half !== null) this.#pursue(own, half)
    else if (own.receipt !== null) host.reoffer(own, own.abandoned ? LATE : '')
    else if (own.match === null) return
    else if (!own.spent && this.#isPast(own.match)) host.reoffer(own, LATE)
    else if (!own.spent && own.side === 'sell') this.#makeHalf(own, own.match)
  }

  /** Sends an open half, or asks what became of it after its deadline. */
  #pursue(own: OwnOffer, half: Receipt): void {
    const { courier } = this.#around
    if (!this.#isPast(half)) {
      if (!own.superseded) courier.toTrader(half.buy.peer, half.service, { type: 'receipt', receipt: half })
      return courier.toSet(half, 'receipt')
    }
    if (this.#giveUpIfLost(own, half)) return
    courier.toSet(half, 'ask-attestation', (broker) => own.notSeen.has(broker))
    // A buyer that did complete it in time sends the whole again.
    courier.toTrader(half.buy.peer, half.service, { type: 'receipt', receipt: half })
  }

  /**
   * More than two thirds did not see it whole in time: then no proof can come. Or four slots of silence, with too few "seen" to show that a proof may exist:
   * less than a third of a set lies, so from a third on one of them is honest, and the whole is on its way.
   */
  #giveUpIfLost(own: OwnOffer, half: Receipt): boolean {
    if (!this.#isPast(half) || own.frozen > 0 || this.#around.numbers.busy(own.service)) return false
    const { parameters } = this.#port
    const members = Math.max(1, Math.min(parameters.n, Math.max(own.membersReported, this.#around.directory.members(own.service).length)))
    const silenceMs = deadlineMs(half.slot, parameters.slot) + SILENCE_SLOTS * parameters.slot
    const isSilent =
      this.#port.networkNowMs() >= silenceMs && (own.seen.size * 3 < members || this.#port.networkNowMs() >= own.offer.validUntil)
    if (own.notSeen.size * 3 <= 2 * members && !isSilent) return false
    own.abandoned = true
    this.#around.host.reoffer(own, LATE)
    return true
  }

  /** A notice came: others are waited for, half a slot from the first one. */
  #listen(own: OwnOffer): Reports {
    own.reports ??= new Reports()
    const { reports } = own
    if (!reports.isWaiting) {
      reports.wait(
        this.#port.schedule.after(this.#port.parameters.slot / 2, () => {
          reports.cancel()
          if (own.reports === reports) this.#judge(own, reports)
        }),
      )
    }
    return reports
  }

  /** Goes by the match that most report; by a half alone when no broker reports any, and none denies it. */
  #judge(own: OwnOffer, reports: Reports): void {
    if (own.match !== null || !this.#maySign(own)) return
    const heard = [...own.halves.values()].filter(({ half }) => !this.#isPast(half))
    const reported = reports.plurality(heard.map(({ half }) => half))
    if (reported !== null) return this.#decide(own, reported)
    const first = heard.find(({ half }) => !this.#isDenied(own, half))
    if (first === undefined) return
    const { buy, sell, slot } = first.half
    // A slot is the longest round trip: by then every broker that is not silent has answered the poll.
    if (this.#port.schedule.steadyMs < first.sinceMs + this.#port.parameters.slot) this.#listen(own)
    else this.#decide(own, { buy, sell, slot })
  }

  /** A holder says that the offer is not matched, though the half's slot is over. Its word changes when it decides late: the seller sends the half each slot. */
  #isDenied(own: OwnOffer, half: Receipt): boolean {
    const endMs = slotEndMs(half.slot, this.#port.parameters.slot)
    return [...own.storedMs.values()].some((askedMs) => askedMs >= endMs)
  }

  /** The present number is still the newest, live, and nothing was signed over it. */
  #maySign(own: OwnOffer): boolean {
    return own.live && own.state !== 'withdrawing' && !own.spent && !this.#around.numbers.busy(own.service) && this.#isNewest(own)
  }

  #decide(own: OwnOffer, match: Match): void {
    const { offers, host } = this.#around
    own.reports?.cancel()
    own.match = match
    own.state = 'matched'
    own.life.note('matched', this.#port.networkNowMs())
    offers.changed(own)
    if (this.#isPast(match)) return host.reoffer(own, LATE)
    if (own.side === 'sell') return this.#makeHalf(own, match)
    own.life.note('awaiting-receipt', this.#port.networkNowMs())
    const heard = own.halves.get(matchKey(match))
    if (heard !== undefined) this.#complete(own, heard.half)
  }

  /** The seller makes the receipt: signed, stored, then sent. */
  #makeHalf(own: OwnOffer, match: Match): void {
    const { offers } = this.#around
    const { network } = this.#port
    const terms: ReceiptTerms = {
      service: own.service,
      buy: match.buy,
      sell: match.sell,
      quantity: tradedQuantity(match),
      slot: match.slot,
    }
    own.spent = true
    this.#port.sign(receiptBytes(network, terms), (sellerSignature) => {
      const half: Receipt = { ...terms, id: receiptIdOf(network, terms), sellerSignature, buyerSignature: null }
      offers.commit(own, [offers.writeOf(own, { receipt: half, state: 'matched' })], (ok) => {
        if (!ok) own.spent = false
        else {
          own.receipt = half
          own.life.note('awaiting-receipt', this.#port.networkNowMs())
          this.#pursue(own, half)
        }
        offers.changed(own)
      })
    })
  }

  #onHalf(half: Receipt): void {
    const { offers, numbers, receipts } = this.#around
    const whole = receipts.get(half.id)
    if (whole !== undefined) return this.#sendWholeAgain(whole)
    if (numbers.busy(half.service)) return
    if (this.#answerSuperseded(half)) return
    const own = offers.byNumber(half.buy.id)
    if (own === undefined || !this.#maySign(own) || termsFault(half, own.offer, this.#clock()) !== null || this.#isPast(half)) return
    if (own.match !== null) {
      if (matchKey(own.match) === matchKey(half)) this.#complete(own, half)
      return
    }
    this.#hear(own, half)
  }

  /** A half is a notice too; what the brokers say counts for more, so they are asked (their notices may be lost), and asked again when it comes again. */
  #hear(own: OwnOffer, half: Receipt): void {
    for (const [key, older] of own.halves) if (this.#isPast(older.half)) own.halves.delete(key)
    const key = matchKey(half)
    const before = own.halves.get(key)
    if (before === undefined && own.halves.size >= MAX_HALVES) return
    const isNews = own.halves.size === 0 || own.reports?.isWaiting !== true
    own.halves.set(key, { half, sinceMs: before?.sinceMs ?? this.#port.schedule.steadyMs })
    this.#listen(own)
    if (isNews) this.#around.host.poll(own)
  }

  /** True when this peer's newest number is newer than the half's: then the seller is told so. */
  #answerSuperseded(half: Receipt): boolean {
    const newest = this.#around.numbers.newest(half.service)
    if (newest === null) return false
    const { seq } = newest.type === 'offer' ? newest.offer : newest.withdrawal
    if (seq <= half.buy.seq) return false
    this.#around.courier.toTrader(half.sell.peer, half.service, { type: 'superseded', receipt: half.id, newest })
    return true
  }

  /** The buyer signs a half that is right: signed, stored, then sent to the seller and the set. */
  #complete(own: OwnOffer, half: Receipt): void {
    own.spent = true
    this.#port.sign(receiptBytes(this.#port.network, half), (buyerSignature) => {
      if (this.#isPast(half)) own.spent = false
      else this.#keepWhole(own, { ...half, buyerSignature })
    })
  }

  /** The other side completed a half of ours, or a broker passes on that it did. */
  #onWhole(whole: Receipt): void {
    const { offers, numbers, receipts } = this.#around
    if (whole.sell.peer !== this.#port.nodeId || receipts.get(whole.id) !== undefined) return
    const own = offers.byNumber(whole.sell.id)
    const half = own?.openHalf
    // Given up, or never made: a late completion is refused (invariant 3).
    if (own === undefined || half === undefined || half === null || half.id !== whole.id || own.frozen > 0) return
    if (numbers.busy(own.service) || !this.#isNewest(own)) return
    this.#keepWhole(own, { ...whole, sellerSignature: half.sellerSignature })
  }

  #isNewest(own: OwnOffer): boolean {
    const newest = this.#around.numbers.newest(own.service)
    return newest === null || (newest.type === 'offer' && newest.offer.id === own.offer.id)
  }

  /** A whole receipt and what it leaves of the offer, in one transaction. */
  #keepWhole(own: OwnOffer, whole: Receipt): void {
    const { offers, receipts, directory, host } = this.#around
    const quantity = own.quantity - whole.quantity
    const state = quantity === 0 ? 'traded' : 'matched'
    const members = directory.members(own.service).length
    const writes = [offers.writeOf(own, { receipt: whole, quantity, state, reason: '' }), receipts.writeOf(whole, members)]
    offers.commit(own, writes, (ok) => {
      if (!ok) {
        // Unstored, so unsent: the buyer may sign again when the half comes again; the seller's half stays open.
        own.spent = own.receipt !== null
        return
      }
      Object.assign(own, { receipt: whole, quantity, state, reason: '' })
      own.life.note('traded', this.#port.networkNowMs(), { quantity: whole.quantity })
      receipts.add(whole, members)
      offers.changed(own)
      if (own.side === 'buy') this.#sendWhole(whole)
      host.completed(whole)
      if (quantity > 0) host.reoffer(own, '')
    })
  }

  /** Every broker passes the half on, and each copy says that the seller had no whole when it left; the seller itself sends it once a slot. */
  #sendWholeAgain(whole: Receipt): void {
    const sentMs = this.#wholeSentMs.get(whole.id) ?? Number.NEGATIVE_INFINITY
    if (this.#port.schedule.steadyMs >= sentMs + this.#port.parameters.slot / 2) this.#sendWhole(whole)
  }

  #sendWhole(whole: Receipt): void {
    this.#wholeSentMs.set(whole.id, this.#port.schedule.steadyMs)
    this.#around.courier.toTrader(whole.sell.peer, whole.service, { type: 'receipt', receipt: whole })
  }

  #isBroker(own: OwnOffer, broker: NodeId): boolean {
    return own.holdings.has(broker) || this.#around.directory.isMember(own.service, broker)
  }

  #isPast({ slot }: { readonly slot: number }): boolean {
    return this.#port.networkNowMs() >= deadlineMs(slot, this.#port.parameters.slot)
  }

  #clock(): { readonly slotMs: number; readonly networkMs: number } {
    return { slotMs: this.#port.parameters.slot, networkMs: this.#port.networkNowMs() }
  }
}
