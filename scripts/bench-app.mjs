// `npm run bench:app`: the app against its budgets. JSON goes to stdout; progress and a table to stderr.
// Times depend on the machine, and on what else it does: compare runs of one quiet machine.
import { parseArgs } from 'node:util'
import { buildIfStale } from './build.mjs'
import { ensureBrowser, ensureDependencies } from './ensure.mjs'

const USAGE = 'Usage: npm run -s bench:app -- [--only load,lighthouse,book,soak] [--runs 5] [--seconds 20] [--minutes 30] [--tabs 8]'

/**
 * @typedef {object} Figure One line of the table.
 * @property {string} name
 * @property {number} value
 * @property {string} unit
 * @property {number} [atMost] the budget
 * @property {number} [atLeast] the budget
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
  const part = parts[name]
  if (part) measured[name] = await part()
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
    return { only, runs, seconds, minutes, tabs }
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n${USAGE}`)
    process.exit(2)
  }
}

/** @param {Figure} figure */
function isWithin({ value, atMost = Number.POSITIVE_INFINITY, atLeast = Number.NEGATIVE_INFINITY }) {
  return value <= atMost && value >= atLeast
}

/** @param {Figure} figure */
function row(figure) {
  const { name, value, unit, atMost, atLeast } = figure
  const limits = [atMost === undefined ? '' : `at most ${atMost}`, atLeast === undefined ? '' : `at least ${atLeast}`]
  const budget = limits.filter((limit) => limit !== '').join(', ')
  const verdict = budget === '' ? '' : `${isWithin(figure) ? 'ok  ' : 'OVER'} ${budget}`
  return `${name.padEnd(52)} ${`${Math.round(value * 100) / 100} ${unit}`.padEnd(18)} ${verdict}`
}
