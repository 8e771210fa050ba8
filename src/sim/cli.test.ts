// The command line as `npm run sim` calls it, in this process.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { main } from './cli.ts'

let folder = ''
const printed: string[] = []
const told: string[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'peermart-sim-'))
  printed.length = 0
  told.length = 0
  vi.spyOn(console, 'log').mockImplementation((text) => void printed.push(String(text)))
  vi.spyOn(console, 'error').mockImplementation((text) => void told.push(String(text)))
})

afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true })
})

test('a run is one JSON object, and its report can be replayed', () => {
  const file = join(folder, 'report.json')
  expect(main(['--seed', '5', '--peers', '4', '--minutes', '1', '--out', file])).toBe(0)
  expect(printed).toHaveLength(1)
  const report = JSON.parse(printed[0] as string)
  expect(report).toMatchObject({ seed: 5, peers: 4, virtualMinutes: 1, violations: [] })
  expect(report.traceHash).toMatch(/^[0-9a-f]{16}$/)
  for (const field of ['events', 'offers', 'matches', 'receipts', 'eventsPerSecond', 'peakMemoryMiB'])
    expect(report[field]).toBeTypeOf('number')
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(report)
  expect(main(['--replay', file])).toBe(0)
  expect(JSON.parse(printed[1] as string).traceHash).toBe(report.traceHash)
  expect(told.join()).not.toMatch(/trace differs/)
})

test('a replay that goes another way says so', () => {
  const file = join(folder, 'report.json')
  main(['--seed', '5', '--peers', '2', '--minutes', '1', '--out', file])
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), traceHash: '0000000000000000' }))
  main(['--replay', file])
  expect(told.join()).toMatch(/trace differs/)
})

test('a run that is too short to judge what comes after healing says so', () => {
  expect(main(['--peers', '2', '--minutes', '1'])).toBe(0)
  expect(told.join()).toMatch(/1 minutes were too short to judge/)
})

test.each([
  [['--peers', '1'], /--peers 1: give a whole number from 2 to 10000/],
  [['--seed', 'x'], /--seed x: give a whole number/],
  [['--minutes', '0'], /--minutes 0/],
  [['--faults', 'rain'], /Unknown trouble: rain/],
  [['--colour'], /Unknown option '--colour'/],
  [['--replay', 'no-such-file.json'], /no such file/],
])('%j is told and ends with 2', (args, message) => {
  expect(main(args)).toBe(2)
  expect(told.join()).toMatch(message)
  expect(printed).toEqual([])
})
