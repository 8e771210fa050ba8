/**
 * Coverage of a fixed list of seeds: each kind of fault and misbehaviour happens, and each rare branch is taken, in at least one of them.
 * The seeds were picked for that; when the code changes, another seed may have to take the place of one that no longer shows its branch.
 */
import { beforeAll, describe, expect, test } from 'vitest'
import { FAULT_KINDS } from '../faults/kinds.ts'
import { MALICE_KINDS } from '../malice/kinds.ts'
import { RARE_BRANCHES } from './rare.ts'
import type { RunReport } from './report.ts'
import { Run } from './run.ts'

const SHORT = [135, 909, 1129, 90, 124, 303, 488, 1056, 1098, 82, 227, 168, 297]
const LONG = [2793, 2837, 2065, 2127, 2142, 2056, 2082, 2098]
const SWARMS = [...SHORT.map((seed) => ({ seed, minutes: 2 })), ...LONG.map((seed) => ({ seed, minutes: 3 }))]
const RUNS = [
  ...SWARMS.map((swarm) => ({ ...swarm, peers: 12, faults: 'swarm', realCrypto: false })),
  // Small rings are full meshes; in a larger one links are refused.
  { seed: 42, peers: 40, minutes: 1, faults: 'none', realCrypto: false },
  // In a swarm only some of its kinds find a peer that takes them up.
  { seed: 3, peers: 10, minutes: 2, faults: 'flood,silent-to-traders', realCrypto: false },
  { seed: 2, peers: 12, minutes: 1, faults: 'mute-root', realCrypto: false },
  { seed: 1, peers: 16, minutes: 2, faults: 'double-sell', realCrypto: false },
  { seed: 2, peers: 12, minutes: 3, faults: 'complete-late', realCrypto: false },
  { seed: 1, peers: 12, minutes: 2, faults: 'equivocate', realCrypto: false },
  { seed: 2, peers: 12, minutes: 2, faults: 'equivocate,churn', realCrypto: false },
]
const reports: RunReport[] = []

beforeAll(() => {
  for (const settings of RUNS) {
    const run = new Run(settings)
    while (!run.isOver) run.advance(10_000)
    reports.push(run.report())
  }
}, 600_000)

function hits(of: 'faults' | 'sometimes', name: string): number {
  return reports.reduce((sum, report) => sum + (report[of][name] ?? 0), 0)
}

test.each(RUNS.map(({ seed }, index) => [seed, index] as const))('seed %i shows nothing that must not be', (_seed, index) => {
  expect(reports[index]?.violations).toEqual([])
})

describe('the seeds together', () => {
  test.each([...FAULT_KINDS, ...MALICE_KINDS])('have %s', (kind) => {
    expect(hits('faults', kind)).toBeGreaterThan(0)
  })

  test.each(RARE_BRANCHES)('take the branch: %s', (name) => {
    expect(hits('sometimes', name)).toBeGreaterThan(0)
  })
})
