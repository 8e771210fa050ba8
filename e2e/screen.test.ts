/** The whole way by the screen alone: clicks and typing in three tabs, nothing through `window.peermart`. */
import type { Page } from '@playwright/test'
import { bookOn, Form, goTo, levelsOn } from './form.ts'
import { expect, type Market, PATIENCE_MS, test, WOOD } from './market.ts'

const later = { timeout: PATIENCE_MS }

/** Three tabs in one ring, as their status bars say it. */
async function threePages(market: Market): Promise<[Page, Page, Page]> {
  const [maker, buyer, seller] = await Promise.all([market.open(), market.open(), market.open()])
  const pages: [Page, Page, Page] = [maker.page, buyer.page, seller.page]
  for (const page of pages) await expect(page.getByTestId('status')).toHaveText(/In the ring\s*2 peers/, later)
  return pages
}

async function makeService(page: Page): Promise<string> {
  const form = new Form(page, 'new-service-form')
  await form.fill({ name: WOOD.name, unit: WOOD.unit, currency: WOOD.currency, decimals: '2', tags: 'Wood, dry' })
  await form.submit()
  await expect(page.getByTestId('service-title')).toHaveText(WOOD.name)
  return page.getByLabel('Share this link').inputValue()
}

async function openByLink(page: Page, link: string): Promise<void> {
  const form = new Form(page, 'open-service-form')
  await form.fill({ link })
  await form.submit()
  await expect(page.getByTestId('service-title')).toHaveText(WOOD.name)
}

async function offer(page: Page, side: 'Buy' | 'Sell', terms: { price: string; quantity: string }): Promise<void> {
  const form = new Form(page, 'offer-form')
  await form.locator.getByRole('radio', { name: side }).check()
  await form.fill(terms)
  await form.submit()
  await expect(form.locator.getByTestId('offer-answer')).toHaveText('Accepted by 3 of 3 brokers.', later)
}

/** The id that the network page shows for this tab's peer. */
async function nodeId(page: Page): Promise<string> {
  await goTo(page, 'Network')
  return (await page.getByTestId('network').locator('.whole-id').textContent()) ?? ''
}

test('by the screen alone: made here, opened there by its link, bought and sold, the rest withdrawn', async ({ market }) => {
  const pages = await threePages(market)
  const [maker, buyer, seller] = pages

  await test.step('the network page shows the ring', async () => {
    for (const page of pages) {
      await goTo(page, 'Network')
      const network = page.getByTestId('network')
      await expect(network).toContainText('Peers known2', later)
      await expect(network).toContainText('Links (2)', later)
      await expect(network.getByRole('table').first().getByRole('row').filter({ hasText: 'WebRTC' })).toHaveCount(2, later)
      await goTo(page, 'Market')
    }
  })

  const link = await makeService(maker)
  expect(link).toContain(market.server.url)
  await openByLink(buyer, link)
  await openByLink(seller, link)
  await expect(seller.getByTestId('service-list')).toContainText('EUR per crate')

  await test.step('an offer stands in every book, with what the brokers say of it', async () => {
    await offer(buyer, 'Buy', { price: '10.50', quantity: '5' })
    for (const page of pages) {
      await expect(levelsOn(page, 'Bids')).toHaveText([/10\.50$/], later)
      await expect(page.getByRole('region', { name: 'Best prices' })).toHaveText(/Asknone.*Bid10\.50/)
      await expect(bookOn(page)).toContainText(/3 of 3 brokers answered, 3 agree · \d\.\d s ago/, later)
    }
    await expect(levelsOn(buyer, 'Bids')).toContainText('you')
    await expect(levelsOn(maker, 'Bids')).not.toContainText('you')
    await expect(buyer.getByRole('region', { name: 'Your offers' }).getByRole('article')).toHaveText(
      /Buy 5 × crate at 10\.50 EUR.*In the book.*accepted by 3 of 3/,
    )
    await goTo(maker, 'Network')
    await expect(maker.getByTestId('network')).toContainText('Services brokered here (1)')
    await goTo(maker, 'Market')
    await maker.getByTestId('service-list').getByRole('link', { name: WOOD.name }).click()
  })

  await test.step('the seller sees what would match, sells, and both have the receipt', async () => {
    const form = new Form(seller, 'offer-form')
    await form.locator.getByRole('radio', { name: 'Sell' }).check()
    await seller.getByRole('button', { name: 'Use bid 10.50' }).click()
    await form.fill({ quantity: '2' })
    await expect(seller.getByTestId('preview')).toHaveText(/Total at least21\.00 EUR.*Would match now: 2 × crate at about 10\.50 EUR/)
    await offer(seller, 'Sell', { price: '10.01', quantity: '2' })
    await expect(seller.getByRole('region', { name: 'Your offers' }).getByRole('article')).toHaveText(/Traded/, later)
    const ids = [await nodeId(buyer), await nodeId(seller)]
    for (const page of [buyer, seller, maker]) await goTo(page, 'Trades')
    const [bought, sold] = [buyer, seller].map((page) => page.getByTestId('trades').locator('[data-receipt]'))
    await expect(bought!).toHaveText(/Bought 2 × crate at 10\.255 EUR.*total 20\.51 EUR/, later)
    await expect(sold!).toHaveText(/Sold 2 × crate at 10\.255 EUR.*total 20\.51 EUR/, later)
    for (const row of [bought!, sold!]) {
      await expect(row).toContainText('3 of 3 brokers attest', later)
      await row.getByText('Details').click()
      for (const id of ids) await expect(row.locator('.ids')).toContainText(id)
    }
    expect(await sold!.getAttribute('data-receipt')).toBe(await bought!.getAttribute('data-receipt'))
    await expect(maker.getByTestId('trades')).toHaveText('No trades yet.')
    for (const page of pages) {
      await goTo(page, 'Market')
      await page.getByTestId('service-list').getByRole('link', { name: WOOD.name }).click()
    }
  })

  await test.step('the rest is offered again, and withdrawn', async () => {
    const row = buyer.getByRole('region', { name: 'Your offers' }).getByRole('article')
    await expect(row).toHaveText(/Buy 3 × crate at 10\.50 EUR.*In the book/, later)
    await row.getByRole('button', { name: 'Withdraw' }).click()
    await expect(row).toHaveText(/Withdrawn/, later)
    await expect(row.getByRole('button', { name: 'Withdraw' })).toHaveCount(0)
    for (const page of pages) await expect(bookOn(page)).toContainText('No offers to buy.', later)
  })
})

test('what was traded stands on the service’s tape and in its chart, also for who did not trade', async ({ market }) => {
  const [maker, buyer, seller] = await Promise.all([market.open(), market.open(), market.open()])
  for (const tab of [maker, buyer, seller]) await tab.waitForPeers(2)
  const { serviceId, link } = await maker.createService()
  for (const tab of [buyer, seller]) await tab.openService(link)
  await maker.page.goto(link)
  const history = maker.page.getByRole('region', { name: 'Trades of this service' })
  await expect(history).toContainText('No trade seen yet', later)
  await Promise.all([
    buyer.sendOffer(serviceId, { side: 'buy', price: 1100, quantity: 3 }),
    seller.sendOffer(serviceId, { side: 'sell', price: 1001, quantity: 3 }),
  ])
  await expect(history.getByRole('row').filter({ hasText: '10.505' })).toHaveText(/\d\d.*10\.5053$/, later)
  await expect(
    history
      .getByRole('img', { name: /^Price of Firewood/ })
      .locator('canvas')
      .first(),
  ).toBeVisible(later)
  await history.getByLabel('Show as').selectOption({ label: 'Candles, 1 min' })
  await expect(
    history
      .getByRole('img', { name: /^Price of Firewood/ })
      .locator('canvas')
      .first(),
  ).toBeVisible()
  await expect(history.getByRole('link', { name: /TradingView/ })).toBeVisible()
})
