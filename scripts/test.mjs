// `npm test`: installs what is missing, runs every check even if one fails, and counts them all in the last line.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ensureBrowser, ensureDependencies, ensureFirefox, noFirefox } from './ensure.mjs'
import { localBin, run } from './run.mjs'

/** @typedef {{ passed: number, failed: number }} Count */

const { values: options } = parseArgs({
  options: { 'no-e2e': { type: 'boolean', default: false }, 'no-swarm': { type: 'boolean', default: false } },
})
/** How long the simulator runs from many seeds. */
const SWARM_SECONDS = 240
/** Biome colours each letter by itself, which nobody can read in a log. */
const plain = process.stdout.isTTY ? [] : ['--colors=off']
const reports = mkdtempSync(join(tmpdir(), 'peermart-test-'))
const vitestReport = join(reports, 'vitest.json')
const playwrightReport = join(reports, 'playwright.json')
const swarmReport = join(reports, 'swarm.json')

/** @type {[name: string, step: () => Promise<Count>][]} */
const steps = [
  ['typecheck', () => asOne('node', ['scripts/typecheck.mjs'])],
  ['lint', () => asOne(localBin('biome'), ['ci', '.', ...plain])],
  ['unused code', () => asOne(localBin('knip'), [])],
  ['build', () => asOne(localBin('vite'), ['build'])],
  ['script budget', () => asOne('node', ['scripts/bundle-budget.mjs'])],
  ['unit, property, conformance, simulation', runVitest],
  ...(options['no-swarm'] ? [] : /** @type {typeof steps} */ ([['simulator, many seeds', runSwarm]])),
  ...(options['no-e2e'] ? [] : /** @type {typeof steps} */ ([['real tabs', runPlaywright]])),
]

/** What was left out, to be said at the end, where it is read. @type {string[]} */
const leftOut = []
const total = await runAll()
rmSync(reports, { recursive: true, force: true })
const good = total.failed === 0 && total.passed > 0
for (const words of leftOut) console.log(words)
console.log(`${total.passed} passed, ${total.failed} failed`)
process.exit(good ? 0 : 1)

/** @returns {Promise<Count>} */
async function runAll() {
  const total = await attempt('packages', async () => {
    await ensureDependencies()
    return { passed: 0, failed: 0 }
  })
  // Without packages nothing below can say anything.
  if (total.failed > 0) return total
  for (const [name, step] of steps) {
    const { passed, failed } = await attempt(name, step)
    total.passed += passed
    total.failed += failed
  }
  return total
}

/**
 * @param {string} name
 * @param {() => Promise<Count>} step
 * @returns {Promise<Count>}
 */
async function attempt(name, step) {
  console.log(`\n=== ${name} ===`)
  try {
    return await step()
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    return { passed: 0, failed: 1 }
  }
}

/**
 * @param {string} command
 * @param {string[]} args
 * @returns {Promise<Count>}
 */
async function asOne(command, args) {
  const code = await run(command, args)
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
}

/** @returns {Promise<Count>} */
async function runVitest() {
  const code = await run(localBin('vitest'), ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${vitestReport}`])
  const report = readReport(vitestReport)
  return atLeastOneFailure(code, { passed: report.numPassedTests, failed: report.numFailedTests })
}

/** Each run counts as one. @returns {Promise<Count>} */
async function runSwarm() {
  const code = await run('node', ['scripts/swarm.mjs', '--seconds', `${SWARM_SECONDS}`, '--report', swarmReport])
  const { runs, failed } = readReport(swarmReport)
  return atLeastOneFailure(code, { passed: runs - failed, failed })
}

/** @returns {Promise<Count>} */
async function runPlaywright() {
  const browser = await ensureBrowser()
  const firefox = await ensureFirefox()
  if (firefox === null) leftOut.push(noFirefox)
  const env = { CHROMIUM: browser, ...(firefox === null ? {} : { FIREFOX: firefox }), PLAYWRIGHT_JSON_OUTPUT_FILE: playwrightReport }
  const code = await run(localBin('playwright'), ['test', '--reporter=list,json'], { env })
  const { stats } = readReport(playwrightReport)
  return atLeastOneFailure(code, { passed: stats.expected, failed: stats.unexpected + stats.flaky })
}

/** @param {string} file */
function readReport(file) {
  if (!existsSync(file)) throw new Error('The step ended without a report.')
  return JSON.parse(readFileSync(file, 'utf8'))
}

/**
 * A file that cannot be loaded, or an error outside every test, fails the run without failing a test.
 * @param {number} code
 * @param {Count} count
 * @returns {Count}
 */
function atLeastOneFailure(code, { passed, failed }) {
  if (passed + failed === 0) throw new Error('The step ran no test.')
  return { passed, failed: code === 0 ? failed : Math.max(failed, 1) }
}
