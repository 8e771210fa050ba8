/** Every page, looked over by axe (https://github.com/dequelabs/axe-core) for what WCAG 2.2 AA wants: nothing may be found. */
import type { Page } from '@playwright/test'
import axe from 'axe-core'
import { plainPages } from '../src/ui/link.ts'
import { expect, type Market, PATIENCE_MS, patiently, type Service, type Tab, test } from './market.ts'

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
const WIDTHS = [360, 1440]
const SCHEMES = ['light', 'dark'] as const

/** What is wrong, and where, in a form that a failed test can show. */
async function findings(page: Page): Promise<string[]> {
  return page.evaluate(async (tags) => {
    const { axe: looker } = window as unknown as { axe: typeof axe }
    const { violations } = await looker.run({ runOnly: tags, resultTypes: ['violations'] })
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 200)} – ${node.failureSummary}`))
  }, WCAG)
}

/** Looks at what stands there, in both schemes and at both widths. */
async function expectNothingFound(page: Page, name: string): Promise<void> {
  for (const colorScheme of SCHEMES) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 })
      expect.soft(await findings(page), `${name}, ${colorScheme}, ${width} px`).toEqual([])
    }
  }
}

/** A tab with all that its pages can show: a ring of two, a service, a trade, and offers of its own and of the other. */
async function tabWithMarket(market: Market): Promise<{ tab: Tab; service: Service }> {
  const context = await market.context()
  await context.addInitScript({ content: axe.source })
  const [tab, other] = [await market.open({ context }), await market.open()]
  await tab.waitForPeers(1)
  const service = await tab.createService()
  await other.openService(service.link)
  await tab.sendOffer(service.serviceId, { side: 'buy', price: 1_000 })
  await other.sendOffer(service.serviceId, { side: 'sell', price: 1_000 })
  await tab.waitForReceipts(1)
  await tab.sendOffer(service.serviceId, { side: 'buy', price: 900 })
  await other.sendOffer(service.serviceId, { side: 'sell', price: 1_100 })
  await expect.poll(async () => (await tab.orderBook(service.serviceId)).asks.length, patiently).toBe(1)
  return { tab, service }
}

test('axe finds nothing on any page, light or dark, narrow or wide', async ({ market }) => {
  test.setTimeout(180_000)
  const { tab, service } = await tabWithMarket(market)
  const { page } = tab
  const serviceHash = service.link.slice(service.link.indexOf('#'))
  for (const hash of ['#/', serviceHash, ...plainPages.map((name) => `#/${name}`)]) {
    await page.goto(market.server.url + hash)
    const name = hash === serviceHash ? '#/' : hash
    await expect(page.getByRole('navigation').locator('[aria-current="page"]').first()).toHaveAttribute('href', name)
    await expect(page.getByRole('main').getByRole('heading').first()).toBeVisible({ timeout: PATIENCE_MS })
    if (hash === serviceHash) await expect(page.getByRole('table').first()).toBeVisible({ timeout: PATIENCE_MS })
    await expectNothingFound(page, hash)
  }
  await page.goto(service.link)
  await page.getByRole('button', { name: 'Freeze' }).click({ timeout: PATIENCE_MS })
  await page.getByRole('button', { name: 'Show as a table' }).first().click()
  await expectNothingFound(page, 'a frozen book, its depth as a table')
  await page.getByLabel('Price in EUR per crate').fill('99')
  await page.getByLabel('Quantity in crate').fill('1')
  await page.getByRole('button', { name: 'Offer to buy' }).click()
  await expect(page.getByRole('dialog')).toBeVisible()
  await expectNothingFound(page, 'unusual terms')
})

test('axe finds nothing while a tab has no way into a ring', async ({ market }) => {
  const context = await market.context()
  await context.addInitScript({ content: axe.source })
  market.server.stopPeerServer()
  const { page } = await market.open({ context })
  await expect(page.getByRole('main').getByRole('heading').first()).toBeVisible({ timeout: PATIENCE_MS })
  await expectNothingFound(page, 'joining')
})
