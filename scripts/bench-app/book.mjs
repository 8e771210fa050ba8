// A service's page, its book changing 1,000 times a second: long tasks, and script a paint.
// The app is the built one, alone in its ring; only what its peer says of the book and of itself is made here.
import { startServer } from '../server.mjs'
import { launch, share } from './browser.mjs'
import { scriptBetweenPaints } from './trace.mjs'

const CHANGES_A_SECOND = 1_000
const MOST_SCRIPT_MS = 4
const SCREEN = { width: 1_440, height: 900 }
const CATEGORIES = ['devtools.timeline', 'v8', 'disabled-by-default-devtools.timeline', 'toplevel', '__metadata']

/**
 * @param {string} executablePath
 * @param {number} seconds
 * @returns {Promise<import('../bench-app.mjs').Measured>}
 */
export async function measureBook(executablePath, seconds) {
  const server = await startServer({ config: { network: 'bench', p: 8, slot: 1_000 } })
  const browser = await launch(executablePath, { screen: SCREEN })
  try {
    const page = await browser.newPage()
    await page.goto(server.url)
    await openService(page)
    await page.evaluate(changingBook, CHANGES_A_SECOND)
    await page.waitForFunction(() => document.querySelectorAll('main tbody tr').length > 10)
    await page.tracing.start({ categories: CATEGORIES })
    const counted = await page.evaluate(countedFor, seconds * 1_000)
    const trace = await page.tracing.stop()
    if (!trace) throw new Error('Chromium gave no trace.')
    return figuresOf(counted, scriptBetweenPaints(JSON.parse(new TextDecoder().decode(trace)).traceEvents))
  } finally {
    await browser.close()
    await server.close()
  }
}

/**
 * @param {{ changes: number, seconds: number, longTasks: number[] }} counted
 * @param {number[]} scripts ms of script before each paint
 */
function figuresOf({ changes, seconds, longTasks }, scripts) {
  const mean = scripts.reduce((sum, ms) => sum + ms, 0) / Math.max(1, scripts.length)
  const at = `at ${Math.round(changes / seconds)} book changes a second`
  return {
    figures: [
      { name: `long tasks over 50 ms, ${at}`, value: longTasks.length, unit: 'tasks', atMost: 0 },
      { name: 'script a paint, mean', value: mean, unit: 'ms', atMost: MOST_SCRIPT_MS },
      { name: 'script a paint, 95 of 100 are below', value: share(scripts, 0.95), unit: 'ms' },
    ],
    details: { changes, seconds, longTasks, paints: scripts.length, mostScriptMs: Math.max(0, ...scripts) },
  }
}

/** @param {import('puppeteer-core').Page} page */
async function openService(page) {
  await page.evaluate(async () => {
    await window.peermart.ready
    const wood = { name: 'Firewood', kind: 'general', unit: 'crate', currency: 'EUR', decimals: 2, tags: [] }
    const { link } = await window.peermart.createService(wood)
    location.hash = new URL(link).hash
  })
}

/**
 * Runs in the page: from now on brokers seem to answer with this book, and the peer to publish a view at each change.
 * @param {number} changesASecond
 */
function changingBook(changesASecond) {
  const { peermart } = window
  const rows = 50
  const brokers = Array.from({ length: 8 }, (_, index) => ({ nodeId: `${index}`.repeat(32), answered: true, agrees: true }))
  /** @param {number} index @param {number} sign */
  const level = (index, sign) => ({
    price: 10_000 + sign * (index + 1) * 5,
    quantity: 1 + ((index * 37) % 90),
    peer: `${(index % 90) + 10}`.repeat(16),
    seq: index + 1,
  })
  const sides = {
    bids: Array.from({ length: rows }, (_, index) => level(index, -1)),
    asks: Array.from({ length: rows }, (_, index) => level(index, 1)),
  }
  const count = { changes: 0 }
  Object.assign(window, { bookChanges: count })
  peermart.orderBook = async () => ({
    ...{ bids: [...sides.bids], asks: [...sides.asks], slot: Math.floor(Date.now() / 1_000) },
    ...{ answered: 8, agreeing: 8, of: 8, ageMs: 20, brokers, trades: [] },
  })
  const startMs = performance.now()
  // The trace tells the time of this function from the app's by its name.
  setInterval(function benchChangesBook() {
    const due = ((performance.now() - startMs) * changesASecond) / 1_000
    for (; count.changes < due; count.changes += 1) {
      const side = count.changes % 2 === 0 ? sides.bids : sides.asks
      const index = Math.floor(count.changes / 2) % rows
      const row = side[index]
      if (row) side[index] = { ...row, quantity: 1 + ((row.quantity * 31 + count.changes) % 500) }
      const view = peermart.view()
      if (view) peermart.show({ ...view })
    }
  }, 4)
}

/**
 * Runs in the page: what happens in so many ms.
 * @param {number} forMs
 * @returns {Promise<{ changes: number, seconds: number, longTasks: number[] }>}
 */
function countedFor(forMs) {
  const count = /** @type {{ bookChanges: { changes: number } }} */ (/** @type {unknown} */ (window)).bookChanges
  /** @type {number[]} */
  const longTasks = []
  const observer = new PerformanceObserver((list) => longTasks.push(...list.getEntries().map(({ duration }) => Math.round(duration))))
  observer.observe({ type: 'longtask' })
  const [before, startMs] = [count.changes, performance.now()]
  return new Promise((resolve) => {
    setTimeout(() => {
      observer.disconnect()
      resolve({ changes: count.changes - before, seconds: (performance.now() - startMs) / 1_000, longTasks })
    }, forMs)
  })
}
