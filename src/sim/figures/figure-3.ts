/** Figure 3 [IV.A]: messages per broker peer against the number of peers. */
import { Rng } from '../../base/rng.ts'
import type { SimWorld } from '../sim-world.ts'
import { Bidders, type Market } from './bidders.ts'
import { chartSvg, type Series } from './chart.ts'
import { type Drawing, type Figure, type FigureOptions, type Job, seedOf } from './figure.ts'
import { grownRing } from './grown-ring.ts'
import { MessageCounts, PURPOSES, type Purpose } from './message-counts.ts'
import { mean, meanInterval, rounded } from './statistics.ts'
import { WholeReceipts } from './whole-receipts.ts'

const PEERS = [10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000]
const MOST_QUICK = 500
const PARAMETERS = { network: 'figures', n: 8, f: 4, m: 64, t: 600_000, slot: 1_000, s: 16, p: 0, a: 0.1 }
/** Larger networks trade in the quiet market only: messages a broker stay as they are, and the wait grows. */
const MOST_BUSY = 1_000
/** An exchange a service costs the same however many offers are in it, so the cost of an offer depends on how many there are. */
const MARKETS: readonly Market[] = [
  { name: 'quiet', tradersAService: 10, periodSlots: 16, validSlots: 12, overlap: 0 },
  { name: 'busy', tradersAService: 100, periodSlots: 8, validSlots: 6, overlap: 120 },
]
/**
 * Links a peer. The protocol's own budget of 2(n − 1) + 10 leaves a broker about ten links for traders, so not all of a busy service would
 * reach their brokers at once; the paper knows no such bound.
 */
const LINK_BUDGET = 64
/** The longest period: before it is over not everyone has offered, and after it no offer of before is left. */
const WARM_UP_SLOTS = 16
/** Counted in batches of so many slots, whole rounds of collecting and exchanging: their scatter gives the interval. */
const BATCH_SLOTS = 4
/** So many peers times batches are enough; at least LEAST_BATCHES. */
const PEER_BATCHES = 2_000
const LEAST_BATCHES = 3
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
  /** One for each of the markets, in their order. */
  readonly markets: readonly (readonly Batch[])[]
}

/** Messages are per broker peer and slot, except where said. */
export interface Figure3Row {
  readonly peers: number
  readonly market: Market['name']
  readonly tradersAService: number
  /** Offers of one service that come to one exchange. */
  readonly offersAnExchange: number
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
  readonly trade: number
  readonly tradeLow: number
  readonly tradeHigh: number
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
  jobs: ({ seed, quick, mostPeers }: FigureOptions) =>
    PEERS.filter((peers) => peers <= (quick ? Math.min(MOST_QUICK, mostPeers) : mostPeers)).map((peers) => ({
      seed: seedOf(seed, 3, peers),
      weight: peers,
      peers,
      batches: Math.min(MOST_BATCHES, Math.max(LEAST_BATCHES, Math.ceil(PEER_BATCHES / peers))),
    })),
  run: ({ seed, peers, batches }) => {
    const world = grownRing({ seed, peers, parameters: PARAMETERS, linkBudget: LINK_BUDGET })
    const rng = new Rng([seed, 31, 32, 33])
    return { peers, markets: marketsOf(peers).map((market) => batchesOf(world, new Bidders(world, rng, market), batches)) }
  },
  result: (parts) => ({
    rows: parts.flatMap((part) => part.markets.map((batches, place) => rowOf(part.peers, batches, MARKETS[place] as Market))),
  }),
  drawings: ({ rows }) => MARKETS.map((market) => drawing(rows, market)),
}

function marketsOf(peers: number): readonly Market[] {
  return peers > MOST_BUSY ? MARKETS.slice(0, 1) : MARKETS
}

function batchesOf(world: SimWorld, bidders: Bidders, count: number): Batch[] {
  const counts = new MessageCounts()
  const receipts = new WholeReceipts(() => world.loop.nowMs)
  world.observers.push(counts, receipts)
  bidders.begin()
  world.run(WARM_UP_SLOTS * PARAMETERS.slot)
  const state = (): Batch => ({ sent: sentOf(counts), offers: bidders.offers, matches: receipts.count })
  const batches = Array.from({ length: count }, () => {
    const before = state()
    world.run(BATCH_SLOTS * PARAMETERS.slot)
    return difference(state(), before)
  })
  bidders.stop()
  return batches
}

function sentOf(counts: MessageCounts): Record<Purpose, number> {
  return Object.fromEntries(PURPOSES.map((purpose) => [purpose, counts.of(purpose)])) as Record<Purpose, number>
}

function difference(after: Batch, before: Batch): Batch {
  const sent = Object.fromEntries(PURPOSES.map((purpose) => [purpose, after.sent[purpose] - before.sent[purpose]]))
  return { sent: sent as Record<Purpose, number>, offers: after.offers - before.offers, matches: after.matches - before.matches }
}

function rowOf(peers: number, batches: readonly Batch[], { name, tradersAService }: Market): Figure3Row {
  const n = Math.min(PARAMETERS.n, peers)
  const f = Math.min(PARAMETERS.f, peers)
  const slots = batches.length * BATCH_SLOTS
  const offers = sum(batches.map((batch) => batch.offers))
  const matches = sum(batches.map((batch) => batch.matches))
  const perBroker = (purposes: readonly Purpose[]): number[] =>
    batches.map(({ sent }) => sum(purposes.map((purpose) => sent[purpose])) / (peers * BATCH_SLOTS))
  const isMarket = PURPOSES.filter((purpose) => purpose !== 'ring')
  const ring = perBroker(['ring'])
  const trade = perBroker(isMarket)
  const paper = (2 * f * offers + n * f * matches) / (peers * slots)
  const counted = mean(perBroker(['offers', 'exchange']))
  const perOffer = (messages: number): number => (offers === 0 ? 0 : rounded((messages * peers * slots) / offers, 2))
  return {
    peers,
    market: name,
    tradersAService: Math.min(peers, tradersAService),
    offersAnExchange: rounded((2 * offers) / slots / Math.ceil(peers / tradersAService), 2),
    n,
    f,
    slots,
    offers,
    matches,
    matchedShare: offers === 0 ? 0 : rounded((2 * matches) / offers, 3),
    ring: rounded(mean(ring), 3),
    ringLow: rounded(meanInterval(ring).low, 3),
    ringHigh: rounded(meanInterval(ring).high, 3),
    trade: rounded(mean(trade), 3),
    tradeLow: rounded(meanInterval(trade).low, 3),
    tradeHigh: rounded(meanInterval(trade).high, 3),
    parts: Object.fromEntries(isMarket.map((purpose) => [purpose, rounded(mean(perBroker([purpose])), 3)])),
    paper: rounded(paper, 3),
    counted: rounded(counted, 3),
    countedPerOffer: perOffer(counted),
    paperPerOffer: perOffer(paper),
    fewer: paper === 0 ? 0 : rounded(1 - counted / paper, 3),
  }
}

function drawing(rows: readonly Figure3Row[], { name, tradersAService }: Market): Drawing {
  const mine = rows.filter((row) => row.market === name)
  const most = Math.max(...mine.flatMap(({ ring, trade, paper }) => [ring, trade, paper]))
  const top = Math.max(5, 5 * Math.ceil(most / 5))
  const series: Series[] = [
    {
      name: 'ring upkeep',
      hue: 0,
      line: 'solid',
      points: mine.map(({ peers, ring, ringLow: low, ringHigh: high }) => ({ x: peers, y: ring, low, high })),
    },
    {
      name: 'market, all',
      hue: 1,
      line: 'solid',
      points: mine.map(({ peers, trade, tradeLow: low, tradeHigh: high }) => ({ x: peers, y: trade, low, high })),
    },
    { name: 'what the paper counts', hue: 2, line: 'solid', points: mine.map(({ peers, counted }) => ({ x: peers, y: counted })) },
    { name: 'paper: 2f, n·f a match', hue: 2, line: 'dashed', points: mine.map(({ peers, paper }) => ({ x: peers, y: paper })) },
  ]
  const svg = chartSvg({
    title: `Figure 3: messages per broker peer, ${name} market`,
    subtitle: `n = ${PARAMETERS.n}, f = ${PARAMETERS.f}, one service a peer, ${tradersAService} peers a service; bars: 95 % intervals`,
    x: { label: 'Peers', from: PEERS[0] ?? 10, to: 10_000, ticks: [10, 100, 1_000, 10_000], logarithmic: true },
    y: { label: 'Messages sent per broker peer and slot', from: 0, to: top, ticks: [0, 1, 2, 3, 4, 5].map((part) => (part * top) / 5) },
    series,
  })
  return { name: `figure-3-${name}`, svg }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
