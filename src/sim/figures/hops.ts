/** Lookups: how many hops they take against the number of peers, and how many succeed while peers come and go. */
import { Rng } from '../../base/rng.ts'
import type { SimWorld } from '../sim-world.ts'
import { chartSvg, countsAxis, type Point, type Series, sharesAxis } from './chart.ts'
import { Churn } from './churn.ts'
import { type Drawing, type Figure, type FigureOptions, type Job, leftOut, leftOutNote, seedOf } from './figure.ts'
import { grownRing } from './grown-ring.ts'
import { type Lookup, Lookups } from './lookups.ts'
import { log2, mean, meanInterval, quantile, rounded, wilson } from './statistics.ts'

/** What is beyond `mostPeers` is named in `leftOut`. */
const PEERS = { quick: [16, 64, 256], full: [16, 64, 256, 1_000, 2_000, 10_000] }
const LOOKUPS = { quick: 200, full: 600 }
const BETWEEN_LOOKUPS_MS = 20
/** Median sessions in minutes. */
const MEDIANS = [60, 10, 1.4]
const CHURN = { quick: { peers: 40, minutes: 2 }, full: { peers: 128, minutes: 10 } }
const BETWEEN_CHURN_LOOKUPS_MS = 250
/** Every command has ended by then. */
const LAST_MS = 30_000
export const PARAMETERS = { network: 'figures', n: 8, f: 4, m: 64, t: 600_000, slot: 1_000, s: 16, p: 0, a: 0.1 }

export interface HopsJob extends Job {
  readonly peers: number
  /** Median session in minutes; null: nobody leaves. */
  readonly medianMinutes: number | null
  readonly lookups: number
  readonly betweenMs: number
}

export interface HopsPart {
  readonly job: HopsJob
  readonly lookups: readonly Lookup[]
}

export interface HopsRow {
  readonly peers: number
  readonly medianMinutes: number | null
  readonly lookups: number
  /** Links a request went over; mean with its 95 % interval. */
  readonly hops: number
  readonly hopsLow: number
  readonly hopsHigh: number
  readonly hopsP99: number
  /** Chord's ½·log2 N. */
  readonly expected: number
  /** Lookups that were not begun, as chance chose a peer that was still joining, or that have no end, as their asker left. */
  readonly unasked: number
  /** Share of the lookups in which the asker heard from brokers of the place, with its 95 % interval. */
  readonly success: number
  readonly low: number
  readonly high: number
  /** Share of the answers that came first from one of the n closest. */
  readonly right: number
}

export interface HopsResult {
  readonly rows: readonly HopsRow[]
  /** Sizes that were not simulated, as their worlds are too large. */
  readonly leftOut: readonly number[]
}

export const hops: Figure<HopsJob, HopsPart, HopsResult> = {
  jobs: ({ seed, quick, mostPeers }: FigureOptions) => {
    const sizes = (quick ? PEERS.quick : PEERS.full).filter((peers) => peers <= mostPeers)
    const still = sizes.map((peers) => stillJob(seed, peers, quick))
    const { peers, minutes } = quick ? CHURN.quick : CHURN.full
    const moving = MEDIANS.map((medianMinutes, place) => ({
      seed: seedOf(seed, 12, 0, place),
      weight: peers * minutes,
      peers,
      medianMinutes,
      lookups: (minutes * 60_000) / BETWEEN_CHURN_LOOKUPS_MS,
      betweenMs: BETWEEN_CHURN_LOOKUPS_MS,
    }))
    return [...still, ...moving]
  },
  run: (job) => ({ job, lookups: lookUp(grownRing({ seed: job.seed, peers: job.peers, parameters: PARAMETERS }), job) }),
  result: (parts) => ({
    rows: parts.map(rowOf),
    leftOut: leftOut(
      PEERS.full,
      parts.map(({ job }) => job).filter(({ medianMinutes }) => medianMinutes === null),
    ),
  }),
  drawings: ({ rows, leftOut: larger }) => [hopsDrawing(rows.filter(isStill), larger), churnDrawing(rows.filter((row) => !isStill(row)))],
}

/** The job for a ring of so many peers in which nobody comes or goes. */
export function stillJob(seed: number, peers: number, quick = false): HopsJob {
  return {
    seed: seedOf(seed, 12, peers),
    weight: peers,
    peers,
    medianMinutes: null,
    lookups: quick ? LOOKUPS.quick : LOOKUPS.full,
    betweenMs: BETWEEN_LOOKUPS_MS,
  }
}

/** Makes the lookups of a job in its ring, until each has ended. */
export function lookUp(world: SimWorld, { seed, medianMinutes, lookups: count, betweenMs }: HopsJob): readonly Lookup[] {
  const lookups = new Lookups(world, new Rng([seed, 61, 62, 63]))
  world.observers.push(lookups)
  if (medianMinutes !== null) new Churn(world, new Rng([seed, 64, 65, 66]), medianMinutes * 60_000).begin()
  for (let index = 0; index < count; index += 1) {
    lookups.start()
    world.run(betweenMs)
  }
  world.runUntil(() => lookups.underWay === 0, LAST_MS)
  return lookups.ended
}

function isStill({ medianMinutes }: HopsRow): boolean {
  return medianMinutes === null
}

function hopsDrawing(rows: readonly HopsRow[], larger: readonly number[]): Drawing {
  const series: Series[] = [
    {
      name: 'mean',
      hue: 0,
      line: 'solid',
      points: rows.map(({ peers, hops: y, hopsLow: low, hopsHigh: high }) => ({ x: peers, y, low, high })),
    },
    { name: '99 of 100 at most', hue: 1, line: 'solid', points: rows.map(({ peers, hopsP99 }) => ({ x: peers, y: hopsP99 })) },
    { name: 'Chord: ½·log2 N', hue: 0, line: 'dashed', points: rows.map(({ peers, expected }) => ({ x: peers, y: expected })) },
  ]
  const svg = chartSvg({
    title: 'Hops of a lookup',
    subtitle: `n = ${PARAMETERS.n}; random places asked for by random peers; bars: 95 %${leftOutNote(larger)}`,
    x: { label: 'Peers', from: 16, to: 10_000, ticks: [16, 100, 1_000, 10_000], logarithmic: true },
    y: countsAxis('Links that a request goes over', series),
    series,
  })
  return { name: 'hops', svg }
}

function churnDrawing(rows: readonly HopsRow[]): Drawing {
  const sorted = [...rows].sort((left, right) => Number(left.medianMinutes) - Number(right.medianMinutes))
  const points = (y: (row: HopsRow) => Point): Point[] => sorted.map(y)
  const svg = chartSvg({
    title: 'Lookups while peers come and go',
    subtitle: `${rows[0]?.peers ?? 0} peers, sessions Weibull with shape ½, half end without goodbye; bars: 95 % intervals`,
    x: { label: 'Median session (minutes)', from: 1, to: 100, ticks: [1.4, 10, 60], logarithmic: true },
    y: sharesAxis(
      'Lookups (share)',
      rows.flatMap(({ low, right }) => [low, right]),
    ),
    series: [
      {
        name: 'answered by brokers',
        hue: 0,
        line: 'solid',
        points: points(({ medianMinutes, success: y, low, high }) => ({ x: medianMinutes ?? 0, y, low, high })),
      },
      {
        name: 'first answer from the n closest',
        hue: 1,
        line: 'solid',
        points: points(({ medianMinutes, right }) => ({ x: medianMinutes ?? 0, y: right })),
      },
    ],
  })
  return { name: 'hops-churn', svg }
}

function rowOf({ job: { peers, medianMinutes, lookups: planned }, lookups }: HopsPart): HopsRow {
  const answered = lookups.filter((lookup) => lookup.answered)
  const taken = answered.map((lookup) => lookup.hops)
  const interval = meanInterval(taken)
  const { low, high } = wilson(answered.length, lookups.length)
  return {
    peers,
    medianMinutes,
    lookups: lookups.length,
    unasked: planned - lookups.length,
    hops: rounded(mean(taken), 3),
    hopsLow: rounded(interval.low, 3),
    hopsHigh: rounded(interval.high, 3),
    hopsP99: quantile(taken, 0.99) ?? 0,
    expected: rounded(log2(peers) / 2, 3),
    success: rounded(answered.length / lookups.length),
    low: rounded(low),
    high: rounded(high),
    right: answered.length === 0 ? 0 : rounded(answered.filter((lookup) => lookup.right).length / answered.length),
  }
}
