/**
 * The common decision at an odd slot's end (PROTOCOL 6). Brokers that were forwarded the same offers decide the same, in whatever order they came.
 */
import { type BestPrices, bestPrices, crossingPairs, isBetterPrice, type Pair, type TableOffer } from './order-table.ts'

/** An offer with the id that tells it from any other. */
export interface DecidedOffer extends TableOffer {
  readonly id: string
}

/** What one member of the set, the decider included, forwarded in the slot. A member that is listed twice counts once. */
export interface Forward<O> {
  readonly broker: string
  readonly offers: readonly O[]
}

export interface Decision<O> extends BestPrices {
  /** From the top; bid and ask are what is left on top. */
  readonly matches: readonly Pair<O>[]
  /** Peers with two different offers under one number, sorted by code unit. */
  readonly equivocators: readonly string[]
}

/** An offer and the members that forwarded it. */
interface Candidate<O> {
  readonly offer: O
  readonly brokers: Set<string>
}

/**
 * What the set decides from what its members forwarded. `nowMs`: the slot's end, network time; what has expired by then does not count at all.
 * Whoever calls leaves out first what it knows to be matched, withdrawn or superseded.
 */
export function decide<O extends DecidedOffer>(forwards: readonly Forward<O>[], nowMs: number): Decision<O> {
  const byPeer = gather(forwards, nowMs)
  const equivocators: string[] = []
  const sides: { buy: Candidate<O>[]; sell: Candidate<O>[] } = { buy: [], sell: [] }
  for (const [peer, candidates] of byPeer) {
    const newest = newestOf(candidates)
    if (newest === undefined) equivocators.push(peer)
    else sides[newest.offer.side].push(newest)
  }
  const [buys, sells] = [ranked(sides.buy), ranked(sides.sell)]
  const matches = crossingPairs(buys, sells)
  return { matches, ...bestPrices(buys.slice(matches.length), sells.slice(matches.length)), equivocators: equivocators.sort() }
}

/** By peer, then by id, every live offer once. */
function gather<O extends DecidedOffer>(forwards: readonly Forward<O>[], nowMs: number): Map<string, Map<string, Candidate<O>>> {
  const byPeer = new Map<string, Map<string, Candidate<O>>>()
  for (const { broker, offers } of forwards) {
    for (const offer of offers) {
      if (offer.validUntil <= nowMs) continue
      const candidates = byPeer.get(offer.peer) ?? new Map<string, Candidate<O>>()
      byPeer.set(offer.peer, candidates)
      const candidate = candidates.get(offer.id) ?? { offer, brokers: new Set<string>() }
      candidate.brokers.add(broker)
      candidates.set(offer.id, candidate)
    }
  }
  return byPeer
}

/** A peer's newest offer; undefined when it has two under one number, the newest or not. */
function newestOf<O extends DecidedOffer>(candidates: ReadonlyMap<string, Candidate<O>>): Candidate<O> | undefined {
  const numbers = new Set<number>()
  let newest: Candidate<O> | undefined
  for (const candidate of candidates.values()) {
    if (numbers.has(candidate.offer.seq)) return undefined
    numbers.add(candidate.offer.seq)
    if (newest === undefined || candidate.offer.seq > newest.offer.seq) newest = candidate
  }
  return newest
}

/** Best price first, then forwarded by the most members, then the lower id. */
function ranked<O extends DecidedOffer>(candidates: readonly Candidate<O>[]): O[] {
  const order = (left: Candidate<O>, right: Candidate<O>): number => {
    if (left.offer.price !== right.offer.price) return isBetterPrice(left.offer.side, left.offer.price, right.offer.price) ? -1 : 1
    if (left.brokers.size !== right.brokers.size) return right.brokers.size - left.brokers.size
    return left.offer.id < right.offer.id ? -1 : 1
  }
  return candidates.toSorted(order).map(({ offer }) => offer)
}
