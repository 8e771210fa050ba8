// Runs of the simulator from many seeds, two at a time.
//   npm run sim:swarm                     for five minutes: the commit's hash, then seeds that are always the same
//   npm run sim:long                      other seeds each time, until stopped; reports of failing ones are kept in sim-failures/
//   node scripts/swarm.mjs --first N      seeds from N on
// The batch of the tests judges a commit, so one that changes no peer is judged as the one before it, but for one new seed. Who hunts for defects takes
// new seeds only.
import { execFileSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { bundle } from './bundle.mjs'
import { ensureDependencies } from './ensure.mjs'
import { repoRoot } from './run.mjs'
import { CUT_OFF, keptOf, runWatched } from './watched-run.mjs'

/** @typedef {{ seed: number, peers: number, minutes: number }} Job */

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: 'Infinity' },
    first: { type: 'string' },
    explore: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    report: { type: 'string' },
  },
})
/** A run whose virtual time has not gone on for so long never ends. One that goes on is waited for, however slow the machine. */
const HUNG_MS = 600_000
/** What still runs so long after the time is up is cut off: a large ring under floods takes minutes. It counts only if it had shown something by then, or loops for ever. */
const GRACE_MS = 15_000
/** The same for a run that is cut off: virtual time goes on by seconds in a second, even here. */
const STILL_MS = 60_000
const budgetMs = Number(values.seconds) * 1_000
if (!(budgetMs > 0)) {
  console.error(`--seconds ${values.seconds}: give a number above 0.`)
  process.exit(2)
}
await ensureDependencies()
const cli = await bundle('src/sim/cli.ts', 'sim')
/** What a child process runs: the module, called as scripts/sim.mjs calls it. */
const start = `import { main } from ${JSON.stringify(pathToFileURL(cli).href)}; process.exitCode = main(process.argv.slice(1))`
const startMs = Date.now()
const explores = values.explore || values.first !== undefined
const first = firstSeed()
const total = { runs: 0, failed: 0, events: 0 }
console.log(explores ? `Seeds from ${first} on.` : `The seed ${first}, which is the commit's hash, then those that are always the same.`)
await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, (_, worker) => work(worker)))
console.log(
  `${total.runs} runs, ${total.failed} with violations, ${total.events} events in ${Math.round((Date.now() - startMs) / 1_000)} s`,
)
if (values.report !== undefined) writeFileSync(values.report, JSON.stringify(total))
process.exitCode = total.failed > 0 ? 1 : 0

/**
 * One after the other until the time is up; the first run is always made.
 * @param {number} worker
 */
async function work(worker) {
  for (let index = worker; index === worker || Date.now() - startMs < budgetMs; index += 2) await runOne(jobOf(index))
}

/**
 * Small rings often, as most defects show in them; larger ones now and then.
 * @param {number} index
 * @returns {Job}
 */
function jobOf(index) {
  const from = explores || index === 0 ? first : 0
  const seed = (from + Math.imul(index, 0x9e3779b1)) >>> 0
  const peers = [12, 24, 8, 32, 16, 48, 6, 20][index % 8] ?? 12
  // A larger ring may take longer to heal (10 + 2·log2 N stabilize periods), and is judged only after that.
  return { seed, peers, minutes: peers > 32 ? 5 : 4 }
}

/** @param {Job} job */
async function runOne({ seed, peers, minutes }) {
  const args = ['--seed', `${seed}`, '--peers', `${peers}`, '--minutes', `${minutes}`, '--faults', 'swarm']
  const node = ['--max-old-space-size=4096', '--input-type=module', '--eval', start, '--', ...args]
  const ending = await runWatched(node, { cutMs: startMs + budgetMs + GRACE_MS - Date.now(), hungMs: HUNG_MS, stillMs: STILL_MS })
  const { code, stdout, stderr } = ending
  if (code === CUT_OFF) return console.log(`Seed ${seed} with ${peers} peers was cut off: the time is up. It had shown no violation.`)
  if (code > 1 && total.runs === 0) throw new Error(`The simulator could not be run:\n${stderr}`)
  total.runs += 1
  total.events += eventsOf(stdout)
  if (code === 0) return
  total.failed += 1
  console.log(
    `FAILED seed ${seed}, ${peers} peers, ${minutes} minutes (exit ${code})\n${stderr.split('\n').filter(isTelling).slice(0, 20).join('\n')}`,
  )
  if (values.keep) {
    mkdirSync(join(repoRoot, 'sim-failures'), { recursive: true })
    const settings = { seed, peers, minutes, faults: 'swarm', realCrypto: false }
    writeFileSync(join(repoRoot, 'sim-failures', `${seed}.json`), keptOf(settings, ending))
  }
}

/** @param {string} line */
function isTelling(line) {
  return line !== '' && !/^[\d.]+ of [\d.]+ min/.test(line)
}

/** @param {string} stdout */
function eventsOf(stdout) {
  try {
    return JSON.parse(stdout).events
  } catch {
    return 0
  }
}

function firstSeed() {
  if (values.first !== undefined) return Number(values.first) >>> 0
  return values.explore ? randomInt(2 ** 32) : commitSeed()
}

function commitSeed() {
  try {
    const hash = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: repoRoot, encoding: 'utf8' })
    return Number.parseInt(hash.slice(0, 8), 16)
  } catch {
    return 1 // no git, or no commit: a copy of the sources
  }
}
