import { describe, expect, it } from 'vitest'
import { Broker } from '../../broker/broker.ts'
import { Exchange } from '../../broker/exchange.ts'
import { BROKER_MALICE } from '../malice/kinds.ts'
import { auctionTrials } from './auction-trials.ts'
import { chartSvg, countsAxis, sharesAxis } from './chart.ts'
import { figure3 } from './figure-3.ts'
import { figure4 } from './figure-4.ts'
import { FIGURES } from './figures.ts'
import { hops } from './hops.ts'
import { lies } from './lies.ts'
import { pairTrials } from './pair-trials.ts'
import { MOST_GAIN } from './smith-chart.ts'
import { choose, log2, matchedByChance, mean, meanInterval, wilson } from './statistics.ts'

const TINY = { seed: 5, n: 4, f: 1, kind: 'silent', watch: false, checked: false, mostSlots: 12 } as const

function matchedOf(outcomes: readonly { readonly liars: number; readonly matched: boolean }[], liars: number): number[] {
  const mine = outcomes.filter((outcome) => outcome.liars === liars)
  return [mine.filter(({ matched }) => matched).length, mine.length]
}

describe('statistics', () => {
  it('the closed form of figure 4', () => {
    expect(choose(16, 8)).toBe(12_870)
    expect(matchedByChance({ n: 16, f: 4, silent: 12 })).toBeCloseTo((1 - 495 / 1_820) ** 2, 12)
    expect(matchedByChance({ n: 16, f: 8, silent: 7 })).toBe(1)
  })

  it('Wilson’s interval, as published for 10 of 20 and at the ends', () => {
    const { low, high } = wilson(10, 20)
    expect([low, high]).toEqual([expect.closeTo(0.2993, 4), expect.closeTo(0.7007, 4)])
    expect(wilson(20, 20).high).toBe(1)
    expect(wilson(0, 20).low).toBe(0)
  })

  it('Student’s interval of a mean of three', () => {
    const { low, high } = meanInterval([1, 2, 3])
    expect([low, high]).toEqual([expect.closeTo(2 - 2.484, 3), expect.closeTo(2 + 2.484, 3)])
  })

  it('log2', () => {
    for (const value of [1, 2, 10, 1_000, 10_000]) expect(log2(value)).toBeCloseTo(Math.log2(value), 8)
  })

  it('the most that traders of Smith’s chart can gain', () => {
    expect(MOST_GAIN).toBe(750 * 100)
  })
})

describe('figure 4', () => {
  const shares = [0, 1, 2].map((liars) => ({ liars, trials: 30 }))

  it('the closed form lies in the interval, and the same seed gives the same', () => {
    const { outcomes } = pairTrials({ ...TINY, shares })
    expect(matchedOf(outcomes, 0)).toEqual([30, 30])
    for (const liars of [1, 2]) {
      const { low, high } = wilson(...(matchedOf(outcomes, liars) as [number, number]))
      const expected = matchedByChance({ n: 4, f: 1, silent: liars })
      expect(low).toBeLessThanOrEqual(expected)
      expect(high).toBeGreaterThanOrEqual(expected)
    }
    expect(pairTrials({ ...TINY, shares }).outcomes).toEqual(outcomes)
  })

  it.each([false, true])('enough pairs to show .99 with the watch, and one pair in 64 without it; quick: %s', (quick) => {
    const jobs = figure4.jobs({ seed: 1, quick, mostPeers: 10_000 })
    const trialsOf = (f: number, resend: boolean, silent: number): number =>
      jobs
        .filter((job) => job.f === f && job.resend === resend)
        .flatMap(({ shares: all }) => all.filter(({ liars }) => liars === silent))
        .reduce((sum, { trials }) => sum + trials, 0)
    const watched = trialsOf(4, true, 12)
    expect(wilson(watched, watched).low).toBeGreaterThanOrEqual(0.99)
    const once = trialsOf(1, false, 14)
    expect(wilson(0, once).high).toBeLessThan(matchedByChance({ n: 16, f: 1, silent: 14 }))
  })

  it('with the watch nearly all match, in more slots', () => {
    const { outcomes } = pairTrials({ ...TINY, watch: true, mostSlots: 48, shares: [{ liars: 2, trials: 30 }] })
    const [row] = figure4.result([{ f: 1, resend: true, outcomes }]).rows
    expect(Number(row?.matched) / 60).toBeGreaterThan(matchedByChance({ n: 4, f: 1, silent: 2 }) + 0.3)
  })
})

/** What is measured while a part of the brokers does nothing. */
function without<T extends object>(brokers: T, part: keyof T & string, measure: () => void): void {
  const whole = brokers[part]
  Object.assign(brokers, { [part]: () => null })
  try {
    measure()
  } finally {
    Object.assign(brokers, { [part]: whole })
  }
}

describe('every point comes from the brokers: without a part of them it moves', () => {
  it('figure 4', () => {
    without(Exchange.prototype, 'send', () => {
      const { outcomes } = pairTrials({ ...TINY, shares: [{ liars: 0, trials: 20 }] })
      // A pair of which both offers went to the same broker needs no exchange.
      expect(matchedOf(outcomes, 0)[0]).toBeLessThan(15)
    })
  })

  it('figure 3', () => {
    const job = { seed: 3, weight: 1, peers: 10, batches: 4 }
    const [quiet, busy] = figure3.result([figure3.run(job)]).rows
    without(Exchange.prototype, 'send', () => {
      const broken = figure3.result([figure3.run(job)]).rows
      expect(broken.map(({ anOffer }) => anOffer.forwards)).toEqual([0, 0])
      expect(broken[0]?.counted).toBeLessThan(Number(quiet?.counted))
      expect(broken[1]?.counted).toBeLessThan(Number(busy?.counted))
    })
  })

  it('lies, at no liar', () => {
    without(Exchange.prototype, 'send', () => {
      const shares = [{ liars: 0, trials: 8 }]
      const [honest] = lies.result([lies.run({ seed: 3, weight: 1, kind: 'silent', shares })]).rows
      expect(honest?.slotsMedian === null || Number(honest?.slotsMedian) > 6).toBe(true)
    })
  })

  it('economy', () => {
    without(Exchange.prototype, 'send', () => {
      const { efficiencies } = auctionTrials({ seed: 3, kind: 'truthful', offersARound: 22, trials: 3 })
      expect(mean(efficiencies)).toBeLessThan(0.95)
    })
  })

  it('hops', () => {
    without(Broker.prototype, 'onMessage', () => {
      const [row] = hops.result([hops.run({ seed: 3, weight: 1, peers: 24, medianMinutes: null, lookups: 10, betweenMs: 20 })]).rows
      expect(row?.success).toBeLessThan(1)
    })
  })
})

describe('the other figures', () => {
  it('figure 3: messages of both kinds, offers and matches', () => {
    const [quiet, busy] = figure3.result([figure3.run({ seed: 3, weight: 1, peers: 10, batches: 4 })]).rows
    for (const row of [quiet, busy]) {
      expect(row?.ring).toBeGreaterThan(0)
      expect(row?.trade).toBeGreaterThan(0)
      expect(row?.offers).toBeGreaterThan(0)
      expect(row?.matches).toBeGreaterThan(0)
      expect(row?.paperAnOffer).toBeGreaterThan(2 * 4)
    }
  })

  it.each(BROKER_MALICE)('lies: brokers that do %s have something to act on, and break no promise', (kind) => {
    const shares = [
      { liars: 0, trials: 2 },
      { liars: 16, trials: 3 },
    ]
    const [honest, lying] = lies.result([lies.run({ seed: 3, weight: 1, kind, shares })]).rows
    expect(honest).toMatchObject({ kind, liars: 0, offers: 4, matched: 4, broken: 0 })
    expect(lying).toMatchObject({ kind, liars: 1, offers: 6, broken: 0 })
    expect(lying?.acts).toBeGreaterThan(0)
  })

  it('hops: lookups are answered by who is closest', () => {
    const [row] = hops.result([hops.run({ seed: 3, weight: 1, peers: 24, medianMinutes: null, lookups: 40, betweenMs: 20 })]).rows
    expect(row).toMatchObject({ lookups: 40, success: 1, right: 1 })
    expect(row?.hops).toBeGreaterThan(0.2)
    expect(row?.hops).toBeLessThan(3)
  })

  it('sizes that were not run are named, and nothing stands for them', () => {
    const jobs = hops.jobs({ seed: 1, quick: false, mostPeers: 300 })
    expect(jobs.every(({ peers }) => peers <= 300)).toBe(true)
    const lookups = [{ hops: 1, answered: true, right: true }]
    const { rows, leftOut } = hops.result(jobs.map((job) => ({ job, lookups })))
    expect(rows.flatMap(({ peers, medianMinutes }) => (medianMinutes === null ? [peers] : []))).toEqual([16, 64, 256])
    expect(leftOut).toEqual([1_000, 2_000, 10_000])
    expect(figure3.result([]).leftOut.quiet).toContain(10_000)
  })

  it('economy: truthful traders that all meet in one decision gain all there is', () => {
    const { efficiencies } = auctionTrials({ seed: 3, kind: 'truthful', offersARound: 22, trials: 3 })
    expect(efficiencies).toEqual([1, 1, 1])
  })

  it.each(Object.keys(FIGURES))('figure %s: jobs are plain data with seeds of their own', (name) => {
    for (const quick of [false, true]) {
      const jobs = FIGURES[name]?.jobs({ seed: 1, quick, mostPeers: 10_000 }) ?? []
      expect(jobs.length).toBeGreaterThan(0)
      expect(new Set(jobs.map(({ seed }) => seed)).size).toBe(jobs.length)
      expect(structuredClone(jobs)).toEqual(jobs)
      expect(FIGURES[name]?.jobs({ seed: 2, quick, mostPeers: 10_000 })[0]?.seed).not.toBe(jobs[0]?.seed)
    }
  })
})

describe('charts', () => {
  it('an axis of shares begins below all of them', () => {
    expect(sharesAxis('a', [0.97]).from).toBe(0.9)
    expect(sharesAxis('a', [0.85, 0.99])).toEqual({ label: 'a', from: 0.8, to: 1, ticks: [0.8, 0.84, 0.88, 0.92, 0.96, 1] })
    expect(sharesAxis('a', [0.1]).from).toBe(0)
  })

  it('an axis of counts ends above all of them', () => {
    const series = (y: number, high?: number) => [
      { name: 'a', hue: 0, line: 'solid' as const, points: [{ x: 1, y, ...(high === undefined ? {} : { high }) }] },
    ]
    expect(countsAxis('a', series(14))).toEqual({ label: 'a', from: 0, to: 15, ticks: [0, 3, 6, 9, 12, 15] })
    expect(countsAxis('a', series(14, 15.1)).to).toBe(20)
    expect(countsAxis('a', series(0)).to).toBe(5)
  })

  it('stand on white, with title, axes and legend, and nothing that would end the text early', () => {
    const axis = { label: 'Peers', from: 1, to: 100, ticks: [1, 10, 100], logarithmic: true }
    const series = [{ name: 'a < b & c', hue: 0, line: 'solid', points: [{ x: 10, y: 50, low: 40, high: 60 }] }] as const
    const svg = chartSvg({ title: 'T', subtitle: 'S', x: axis, y: { label: 'Y', from: 0, to: 100, ticks: [0, 100] }, series })
    expect(svg).toContain('a &lt; b &amp; c')
    expect(svg).toContain('fill="#ffffff"')
    // 10 is half of the way from 1 to 100.
    expect(svg).toContain('cx="296" cy="230"')
  })
})
