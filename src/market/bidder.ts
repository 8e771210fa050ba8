import type { Side } from './offer.ts'
import type { BestPrices } from './order-table.ts'

/** How a trader without a person bids. */
export interface Bidder {
  /** A consumer buys, a provider sells. */
  readonly side: Side
  /** The most a consumer pays, the least a provider takes; smallest units. */
  readonly limit: number
  /** The network's learning rate a, above 0 to 1: how much of the way to its limit it gives away at once. */
  readonly rate: number
}

/**
 * The price to offer next (PROTOCOL 11, the paper's IV.A): a consumer `min(ask + a·(limit − ask), limit)`, a provider
 * `max(bid − a·(bid − limit), limit)`; on an empty side its limit. Rounded to whole units in its own favour, which still meets the other
 * side's best price where its limit allows that at all.
 */
export function nextPrice({ side, limit, rate }: Bidder, { bid, ask }: BestPrices): number {
  if (side === 'buy') return Number.isFinite(ask) ? Math.min(Math.floor(ask + rate * (limit - ask)), limit) : limit
  return bid > 0 ? Math.max(Math.ceil(bid - rate * (bid - limit)), limit) : limit
}
