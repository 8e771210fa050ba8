/** A market of real tabs for the tests: its own server, browser contexts, and tabs driven through `window.peermart`. */
import { type Browser, type BrowserContext, test as base, expect, type Page } from '@playwright/test'
import { startServer } from '../scripts/server.mjs'
import type { PeerMart } from '../src/adapters/peermart.ts'
import type { BookAnswer, OfferAnswer, OfferRow, PriceAnswer, ReceiptRow } from '../src/trader/command.ts'

declare global {
  interface Window {
    peermart: PeerMart
  }
}

export interface Service {
  readonly serviceId: string
  readonly link: string
}

/** Small puzzle and short slots, so that tests wait little; everything else as shipped. */
export const TEST_CONFIG = { network: 'e2e', n: 5, f: 3, p: 8, slot: 200 }

/** Longest wait for anything that the market does by itself. */
export const PATIENCE_MS = 30_000

/** For conditions that the market brings about: looked at often, as most come soon and a test waits for many. */
export const patiently = { timeout: PATIENCE_MS, intervals: [100] }

type Server = Awaited<ReturnType<typeof startServer>>
type ServerOptions = NonNullable<Parameters<typeof startServer>[0]>

export const WOOD = { name: 'Firewood', kind: 'general', unit: 'crate', currency: 'EUR', decimals: 2, tags: ['wood'] }

/** One tab with a peer in it. */
export class Tab {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  async status() {
    return this.page.evaluate(() => window.peermart.status())
  }

  async nodeId(): Promise<string> {
    return (await this.status()).nodeId
  }

  async ready(): Promise<this> {
    await this.page.evaluate(() => window.peermart.ready)
    return this
  }

  async createService(service: unknown = WOOD): Promise<Service> {
    return this.page.evaluate((given) => window.peermart.createService(given), service)
  }

  async openService(link: string): Promise<void> {
    await this.page.evaluate((given) => window.peermart.openService(given), link)
  }

  async sendOffer(
    serviceId: string,
    offer: { side: 'buy' | 'sell'; price: number; quantity?: number; validForMs?: number },
  ): Promise<OfferAnswer> {
    const whole = { quantity: 1, validForMs: 120_000, ...offer }
    return this.page.evaluate(([id, given]) => window.peermart.sendOffer(id, given), [serviceId, whole] as const)
  }

  async withdraw(offerId: string): Promise<unknown> {
    return this.page.evaluate((id) => window.peermart.withdraw(id), offerId)
  }

  async getPrice(serviceId: string): Promise<PriceAnswer> {
    return this.page.evaluate((id) => window.peermart.getPrice(id), serviceId)
  }

  async orderBook(serviceId: string): Promise<BookAnswer> {
    return this.page.evaluate((id) => window.peermart.orderBook(id), serviceId)
  }

  async offers(): Promise<readonly OfferRow[]> {
    return this.page.evaluate(() => window.peermart.offers())
  }

  async receipts(): Promise<readonly ReceiptRow[]> {
    return this.page.evaluate(() => window.peermart.receipts())
  }

  /** The code of the error that the call is rejected with; '' when it is not. */
  async errorOf(method: keyof PeerMart, ...args: unknown[]): Promise<{ code: string; field?: string; message: string }> {
    return this.page.evaluate(
      async ([name, given]) => {
        try {
          await (window.peermart[name as 'openService'] as (...all: unknown[]) => Promise<unknown>)(...given)
          return { code: '', message: '' }
        } catch (error) {
          const { code, field, message } = error as Error & { code: string; field?: string }
          return { code, field, message }
        }
      },
      [method, args] as const,
    ) as Promise<{ code: string; field?: string; message: string }>
  }

  async waitForReceipts(count: number): Promise<readonly ReceiptRow[]> {
    await expect.poll(async () => (await this.receipts()).length, { ...patiently, message: 'receipts' }).toBe(count)
    return this.receipts()
  }

  async waitForPeers(count: number): Promise<void> {
    await expect.poll(async () => (await this.status()).peers, { ...patiently, message: 'peers' }).toBe(count)
  }
}

/** One server and any number of tabs. */
export class Market {
  readonly server: Server
  readonly tabs: Tab[] = []
  readonly problems: string[] = []
  readonly #browser: Browser
  readonly #contexts: BrowserContext[] = []

  constructor(server: Server, browser: Browser) {
    this.server = server
    this.#browser = browser
  }

  /** A browser profile of its own: nothing shared with other tabs but the server. Without a service worker every load is a first visit's. */
  async context(options: { serviceWorkers?: 'allow' | 'block' } = {}): Promise<BrowserContext> {
    const context = await this.#browser.newContext({ serviceWorkers: 'block', ...options })
    this.#contexts.push(context)
    return context
  }

  /** Opens a tab, in a context of its own unless one is given. */
  async open(options: { context?: BrowserContext; url?: string } = {}): Promise<Tab> {
    const context = options.context ?? (await this.context())
    const page = await context.newPage()
    page.on('pageerror', (error) => this.problems.push(`${error.name}: ${error.message}\n${error.stack ?? ''}`))
    await page.goto(options.url ?? this.server.url)
    const tab = new Tab(page)
    this.tabs.push(tab)
    return tab
  }

  /** Opens tabs at once, each in its own context, and waits until all are in one ring. */
  async openRing(count: number): Promise<Tab[]> {
    const tabs = await Promise.all(Array.from({ length: count }, () => this.open()))
    await oneRing(tabs)
    return tabs
  }

  async close(): Promise<void> {
    await Promise.all(this.#contexts.map((context) => context.close()))
    await this.server.close()
  }
}

/** Waits until every tab is joined and knows all others alive. */
export async function oneRing(tabs: readonly Tab[]): Promise<void> {
  await Promise.all(tabs.map((tab) => tab.ready()))
  await Promise.all(tabs.map((tab) => tab.waitForPeers(tabs.length - 1)))
}

/** Waits until every tab's next neighbours on both sides are the true ones: with few links a tab does not know all others. */
export async function idealRing(tabs: readonly Tab[]): Promise<void> {
  await Promise.all(tabs.map((tab) => tab.ready()))
  const ids = await Promise.all(tabs.map((tab) => tab.nodeId()))
  const sorted = [...ids].sort()
  const neighbours = async (tab: Tab) =>
    tab.page.evaluate(() => [window.peermart.view()?.predecessors[0], window.peermart.view()?.successors[0]])
  await Promise.all(
    tabs.map((tab, index) => {
      const place = sorted.indexOf(ids[index] as string)
      const expected = [sorted.at(place - 1), sorted[(place + 1) % sorted.length]]
      return expect.poll(() => neighbours(tab), { ...patiently, message: 'neighbours' }).toEqual(expected)
    }),
  )
}

/** Starts a market; close it in the end. */
export async function openMarket(browser: Browser, options: ServerOptions = {}): Promise<Market> {
  const config = typeof options.config === 'string' ? options.config : { ...TEST_CONFIG, ...options.config }
  return new Market(await startServer({ ...options, config }), browser)
}

/** A market with the tests' configuration, closed after the test, which fails on any uncaught error in a tab. */
export const test = base.extend<{ market: Market }>({
  market: async ({ browser }, use) => {
    const market = await openMarket(browser)
    await use(market)
    await market.close()
    expect(market.problems).toEqual([])
  },
})

export { expect }
