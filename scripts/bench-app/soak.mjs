// Tabs that trade for long: whether their memory stays flat.
import { startServer } from '../server.mjs'
import { launch } from './browser.mjs'

const SAMPLES = 30
/** Two offers that meet, from tabs by turns. */
const TRADE_EVERY_MS = 5_000
/** Offers are gone soon after: what a tab holds does not grow by what waits in the book. */
const VALID_MS = 30_000
/** The tabs fill what they keep bounded first. */
const WARM_UP_SHARE = 1 / 3

/** @typedef {{ minute: number, heapBytes: number[] }} Sample Heap in use after a collection, of each tab. */
/** @typedef {{ page: import('puppeteer-core').Page, session: import('puppeteer-core').CDPSession }} Tab */

/**
 * @param {string} executablePath
 * @param {{ tabs: number, minutes: number }} options
 * @returns {Promise<import('../bench-app.mjs').Measured>}
 */
export async function measureSoak(executablePath, { tabs: count, minutes }) {
  const server = await startServer({ config: { network: 'soak', p: 8 } })
  const browser = await launch(executablePath)
  try {
    /** @type {Tab[]} */
    const tabs = []
    for (let index = 0; index < count; index += 1) tabs.push(await openTab(await browser.createBrowserContext(), server.url))
    await Promise.all(tabs.map(({ page }) => page.waitForFunction((others) => window.peermart.status().peers === others, {}, count - 1)))
    const serviceId = await openServiceInAll(tabs)
    return summaryOf(await sampled(tabs, { serviceId, minutes }))
  } finally {
    await browser.close()
    await server.close()
  }
}

/**
 * @param {import('puppeteer-core').BrowserContext} context
 * @param {string} url
 * @returns {Promise<Tab>}
 */
async function openTab(context, url) {
  const page = await context.newPage()
  await page.goto(url)
  await page.evaluate(() => window.peermart.ready)
  return { page, session: await page.createCDPSession() }
}

/** @param {Tab[]} tabs */
async function openServiceInAll(tabs) {
  const [first, ...others] = tabs
  if (!first) throw new Error('A soak needs tabs.')
  const { serviceId, link } = await first.page.evaluate(() =>
    window.peermart.createService({ name: 'Firewood', kind: 'general', unit: 'crate', currency: 'EUR', decimals: 2, tags: [] }),
  )
  /** @param {string} given */
  const show = (given) => {
    location.hash = new URL(given).hash
    return window.peermart.openService(given).then(() => undefined)
  }
  await first.page.evaluate(show, link)
  await Promise.all(others.map(({ page }) => page.evaluate(show, link)))
  return serviceId
}

/**
 * Trades go on while samples are taken.
 * @param {Tab[]} tabs
 * @param {{ serviceId: string, minutes: number }} options
 */
async function sampled(tabs, { serviceId, minutes }) {
  /** @type {Sample[]} */
  const samples = []
  const startMs = performance.now()
  const everyMs = (minutes * 60_000) / SAMPLES
  let [trades, refused] = [0, 0]
  while (samples.length < SAMPLES) {
    const turnMs = performance.now()
    if (await trade(tabs, serviceId, trades)) trades += 1
    else refused += 1
    if (performance.now() - startMs >= (samples.length + 1) * everyMs) {
      samples.push({ minute: (performance.now() - startMs) / 60_000, heapBytes: await Promise.all(tabs.map(heapAfterCollection)) })
      console.error(`minute ${samples.at(-1)?.minute.toFixed(1)}: ${Math.round(meanOf(samples.at(-1)?.heapBytes ?? []) / 1_000)} kB a tab`)
    }
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, turnMs + TRADE_EVERY_MS - performance.now())))
  }
  const receipts = await Promise.all(tabs.map(({ page }) => page.evaluate(async () => (await window.peermart.receipts()).length)))
  return { samples, trades, refused, receipts }
}

/**
 * Two offers that meet; false when one of them is refused, as by a tab whose last offer is still open.
 * @param {Tab[]} tabs
 * @param {string} serviceId
 * @param {number} turn
 */
async function trade(tabs, serviceId, turn) {
  const [buyer, seller] = [tabs[turn % tabs.length], tabs[(turn + 1) % tabs.length]]
  const offers = [buyer, seller].map((tab, index) => {
    const terms = /** @type {const} */ ({ side: index === 0 ? 'buy' : 'sell', price: 1_000, quantity: 1, validForMs: VALID_MS })
    return tab?.page.evaluate(
      (id, offer) =>
        window.peermart.sendOffer(id, offer).then(
          () => true,
          () => false,
        ),
      serviceId,
      terms,
    )
  })
  return (await Promise.all(offers)).every(Boolean)
}

/** @param {Tab} tab */
async function heapAfterCollection({ session }) {
  await session.send('HeapProfiler.collectGarbage')
  return (await session.send('Runtime.getHeapUsage')).usedSize
}

/** @param {{ samples: Sample[], trades: number, refused: number, receipts: number[] }} soaked */
function summaryOf({ samples, trades, refused, receipts }) {
  const warm = samples.slice(Math.floor(samples.length * WARM_UP_SHARE))
  const points = warm.map(({ minute, heapBytes }) => ({ minute, bytes: meanOf(heapBytes) }))
  const growth = slope(points) / 1_000
  return {
    figures: [
      { name: 'heap a tab at the end', value: (points.at(-1)?.bytes ?? 0) / 1_000, unit: 'kB' },
      { name: 'heap growth a tab, after the first third', value: growth, unit: 'kB a minute' },
    ],
    details: { trades, refused, receipts, samples },
  }
}

/** @param {readonly number[]} values */
function meanOf(values) {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
}

/**
 * Least squares: bytes a minute.
 * @param {{ minute: number, bytes: number }[]} points
 */
function slope(points) {
  const [meanMinute, meanBytes] = [meanOf(points.map(({ minute }) => minute)), meanOf(points.map(({ bytes }) => bytes))]
  const spread = points.reduce((sum, { minute }) => sum + (minute - meanMinute) ** 2, 0)
  return points.reduce((sum, { minute, bytes }) => sum + (minute - meanMinute) * (bytes - meanBytes), 0) / Math.max(spread, 1e-9)
}
