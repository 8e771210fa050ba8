/**
 * The simulator's command line (`npm run -s sim -- --help`): one run, one JSON object on stdout, progress on stderr.
 * Ends with 0 when all is well, 1 after a violation, 2 when it was called wrongly, 3 when a replay without one went another way than its report.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { RunReport } from './run/report.ts'
import { Run } from './run/run.ts'
import type { RunSettings } from './run/settings.ts'

const HELP = `npm run -s sim -- [options]
  --seed N         decides everything in the run, 0 to 4294967295 (default 1)
  --peers N        2 to 10000 (default 32)
  --minutes N      virtual minutes, 1 to 1440 (default 5)
  --faults WHAT    none (default), swarm (the seed chooses), or kinds of faults and misbehaviour with commas between
  --real-crypto    Ed25519 instead of its cheap twin: some hundred times slower
  --replay FILE    the settings of an earlier report; other options but --out are ignored. Another trace than the report's ends with 3
  --out FILE       writes the report there as well`

const OPTIONS = {
  seed: { type: 'string', default: '1' },
  peers: { type: 'string', default: '32' },
  minutes: { type: 'string', default: '5' },
  faults: { type: 'string', default: 'none' },
  'real-crypto': { type: 'boolean', default: false },
  replay: { type: 'string' },
  out: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const

/** Actions between two looks at the time, and ms between two lines of progress. */
const ACTIONS_AT_ONCE = 5_000
const PROGRESS_MS = 2_000

interface Call {
  readonly settings: RunSettings
  /** The trace hash of the report that is replayed. */
  readonly expected: string | null
  readonly out: string | undefined
}

/** Runs the command line. Returns the exit code. */
export function main(args: readonly string[]): number {
  try {
    const call = read(args)
    if (call === null) console.log(HELP)
    return call === null ? 0 : simulate(call)
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    return 2
  }
}

/** Null: the person asked for help. Throws an Error for a person. */
function read(args: readonly string[]): Call | null {
  const { values } = parseArgs({ args: [...args], options: OPTIONS, strict: true })
  if (values.help) return null
  const { out } = values
  if (values.replay !== undefined) return { ...readReport(values.replay), out }
  const settings = checkedSettings({
    seed: numberIn(values.seed),
    peers: numberIn(values.peers),
    minutes: numberIn(values.minutes),
    faults: values.faults,
    realCrypto: values['real-crypto'],
  })
  return { settings, expected: null, out }
}

/** A report, or what is kept of a run that was ended from outside: its settings alone. */
function readReport(file: string): Pick<Call, 'settings' | 'expected'> {
  const text = readFileSync(file, 'utf8')
  try {
    const { settings, traceHash } = (JSON.parse(text) ?? {}) as Readonly<Record<string, unknown>>
    if (typeof settings !== 'object' || settings === null) throw new Error('it has no settings.')
    if (traceHash !== undefined && typeof traceHash !== 'string') throw new Error('its traceHash is no text.')
    return { settings: checkedSettings(settings), expected: traceHash ?? null }
  } catch (error) {
    throw new Error(`${file} is no report of the simulator: ${error instanceof Error ? error.message : error}`)
  }
}

/** Throws an Error for a person when one of them is missing or out of its bounds; what `faults` names is looked at by the run. */
function checkedSettings(given: { readonly [Name in keyof RunSettings]?: unknown }): RunSettings {
  const { faults, realCrypto } = given
  if (typeof faults !== 'string') throw new Error(`--faults ${faults}: give a text.`)
  if (typeof realCrypto !== 'boolean') throw new Error(`--real-crypto ${realCrypto}: give true or false.`)
  return {
    seed: checkedNumber('--seed', given.seed, { least: 0, most: 2 ** 32 - 1, whole: true }),
    peers: checkedNumber('--peers', given.peers, { least: 2, most: 10_000, whole: true }),
    minutes: checkedNumber('--minutes', given.minutes, { least: 1, most: 1_440, whole: false }),
    faults,
    realCrypto,
  }
}

/** A text that is no number stays one, to be told. */
function numberIn(text: string): number | string {
  return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text)
}

function checkedNumber(name: string, value: unknown, { least, most, whole }: { least: number; most: number; whole: boolean }): number {
  if (typeof value !== 'number' || !(value >= least && value <= most) || (whole && !Number.isInteger(value))) {
    throw new Error(`${name} ${value}: give a ${whole ? 'whole ' : ''}number from ${least} to ${most}.`)
  }
  return value
}

function simulate({ settings, expected, out }: Call): number {
  const startMs = performance.now()
  const run = new Run(settings)
  let peakBytes = 0
  let shownMs = startMs
  while (!run.isOver) {
    run.advance(ACTIONS_AT_ONCE)
    peakBytes = Math.max(peakBytes, process.memoryUsage.rss())
    if (performance.now() - shownMs < PROGRESS_MS) continue
    shownMs = performance.now()
    console.error(progressOf(run))
  }
  const report = run.report()
  const seconds = (performance.now() - startMs) / 1_000
  const measured = { eventsPerSecond: Math.round(report.events / seconds), peakMemoryMiB: Math.round(peakBytes / 2 ** 20) }
  const text = JSON.stringify({ ...report, ...measured })
  console.log(text)
  if (out !== undefined) writeFileSync(out, `${text}\n`)
  const isAnother = expected !== null && expected !== report.traceHash
  if (isAnother) {
    const is = `The trace, ${report.traceHash}, differs from that of the report, ${expected}`
    console.error(`${is}: the code is another, or the run is not deterministic.`)
  }
  noteOfShortness(report)
  const code = told(report)
  return code === 0 && isAnother ? 3 : code
}

/** A run in which the ring or the market never came to rest was not judged for that: no violation means less then. */
function noteOfShortness({ settings, sometimes }: RunReport): void {
  if ((sometimes['the healed ring was judged'] ?? 0) > 0 && (sometimes['a settled market was judged'] ?? 0) > 0) return
  console.error(`${settings.minutes} minutes were too short to judge the healed ring and the market at rest: give more --minutes.`)
}

function progressOf(run: Run): string {
  const { events, offers, receipts, violations } = run.report()
  const minutes = (run.nowMs() / 60_000).toFixed(2)
  return `${minutes} of ${run.settings.minutes} min, ${run.phase}: ${events} events, ${offers} offers, ${receipts} receipts, ${violations.length} violations`
}

/** Tells of violations, and how to see them again. */
function told({ settings, violations }: RunReport): number {
  if (violations.length === 0) return 0
  for (const { checker, atMs, detail } of violations) console.error(`VIOLATION ${checker} at ${atMs} ms: ${detail}`)
  const { seed, peers, minutes, faults, realCrypto } = settings
  const options = `--seed ${seed} --peers ${peers} --minutes ${minutes} --faults ${faults}${realCrypto ? ' --real-crypto' : ''}`
  console.error(`Replay: npm run -s sim -- ${options}`)
  return 1
}
