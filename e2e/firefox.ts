/** Firefox for the tests, over WebDriver BiDi: Playwright drives only a Firefox that it has patched itself, not the one people have. */
import type { Page } from '@playwright/test'
import puppeteer, { type Browser } from 'puppeteer-core'
import { findFirefox } from '../scripts/ensure.mjs'
import { Tab } from './market.ts'

/** As for Chromium: tabs on one machine find each other by plain addresses, with no other network needed. */
const preferences = { 'media.peerconnection.ice.obfuscate_host_addresses': false, 'media.peerconnection.ice.loopback': true }

/** One browser, with a profile that goes when it is closed. */
export class Firefox {
  /** Uncaught errors of its tabs. */
  readonly problems: string[] = []
  readonly #browser: Browser

  private constructor(browser: Browser) {
    this.#browser = browser
  }

  static async launch(): Promise<Firefox> {
    const executablePath = findFirefox()
    if (executablePath === null) throw new Error('There is no Firefox here.')
    const options = { browser: 'firefox', protocol: 'webDriverBiDi', headless: true } as const
    return new Firefox(await puppeteer.launch({ ...options, executablePath, extraPrefsFirefox: preferences }))
  }

  /** A tab with nothing shared with others but the server. */
  async open(url: string): Promise<Tab> {
    const context = await this.#browser.createBrowserContext()
    const page = await context.newPage()
    page.on('pageerror', (error) => this.problems.push(error instanceof Error ? `${error.name}: ${error.message}` : String(error)))
    await page.goto(url)
    // Of Playwright's page a `Tab` and these tests use what Puppeteer's has too: evaluate and reload.
    return new Tab(page as unknown as Page)
  }

  async close(): Promise<void> {
    await this.#browser.close()
  }
}
