/** The same as figure 4 for brokers that lie in other ways, with the trader's watch on, up to all brokers of the set. */

import { BROKER_MALICE } from '../malice/kinds.ts'
import { chartSvg, countsAxis, type Series } from './chart.ts'
import { type Drawing, type Figure, type FigureOptions, type Job, seedOf } from './figure.ts'
import type { BrokerMalice } from './liars.ts'
import { type PairPlan, type PairReport, pairTrials } from './pair-trials.ts'
import { quantile, rounded, wilson } from './statistics.ts'

const N = 16
const F = 4
const LIARS = { quick: [0, 8, 12, 16], full: [0, 2, 4, 6, 8, 10, 12, 14, 16] }
/** Of one world, for each share; MOST_WATCHED in all at most. */
const TRIALS = { quick: 12, full: 14 }
/** For each way to lie. */
const WORLDS = { quick: 1, full: 3 }
/** The watch has reached all brokers by then; two receipts that failed, too, each with its deadline. */
const MOST_SLOTS = 64

/** Some lies need something to act on: a friend to favour; an offer that was traded; tables to hand over, and brokers that enter a set and must be told of the service. */
const BAIT: Readonly<Partial<Record<BrokerMalice, NonNullable<PairPlan['bait']>>>> = {
  favour: 'friend',
  replay: 'trade',
  'false-handoff': 'joiners',
  'mute-root': 'joiners',
}

export interface LiesJob extends Job {
  readonly kind: BrokerMalice
  readonly shares: readonly { readonly liars: number; readonly trials: number }[]
}

export interface LiesPart extends PairReport {
  readonly kind: BrokerMalice
}

export interface LiesRow {
  readonly kind: BrokerMalice
  /** Share of the set that lies. */
  readonly liars: number
  readonly n: number
  readonly f: number
  /** Single offers, two a pair. */
  readonly offers: number
  /** Traded under the number they were sent with. */
  readonly matched: number
  readonly share: number
  /** 95 %, over pairs. */
  readonly low: number
  readonly high: number
  /** Breaches of PROTOCOL 7 by any receipt of this kind's worlds, of all shares together: must be 0. */
  readonly broken: number
  /** How often liars of this kind's worlds, of all shares together, really hid or changed something. */
  readonly acts: number
  readonly slotsMedian: number | null
  readonly slotsP99: number | null
}

export const lies: Figure<LiesJob, LiesPart, { readonly rows: readonly LiesRow[] }> = {
  jobs: ({ seed, quick }: FigureOptions) =>
    BROKER_MALICE.flatMap((kind, place) => {
      const trials = quick ? TRIALS.quick : TRIALS.full
      const shares = (quick ? LIARS.quick : LIARS.full).map((liars) => ({ liars, trials }))
      const worlds = quick ? WORLDS.quick : WORLDS.full
      return Array.from({ length: worlds }, (_, world) => ({ seed: seedOf(seed, 11, place, world), weight: 1, kind, shares }))
    }),
  run: ({ seed, kind, shares }) => ({
    kind,
    ...pairTrials({ seed, n: N, f: F, kind, watch: true, shares, checked: true, mostSlots: MOST_SLOTS, ...baitOf(kind) }),
  }),
  result: (parts) => ({ rows: BROKER_MALICE.flatMap((kind) => rowsOf(kind, parts)) }),
  drawings: ({ rows }) => [drawing(rows, 'share'), drawing(rows, 'slots')],
}

function baitOf(kind: BrokerMalice): Pick<PairPlan, 'bait'> {
  const bait = BAIT[kind]
  return bait === undefined ? {} : { bait }
}

const PERCENT = { label: 'Lying brokers (share of the set)', from: 0, to: 1, ticks: [0, 0.25, 0.5, 0.75, 1] }

function drawing(rows: readonly LiesRow[], what: 'share' | 'slots'): Drawing {
  const series = BROKER_MALICE.map((kind, hue): Series => {
    const mine = rows.filter((row) => row.kind === kind)
    const shares = mine.map(({ liars, share, low, high }) => ({ x: liars, y: share, low, high }))
    const slots = mine.flatMap(({ liars, slotsMedian }) => (slotsMedian === null ? [] : [{ x: liars, y: slotsMedian }]))
    return { name: kind, hue, line: 'solid', points: what === 'share' ? shares : slots }
  })
  const svg = chartSvg({
    title: what === 'share' ? 'Offers matched among lying brokers' : 'Slots to a receipt among lying brokers',
    subtitle: `n = ${N}, f = ${F}, with the trader’s watch${what === 'share' ? '; bars: 95 % intervals' : '; medians of those that matched'}`,
    x: PERCENT,
    y:
      what === 'share'
        ? { label: 'Matched offers (share)', from: 0, to: 1, ticks: [0, 0.2, 0.4, 0.6, 0.8, 1] }
        : countsAxis('Slots from offers to receipt', series),
    series,
  })
  return { name: what === 'share' ? 'lies' : 'lies-slots', svg }
}

/** All worlds of one way to lie. */
function rowsOf(kind: BrokerMalice, parts: readonly LiesPart[]): LiesRow[] {
  const mine = parts.filter((part) => part.kind === kind)
  const outcomes = mine.flatMap((part) => part.outcomes)
  const broken = mine.reduce((sum, part) => sum + part.broken, 0)
  const acts = mine.reduce((sum, part) => sum + part.acts, 0)
  return [...new Set(outcomes.map(({ liars }) => liars))].map((liars) => {
    const pairs = outcomes.filter((outcome) => outcome.liars === liars)
    const matched = pairs.filter((pair) => pair.matched)
    const slots = matched.map((pair) => pair.slots)
    const { low, high } = wilson(matched.length, pairs.length)
    const [median, late] = [quantile(slots, 0.5), quantile(slots, 0.99)]
    return {
      kind,
      liars: liars / N,
      n: N,
      f: F,
      offers: 2 * pairs.length,
      matched: 2 * matched.length,
      share: rounded(matched.length / pairs.length),
      low: rounded(low),
      high: rounded(high),
      broken,
      acts,
      slotsMedian: median === null ? null : rounded(median, 1),
      slotsP99: late === null ? null : rounded(late, 1),
    }
  })
}
