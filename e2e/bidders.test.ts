/** Bidders as a person starts and stops them. */
import type { Page } from '@playwright/test'
import { expect, PATIENCE_MS, test } from './market.ts'

const later = { timeout: PATIENCE_MS }

/** Fills the form and sends it. */
async function startBidder(page: Page, bidder: { side: 'Buy' | 'Sell'; limit: string; quantity: string }): Promise<void> {
  const form = page.getByRole('form', { name: 'Let a bidder trade' })
  await form.getByRole('radio', { name: bidder.side }).check()
  await form.getByLabel(bidder.side === 'Buy' ? /^Pay at most/ : /^Take at least/).fill(bidder.limit)
  await form.getByLabel(/^Quantity in/).fill(bidder.quantity)
  await form.getByRole('button', { name: 'Start the bidder' }).click()
  await expect(form.getByRole('status')).toHaveText('The bidder has started.', later)
}

function bidderOf(page: Page) {
  return page.getByRole('region', { name: 'Your bidders' }).getByRole('listitem')
}

test('a consumer and a provider leave it to bidders: they meet, and one is stopped with its rest', async ({ market }) => {
  const [consumer, provider] = await market.openRing(2)
  if (consumer === undefined || provider === undefined) throw new Error('two tabs')
  const service = await consumer.createService()
  await provider.openService(service.link)

  // One by the service's page, the other by the navigation.
  await consumer.page.goto(service.link)
  await consumer.page.getByRole('link', { name: 'Let a bidder do it' }).click()
  await provider.page.getByRole('navigation').getByRole('link', { name: 'Bidders' }).click()
  const form = provider.page.getByRole('form', { name: 'Let a bidder trade' })
  await expect(form.getByLabel('Learning rate, in percent')).toHaveValue('10')
  await form.getByRole('button', { name: 'Start the bidder' }).click()
  await expect(form.getByLabel(/^Pay at most/)).toBeFocused()
  await expect(form).toContainText('Enter an amount above zero')

  await startBidder(consumer.page, { side: 'Buy', limit: '12.00', quantity: '3' })
  await startBidder(provider.page, { side: 'Sell', limit: '8.00', quantity: '2' })
  await expect(bidderOf(provider.page)).toContainText('Done: everything is traded', later)
  const [receipt] = await consumer.waitForReceipts(1)
  expect(receipt).toMatchObject({ quantity: 2 })
  expect(receipt?.price).toBeGreaterThanOrEqual(800)
  expect(receipt?.price).toBeLessThanOrEqual(1200)

  // Its rest is still offered, and each step is told.
  await expect(bidderOf(consumer.page)).toContainText('1 of 3', later)
  await expect(bidderOf(consumer.page).getByRole('row').filter({ hasText: 'Traded' })).toHaveCount(1)
  await bidderOf(consumer.page).getByRole('button', { name: 'Stop the bidder of Firewood' }).click()
  await expect(bidderOf(consumer.page)).toContainText('Stopped', later)
  const offers = await consumer.offers()
  expect(offers.filter(({ state }) => state === 'open' || state === 'sending')).toEqual([])
})
