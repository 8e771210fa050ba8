// The command line as `npm run sim` calls it, in this process.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { keptOf } from '../../scripts/watched-run.mjs'
import { main } from './cli.ts'
import type { Checker, Scene } from './run/scene.ts'

/** Whether every run shows something that must not be. */
const planted = vi.hoisted(() => ({ isSeen: false }))
vi.mock('./run/kit.ts', async (original) => {
  const { CHECKERS } = await original<typeof import('./run/kit.ts')>()
  const plant = ({ violations }: Scene): Checker => ({
    name: 'planted',
    stepped: () => {},
    end: () => planted.isSeen && violations.report('planted', 'as the test wants it'),
  })
  return { CHECKERS: [...CHECKERS, plant] }
})

let folder = ''
const printed: string[] = []
const told: string[] = []

beforeEach(() => {
  planted.isSeen = false
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
  expect(told.join()).not.toMatch(/differs/)
})

test('a replay that goes another way says so', () => {
  const file = join(folder, 'report.json')
  main(['--seed', '5', '--peers', '2', '--minutes', '1', '--out', file])
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), traceHash: '0000000000000000' }))
  expect(main(['--replay', file])).toBe(3)
  expect(told.join()).toMatch(/The trace, [0-9a-f]{16}, differs from that of the report, 0000000000000000/)
})

test('a violation ends with 1, and its Replay line gives the same run', () => {
  planted.isSeen = true
  expect(main(['--seed', '5', '--peers', '3', '--minutes', '1.25', '--faults', 'jitter,silent', '--real-crypto'])).toBe(1)
  expect(told).toContainEqual(expect.stringMatching(/^VIOLATION planted at \d+ ms: as the test wants it$/))
  const [line] = told.filter((text) => text.startsWith('Replay: '))
  const [call, options] = (line as string).split(' -- ')
  expect(call).toBe('Replay: npm run -s sim')
  planted.isSeen = false
  expect(main((options as string).split(' '))).toBe(0)
  const [first, again] = printed.map((text) => JSON.parse(text))
  expect(first.settings).toEqual({ seed: 5, peers: 3, minutes: 1.25, faults: 'jitter,silent', realCrypto: true })
  expect(first.violations).toMatchObject([{ checker: 'planted' }])
  expect([again.settings, again.traceHash]).toEqual([first.settings, first.traceHash])
})

const SETTINGS = { seed: 5, peers: 2, minutes: 1, faults: 'none', realCrypto: false }

test('a run that was ended from outside is kept with its settings, and can be replayed', () => {
  const file = join(folder, 'kept.json')
  writeFileSync(file, keptOf(SETTINGS, { code: 1, stdout: '{"settings":{"se', stderr: 'no end' }))
  expect(main(['--replay', file])).toBe(0)
  expect(JSON.parse(printed[0] as string).settings).toEqual(SETTINGS)
})

test.each([
  ['null', /no settings/],
  ['seed 5', /is no report of the simulator/],
  [{ settings: { ...SETTINGS, peers: 1 } }, /--peers 1: give a whole number from 2 to 10000/],
  [{ settings: { ...SETTINGS, peers: 1e9 } }, /--peers 1000000000/],
  [{ settings: { ...SETTINGS, minutes: '1' } }, /--minutes 1: give a number/],
  [{ settings: { ...SETTINGS, seed: -1 } }, /--seed -1/],
  [{ settings: { ...SETTINGS, faults: null } }, /--faults null/],
  [{ settings: { ...SETTINGS, faults: 'rain' } }, /Unknown trouble: rain/],
  [{ settings: { seed: 5, peers: 2, minutes: 1, faults: 'none' } }, /--real-crypto undefined/],
  [{ settings: SETTINGS, traceHash: 7 }, /traceHash is no text/],
])('a replay of %j is told and ends with 2', (content, message) => {
  const file = join(folder, 'bad.json')
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
  expect(main(['--replay', file])).toBe(2)
  expect(told.join()).toMatch(message)
  expect(printed).toEqual([])
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
