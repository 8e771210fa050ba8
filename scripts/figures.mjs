// `npm run figures`: the paper's figures, simulated anew. JSON goes to stdout and nothing else does; SVG and JSON go to docs/figures.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { Worker } from 'node:worker_threads'
import { bundle } from './bundle.mjs'
import { ensureDependencies } from './ensure.mjs'
import { donePart, keepPart } from './figure-parts.mjs'
import { repoRoot } from './run.mjs'

/** @typedef {{ figure: string, index: number, job: import('../src/sim/figures/figure.ts').Job }} Task */

const NAMES = ['3', '4', 'lies', 'hops', 'economy']
const USAGE = `Usage: npm run -s figures -- [--figure ${NAMES.join('|')}] [--seed N] [--quick] [--most-peers N]`
/** Points are worlds of their own, so what comes out does not depend on how many run at once. */
const WORKERS = 2
/** All that the figures show. The worlds of 10,000 take an hour or two each; a figure names the sizes that it leaves out. */
const MOST_PEERS = 10_000
/** A world of thousands of peers needs more than Node gives by itself. */
const MOST_HEAP_MIB = 8_192
/** A heap of gigabytes is marked at once: see scripts/scale.mjs. */
setFlagsFromString('--no-incremental-marking')
const MOST_SEED = 2 ** 32 - 1
const folder = join(repoRoot, 'docs', 'figures')

const options = readArguments()
await ensureDependencies()
const path = await bundle('src/sim/figures/figures.ts', 'figures')
/** @type {typeof import('../src/sim/figures/figures.ts')} */
const { FIGURES } = await import(path)
const results = await simulate(options.names)
if (!options.quick) writeFiles(results)
process.stdout.write(`${JSON.stringify(options.only ? results[options.only] : results, null, 1)}\n`)

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        figure: { type: 'string' },
        seed: { type: 'string', default: '1' },
        quick: { type: 'boolean', default: false },
        'most-peers': { type: 'string', default: String(MOST_PEERS) },
      },
    })
    const { figure: only, quick } = values
    if (only !== undefined && !NAMES.includes(only)) throw new RangeError(`There is no figure "${only}".`)
    const seed = /^\d{1,10}$/.test(values.seed) ? Number(values.seed) : Number.NaN
    if (!(seed <= MOST_SEED)) throw new RangeError(`The seed must be a whole number from 0 to ${MOST_SEED}, not "${values.seed}".`)
    const mostPeers = /^\d{1,6}$/.test(values['most-peers']) ? Number(values['most-peers']) : Number.NaN
    if (!(mostPeers >= 10)) throw new RangeError(`--most-peers must be a whole number from 10, not "${values['most-peers']}".`)
    return { only, seed, quick, mostPeers, names: only === undefined ? NAMES : [only] }
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n${USAGE}`)
    process.exit(2)
  }
}

/**
 * @param {readonly string[]} names
 * @returns {Promise<Record<string, { rows: readonly object[] }>>}
 */
async function simulate(names) {
  const { seed, quick, mostPeers } = options
  const tasks = names.flatMap((figure) =>
    (FIGURES[figure]?.jobs({ seed, quick, mostPeers }) ?? []).map((job, index) => ({ figure, index, job })),
  )
  const parts = await runAll(tasks)
  return Object.fromEntries(
    names.flatMap((name) => {
      const figure = FIGURES[name]
      return figure ? [[name, figure.result(parts.get(name) ?? [])]] : []
    }),
  )
}

/**
 * Longest first, each to the worker that is free next.
 * @param {Task[]} tasks
 * @returns {Promise<Map<string, unknown[]>>}
 */
async function runAll(tasks) {
  const waiting = [...tasks].sort((left, right) => right.job.weight - left.job.weight)
  const startedMs = Date.now()
  /** @type {Map<string, unknown[]>} */
  const parts = new Map()
  let done = 0
  const workers = Array.from({ length: Math.min(WORKERS, tasks.length) }, () => {
    const worker = new Worker(new URL('./figures-worker.mjs', import.meta.url), {
      workerData: { bundle: path },
      resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP_MIB },
    })
    return new Promise((resolve, reject) => {
      /** @type {Task | undefined} */
      let task
      /** @param {Task} ended @param {unknown} part @param {string} how */
      const take = ({ figure, index }, part, how) => {
        const ofFigure = parts.get(figure) ?? []
        ofFigure[index] = part
        parts.set(figure, ofFigure)
        done += 1
        console.error(`${done} of ${tasks.length} worlds, ${Math.round((Date.now() - startedMs) / 1_000)} s (figure ${figure}${how})`)
      }
      const next = () => {
        task = waiting.shift()
        // A quick run is to measure: it makes all worlds, and keeps none.
        const done = task && !options.quick ? donePart({ bundle: path, ...task }) : undefined
        if (task && done !== undefined) {
          take(task, done, ', done before')
          return next()
        }
        if (task) return worker.postMessage(task)
        resolve(undefined)
        worker.terminate()
      }
      worker.on('error', reject)
      worker.on('message', ({ part }) => {
        if (!task) return
        if (!options.quick) keepPart({ bundle: path, ...task }, part)
        take(task, part, '')
        next()
      })
      next()
    })
  })
  await Promise.all(workers)
  return parts
}

/** @param {Record<string, { rows: readonly object[] }>} results */
function writeFiles(results) {
  mkdirSync(folder, { recursive: true })
  for (const [name, result] of Object.entries(results)) {
    const text = JSON.stringify({ figure: name, seed: options.seed, ...result }, null, 1)
    writeFileSync(join(folder, `figure-${name}.json`), `${text}\n`)
    for (const drawing of FIGURES[name]?.drawings(result) ?? []) writeFileSync(join(folder, `${drawing.name}.svg`), drawing.svg)
  }
}
