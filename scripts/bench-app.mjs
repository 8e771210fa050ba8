// `npm run bench:app`: the app against its budgets. JSON goes to stdout; progress and a table to stderr.
// Times depend on the machine, and on what else it does: compare runs of one quiet machine. With --record the figures are kept in docs/measurements.json.
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildIfStale } from './build.mjs'
import { ensureBrowser, ensureDependencies } from './ensure.mjs'
import { repoRoot } from './run.mjs'

const USAGE =
  'Usage: npm run -s bench:app -- [--only load,lighthouse,book,soak] [--runs 5] [--seconds 20] [--minutes 30] [--tabs 8] [--record]'

/**
 * @typedef {object} Figure One line of the table.
 * @property {string} name
 * @property {number} value
 * @property {string} unit
 * @property {number} [atMost] the budget
 * @property {number} [atLeast] the budget
 * @property {{ least: number, most: number }} [spread] of what the value is the median of
 */

/**
 * What one part measured; `details` is for the JSON alone.
 * @typedef {{ figures: Figure[], details: object }} Measured
 */

const options = readArguments()
await ensureDependencies()
const browser = await ensureBrowser()
await buildIfStale()

/** @type {Record<string, () => Promise<Measured>>} */
const parts = {
  load: async () => (await import('./bench-app/load.mjs')).measureLoad(),
  lighthouse: async () => (await import('./bench-app/lighthouse.mjs')).measureLighthouse(browser, options.runs),
  book: async () => (await import('./bench-app/book.mjs')).measureBook(browser, options.seconds),
  soak: async () => (await import('./bench-app/soak.mjs')).measureSoak(browser, options),
}

/** @type {Record<string, Measured>} */
const measured = {}
for (const name of options.only) {
  console.error(`Measuring: ${name} ...`)
  const [part, loadBefore] = [parts[name], loadAverage()]
  if (!part) continue
  measured[name] = await part()
  if (options.record) record(name, measured[name], { loadBefore, loadAfter: loadAverage() })
}
console.log(JSON.stringify(measured, null, 2))
const figures = Object.values(measured).flatMap((part) => part.figures)
for (const figure of figures) console.error(row(figure))
process.exit(figures.every(isWithin) ? 0 : 1)

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: 'string', default: 'load,lighthouse,book,soak' },
        runs: { type: 'string', default: '5' },
        seconds: { type: 'string', default: '20' },
        minutes: { type: 'string', default: '30' },
        tabs: { type: 'string', default: '8' },
        record: { type: 'boolean', default: false },
      },
    })
    const only = values.only.split(',')
    const known = ['load', 'lighthouse', 'book', 'soak']
    if (!only.every((name) => known.includes(name))) throw new RangeError(`--only takes some of ${known.join(', ')}.`)
    const [runs, seconds, minutes, tabs] = [Number(values.runs), Number(values.seconds), Number(values.minutes), Number(values.tabs)]
    if (!Number.isInteger(runs) || runs < 1) throw new RangeError('--runs takes a whole number from 1.')
    if (!(seconds >= 1)) throw new RangeError('--seconds takes a number from 1.')
    if (!(minutes >= 1)) throw new RangeError('--minutes takes a number from 1.')
    if (!Number.isInteger(tabs) || tabs < 2) throw new RangeError('--tabs takes a whole number from 2.')
    return { only, runs, seconds, minutes, tabs, record: values.record }
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n${USAGE}`)
    process.exit(2)
  }
}

/** Processes that wanted a processor in the last minute: far above the processors, and times say little of the app. */
function loadAverage() {
  return Math.round((loadavg()[0] ?? 0) * 10) / 10
}

/**
 * Beside what the file has of other parts and of `npm run measure`.
 * @param {string} name
 * @param {Measured} part
 * @param {{ loadBefore: number, loadAfter: number }} loads
 */
function record(name, { figures }, loads) {
  const file = join(repoRoot, 'docs', 'measurements.json')
  const all = JSON.parse(readFileSync(file, 'utf8'))
  const day = new Date().toISOString().slice(0, 10)
  const rounded = figures.map((figure) => ({ ...figure, value: Math.round(figure.value * 100) / 100 }))
  const app = { ...all.app, [name]: { day, processors: cpus().length, ...loads, figures: rounded } }
  writeFileSync(file, `${JSON.stringify({ ...all, app }, null, 2)}\n`)
}

/** @param {Figure} figure */
function isWithin({ value, atMost = Number.POSITIVE_INFINITY, atLeast = Number.NEGATIVE_INFINITY }) {
  return value <= atMost && value >= atLeast
}

/** @param {Figure} figure */
function row(figure) {
  const { name, value, unit, atMost, atLeast, spread } = figure
  const limits = [atMost === undefined ? '' : `at most ${atMost}`, atLeast === undefined ? '' : `at least ${atLeast}`]
  const budget = limits.filter((limit) => limit !== '').join(', ')
  const verdict = budget === '' ? '' : `${isWithin(figure) ? 'ok  ' : 'OVER'} ${budget}`
  const range = spread === undefined ? '' : ` (${spread.least} to ${spread.most})`
  return `${name.padEnd(52)} ${`${Math.round(value * 100) / 100} ${unit}${range}`.padEnd(30)} ${verdict}`
}
