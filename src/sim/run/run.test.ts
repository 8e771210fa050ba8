import { describe, expect, test } from 'vitest'
import { Run } from './run.ts'
import { planOf, type RunSettings } from './settings.ts'

const SETTINGS: RunSettings = { seed: 42, peers: 8, minutes: 1, faults: 'none', realCrypto: false }

function reportOf(settings: Partial<RunSettings>) {
  const run = new Run({ ...SETTINGS, ...settings })
  while (!run.isOver) run.advance(10_000)
  return run.report()
}

describe('one seed', () => {
  test('gives the same run, however it is cut into steps', () => {
    const whole = reportOf({})
    const steps = new Run(SETTINGS)
    while (!steps.isOver) steps.advance(77)
    expect(steps.report()).toEqual(whole)
  })

  test('of a swarm gives the same run twice', () => {
    const settings = { faults: 'swarm', seed: 7, peers: 6 }
    expect(reportOf(settings)).toEqual(reportOf(settings))
  })

  test('another one gives another run', () => {
    expect(reportOf({ seed: 43 }).traceHash).not.toBe(reportOf({}).traceHash)
  })
})

test('without faults peers trade, and nothing is wrong', () => {
  const report = reportOf({ peers: 12, minutes: 3 })
  expect(report.violations).toEqual([])
  expect(report.receipts).toBeGreaterThan(5)
  expect(report.offers).toBeGreaterThan(report.receipts)
  expect(report.faults).toEqual({})
})

test('with real signatures peers trade as well', () => {
  const report = reportOf({ peers: 4, minutes: 2, realCrypto: true })
  expect(report.violations).toEqual([])
  expect(report.receipts).toBeGreaterThan(0)
})

describe('a plan', () => {
  test('has what was asked for', () => {
    expect(planOf({ ...SETTINGS, faults: 'crash,silent' })).toMatchObject({ faults: ['crash'], malice: ['silent'], maliciousShare: 0.2 })
    expect(planOf(SETTINGS)).toMatchObject({ faults: [], malice: [], maliciousShare: 0 })
  })

  test('tells what it does not know', () => {
    expect(planOf({ ...SETTINGS, faults: 'crash,rain' })).toMatch(/Unknown trouble: rain\. Give none, swarm, or some of: delay, /)
    expect(() => new Run({ ...SETTINGS, faults: 'rain' })).toThrow(RangeError)
  })
})
