// `npm run bench:scale`: what a network of so many peers costs in one process. Rows of JSON go to stdout, progress to stderr.
// The ring is that of the figure of hops, and its lookups are made on the way: they are kept for `npm run figures`, so that nobody grows 10,000 peers twice.
// Each size has a process of its own, so that its memory is its own. Events are counted a second of CPU time, which depends on the machine: compare rows of
// one run. Bytes a peer are what is held after a garbage collection, less what the process held before.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { bundle } from './bundle.mjs'
import { ensureDependencies } from './ensure.mjs'
import { keepPart } from './figure-parts.mjs'

const USAGE = 'Usage: npm run -s bench:scale -- [--peers 100,1000,10000] [--slots 8] [--seed 1]'
/** The aim is 10,000 peers in 8 GB of memory; the heap is a part of that. Eight slots of trading were seen to fit. */
const MOST_HEAP_MIB = 6_144
/**
 * While a heap of gigabytes is marked bit by bit, the rest goes on at a sixth of its speed (`--trace-gc`, at 6,000 peers): so it is marked at once. And of
 * the heap's young part: messages live for some hundred events of each peer.
 */
const HEAP_FLAGS = ['--no-incremental-marking', '--max-semi-space-size=256', `--max-old-space-size=${MOST_HEAP_MIB}`]
const WATCH_MS = 10_000

const { peers, slots, seed, one, figures } = readArguments()
if (one) await measure(peers[0] ?? 0, one)
else {
  await ensureDependencies()
  // Here, and not in the process that is measured: what builds takes memory of its own.
  const bundles = {
    scale: await bundle('src/sim/figures/scale.ts', 'scale'),
    figures: await bundle('src/sim/figures/figures.ts', 'figures'),
  }
  for (const size of peers) await apart(size, bundles)
}

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        peers: { type: 'string', default: '100,1000,10000' },
        slots: { type: 'string', default: '8' },
        seed: { type: 'string', default: '1' },
        one: { type: 'string', default: '' },
        figures: { type: 'string', default: '' },
      },
    })
    const peers = values.peers.split(',').map(Number)
    const [slots, seed] = [Number(values.slots), Number(values.seed)]
    if (!peers.every((size) => Number.isInteger(size) && size >= 10)) throw new RangeError('--peers takes whole numbers from 10.')
    if (!Number.isInteger(slots) || slots < 1) throw new RangeError('--slots takes a whole number from 1.')
    if (!Number.isInteger(seed) || seed < 0) throw new RangeError('--seed takes a whole number from 0.')
    return { peers, slots, seed, one: values.one, figures: values.figures }
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n${USAGE}`)
    process.exit(2)
  }
}

/** @param {number} size @param {{ scale: string, figures: string }} bundles @returns {Promise<void>} */
function apart(size, { scale, figures }) {
  const script = [fileURLToPath(import.meta.url), '--one', scale, '--figures', figures]
  const own = [...script, '--peers', `${size}`, '--slots', `${slots}`, '--seed', `${seed}`]
  const child = spawn(process.execPath, ['--expose-gc', ...HEAP_FLAGS, ...own], { stdio: ['ignore', 'inherit', 'inherit'] })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`The process with ${size} peers ended with ${code}.`))))
  })
}

/** @param {number} size @param {string} path */
async function measure(size, path) {
  /** @type {typeof import('../src/sim/figures/scale.ts')} */
  const { TradingRing } = await import(path)
  const ownBytes = liveBytes()
  const begun = process.cpuUsage()
  const tell = teller(size)
  const ring = new TradingRing(size, seed, (joined) => tell(`${joined} joined, ${seconds(begun)} s of CPU`))
  const grown = { ...ring.progress(), cpuSeconds: seconds(begun) }
  console.error(`${size} peers: one ring after ${grown.virtualSeconds} virtual s, ${grown.events} events, ${grown.cpuSeconds} s of CPU`)
  const quietBytes = liveBytes() - ownBytes
  console.error(`${size} peers: ${Math.round(quietBytes / size)} bytes a peer before any trade`)
  const lookups = ring.lookUp()
  if (figures !== '') keepPart({ bundle: figures, figure: 'hops', job: ring.job }, { job: ring.job, lookups })
  const hops = lookups.map((lookup) => lookup.hops)
  const looked = ring.progress()
  const before = process.cpuUsage()
  ring.begin()
  for (let slot = 0; slot < slots; slot += 1) {
    ring.run(1)
    const { offers, trades } = ring.progress()
    tell(`slot ${slot + 1} of ${slots}, ${offers} offers, ${trades} trades, ${seconds(before)} s of CPU`)
  }
  const cpuSeconds = seconds(before)
  const ended = ring.progress()
  const events = ended.events - looked.events
  console.log(
    JSON.stringify({
      peers: size,
      growing: { ...only(grown), cpuSeconds: grown.cpuSeconds, eventsPerSecond: Math.round(grown.events / grown.cpuSeconds) },
      lookups: { count: hops.length, meanHops: Math.round((1_000 * hops.reduce((sum, one) => sum + one, 0)) / hops.length) / 1_000 },
      trading: { slots, events, cpuSeconds, eventsPerSecond: Math.round(events / cpuSeconds), offers: ended.offers, trades: ended.trades },
      bytesAPeer: { quiet: Math.round(quietBytes / size), trading: Math.round((liveBytes() - ownBytes) / size) },
      peakMemoryMiB: Math.round(process.resourceUsage().maxRSS / 1_024),
      traceHash: ring.traceHash,
    }),
  )
}

/**
 * Says how far it is, but not too often.
 * @param {number} size
 * @returns {(what: string) => void}
 */
function teller(size) {
  let shownMs = Date.now()
  return (what) => {
    if (Date.now() - shownMs < WATCH_MS) return
    shownMs = Date.now()
    console.error(`${size} peers: ${what}`)
  }
}

/** @param {{ events: number, virtualSeconds: number }} progress */
function only({ events, virtualSeconds }) {
  return { events, virtualSeconds }
}

/** @param {NodeJS.CpuUsage} since */
function seconds(since) {
  const { user, system } = process.cpuUsage(since)
  return Math.round((user + system) / 100_000) / 10
}

/** What is held after all that is not held is gone. */
function liveBytes() {
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
