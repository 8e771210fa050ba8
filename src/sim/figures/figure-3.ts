/** Figure 3 [IV.A]: messages per broker peer against the number of peers. Every peer is a trader and may be a broker, so means are over all peers. */
import { Rng } from '../../base/rng.ts'
import type { SimWorld } from '../sim-world.ts'
import { Bidders, type Market } from './bidders.ts'
import { chartSvg, countsAxis, type Point, type Series } from './chart.ts'
import { type Drawing, type Figure, type FigureOptions, type Job, leftOut, leftOutNote, seedOf } from './figure.ts'
import { grownRing } from './grown-ring.ts'
import { MessageCounts, PAPER_PURPOSES, PURPOSES, type Purpose } from './message-counts.ts'
import { mean, meanInterval, rounded } from './statistics.ts'
import { WholeReceipts } from './whole-receipts.ts'

/** A ring of 2,000 takes minutes, one of 10,000 most of an hour; what is beyond `mostPeers` is named in `leftOut`. */
const PEERS = [10, 20, 50, 100, 200, 500, 1_000, 2_000, 10_000]
const MOST_QUICK = 200
const PARAMETERS = { network: 'figures', n: 8, f: 4, m: 64, t: 600_000, slot: 1_000, s: 16, p: 0, a: 0.1 }
/** Larger networks trade in the quiet market only: messages a broker stay as they are, and the wait grows. */
const MOST_BUSY = 1_000
/** An exchange a service costs the same however many offers are in it, so the cost of an offer depends on how many there are. */
const MARKETS: readonly Market[] = [
  { name: 'quiet', tradersAService: 10, periodSlots: 16, validSlots: 12, overlap: 0 },
  { name: 'busy', tradersAService: 100, periodSlots: 8, validSlots: 6, overlap: 200 },
]
/**
 * Links a peer: as many as a broker of the busy service has traders, and its ring beside. The paper knows no bound; the protocol's own
 * budget of 2(n − 1) + 10 leaves about ten for traders. Brokers and traders then take turns, and what is counted is the signalling of their
 * links: at 100 peers some 55 routed signals an offer in the quiet market with 24 links, and 49 in the busy one with 64, against one with 128.
 */
const LINK_BUDGET = 128
/** The longest period: before it is over not everyone has offered, and after it no offer of before is left. */
const WARM_UP_SLOTS = 16
/** Counted in batches of so many slots, whole rounds of collecting and exchanging: their scatter gives the interval, which is that within one world. */
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

/** Messages are per peer and slot, except where said. */
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
  /** Of the market's messages those that do what the paper counts: offers to f brokers, notices of what became of them, forwards among brokers. */
  readonly counted: number
  readonly countedLow: number
  readonly countedHigh: number
  /** The paper's own count for these offers and matches: 2f an offer, n·f more a match. */
  readonly paper: number
  /** The same where each of the two offers of a match is one that "leads to a match": f brokers forward each to n. */
  readonly paperMost: number
  /** How many fewer of ours than `paper`, of it; negative: more. With the interval of `counted`. */
  readonly fewer: number
  readonly fewerLow: number
  readonly fewerHigh: number
  /** The same, of `paperMost`. */
  readonly fewerMost: number
  /** By what they are for (PURPOSES): messages an offer, of all peers. */
  readonly anOffer: Readonly<Record<Purpose, number>>
  readonly countedAnOffer: number
  readonly paperAnOffer: number
  readonly paperMostAnOffer: number
}

export interface Figure3Result {
  readonly rows: readonly Figure3Row[]
  /** By market, sizes that were not simulated, as their worlds are too large. */
  readonly leftOut: Readonly<Record<Market['name'], readonly number[]>>
}

export const figure3: Figure<Figure3Job, Figure3Part, Figure3Result> = {
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
    leftOut: byMarket((place) =>
      leftOut(
        PEERS,
        parts.filter(({ markets }) => markets[place] !== undefined),
      ),
    ),
  }),
  drawings: (result) => MARKETS.flatMap((market) => [drawing(result, market), kindsDrawing(result, market)]),
}

function marketsOf(peers: number): readonly Market[] {
  return peers > MOST_BUSY ? MARKETS.slice(0, 1) : MARKETS
}

function batchesOf(world: SimWorld, bidders: Bidders, count: number): Batch[] {
  const counts = new MessageCounts(PARAMETERS.f)
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

function byMarket<T>(value: (place: number) => T): Record<Market['name'], T> {
  return Object.fromEntries(MARKETS.map(({ name }, place) => [name, value(place)])) as Record<Market['name'], T>
}

function sentOf(counts: MessageCounts): Record<Purpose, number> {
  return byPurpose((purpose) => counts.of(purpose))
}

function difference(after: Batch, before: Batch): Batch {
  const sent = byPurpose((purpose) => after.sent[purpose] - before.sent[purpose])
  return { sent, offers: after.offers - before.offers, matches: after.matches - before.matches }
}

function byPurpose(count: (purpose: Purpose) => number): Record<Purpose, number> {
  return Object.fromEntries(PURPOSES.map((purpose) => [purpose, count(purpose)])) as Record<Purpose, number>
}

function rowOf(peers: number, batches: readonly Batch[], { name, tradersAService }: Market): Figure3Row {
  const n = Math.min(PARAMETERS.n, peers)
  const f = Math.min(PARAMETERS.f, peers)
  const slots = batches.length * BATCH_SLOTS
  const offers = sum(batches.map((batch) => batch.offers))
  const matches = sum(batches.map((batch) => batch.matches))
  const perPeer = (purposes: readonly Purpose[]): number[] =>
    batches.map(({ sent }) => sum(purposes.map((purpose) => sent[purpose])) / (peers * BATCH_SLOTS))
  const counted = perPeer(PAPER_PURPOSES)
  const around = meanInterval(counted)
  const paper = (2 * f * offers + n * f * matches) / (peers * slots)
  const paperMost = (2 * f * offers + 2 * n * f * matches) / (peers * slots)
  const anOffer = (messages: number): number => (offers === 0 ? 0 : rounded((messages * peers * slots) / offers, 2))
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
    ...interval('ring', perPeer(['ring'])),
    ...interval('trade', perPeer(PURPOSES.filter((purpose) => purpose !== 'ring'))),
    ...interval('counted', counted),
    paper: rounded(paper, 3),
    paperMost: rounded(paperMost, 3),
    fewer: less(mean(counted), paper),
    fewerLow: less(around.high, paper),
    fewerHigh: less(around.low, paper),
    fewerMost: less(mean(counted), paperMost),
    anOffer: byPurpose((purpose) => anOffer(mean(perPeer([purpose])))),
    countedAnOffer: anOffer(mean(counted)),
    paperAnOffer: anOffer(paper),
    paperMostAnOffer: anOffer(paperMost),
  }
}

/** How much less one is than another, of that; 0 where that is 0. */
function less(one: number, other: number): number {
  return other === 0 ? 0 : rounded(1 - one / other, 3)
}

/** A mean with its 95 % interval, as fields of a row. */
function interval<Name extends string>(name: Name, values: readonly number[]): Record<Name | `${Name}Low` | `${Name}High`, number> {
  const { low, high } = meanInterval(values)
  const fields = { [name]: rounded(mean(values), 3), [`${name}Low`]: rounded(low, 3), [`${name}High`]: rounded(high, 3) }
  return fields as Record<Name | `${Name}Low` | `${Name}High`, number>
}

function drawing({ rows, leftOut: larger }: Figure3Result, market: Market): Drawing {
  const mine = rows.filter((row) => row.market === market.name)
  const line = (name: string, hue: number, y: (row: Figure3Row) => Omit<Point, 'x'>): Series => ({
    name,
    hue,
    line: 'solid',
    points: mine.map((row) => ({ x: row.peers, ...y(row) })),
  })
  const series: Series[] = [
    line('ring upkeep', 0, ({ ring: y, ringLow: low, ringHigh: high }) => ({ y, low, high })),
    line('market, all', 1, ({ trade: y, tradeLow: low, tradeHigh: high }) => ({ y, low, high })),
    line('what the paper counts', 2, ({ counted: y, countedLow: low, countedHigh: high }) => ({ y, low, high })),
    { ...line('2f, n·f once a match', 2, ({ paper: y }) => ({ y })), line: 'dashed' },
    { ...line('2f, n·f each offer', 3, ({ paperMost: y }) => ({ y })), line: 'dashed' },
  ]
  return chart({
    name: `figure-3-${market.name}`,
    title: 'messages per peer',
    unit: 'Messages sent per peer and slot',
    larger: larger[market.name],
    market,
    series,
  })
}

/** What the market's messages are for, an offer. */
function kindsDrawing({ rows, leftOut: larger }: Figure3Result, market: Market): Drawing {
  const mine = rows.filter((row) => row.market === market.name)
  const series = PURPOSES.filter((purpose) => purpose !== 'ring').map(
    (purpose, hue): Series => ({
      name: PAPER_PURPOSES.some((counted) => counted === purpose) ? `${purpose} (paper counts)` : purpose,
      hue,
      line: 'solid',
      points: mine.map(({ peers, anOffer }) => ({ x: peers, y: anOffer[purpose] })),
    }),
  )
  return chart({
    name: `figure-3-${market.name}-kinds`,
    title: 'the market’s messages',
    unit: 'Messages of all peers, an offer',
    larger: larger[market.name],
    market,
    series,
  })
}

function chart({ name, title, unit, larger, market, series }: ChartPlan): Drawing {
  const svg = chartSvg({
    title: `Figure 3: ${title}, ${market.name} market`,
    subtitle: `n = ${PARAMETERS.n}, f = ${PARAMETERS.f}, up to ${market.tradersAService} peers trade a service, all may be its brokers${leftOutNote(larger)}`,
    x: { label: 'Peers', from: PEERS[0] ?? 10, to: 10_000, ticks: [10, 100, 1_000, 10_000], logarithmic: true },
    y: countsAxis(unit, series),
    series,
  })
  return { name, svg }
}

interface ChartPlan {
  readonly name: string
  readonly title: string
  /** Of the y axis. */
  readonly unit: string
  /** Sizes that were not run. */
  readonly larger: readonly number[]
  readonly market: Market
  readonly series: readonly Series[]
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
