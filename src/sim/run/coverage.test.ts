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

const SEEDS = [812, 1249, 1508, 650, 33, 684, 365, 1163, 1208, 1842, 3130, 13, 344]
/** Small rings are full meshes; in a larger one links are refused. */
const CROWD = { seed: 42, peers: 40, minutes: 1, faults: 'none', realCrypto: false }
const RUNS = [...SEEDS.map((seed) => ({ seed, peers: 12, minutes: 3, faults: 'swarm', realCrypto: false })), CROWD]
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
