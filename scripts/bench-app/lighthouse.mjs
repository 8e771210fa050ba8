// Lighthouse's scores of the first page, as `npm start` serves it; its simulated slow phone is Lighthouse's default.
import lighthouse from 'lighthouse'
import { startServer } from '../server.mjs'
import { launch, median } from './browser.mjs'

const CATEGORIES = ['performance', 'accessibility', 'best-practices']
const LEAST_SCORE = 95

/**
 * @param {string} executablePath
 * @param {number} runs
 * @returns {Promise<import('../bench-app.mjs').Measured>}
 */
export async function measureLighthouse(executablePath, runs) {
  const server = await startServer()
  try {
    /** @type {{ scores: Record<string, number> }[]} */
    const reports = []
    for (let run = 0; run < runs; run += 1) reports.push(await audit(executablePath, server.url))
    return { figures: CATEGORIES.map((id) => figureOf(id, reports)), details: { runs: reports } }
  } finally {
    await server.close()
  }
}

/**
 * @param {string} id
 * @param {{ scores: Record<string, number> }[]} reports
 */
function figureOf(id, reports) {
  const scores = reports.map((report) => report.scores[id] ?? 0)
  const name = `Lighthouse, ${id}, median of ${reports.length}`
  const spread = { least: Math.min(...scores), most: Math.max(...scores) }
  return { name, value: median(scores), unit: 'of 100', atLeast: LEAST_SCORE, spread }
}

/**
 * Each with a new browser: nothing is cached.
 * @param {string} executablePath
 * @param {string} url
 */
async function audit(executablePath, url) {
  const browser = await launch(executablePath, { flags: ['--disable-gpu'] })
  try {
    const port = Number(new URL(browser.wsEndpoint()).port)
    const result = await lighthouse(url, { port, onlyCategories: CATEGORIES, output: 'json', logLevel: 'error' })
    if (!result) throw new Error('Lighthouse gave no result.')
    const { categories, audits, runtimeError, environment } = result.lhr
    if (runtimeError) throw new Error(`Lighthouse: ${runtimeError.message}`)
    const scores = Object.fromEntries(CATEGORIES.map((id) => [id, Math.round((categories[id]?.score ?? 0) * 100)]))
    const wanted = new Set(
      CATEGORIES.flatMap((id) => categories[id]?.auditRefs.filter(({ weight }) => weight > 0).map((ref) => ref.id) ?? []),
    )
    const lacking = Object.values(audits).filter(({ id, score }) => wanted.has(id) && score !== null && score < 1)
    // The machine's speed as Lighthouse saw it, some 1,500 for one at rest: by far less, and the score of performance says nothing of the app.
    const { benchmarkIndex } = environment
    return { scores, benchmarkIndex, lacking: lacking.map(({ id, score, displayValue = '' }) => ({ id, score, displayValue })) }
  } finally {
    await browser.close()
  }
}
