/** Figure 4 [IV.B]: correctly matched offers against the share of silent brokers. */
import { chartSvg, type Series } from './chart.ts'
import type { Drawing, Figure, FigureOptions, Job } from './figure.ts'
import { seedOf } from './figure.ts'
import { MOST_TRIALS, MOST_WATCHED, type PairOutcome, pairTrials } from './pair-trials.ts'
import { matchedByChance, quantile, rounded, wilson } from './statistics.ts'

const N = 16
const FS = [1, 2, 4, 8]
/** Most silent brokers: one more, and with f = 1 nearly nothing is left to see. */
const MOST_SILENT = 14
/** Trials of one world: all that one ring can hold, fewer for a look within minutes. With the watch on each takes longer, and nearly all match. */
const TRIALS = { quick: { once: 320, resend: MOST_WATCHED }, full: { once: MOST_TRIALS, resend: MOST_WATCHED } }
/** A match takes three slots at most, its receipt one or two; a half that was late is over after the deadline. */
const ONCE_SLOTS = 12
/** With f = 1 the watch asks one more broker every four slots: all 16 within 64. */
const RESEND_SLOTS = 96

/** Worlds for each f in the full run. */
const WORLDS = { once: 3, resend: 6 }

/**
 * Points that need worlds of their own. With f = 4 and 75 % silent the watch is to find at least .99: an interval of 95 % shows that from 381 pairs on.
 * With f = 1 and 87.5 % silent one pair in 64 is matched when traders send once: among fewer than some hundreds there may be none, whatever the brokers do.
 */
const NARROWED = [
  { f: 4, resend: true, liars: 12, worlds: { quick: 3, full: 8 } },
  { f: 1, resend: false, liars: 14, worlds: { quick: 1, full: 3 } },
] as const

export interface Figure4Job extends Job {
  readonly f: number
  readonly resend: boolean
  readonly shares: readonly { readonly liars: number; readonly trials: number }[]
}

export interface Figure4Part {
  readonly f: number
  readonly resend: boolean
  readonly outcomes: readonly PairOutcome[]
}

export interface Figure4Row {
  readonly f: number
  /** Share of the set. */
  readonly silent: number
  readonly n: number
  /** Single offers, two a pair. */
  readonly offers: number
  readonly matched: number
  /** When traders send once: the closed form of PROTOCOL 7. */
  readonly expected: number
  /** 95 %, over pairs: the two offers of a pair match together. */
  readonly low: number
  readonly high: number
  readonly resend: boolean
  /** From both offers on their way to both traders having the whole receipt; null when nothing matched. */
  readonly slotsMedian: number | null
  readonly slotsP99: number | null
}

export const figure4: Figure<Figure4Job, Figure4Part, { readonly rows: readonly Figure4Row[] }> = {
  jobs: ({ seed, quick }: FigureOptions) => {
    const step = quick ? 2 : 1
    const trials = quick ? TRIALS.quick : TRIALS.full
    const curves = [false, true].flatMap((resend) =>
      FS.flatMap((f) =>
        Array.from({ length: quick ? 1 : resend ? WORLDS.resend : WORLDS.once }, (_, world) => ({
          seed: seedOf(seed, 4, f, resend ? 1 : 0, world),
          weight: 8 + f,
          f,
          resend,
          shares: sharesOf({ f, resend, step, trials: resend ? trials.resend : trials.once }),
        })),
      ),
    )
    return [...curves, ...narrowed(seed, quick)]
  },
  run: ({ f, resend, seed, shares }) => {
    const mostSlots = resend ? RESEND_SLOTS : ONCE_SLOTS
    return { f, resend, outcomes: pairTrials({ seed, n: N, f, kind: 'silent', watch: resend, shares, checked: false, mostSlots }).outcomes }
  },
  result: (parts) => ({ rows: rowsOf(parts) }),
  drawings: ({ rows }) => [drawing(rows, false), drawing(rows, true)],
}

function narrowed(seed: number, quick: boolean): Figure4Job[] {
  return NARROWED.flatMap(({ f, resend, liars, worlds }) =>
    Array.from({ length: quick ? worlds.quick : worlds.full }, (_, world) => ({
      seed: seedOf(seed, 4, f, resend ? 1 : 0, world, liars),
      weight: 8 + f,
      f,
      resend,
      shares: [{ liars, trials: resend ? MOST_WATCHED : MOST_TRIALS }],
    })),
  )
}

interface SharePlan {
  readonly f: number
  readonly resend: boolean
  /** Between two numbers of silent brokers. */
  readonly step: number
  /** In all. */
  readonly trials: number
}

/**
 * How many trials of one ring go to each share: more where chance is wider, so that all intervals come out about as narrow.
 * With the watch nearly all match at every share.
 */
function sharesOf({ f, resend, step, trials }: SharePlan): Figure4Job['shares'] {
  const counts = Array.from({ length: Math.floor(MOST_SILENT / step) + 1 }, (_, index) => index * step)
  const weights = counts.map((silent) => (resend ? 1 : deviation(matchedByChance({ n: N, f, silent }))))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return counts.map((liars, index) => ({ liars, trials: Math.floor((trials * (weights[index] ?? 0)) / total) }))
}

/** Of a hit or a miss; at least that of one in twenty-five, as what is certain is measured too. */
function deviation(share: number): number {
  return Math.max(0.2, Math.sqrt(share * (1 - share)))
}

function rowsOf(parts: readonly Figure4Part[]): Figure4Row[] {
  const groups = new Map<
    string,
    { readonly f: number; readonly resend: boolean; readonly liars: number; readonly outcomes: PairOutcome[] }
  >()
  for (const { f, resend, outcomes } of parts) {
    for (const outcome of outcomes) {
      const key = `${resend} ${f} ${outcome.liars}`
      const group = groups.get(key) ?? { f, resend, liars: outcome.liars, outcomes: [] }
      group.outcomes.push(outcome)
      groups.set(key, group)
    }
  }
  return [...groups.values()].map(({ f, resend, liars, outcomes }) => {
    const matched = outcomes.filter((outcome) => outcome.matched)
    const slots = matched.map((outcome) => outcome.slots)
    const { low, high } = wilson(matched.length, outcomes.length)
    return {
      f,
      silent: liars / N,
      n: N,
      offers: 2 * outcomes.length,
      matched: 2 * matched.length,
      expected: rounded(matchedByChance({ n: N, f, silent: liars }), 6),
      low: rounded(low, 6),
      high: rounded(high, 6),
      resend,
      slotsMedian: roundedOrNull(quantile(slots, 0.5)),
      slotsP99: roundedOrNull(quantile(slots, 0.99)),
    }
  })
}

const SHARES = { from: 0, to: 1, ticks: [0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1] }

function drawing(rows: readonly Figure4Row[], resend: boolean): Drawing {
  const series = FS.flatMap((f, hue): Series[] => {
    const mine = rows.filter((row) => row.f === f && row.resend === resend)
    const measured = mine.map(({ silent, matched, offers, low, high }) => ({ x: silent, y: matched / offers, low, high }))
    const closed = mine.map(({ silent, expected }) => ({ x: silent, y: expected }))
    return [
      { name: `f = ${f}, measured`, hue, line: resend ? 'solid' : 'none', points: measured },
      { name: resend ? `f = ${f}, sent once` : `f = ${f}, closed form`, hue, line: 'dashed', points: closed },
    ]
  })
  const svg = chartSvg({
    title: resend ? 'Reliability with the trader’s watch' : 'Figure 4: reliability when traders send once',
    subtitle: `Correctly matched offers, n = ${N}; bars: 95 % intervals; dashed: (1 − C(b,f) / C(n,f))²`,
    x: { ...SHARES, label: 'Silent brokers (share of the set)' },
    y: { from: 0, to: 1, ticks: [0, 0.2, 0.4, 0.6, 0.8, 1], label: 'Correctly matched offers (share)' },
    series,
  })
  return { name: resend ? 'figure-4-watch' : 'figure-4', svg }
}

function roundedOrNull(value: number | null): number | null {
  return value === null ? null : rounded(value, 1)
}
