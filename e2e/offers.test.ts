/** Own offers as a person follows them: their lives, what can be done with them, and the news of them. */
import type { Locator, Page } from '@playwright/test'
import { goTo } from './form.ts'
import { expect, PATIENCE_MS, type Tab, test } from './market.ts'

const later = { timeout: PATIENCE_MS }

function listOf(page: Page, name: 'Open' | 'Finished'): Locator {
  return page.getByRole('region', { name, exact: true }).getByRole('article')
}

/** Tells the page that its tab is hidden, or seen again: tabs of a test are always in front. */
async function setHidden(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate((value) => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => value })
    document.dispatchEvent(new Event('visibilitychange'))
  }, hidden)
}

async function openService(tab: Tab, serviceId: string): Promise<void> {
  await tab.page.evaluate((id) => {
    location.hash = `#/s/${id}`
  }, serviceId)
  await expect(tab.page.getByRole('heading', { name: 'Make an offer' })).toBeVisible(later)
}

test('an offer’s life is shown from signing to the trade, and it can be renewed, changed and withdrawn', async ({ market }) => {
  const [buyer, seller] = (await market.openRing(2)) as [Tab, Tab]
  const { page } = buyer
  const { serviceId, link } = await buyer.createService()
  await seller.openService(link)
  await goTo(page, 'Offers')
  await buyer.sendOffer(serviceId, { side: 'buy', price: 1050, quantity: 2 })
  const open = listOf(page, 'Open')
  const life = (offer: Locator) => offer.getByRole('list', { name: 'What happened' })
  await expect(open).toHaveText(/Buy 2 × crate at 10\.50 EUR.*In the book.*accepted by 2 of 2 · time left 1:5\d/, later)
  await expect(life(open)).toHaveText(/Signed \d\d:\d\d:\d\d.*Sent to 2 brokers.*Stored by 2 of 2 brokers \d\d:\d\d:\d\d/)

  await seller.sendOffer(serviceId, { side: 'sell', price: 1000, quantity: 2 })
  const finished = listOf(page, 'Finished')
  await expect(finished).toHaveText(/Buy crate at 10\.50 EUR.*Traded/, later)
  await expect(life(finished)).toHaveText(/Stored by .*Matched \d.*Waiting for the other signature \d.*Traded 2 \d\d:\d\d:\d\d$/)
  await expect(page.getByRole('status', { name: 'News of your offers' })).toHaveText(/Traded: Buy 2 × crate at 10\.25 EUR, Firewood/)
  await expect(page).toHaveTitle('PeerMart')

  await finished.getByRole('button', { name: 'Renew' }).click()
  await expect(page.getByText('Offered again: accepted by 2 of 2 brokers.')).toBeVisible(later)
  await expect(open).toHaveText(/Buy 2 × crate at 10\.50 EUR.*In the book.*time left (1:5\d|2:00)/, later)
  await expect(finished.getByRole('button', { name: 'Renew' })).toBeDisabled()
  await expect(finished).toContainText('You have another offer open for this service.')

  await open.getByRole('button', { name: 'Change' }).click()
  await expect(page.getByLabel('Price in EUR per crate')).toHaveValue('10.50', later)
  await expect(page.getByLabel('Quantity in crate')).toHaveValue('2')
  await expect(page.getByLabel('Valid for')).toHaveValue('120000')
  await page.getByLabel('Price in EUR per crate').fill('10.75')
  await page.getByRole('button', { name: 'Offer to buy' }).click()
  await goTo(page, 'Offers')
  await expect(open).toHaveText(/at 10\.75 EUR.*In the book/, later)
  await expect(finished.first()).toHaveText(/Replaced .*your newer offer took its place/)
  await open.getByRole('button', { name: 'Withdraw' }).click()
  await expect(finished.first()).toHaveText(/Withdrawal sent \d.*Withdrawn \d/, later)
})

test('an expiry is told while the tab is hidden: a word in the page that hides no form, and a count in the title', async ({ market }) => {
  const [tab, other] = (await market.openRing(2)) as [Tab, Tab]
  const { page } = tab
  const { serviceId, link } = await tab.createService()
  await other.openService(link)
  await openService(tab, serviceId)
  await setHidden(page, true)
  await tab.sendOffer(serviceId, { side: 'sell', price: 1050, validForMs: 1_500 })
  await expect(page).toHaveTitle('(1) PeerMart', later)
  const news = page.getByRole('status', { name: 'News of your offers' })
  await expect(news).toHaveText(/Expired: Sell 1 × crate at 10\.50 EUR, Firewood/)
  for (const width of [1440, 360]) {
    await page.setViewportSize({ width, height: 800 })
    const [toast, form] = await Promise.all([news.boundingBox(), page.getByRole('form', { name: 'Make an offer' }).boundingBox()])
    const isApart =
      toast!.x + toast!.width <= form!.x ||
      form!.x + form!.width <= toast!.x ||
      toast!.y + toast!.height <= form!.y ||
      form!.y + form!.height <= toast!.y
    expect(isApart, `${width} px`).toBe(true)
  }
  await setHidden(page, false)
  await expect(page).toHaveTitle('PeerMart')
  await news.getByRole('button', { name: 'Dismiss' }).click()
  await expect(news).toBeEmpty()
})

test('the browser’s notifications are asked for by a click, and tell of an own offer while the tab is hidden', async ({ market }) => {
  const context = await market.context()
  await context.addInitScript(() => {
    const shown: string[] = []
    class FakeNotification {
      static permission = 'default'
      static asked = 0
      static async requestPermission() {
        FakeNotification.asked += 1
        FakeNotification.permission = 'granted'
        return 'granted'
      }
      constructor(title: string, options: { body: string }) {
        shown.push(`${title}: ${options.body}`)
      }
    }
    Object.assign(window, { Notification: FakeNotification, shown })
  })
  const tab = await (await market.open({ context })).ready()
  const { page } = tab
  const read = () => page.evaluate(() => (window as unknown as { shown: string[] }).shown)
  const { serviceId } = await tab.createService()
  await goTo(page, 'Settings')
  const choice = page.getByRole('checkbox', { name: 'Notifications' })
  await expect(choice).not.toBeChecked()
  await choice.click()
  await expect(choice).toBeChecked()
  await tab.sendOffer(serviceId, { side: 'sell', price: 1050, validForMs: 1_000 })
  await expect(page.getByRole('status', { name: 'News of your offers' })).toContainText('Expired', later)
  expect(await read(), 'nothing while the tab is seen').toEqual([])
  await setHidden(page, true)
  await tab.sendOffer(serviceId, { side: 'sell', price: 1051, validForMs: 1_000 })
  await expect.poll(read, later).toEqual(['Expired: Sell 1 × crate at 10.51 EUR, Firewood.'])
})
