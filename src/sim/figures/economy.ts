/** Economy: allocative efficiency on Smith's chart 1, against how many offers meet in one decision. */
import { type AuctionOutcome, auctionTrials, type TraderKind } from './auction-trials.ts'
import { chartSvg, type Series, sharesAxis } from './chart.ts'
import { type Drawing, type Figure, type FigureOptions, type Job, seedOf } from './figure.ts'
import { mean, meanInterval, rounded } from './statistics.ts'

const OFFERS_A_ROUND = [1, 2, 4, 8, 11, 22]
/** Zero-intelligence traders are known from markets in which one offer comes at a time. */
const RANDOM_OFFERS_A_ROUND = [1]
const TRIALS = { quick: 30, full: 60 }

export interface EconomyJob extends Job {
  readonly kind: TraderKind
  readonly offersARound: number
  readonly trials: number
}

export interface EconomyPart extends AuctionOutcome {
  readonly kind: TraderKind
  readonly offersARound: number
}

export interface EconomyRow {
  readonly traders: TraderKind
  /** Offers that meet in one decision: a round of two slots. */
  readonly offersARound: number
  readonly trials: number
  /** What all gained of what they could together; mean over trials with its 95 % interval. */
  readonly efficiency: number
  readonly low: number
  readonly high: number
  /** Of which both offers' moments are known. */
  readonly trades: number
  /** Mean from the later offer of a pair to its receipt, in slots. */
  readonly waitSlots: number
  /** The same in seconds where one offer a second comes: to have more of them meet, a slot must last longer. */
  readonly waitSeconds: number
}

export const economy: Figure<EconomyJob, EconomyPart, { readonly rows: readonly EconomyRow[] }> = {
  jobs: ({ seed, quick }: FigureOptions) => {
    const trials = quick ? TRIALS.quick : TRIALS.full
    const kinds: readonly (readonly [TraderKind, readonly number[]])[] = [
      ['truthful', OFFERS_A_ROUND],
      ['paper', OFFERS_A_ROUND],
      ['zero-intelligence', RANDOM_OFFERS_A_ROUND],
    ]
    return kinds.flatMap(([kind, rounds], place) =>
      rounds.map((offersARound) => ({
        seed: seedOf(seed, 13, place, offersARound),
        weight: trials * (kind === 'zero-intelligence' ? 20 : 1 + 2 / offersARound),
        kind,
        offersARound,
        trials,
      })),
    )
  },
  run: ({ seed, kind, offersARound, trials }) => ({ kind, offersARound, ...auctionTrials({ seed, kind, offersARound, trials }) }),
  result: (parts) => ({ rows: parts.map(rowOf) }),
  drawings: ({ rows }) => [drawing(rows)],
}

function drawing(rows: readonly EconomyRow[]): Drawing {
  const kinds: readonly TraderKind[] = ['truthful', 'paper', 'zero-intelligence']
  const series = kinds.flatMap((traders, hue): Series[] => {
    const mine = rows.filter((row) => row.traders === traders)
    return [
      { name: traders, hue, line: 'solid', points: mine.map(({ offersARound: x, efficiency: y, low, high }) => ({ x, y, low, high })) },
    ]
  })
  const svg = chartSvg({
    title: 'Economy: what is gained of what could be',
    subtitle: 'Smith’s chart 1, 11 buyers and 11 sellers; with more offers a round the slot must last longer; bars: 95 %',
    x: { label: 'Offers that meet in one decision', from: 1, to: 22, ticks: OFFERS_A_ROUND, logarithmic: true },
    y: sharesAxis(
      'Allocative efficiency (share)',
      rows.map(({ low }) => low),
    ),
    series,
  })
  return { name: 'economy', svg }
}

function rowOf({ kind, offersARound, efficiencies, waits }: EconomyPart): EconomyRow {
  const { low, high } = meanInterval(efficiencies)
  const waitSlots = waits.length === 0 ? 0 : mean(waits)
  return {
    traders: kind,
    offersARound,
    trials: efficiencies.length,
    efficiency: rounded(mean(efficiencies)),
    low: rounded(low),
    high: rounded(Math.min(1, high)),
    trades: waits.length,
    waitSlots: rounded(waitSlots, 2),
    waitSeconds: rounded((waitSlots * offersARound) / 2, 2),
  }
}
