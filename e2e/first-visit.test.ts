/** Somebody who has never been here: what the page says first, alone and not, and in which language and colours. */
import { closedAndAtOnce, goTo } from './form.ts'
import { expect, PATIENCE_MS, Tab, test } from './market.ts'

const later = { timeout: PATIENCE_MS }

test('alone, a tab says so and shows the link that brings somebody here; who follows it is found', async ({ market }) => {
  const first = await market.open()
  const { page } = first
  await expect(page.getByRole('heading', { name: 'You are alone here so far' })).toBeVisible(later)
  await expect(page.getByText('This is no escrow and no payment')).toBeVisible()
  await expect(page.getByRole('img', { name: 'The same link as a QR code' })).toBeVisible()
  const link = await page.getByLabel('Invite somebody').inputValue()
  expect(link).toContain(`&i=${await first.nodeId()}`)

  const second = new Tab(await (await market.context()).newPage())
  await second.page.goto(link)
  await second.ready()
  await second.waitForPeers(1)
  await expect(page.getByRole('heading', { name: 'You are alone here so far' })).toHaveCount(0, later)
})

test('the language and the colours are chosen, and stay chosen', async ({ market }) => {
  const { page } = await market.open()
  await expect(page.getByRole('heading', { name: 'New service' })).toBeVisible(later)
  await goTo(page, 'Settings')
  await page.getByLabel('Language').selectOption({ label: 'Deutsch' })
  await expect(page.getByRole('heading', { name: 'Einstellungen' })).toBeVisible()
  await expect(page.locator('html')).toHaveAttribute('lang', 'de')
  await page.getByLabel('Farben').selectOption({ label: 'Dunkel' })
  await expect(page.locator('body')).toHaveCSS('color-scheme', 'dark')
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Einstellungen' })).toBeVisible()
  await expect(page.getByLabel('Farben')).toHaveValue('dark')
  await page.getByRole('navigation', { name: 'Seiten' }).getByRole('link', { name: 'Markt' }).click()
  await expect(page.getByRole('heading', { name: 'Neuer Dienst' })).toBeVisible(later)
})

test('pages that need no ring are there before the tab has joined', async ({ market }) => {
  const context = await market.context()
  await context.route('**/config.json', (route) => route.abort())
  const page = await context.newPage()
  await page.goto(`${market.server.url}#/about`)
  await expect(page.getByRole('heading', { name: 'What it does not do' })).toBeVisible()
})

test('keys go to pages, outside of fields and while they are not turned off', async ({ market }) => {
  const { page } = await market.open()
  await expect(page.getByRole('heading', { name: 'New service' })).toBeVisible(later)
  await page.keyboard.press('/')
  await expect(page.getByLabel('Link or id')).toBeFocused()
  await page.keyboard.type('?')
  await expect(page.getByLabel('Link or id')).toHaveValue('?')
  await page.getByLabel('Link or id').blur()
  await page.keyboard.press('?')
  const list = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  await expect(list).toContainText('Go to Trades')
  await page.keyboard.press('Escape')
  await expect(list).toHaveCount(0)
  await page.keyboard.press('?')
  await expect(list).toBeVisible()
  // Asked for again before the browser has told that it was closed.
  await closedAndAtOnce(page, () => dispatchEvent(new KeyboardEvent('keydown', { key: '?' })))
  await list.getByRole('link', { name: 'Settings' }).click()
  await expect(list).toHaveCount(0)
  const choice = page.getByRole('checkbox', { name: 'Keyboard shortcuts' })
  await choice.uncheck()
  await choice.blur()
  await page.keyboard.press('?')
  await page.keyboard.type('gm')
  await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible()
  await expect(list).toHaveCount(0)
  await choice.check()
  await page.keyboard.type('gm')
  await expect(page.getByRole('heading', { name: 'New service' })).toBeVisible()
})
