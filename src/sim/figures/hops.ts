/** Lookups: how many hops they take against the number of peers, and how many succeed while peers come and go. */
import { Rng } from '../../base/rng.ts'
import { Churn } from './churn.ts'
import { type Figure, type FigureOptions, type Job, seedOf } from './figure.ts'
import { grownRing } from './grown-ring.ts'
import { type Lookup, Lookups } from './lookups.ts'
import { log2, mean, meanInterval, quantile, rounded, wilson } from './statistics.ts'

const PEERS = { quick: [16, 64, 256], full: [16, 64, 256, 1_000, 4_000, 10_000] }
const LOOKUPS = { quick: 200, full: 600 }
const BETWEEN_LOOKUPS_MS = 20
/** Median sessions in minutes. */
const MEDIANS = [60, 10, 1.4]
const CHURN = { quick: { peers: 40, minutes: 2 }, full: { peers: 128, minutes: 10 } }
const BETWEEN_CHURN_LOOKUPS_MS = 250
/** Every command has ended by then. */
const LAST_MS = 30_000
const PARAMETERS = { network: 'figures', n: 8, f: 4, m: 64, t: 600_000, slot: 1_000, s: 16, p: 0, a: 0.1 }

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
  /** Share of the lookups in which the asker heard from brokers of the place, with its 95 % interval. */
  readonly success: number
  readonly low: number
  readonly high: number
  /** Share of the answers that came from one of the n closest. */
  readonly right: number
}

export const hops: Figure<HopsJob, HopsPart, { readonly rows: readonly HopsRow[] }> = {
  jobs: ({ seed, quick }: FigureOptions) => {
    const still = (quick ? PEERS.quick : PEERS.full).map((peers) => ({
      seed: seedOf(seed, 12, peers),
      weight: peers,
      peers,
      medianMinutes: null,
      lookups: quick ? LOOKUPS.quick : LOOKUPS.full,
      betweenMs: BETWEEN_LOOKUPS_MS,
    }))
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
  run: (job) => ({ job, lookups: lookupsOf(job) }),
  result: (parts) => ({ rows: parts.map(rowOf) }),
  drawings: () => [],
}

function lookupsOf({ seed, peers, medianMinutes, lookups: count, betweenMs }: HopsJob): readonly Lookup[] {
  const world = grownRing({ seed, peers, parameters: PARAMETERS })
  const lookups = new Lookups(world, new Rng([seed, 61, 62, 63]))
  world.observers.push(lookups)
  if (medianMinutes !== null) new Churn(world, new Rng([seed, 64, 65, 66]), medianMinutes * 60_000).begin()
  for (let index = 0; index < count; index += 1) {
    lookups.start()
    world.run(betweenMs)
  }
  world.run(LAST_MS)
  return lookups.ended
}

function rowOf({ job: { peers, medianMinutes }, lookups }: HopsPart): HopsRow {
  const answered = lookups.filter((lookup) => lookup.answered)
  const taken = answered.map((lookup) => lookup.hops)
  const interval = meanInterval(taken)
  const { low, high } = wilson(answered.length, lookups.length)
  return {
    peers,
    medianMinutes,
    lookups: lookups.length,
    hops: rounded(mean(taken), 3),
    hopsLow: rounded(interval.low, 3),
    hopsHigh: rounded(interval.high, 3),
    hopsP99: quantile(taken, 0.99) ?? 0,
    expected: rounded(log2(peers) / 2, 3),
    success: rounded(answered.length / lookups.length),
    low: rounded(low),
    high: rounded(high),
    right: rounded(answered.filter((lookup) => lookup.right).length / answered.length),
  }
}
