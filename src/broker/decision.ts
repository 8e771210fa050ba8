/**
 * The common decision of one service, and what is expected of the traders that it matched (PROTOCOL 6).
 */
import { type Hex, sha256, toHex, utf8 } from '../base/bytes.ts'
import type { NodeId } from '../base/identity.ts'
import { decide } from '../market/decide.ts'
import type { Offer } from '../market/offer.ts'
import { RECEIPT_SLOTS } from '../market/receipt.ts'
import type { Match } from '../wire/messages.ts'
import type { Book } from './book.ts'
import type { Forward } from './exchange.ts'
import { type Host, slotEndMs } from './host.ts'
import type { Receipts } from './receipts.ts'
import { newestOf } from './records.ts'

/** Matches whose receipts are awaited; beyond that nobody is blamed. A slot decides at most m/2 of 2,048 rows. */
export const MAX_EXPECTED = 8192
/** A newer number that arrives within so many slots of the decision crossed with the notice of the match: no fault (PROTOCOL 6). */
const CROSSING_SLOTS = 2

/** Slots that a buyer has to sign, before it is to blame for a half: a seller that sends it later is to blame itself. */
const BUYER_SLOTS = 2

/** Equal decisions of a slot have equal digests: the first 128 bits of SHA-256 over the slot and the sorted ids of what was matched. */
export function decisionDigest(slot: number, matches: readonly Match[]): Hex {
  const ids = matches.flatMap(({ buy, sell }) => [buy.id, sell.id]).sort()
  return toHex(sha256(utf8(['peermart/decision', slot, ...ids].join('\n')))).slice(0, 32)
}

/** A match whose receipt is awaited. `crossed`: a newer number of either trader crossed with it; null while that may still come. */
interface Expected {
  readonly match: Match
  crossed: boolean | null
}

export class Decisions {
  readonly #host: Host
  readonly #book: Book
  #expected: Expected[] = []

  constructor(host: Host, book: Book) {
    this.#host = host
    this.#book = book
  }

  /** True while a receipt is awaited. */
  get isWaiting(): boolean {
    return this.#expected.length > 0
  }

  /** Receipts awaited. */
  get size(): number {
    return this.#expected.length
  }

  /** Decides a slot that is over, from what was forwarded in it. */
  make(slot: number, forwards: readonly Forward[]): void {
    const endMs = slotEndMs(this.#host, slot)
    const eligible = forwards.map(({ broker, offers }) => ({ broker, offers: offers.filter((offer) => this.#counts(offer, endMs)) }))
    const { matches, equivocators } = decide(eligible, endMs)
    for (const peer of equivocators) this.#convict(peer, eligible)
    const decided = matches.map(({ buy, sell }): Match => ({ buy, sell, slot }))
    if (decided.length === 0) return
    for (const match of decided) this.#conclude(match)
    this.#book.decided({ slot, digest: decisionDigest(slot, decided) })
  }

  /**
   * Deadlines of the slots before `slot` have passed: whoever let a match go is noted (phantom offers). `receipts`: those that were seen.
   * Returns the peers whose offers are to be dropped.
   */
  settle(slot: number, receipts: Receipts): NodeId[] {
    for (const expected of this.#expected) {
      const { match, crossed } = expected
      if (crossed === null && match.slot + CROSSING_SLOTS < slot) expected.crossed = this.#isNewer(match.buy) || this.#isNewer(match.sell)
    }
    const overdue = this.#expected.filter(({ match }) => match.slot + RECEIPT_SLOTS < slot)
    if (overdue.length === 0) return []
    this.forgive(slot)
    const nowMs = this.#host.port.networkNowMs()
    return overdue.flatMap(({ match, crossed }) => {
      const silent = crossed === true ? null : this.#silent(match, receipts)
      return silent !== null && this.#host.misconduct.note(silent, nowMs) ? [silent] : []
    })
  }

  /** Lets go what is overdue: a broker that slept cannot say who was silent. */
  forgive(slot: number): void {
    this.#expected = this.#expected.filter(({ match }) => match.slot + RECEIPT_SLOTS >= slot)
  }

  /** Known to be matched, withdrawn, superseded, or of a peer whose offers are dropped: it does not count. */
  #counts(offer: Offer, endMs: number): boolean {
    if (offer.validUntil - endMs > this.#host.port.parameters.t || this.#book.blocked(offer.peer) !== null) return false
    const entry = this.#book.entry(offer.peer)
    if (entry === undefined) return true
    const { seq, id } = newestOf(entry.newest)
    if (seq !== offer.seq) return seq < offer.seq
    return id !== offer.id || (entry.state !== 'matched' && entry.state !== 'withdrawn')
  }

  #convict(peer: NodeId, forwards: readonly Forward[]): void {
    const offers = forwards.flatMap((forward) => forward.offers).filter((offer) => offer.peer === peer)
    for (const first of offers) {
      const second = offers.find(({ seq, id }) => seq === first.seq && id !== first.id)
      if (second !== undefined) return this.#book.equivocation({ first, second })
    }
  }

  #conclude(match: Match): void {
    const { journal, port } = this.#host
    if (this.#expected.length < MAX_EXPECTED) this.#expected.push({ match, crossed: null })
    for (const offer of [match.buy, match.sell]) {
      this.#book.conclude(offer, match, false)
      if (this.#book.entry(offer.peer)?.direct !== true) continue
      // After the commit: a match that was told must outlive a crash. A disk that refuses does not undo it.
      journal.afterCommit(() => port.send(offer.peer, { type: 'notify-offer', match }))
    }
  }

  /**
   * The trader that let a match go. Nobody, when either is in a receipt with another: then most brokers decided otherwise.
   * Nor a seller whose receipts are not heard, as there are too many.
   */
  #silent({ buy, sell, slot }: Match, receipts: Receipts): NodeId | null {
    const involved = receipts.all().filter((receipt) => receipt.buy.id === buy.id || receipt.sell.id === sell.id)
    if (involved.length === 0) return receipts.isFull(sell.peer) ? null : sell.peer
    const isHalf = involved.every((receipt) => receipt.buy.id === buy.id && receipt.sell.id === sell.id && receipt.buyerSignature === null)
    if (!isHalf) return null
    const latest = slot + RECEIPT_SLOTS - BUYER_SLOTS
    return involved.some((receipt) => (receipts.seenIn(receipt) ?? latest + 1) <= latest) ? buy.peer : sell.peer
  }

  /** A newer number of its peer is known. */
  #isNewer(offer: Offer): boolean {
    const entry = this.#book.entry(offer.peer)
    return entry !== undefined && newestOf(entry.newest).seq > offer.seq
  }
}
