/** The order book and the offer form, as somebody uses them who has not traded yet. */
import { bookOn, closedAndAtOnce, levelsOn } from './form.ts'
import { expect, PATIENCE_MS, patiently, test } from './market.ts'

const later = { timeout: PATIENCE_MS }

test('a ladder of both sides, grouped, frozen, chosen from, and asked about when the price is unusual', async ({ market }) => {
  const [buyer, seller, visitor] = await market.openRing(3)
  const { page } = visitor!
  const { serviceId, link } = await buyer!.createService()
  await seller!.openService(link)
  const bought = await buyer!.sendOffer(serviceId, { side: 'buy', price: 1_041, quantity: 2 })
  await seller!.sendOffer(serviceId, { side: 'sell', price: 1_063, quantity: 3 })
  await page.goto(link)
  const book = bookOn(page)

  await test.step('asks stand above bids, with the best prices between them', async () => {
    await expect(levelsOn(page, 'Asks')).toHaveText(['10.63'], later)
    await expect(levelsOn(page, 'Bids')).toHaveText(['10.41'], later)
    await expect(book.getByRole('region', { name: 'Best prices' })).toHaveText('Ask10.63Spread0.22Bid10.41')
    const tops = await Promise.all([levelsOn(page, 'Asks'), levelsOn(page, 'Bids')].map(async (side) => (await side.boundingBox())?.y ?? 0))
    expect(tops[0]).toBeLessThan(tops[1]!)
    await expect(book).toContainText(/Slot \d+ · (even: brokers collect|odd: brokers exchange)/)
    await expect(book.getByRole('img', { name: '2 crate to buy, 3 crate to sell' })).toBeVisible()
    await book.getByRole('button', { name: 'Show as a table' }).click()
    await expect(book.getByRole('row', { name: '10.63 to sell 3' })).toBeVisible()
  })

  await test.step('grouped, asks round up and bids down', async () => {
    await book.getByLabel('Group prices').selectOption({ label: '×10 · by 0.10 EUR' })
    await expect(levelsOn(page, 'Asks')).toHaveText(['10.70'])
    await expect(levelsOn(page, 'Bids')).toHaveText(['10.40'])
    await book.getByLabel('Group prices').selectOption({ label: '×1 · by 0.01 EUR' })
  })

  const price = page.getByLabel('Price in EUR per crate')
  await test.step('a level fills in the price, by click and by key, and the preview says what would happen', async () => {
    await book.getByRole('button', { name: '10.63: use this price' }).click()
    await expect(price).toHaveValue('10.63')
    await expect(page.getByRole('status').filter({ hasText: 'Price 10.63 taken from the book.' })).toBeVisible()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await expect(price).toHaveValue('10.41')
    await page.getByLabel('Quantity in crate').fill('1')
    await expect(page.getByText('it would wait at rank 2 of the offers to buy, which have 32 places')).toBeVisible()
  })

  await test.step('an unusual price is asked about with both numbers, and not sent unless it is meant', async () => {
    await price.fill('99')
    await page.getByRole('button', { name: 'Offer to buy' }).click()
    const question = page.getByRole('dialog', { name: 'Unusual terms' })
    await expect(question).toContainText(
      'You would buy at 99.00 EUR. The best offer to sell is at 10.63 EUR: your price is 831 % above it.',
    )
    // Sent again before the browser has told that the question was closed: it is asked again.
    await closedAndAtOnce(page, () => document.querySelector<HTMLFormElement>('.offer-form')?.requestSubmit())
    await question.getByRole('button', { name: 'Change it' }).click()
    await expect(question).toBeHidden()
    expect(await visitor!.offers()).toEqual([])
    await page.getByRole('radio', { name: 'Sell' }).check()
    await page.getByRole('button', { name: 'Offer to sell' }).click()
    await page.getByRole('button', { name: 'Send it anyway' }).click()
    await expect(page.getByRole('status').filter({ hasText: 'Accepted by 3 of 3 brokers.' })).toBeVisible(later)
    await expect(levelsOn(page, 'Asks')).toHaveText([/you.*99\.00/, '10.63'], later)
  })

  await test.step('a frozen book says so and stays', async () => {
    const freeze = book.getByRole('button', { name: 'Freeze' })
    await freeze.click()
    await buyer!.withdraw(bought.offerId)
    await expect.poll(async () => (await visitor!.orderBook(serviceId)).bids, patiently).toEqual([])
    await expect(book).toContainText(/Frozen for \d/)
    await expect(levelsOn(page, 'Bids')).toHaveText(['10.41'])
    await freeze.click()
    await expect(book).toContainText('No offers to buy.', later)
    await expect(book).not.toContainText('Frozen')
  })
})
