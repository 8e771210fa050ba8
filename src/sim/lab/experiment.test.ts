import { describe, expect, it } from 'vitest'
import { Experiment } from './experiment.ts'
import { type ExperimentSettings, type ExperimentState, LAB_MALICE } from './settings.ts'

const SETTINGS: ExperimentSettings = { peers: 8, n: 4, f: 2, malicious: 2, kind: 'silent', watch: false, pairs: 4, seed: 7 }

/** Runs to the end in pieces of so many events; `look` takes the state in between. */
function run(settings: Partial<ExperimentSettings>, { piece = 1_000, look = false } = {}): ExperimentState {
  const experiment = new Experiment({ ...SETTINGS, ...settings })
  while (experiment.advance(piece)) if (look) experiment.state()
  return experiment.state()
}

describe('an experiment', () => {
  it('goes the same way in any pieces, and whoever looks', () => {
    const whole = run({})
    expect(run({}, { piece: 77, look: true })).toEqual(whole)
    expect(whole).toMatchObject({ phase: 'over', problem: '', joined: 8, pairsDone: 4 })
  })

  it('goes another way with another seed', () => {
    expect(run({ seed: 8 }).traceHash).not.toBe(run({}).traceHash)
  })

  it('finds every pair when all brokers are honest, in a few slots', () => {
    const state = run({ malicious: 0 })
    expect(state).toMatchObject({ pairsFound: 4, expected: 1 })
    expect(state.interval?.high).toBe(1)
    expect(state.meanSlots).toBeGreaterThan(0)
    expect(state.meanSlots).toBeLessThan(10)
  })

  it('finds none when all are silent and offers are sent once', () => {
    expect(run({ malicious: 4 })).toMatchObject({ pairsDone: 4, pairsFound: 0, expected: 0, meanSlots: null })
  })

  it('finds with the watch what sending once does not', () => {
    const settings = { malicious: 3, f: 1 }
    expect(run(settings).pairsFound).toBeLessThan(4)
    expect(run({ ...settings, watch: true }).pairsFound).toBe(4)
  })

  it('a friend of liars is in nobody’s way while brokers are honest', () => {
    expect(run({ kind: 'favour', malicious: 0 })).toMatchObject({ pairsDone: 4, pairsFound: 4 })
  })

  it('a friend of liars keeps others out when all lie', () => {
    expect(run({ kind: 'favour', malicious: 4, f: 1 }).pairsFound).toBeLessThan(4)
  })

  it.each(LAB_MALICE)('%s: such brokers find an occasion', (kind) => {
    expect(run({ kind }).acts).toBeGreaterThan(0)
  })

  it('honest brokers neither lie nor hide', () => {
    expect(run({ kind: 'replay', malicious: 0 }).acts).toBe(0)
  })

  it('one pair does not spoil the next: the closed form holds for hundreds among a few traders', () => {
    // A broker that remembered each match it kept to itself would soon drop the offers of all three traders: then 18 pairs are found, not 47.
    const { interval, expected, pairsDone } = run({ peers: 5, n: 2, f: 1, malicious: 1, pairs: 200, seed: 8 })
    expect(pairsDone).toBe(200)
    expect(expected).toBe(0.25)
    expect(interval?.low).toBeLessThanOrEqual(expected)
    expect(interval?.high).toBeGreaterThanOrEqual(expected)
  })

  it('shows the ring: places, roles and links', () => {
    const { peers, links, pair } = run({ peers: 7 })
    expect(peers).toHaveLength(7)
    for (const { nodeId, place } of peers) expect(place).toBeCloseTo(Number.parseInt(nodeId.slice(0, 8), 16) / 2 ** 32, 8)
    expect(pair?.brokers).toHaveLength(4)
    expect(pair?.liars).toHaveLength(2)
    expect(pair?.brokers).toEqual(expect.arrayContaining([...(pair?.liars ?? [])]))
    expect(pair?.brokers).not.toContain(pair?.buyer)
    expect(pair?.brokers).not.toContain(pair?.seller)
    // Fewer than 2n peers are a full mesh.
    const texts = links.map(([from, to]) => `${from} ${to}`)
    expect(new Set(texts).size).toBe(21)
  })

  it.each([{ peers: 6 }, { f: 5 }, { f: 0 }, { malicious: 5 }, { pairs: 0 }, { seed: -1 }, { n: 1.5 }])(
    '%o is out of bounds',
    (settings) => {
      expect(() => new Experiment({ ...SETTINGS, ...settings })).toThrow(RangeError)
    },
  )
})
