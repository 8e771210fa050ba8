/** Figure 3 [IV.A]: messages per broker peer against the number of peers. */
import { Rng } from '../../base/rng.ts'
import { Bidders } from './bidders.ts'
import { type Figure, type FigureOptions, type Job, seedOf } from './figure.ts'
import { grownRing } from './grown-ring.ts'
import { MessageCounts, PURPOSES, type Purpose } from './message-counts.ts'
import { mean, meanInterval, rounded } from './statistics.ts'
import { WholeReceipts } from './whole-receipts.ts'

const PEERS = [2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000]
const MOST_QUICK = 500
const PARAMETERS = { network: 'figures', n: 8, f: 4, m: 64, t: 600_000, slot: 1_000, s: 16, p: 0, a: 0.1 }
/** One period of the bidders: before it is over not everyone has offered. */
const WARM_UP_SLOTS = 16
/** Counted in batches of so many slots, whole rounds of collecting and exchanging: their scatter gives the interval. */
const BATCH_SLOTS = 4
/** So many peers times batches are enough; at least LEAST_BATCHES. */
const PEER_BATCHES = 2_000
const LEAST_BATCHES = 5
const MOST_BATCHES = 60

export interface Figure3Job extends Job {
  readonly peers: number
  readonly batches: number
}

/** Sums over all peers in one batch. */
interface Batch {
  readonly sent: Readonly<Record<Purpose, number>>
  readonly offers: number
  readonly matches: number
}

export interface Figure3Part {
  readonly peers: number
  readonly batches: readonly Batch[]
}

/** Messages are per broker peer and slot, except where said. */
export interface Figure3Row {
  readonly peers: number
  readonly n: number
  readonly f: number
  readonly slots: number
  readonly offers: number
  /** Pairs. */
  readonly matches: number
  /** Of the offers, how many led to a match. */
  readonly matchedShare: number
  readonly ring: number
  readonly ringLow: number
  readonly ringHigh: number
  readonly market: number
  readonly marketLow: number
  readonly marketHigh: number
  /** The market's, by what they are for. */
  readonly parts: Readonly<Record<string, number>>
  /** The paper's own count for these offers and matches: 2f an offer, n·f more a match. */
  readonly paper: number
  /** What the paper counts, of ours: offers with answers and notices, and the exchange. */
  readonly counted: number
  /** The same, per offer and not per broker. */
  readonly countedPerOffer: number
  readonly paperPerOffer: number
  /** How many fewer of ours than the paper's, of the paper's; negative: more. */
  readonly fewer: number
}

export const figure3: Figure<Figure3Job, Figure3Part, { readonly rows: readonly Figure3Row[] }> = {
  jobs: ({ seed, quick }: FigureOptions) =>
    PEERS.filter((peers) => !quick || peers <= MOST_QUICK).map((peers) => ({
      seed: seedOf(seed, 3, peers),
      weight: peers,
      peers,
      batches: Math.min(MOST_BATCHES, Math.max(LEAST_BATCHES, Math.ceil(PEER_BATCHES / peers))),
    })),
  run: ({ seed, peers, batches }) => {
    const world = grownRing({ seed, peers, parameters: PARAMETERS })
    const bidders = new Bidders(world, new Rng([seed, 31, 32, 33]))
    const counts = new MessageCounts()
    const receipts = new WholeReceipts(() => world.loop.nowMs)
    world.observers.push(counts, receipts)
    bidders.begin()
    world.run(WARM_UP_SLOTS * PARAMETERS.slot)
    const state = (): Batch => ({ sent: sentOf(counts), offers: bidders.offers, matches: receipts.count })
    return {
      peers,
      batches: Array.from({ length: batches }, () => {
        const before = state()
        world.run(BATCH_SLOTS * PARAMETERS.slot)
        return difference(state(), before)
      }),
    }
  },
  result: (parts) => ({ rows: parts.map(rowOf) }),
  drawings: () => [],
}

function sentOf(counts: MessageCounts): Record<Purpose, number> {
  return Object.fromEntries(PURPOSES.map((purpose) => [purpose, counts.of(purpose)])) as Record<Purpose, number>
}

function difference(after: Batch, before: Batch): Batch {
  const sent = Object.fromEntries(PURPOSES.map((purpose) => [purpose, after.sent[purpose] - before.sent[purpose]]))
  return { sent: sent as Record<Purpose, number>, offers: after.offers - before.offers, matches: after.matches - before.matches }
}

function rowOf({ peers, batches }: Figure3Part): Figure3Row {
  const n = Math.min(PARAMETERS.n, peers)
  const f = Math.min(PARAMETERS.f, peers)
  const slots = batches.length * BATCH_SLOTS
  const offers = sum(batches.map((batch) => batch.offers))
  const matches = sum(batches.map((batch) => batch.matches))
  const perBroker = (purposes: readonly Purpose[]): number[] =>
    batches.map(({ sent }) => sum(purposes.map((purpose) => sent[purpose])) / (peers * BATCH_SLOTS))
  const isMarket = PURPOSES.filter((purpose) => purpose !== 'ring')
  const ring = perBroker(['ring'])
  const market = perBroker(isMarket)
  const paper = (2 * f * offers + n * f * matches) / (peers * slots)
  const counted = mean(perBroker(['offers', 'exchange']))
  const perOffer = (messages: number): number => (offers === 0 ? 0 : rounded((messages * peers * slots) / offers, 2))
  return {
    peers,
    n,
    f,
    slots,
    offers,
    matches,
    matchedShare: offers === 0 ? 0 : rounded((2 * matches) / offers, 3),
    ring: rounded(mean(ring), 3),
    ringLow: rounded(meanInterval(ring).low, 3),
    ringHigh: rounded(meanInterval(ring).high, 3),
    market: rounded(mean(market), 3),
    marketLow: rounded(meanInterval(market).low, 3),
    marketHigh: rounded(meanInterval(market).high, 3),
    parts: Object.fromEntries(isMarket.map((purpose) => [purpose, rounded(mean(perBroker([purpose])), 3)])),
    paper: rounded(paper, 3),
    counted: rounded(counted, 3),
    countedPerOffer: perOffer(counted),
    paperPerOffer: perOffer(paper),
    fewer: paper === 0 ? 0 : rounded(1 - counted / paper, 3),
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
