/** The lab: the simulator in a Worker of a real tab, with no network and no ring. */
import type { Page } from '@playwright/test'
import { Experiment } from '../src/sim/lab/experiment.ts'
import type { ExperimentSettings } from '../src/sim/lab/settings.ts'
import { expect, type Market, openMarket, PATIENCE_MS, test } from './market.ts'

const later = { timeout: PATIENCE_MS }

const SETTINGS: ExperimentSettings = { peers: 9, n: 4, f: 2, malicious: 2, kind: 'silent', watch: false, pairs: 4, seed: 7 }

/** What the same experiment comes to here in Node. */
function inNode(settings: ExperimentSettings) {
  const experiment = new Experiment(settings)
  while (experiment.advance(1_000));
  return experiment.state()
}

async function choose(page: Page, settings: ExperimentSettings): Promise<void> {
  await page.getByLabel('Brokers a service, n').fill(String(settings.n))
  await page.getByLabel('Peers', { exact: true }).fill(String(settings.peers))
  await page.getByLabel('Of each set').fill(String(settings.malicious))
  await page.getByLabel('How', { exact: true }).selectOption(settings.kind)
  await page.getByLabel('Brokers an offer goes to, f').fill(String(settings.f))
  await page.getByLabel(settings.watch ? 'Watch and resend' : 'Send once').check()
  await page.getByLabel('Crossing pairs').fill(String(settings.pairs))
  await page.getByLabel('Seed', { exact: true }).fill(String(settings.seed))
}

/** The files of the lab that the page has got so far, of `lab`, `lab-page` and the latter's styles. */
const labFiles = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const names = performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname)
    return [...new Set(names.flatMap((name) => /\/(lab(?:-page)?)-[^/]*(\.js|\.css)$/.exec(name)?.slice(1).join('') ?? []))].sort()
  })

const run = (page: Page): Promise<void> => page.getByRole('button', { name: 'Run', exact: true }).click()

/** The lab in a tab whose peer never starts, as its network's configuration is broken. */
async function openLab(market: Market): Promise<Page> {
  const { page } = await market.open({ url: `${market.server.url}#/lab` })
  await expect(page.getByTestId('lab-form')).toBeVisible(later)
  return page
}

/** The lab in a tab that joined and was idle, and had lost the network before anybody went to the lab. */
async function openLabOffline(market: Market): Promise<Page> {
  const context = await market.context()
  const tab = await market.open({ context })
  await tab.ready()
  await expect.poll(() => labFiles(tab.page), later).toEqual(['lab-page.css', 'lab-page.js', 'lab.js'])
  await context.setOffline(true)
  await tab.page.getByRole('link', { name: 'Lab', exact: true }).click()
  await expect(tab.page.getByTestId('lab-form')).toBeVisible()
  return tab.page
}

test('the lab measures offline: the picture, the numbers, the point; the same seed gives the hash that Node gives', async ({ browser }) => {
  const market = await openMarket(browser, { peerServer: false })
  const page = await openLabOffline(market)
  await choose(page, SETTINGS)
  await run(page)
  const { traceHash, pairsFound, expected, acts } = inNode(SETTINGS)

  await expect(page.getByTestId('lab-status')).toHaveText(`Done: ${2 * pairsFound} of 8 offers found.`, later)
  await expect(page.getByTestId('lab-hash')).toHaveText(traceHash)
  await expect(page.getByTestId('lab-found')).toContainText(`${2 * pairsFound} of 8`)
  await expect(page.getByTestId('lab-expected')).toHaveText(`${Math.round(expected * 1_000) / 10}\u202f%`)
  await expect(page.getByTestId('lab-interval')).toHaveText(/% to .*%/)
  expect(acts).toBeGreaterThan(0)
  await expect(page.getByTestId('lab-acts')).toHaveText(String(acts))
  await expect(page.getByTestId('lab-idle')).toHaveCount(0)
  const ring = page.getByTestId('lab-ring').locator('[data-state=joined]')
  await expect(ring).toHaveCount(9)
  for (const [role, count] of [
    ['broker', 2],
    ['liar', 2],
    ['buyer', 1],
    ['seller', 1],
    ['peer', 3],
  ] as const) {
    await expect(page.getByTestId('lab-ring').locator(`[data-role=${role}]`)).toHaveCount(count)
  }
  await expect(page.getByTestId('lab-point')).toHaveCount(1)
  await expect(page.getByTestId('lab-point')).toContainText(`Silent, send once: ${2 * pairsFound} of 8 offers found`)
  const isFaded = page.getByTestId('lab-chart').locator('.chart-other[data-testid=lab-point]')
  await expect(isFaded).toHaveCount(0)
  await page.getByLabel('How', { exact: true }).selectOption('selective')
  await expect(isFaded).toHaveCount(1)
  await page.getByLabel('How', { exact: true }).selectOption('silent')

  await page.getByRole('button', { name: 'Run again with the same seed' }).click()
  await expect(page.getByTestId('lab-repeat')).toHaveText(/The same in all 2 runs/, later)
  await expect(page.getByTestId('lab-hash')).toHaveText(traceHash)
  await expect(page.getByTestId('lab-runs').locator('tbody tr')).toHaveText([new RegExp(traceHash), new RegExp(traceHash)])
  expect(market.problems).toEqual([])
  await market.close()
})

test('a run can be cancelled, and the lab left and entered again', async ({ browser }) => {
  const market = await openMarket(browser, { config: 'none', peerServer: false })
  const page = await openLab(market)
  const status = page.getByTestId('lab-status')
  await page.getByLabel('Peers', { exact: true }).fill('200')
  await run(page)
  await expect(page.getByTestId('lab-ring').locator('[data-state=joined]').first()).toBeAttached(later)
  await expect(status).toHaveText('Peers are joining the ring.')
  await page.getByRole('button', { name: 'Cancel' }).click()
  await expect(status).toHaveText('Cancelled.')

  await choose(page, { ...SETTINGS, peers: 7, pairs: 1, watch: true })
  await run(page)
  await expect(status).toHaveText('Done: 2 of 2 offers found.', later)
  await expect(page.getByTestId('lab-runs').locator('tbody tr')).toHaveCount(1)

  await page.getByRole('link', { name: 'Back to the market' }).click()
  await expect(page.getByTestId('startup')).toBeVisible()
  await expect(page.getByTestId('lab')).toHaveCount(0)
  await page.getByRole('link', { name: 'Lab', exact: true }).click()
  await expect(page.getByTestId('lab-runs').locator('tbody tr')).toHaveCount(1)
  await expect(status).toHaveText('Choose, then press Run.')
  expect(market.problems).toEqual([])
  await market.close()
})

test('brokers that had nothing to misbehave about are named so', async ({ browser }) => {
  const market = await openMarket(browser, { config: 'none', peerServer: false })
  const page = await openLab(market)
  const settings = { ...SETTINGS, peers: 7, f: 1, malicious: 1, kind: 'selective', pairs: 1, seed: 1 } as const
  expect(inNode(settings).acts).toBe(0)
  await choose(page, settings)
  await run(page)
  await expect(page.getByTestId('lab-idle')).toContainText('nothing to misbehave about', later)
  await expect(page.getByTestId('lab-acts')).toHaveText('0')
  await market.close()
})

test('what cannot be is said at its field, and nothing runs', async ({ browser }) => {
  const market = await openMarket(browser, { config: 'none', peerServer: false })
  const page = await openLab(market)
  await page.getByLabel('Peers', { exact: true }).fill('18')
  await run(page)
  await expect(page.getByTestId('error-peers')).toContainText('19 to 300')
  await expect(page.getByLabel('Peers', { exact: true })).toBeFocused()
  await expect(page.getByTestId('lab')).toHaveAttribute('data-stage', 'idle')
  await market.close()
})

/** Focuses a field by the Tab key alone; the first call begins at the top of the page. */
async function tabTo(page: Page, name: string): Promise<void> {
  const wanted = page.getByLabel(name, { exact: true }).or(page.getByRole('button', { name, exact: true }))
  const isThere = () => wanted.evaluateAll((elements) => elements.includes(document.activeElement as HTMLElement))
  for (let presses = 0; presses < 40 && !(await isThere()); presses += 1) await page.keyboard.press('Tab')
  await expect(wanted).toBeFocused()
}

test('by keyboard alone, on a narrow dark screen: an experiment runs, all is legible, and nothing sticks out', async ({ browser }) => {
  const market = await openMarket(browser, { config: 'none', peerServer: false })
  const page = await openLab(market)
  await page.setViewportSize({ width: 360, height: 740 })
  await page.emulateMedia({ colorScheme: 'dark' })
  await tabTo(page, 'Peers')
  await page.keyboard.press('Control+A')
  await page.keyboard.type('7')
  await tabTo(page, 'Brokers a service, n')
  await page.keyboard.press('Home')
  await tabTo(page, 'Crossing pairs')
  await page.keyboard.press('Control+A')
  await page.keyboard.type('2')
  await tabTo(page, 'Run')
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('lab-status')).toHaveText(/^Done: \d of 4 offers found\.$/, later)
  await expect(page.getByRole('button', { name: 'Run again with the same seed' })).toBeFocused()

  const { page: background, card } = await page.evaluate(() => ({
    page: getComputedStyle(document.body).backgroundColor,
    card: getComputedStyle(document.querySelector('[data-testid=lab-chart]') as Element).backgroundColor,
  }))
  for (const colour of [background, card]) expect(Math.max(...(colour.match(/\d+/g) ?? ['255']).map(Number))).toBeLessThan(64)
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360)
  expect(await smallestText(page)).toBeGreaterThanOrEqual(11)
  await market.close()
})

/** Of the chart, in px as shown. */
function smallestText(page: Page): Promise<number> {
  return page.getByTestId('lab-chart').evaluate((chart) => {
    const texts = [...chart.querySelectorAll<SVGTextElement>('svg text')]
    return Math.min(...texts.map((text) => Number.parseFloat(getComputedStyle(text).fontSize) * (text.getScreenCTM()?.a ?? 0)))
  })
}

test('a lab that could not be loaded: trying again does nothing without the server, and with it leads into the lab', async ({
  browser,
}) => {
  const market = await openMarket(browser, { config: 'none', peerServer: false })
  const context = await market.context()
  await context.route(/\/lab(-page)?-[^/]*\.js$/, (route) => route.abort())
  const { page } = await market.open({ context, url: `${market.server.url}#/lab` })
  await expect(page.getByText('The lab could not be loaded.')).toBeVisible(later)
  const again = page.getByRole('button', { name: 'Try again', exact: true })
  await context.setOffline(true)
  await again.click()
  await expect(page.getByText('still cannot be reached')).toBeVisible()
  await context.unroute(/\/lab(-page)?-[^/]*\.js$/)
  await context.setOffline(false)
  await again.click()
  await expect(page.getByTestId('lab-form')).toBeVisible(later)
  expect(new URL(page.url()).hash).toBe('#/lab')
  await market.close()
})
