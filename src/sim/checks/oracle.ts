/** What a central auctioneer would do who sees every offer at once: slow and obvious, with nothing of the engine that it judges. */
import type { Id, NodeId } from '../../base/identity.ts'
import type { Side } from '../../market/offer.ts'

/** An offer that stands in the market now. */
export interface StandingOffer {
  readonly offerId: Id
  readonly peer: NodeId
  readonly serviceId: Id
  readonly side: Side
  readonly price: number
}

export interface CrossingOffers<O> {
  readonly buy: O
  readonly sell: O
}

/** Which offers trade with each other now: in each service the best buy with the best sell, and so on down, while they cross. Of equal prices the lower id goes first. */
export function oraclePairs<O extends StandingOffer>(offers: readonly O[]): CrossingOffers<O>[] {
  const pairs: CrossingOffers<O>[] = []
  const left = new Set(offers)
  for (const serviceId of [...new Set(offers.map((offer) => offer.serviceId))].sort()) {
    for (;;) {
      const here = [...left].filter((offer) => offer.serviceId === serviceId)
      const buy = best(here, 'buy')
      const sell = best(here, 'sell')
      if (buy === undefined || sell === undefined || buy.price < sell.price) break
      pairs.push({ buy, sell })
      left.delete(buy)
      left.delete(sell)
    }
  }
  return pairs
}

/** How many single offers a central auctioneer would match at once. */
export function possibleMatches(offers: readonly StandingOffer[]): number {
  return 2 * oraclePairs(offers).length
}

function best<O extends StandingOffer>(offers: readonly O[], side: Side): O | undefined {
  let top: O | undefined
  for (const offer of offers) {
    if (offer.side !== side) continue
    const gain = top === undefined ? 0 : side === 'buy' ? offer.price - top.price : top.price - offer.price
    if (top === undefined || gain > 0 || (gain === 0 && offer.offerId < top.offerId)) top = offer
  }
  return top
}
