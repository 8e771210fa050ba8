/**
 * Scenario h: sixteen tabs, once with the defaults and once with few links, so that lookups really route. It asserts that all works, and records.
 * Only `npm run measure` opens the tabs one after the other, and trades often enough for the numbers to mean something.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, test } from '@playwright/test'
import { closest } from '../src/ring/closest.ts'
import { idealRing, type Market, openMarket, type Tab } from './market.ts'

/** `npm run measure` sets it to the file that the README quotes. */
const MEASURED = process.env.PEERMART_MEASURED
const FILE = MEASURED ?? 'test-results/measured.json'
const TABS = 16
const AT_ONCE = MEASURED ? 1 : 4
const TRADES = MEASURED ? 10 : 3

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
}

const summary = (values: readonly number[]) => ({
  p50: percentile(values, 0.5),
  p95: percentile(values, 0.95),
  least: Math.min(...values),
  most: Math.max(...values),
})

async function joinAll(market: Market): Promise<{ tabs: Tab[]; joinMs: number[] }> {
  const joined: { tab: Tab; ms: number }[] = []
  while (joined.length < TABS) joined.push(...(await Promise.all(Array.from({ length: AT_ONCE }, () => joinOne(market)))))
  const tabs = joined.map(({ tab }) => tab)
  await idealRing(tabs)
  return { tabs, joinMs: joined.map(({ ms }) => ms) }
}

/** Its time is since the navigation began, by the page's own clock: loading, puzzle and rendezvous included. */
async function joinOne(market: Market): Promise<{ tab: Tab; ms: number }> {
  const tab = await market.open()
  await tab.ready()
  return { tab, ms: await tab.page.evaluate(() => Math.round(performance.now())) }
}

const sentBy = (tab: Tab): Promise<number> => tab.page.evaluate(() => window.peermart.statistics().sent)

async function tradeAndMeasure(tabs: readonly Tab[], options: { n: number; slot: number }) {
  const { serviceId, link } = await tabs[0]!.createService()
  const ids = await Promise.all(tabs.map((tab) => tab.nodeId()))
  const set = closest(ids, serviceId, options.n)
  const brokers = tabs.filter((_, index) => set.includes(ids[index]!))
  const [buyer, seller] = tabs.filter((_, index) => !set.includes(ids[index]!))
  await buyer!.openService(link)
  await seller!.openService(link)
  const before = await Promise.all(brokers.map(sentBy))
  const slots: number[] = []
  for (let trade = 1; trade <= TRADES; trade += 1) {
    await buyer!.sendOffer(serviceId, { side: 'buy', price: 10 })
    const startMs = Date.now()
    await seller!.sendOffer(serviceId, { side: 'sell', price: 10 })
    await Promise.all([buyer!.waitForReceipts(trade), seller!.waitForReceipts(trade)])
    slots.push(Math.round(((Date.now() - startMs) / options.slot) * 100) / 100)
  }
  const after = await Promise.all(brokers.map(sentBy))
  return { offerToReceiptSlots: summary(slots), messagesSentByBroker: summary(after.map((count, index) => count - before[index]!)) }
}

function record(name: string, values: object): void {
  mkdirSync(dirname(FILE), { recursive: true })
  let all = {}
  try {
    all = JSON.parse(readFileSync(FILE, 'utf8'))
  } catch {
    // The first one writes the file.
  }
  writeFileSync(FILE, `${JSON.stringify({ ...all, [name]: values }, null, 2)}\n`)
}

const cases = [
  { name: 'defaults', config: { network: 'measure', n: 8, f: 4, slot: 1_000, p: 20 } },
  { name: 'few-links', config: { network: 'measure', n: 3, f: 2, slot: 1_000, p: 20, linkBudget: 8 } },
]

for (const { name, config } of cases) {
  test(`h: sixteen tabs in one ring, ${name}`, async ({ browser }) => {
    test.setTimeout(240_000)
    const market = await openMarket(browser, { config })
    const { tabs, joinMs } = await joinAll(market)
    const links = await Promise.all(tabs.map(async (tab) => (await tab.status()).links))
    if ('linkBudget' in config) expect(Math.max(...links)).toBeLessThanOrEqual(8)
    const trades = await tradeAndMeasure(tabs, config)
    record(name, { tabs: TABS, trades: TRADES, config, joinMs: summary(joinMs), linksPerTab: summary(links), ...trades })
    expect(market.problems).toEqual([])
    await market.close()
  })
}
