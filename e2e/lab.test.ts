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

const run = (page: Page): Promise<void> => page.getByRole('button', { name: 'Run', exact: true }).click()

/** The lab in a tab whose peer never starts, as its network's configuration is broken; then the network goes as well. */
async function openLab(market: Market): Promise<Page> {
  const context = await market.context()
  const { page } = await market.open({ context, url: `${market.server.url}#/lab` })
  await expect(page.getByTestId('lab-form')).toBeVisible(later)
  await context.setOffline(true)
  return page
}

test('the lab measures offline: the picture, the numbers, the point; the same seed gives the hash that Node gives', async ({ browser }) => {
  const market = await openMarket(browser, { config: 'none', peerServer: false })
  const page = await openLab(market)
  await choose(page, SETTINGS)
  await run(page)
  const { traceHash, pairsFound, expected } = inNode(SETTINGS)

  await expect(page.getByTestId('lab-status')).toHaveText(`Done: ${2 * pairsFound} of 8 offers found.`, later)
  await expect(page.getByTestId('lab-hash')).toHaveText(traceHash)
  await expect(page.getByTestId('lab-found')).toContainText(`${2 * pairsFound} of 8`)
  await expect(page.getByTestId('lab-expected')).toHaveText(`${Math.round(expected * 1_000) / 10}\u202f%`)
  await expect(page.getByTestId('lab-interval')).toHaveText(/% to .*%/)
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
