/**
 * The order table of one service (PROTOCOL 5).
 *
 * Invariants
 * 1. A side holds at most half the rows, best price first, of equal prices the one that came first.
 * 2. A peer has at most one offer in the table, and every offer's number is the newest remembered of its peer.
 * 3. A peer's newest number is remembered until the latest validUntil seen from it, whether or not its offer is still held.
 *
 * Every method with `nowMs` (network time, ms since 1970) first lets go what has expired by then.
 */
import { assert } from '../base/assert.ts'
import type { Side } from './offer.ts'

/** What the table and the decision need to know of an offer. `peer` and `id` are opaque to them. */
export interface TableOffer {
  readonly peer: string
  /** Only a peer's newest number counts. */
  readonly seq: number
  readonly side: Side
  /** In the currency's smallest units; the best buy is the highest, the best sell the lowest. */
  readonly price: number
  /** Valid while now is below this, ms since 1970. */
  readonly validUntil: number
  readonly id?: string
}

/** price: worse than the m/2-th · stale: a number not above the newest · expired · validity: valid for longer than the network's t. */
export type TableRefusal = 'price' | 'stale' | 'expired' | 'validity'

/** What became of an offer that was sent to the table. Offers in it are the very objects that were put in. */
export interface Placement<O> {
  readonly stored: boolean
  /** Present when not stored. */
  readonly reason?: TableRefusal
  /** The peer's older offer, now out; also when the newer one was then refused by `price`. */
  readonly replaced?: O
  /** The row that was pushed out by this offer: its peer is to be told with notifyDrop. */
  readonly dropped?: O
}

/** Two offers that trade with each other, at the mean of their prices: exact, and may end in .5. */
export interface Pair<O> {
  readonly buy: O
  readonly sell: O
  readonly price: number
}

/** Best prices: 0 without a buy, Infinity without a sell. */
export interface BestPrices {
  readonly bid: number
  readonly ask: number
}

/** A peer's newest number, and how long it must be remembered (ms since 1970). */
export interface Newest {
  readonly seq: number
  readonly untilMs: number
}

/**
 * Peers whose numbers are remembered at once. Each costs a puzzle and lasts for t at most, so only a flood reaches this.
 * At the bound the number that would be forgotten first is forgotten now, among the peers with no row.
 */
export const MAX_REMEMBERED = 16_384

/** True when `left` has a strictly better price for the side. */
export function isBetterPrice(side: Side, left: number, right: number): boolean {
  return side === 'buy' ? left > right : left < right
}

/** Pairs from the top, best buy with best sell, while the buy's price reaches the sell's. Both lists are sorted best first. */
export function crossingPairs<O extends TableOffer>(buys: readonly O[], sells: readonly O[]): Pair<O>[] {
  const pairs: Pair<O>[] = []
  for (const [index, buy] of buys.entries()) {
    const sell = sells[index]
    if (sell === undefined || buy.price < sell.price) break
    pairs.push({ buy, sell, price: (buy.price + sell.price) / 2 })
  }
  return pairs
}

/** The prices on top of two sorted sides. */
export function bestPrices<O extends TableOffer>(buys: readonly O[], sells: readonly O[]): BestPrices {
  return { bid: buys[0]?.price ?? 0, ask: sells[0]?.price ?? Number.POSITIVE_INFINITY }
}

export class OrderTable<O extends TableOffer = TableOffer> {
  readonly #rowsPerSide: number
  readonly #maxValidityMs: number
  readonly #sides: { readonly [S in Side]: O[] } = { buy: [], sell: [] }
  readonly #held = new Map<string, O>()
  readonly #newest = new Map<string, Newest>()
  /** Nothing expires before this. */
  #nextExpiryMs = Number.POSITIVE_INFINITY

  /** `rows`: m, even, at least 2. `maxValidity`: t in ms. */
  constructor({ rows, maxValidity }: { readonly rows: number; readonly maxValidity: number }) {
    assert(Number.isInteger(rows) && rows >= 2 && rows % 2 === 0, 'a table has an even number of rows')
    this.#rowsPerSide = rows / 2
    this.#maxValidityMs = maxValidity
  }

  /** Offers held. */
  get size(): number {
    return this.#held.size
  }

  /** Peers whose numbers are remembered, those with an offer included. */
  get remembered(): number {
    return this.#newest.size
  }

  /** Puts an offer in, in place of its peer's older one. A refused offer changes nothing, but for `price`: that number counts. */
  sendOffer(offer: O, nowMs: number): Placement<O> {
    this.expire(nowMs)
    if (offer.validUntil <= nowMs) return { stored: false, reason: 'expired' }
    if (offer.validUntil - nowMs > this.#maxValidityMs) return { stored: false, reason: 'validity' }
    const known = this.#newest.get(offer.peer)
    const isStale = known !== undefined && offer.seq <= known.seq
    const replaced = isStale ? undefined : this.#takeOut(offer.peer)
    this.#remember(offer.peer, offer.seq, offer.validUntil)
    if (isStale) return { stored: false, reason: 'stale' }
    const last = this.#insert(offer)
    if (last === offer) return { stored: false, reason: 'price', ...(replaced && { replaced }) }
    return { stored: true, ...(replaced && { replaced }), ...(last && { dropped: last }) }
  }

  /** From the table: its best buy and best sell, which may cross. */
  getPrice(nowMs: number): BestPrices {
    this.expire(nowMs)
    return bestPrices(this.#sides.buy, this.#sides.sell)
  }

  /** The pairs that cross here. Looks only: both offers stay. */
  crossing(nowMs: number): Pair<O>[] {
    this.expire(nowMs)
    return crossingPairs(this.#sides.buy, this.#sides.sell)
  }

  /** Takes out the offer of exactly this number; its number stays remembered. False when it is not held. */
  remove(peer: string, seq: number, nowMs: number): boolean {
    this.expire(nowMs)
    if (this.#held.get(peer)?.seq !== seq) return false
    this.#takeOut(peer)
    return true
  }

  /** Lets go every offer and every number. */
  clear(): void {
    this.#sides.buy.length = 0
    this.#sides.sell.length = 0
    this.#held.clear()
    this.#newest.clear()
    this.#nextExpiryMs = Number.POSITIVE_INFINITY
  }

  /** Lets go offers and numbers whose time has come. */
  expire(nowMs: number): void {
    if (nowMs < this.#nextExpiryMs) return
    let nextMs = Number.POSITIVE_INFINITY
    for (const offer of [...this.#held.values()]) {
      if (offer.validUntil <= nowMs) this.#takeOut(offer.peer)
      else nextMs = Math.min(nextMs, offer.validUntil)
    }
    for (const [peer, { untilMs }] of this.#newest) {
      if (untilMs <= nowMs) this.#newest.delete(peer)
      else nextMs = Math.min(nextMs, untilMs)
    }
    this.#nextExpiryMs = nextMs
  }

  /** Buys, best first. */
  bids(nowMs: number): O[] {
    this.expire(nowMs)
    return [...this.#sides.buy]
  }

  /** Sells, best first. */
  asks(nowMs: number): O[] {
    this.expire(nowMs)
    return [...this.#sides.sell]
  }

  /** The number remembered of a peer, as of the last method with `nowMs`. */
  newest(peer: string): Newest | undefined {
    return this.#newest.get(peer)
  }

  /** The peer's offer in the table, as of the last method with `nowMs`. */
  held(peer: string): O | undefined {
    return this.#held.get(peer)
  }

  /**
   * A peer's newer word that is no offer of this table: a withdrawal, or a tombstone from another broker. Remembers the number and takes
   * an offer of a lower number out, which it returns; one of the same number stays (`remove` takes it out).
   * `untilMs` is remembered however far ahead: whoever calls refuses a withdrawal that lasts longer than it may.
   */
  supersede(peer: string, { seq, untilMs }: Newest, nowMs: number): O | undefined {
    this.expire(nowMs)
    const held = this.#held.get(peer)
    const older = held !== undefined && held.seq < seq ? this.#takeOut(peer) : undefined
    if (untilMs > nowMs || this.#newest.has(peer)) this.#remember(peer, seq, untilMs)
    return older
  }

  #remember(peer: string, seq: number, untilMs: number): void {
    const known = this.#newest.get(peer)
    if (known === undefined && this.#newest.size >= MAX_REMEMBERED) this.#forgetOne()
    const newest = { seq: Math.max(seq, known?.seq ?? seq), untilMs: Math.max(untilMs, known?.untilMs ?? untilMs) }
    this.#newest.set(peer, newest)
    this.#nextExpiryMs = Math.min(this.#nextExpiryMs, newest.untilMs)
  }

  #forgetOne(): void {
    let soonest: string | undefined
    let soonestMs = Number.POSITIVE_INFINITY
    for (const [peer, { untilMs }] of this.#newest) {
      if (untilMs >= soonestMs || this.#held.has(peer)) continue
      soonest = peer
      soonestMs = untilMs
    }
    if (soonest !== undefined) this.#newest.delete(soonest)
  }

  /** Returns the row that no longer fits, perhaps the offer itself. */
  #insert(offer: O): O | undefined {
    const rows = this.#sides[offer.side]
    let low = 0
    let high = rows.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (isBetterPrice(offer.side, offer.price, (rows[middle] as O).price)) high = middle
      else low = middle + 1
    }
    rows.splice(low, 0, offer)
    this.#held.set(offer.peer, offer)
    this.#nextExpiryMs = Math.min(this.#nextExpiryMs, offer.validUntil)
    const last = rows.length > this.#rowsPerSide ? rows.pop() : undefined
    if (last !== undefined) this.#held.delete(last.peer)
    return last
  }

  #takeOut(peer: string): O | undefined {
    const offer = this.#held.get(peer)
    if (offer === undefined) return undefined
    const rows = this.#sides[offer.side]
    rows.splice(rows.indexOf(offer), 1)
    this.#held.delete(peer)
    return offer
  }
}
