/** Receipts as a person uses them: the list, its exports, and a receipt's file that anyone checks without being in the market. */
import { readFileSync } from 'node:fs'
import type { Download, Page } from '@playwright/test'
import { expect, oneRing, openMarket, PATIENCE_MS, patiently, TEST_CONFIG, test, WOOD } from './market.ts'

const later = { timeout: PATIENCE_MS }

async function saved(page: Page, button: string): Promise<string> {
  const [file] = (await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: button }).click()])) as [
    Download,
    unknown,
  ]
  return readFileSync(await file.path(), 'utf8')
}

async function choose(page: Page, text: string): Promise<void> {
  const file = { name: 'receipt.json', mimeType: 'application/json', buffer: Buffer.from(text) }
  await page.getByLabel('Drop a receipt file here, or choose one').setInputFiles(file)
}

test('a trade is listed, found, exported, and its receipt checked by somebody who never joined', async ({ market, browser }) => {
  const tabs = await market.openRing(2)
  const [buyer, seller] = tabs
  const { serviceId, link } = await buyer!.createService({ ...WOOD, name: '=Wood, "dry"' })
  await seller!.openService(link)
  await buyer!.sendOffer(serviceId, { side: 'buy', price: 1_050, quantity: 5 })
  await seller!.sendOffer(serviceId, { side: 'sell', price: 1_001, quantity: 2 })
  await buyer!.waitForReceipts(1)
  await expect.poll(async () => (await buyer!.receipts())[0]!.attestations, patiently).toBe(2)
  const { page } = buyer!

  await test.step('the list, and what is found in it', async () => {
    await page.getByRole('link', { name: 'Trades' }).click()
    const list = page.getByTestId('trades').getByRole('listitem')
    await expect(list).toHaveText(/Bought 2 × crate at 10\.255 EUR/, later)
    await expect(page.getByRole('table', { name: 'Totals of these trades' }).getByRole('row').last()).toHaveText('EUR20.510.00')
    await page.getByLabel('Side').selectOption('Sold')
    await expect(page.getByText('0 of 1 trades')).toBeVisible()
    await expect(list).toHaveText('No trade is like that.')
    await page.getByRole('button', { name: 'Clear' }).click()
    await page.getByLabel('Text', { exact: true }).fill('DRY')
    await expect(page.getByText('1 of 1 trades')).toBeVisible()
  })

  const receipt = await test.step('exports, and the receipt as a file', async () => {
    const [row] = await buyer!.receipts()
    const csv = (await saved(page, 'Export CSV')).split('\r\n')
    expect(csv).toHaveLength(3)
    expect(csv[1]).toContain(`${row!.receiptId},`)
    expect(csv[1]).toContain(`,buy,${serviceId},"'=Wood, ""dry""",2,crate,10.255,20.51,EUR,${row!.buyer},${row!.seller},${row!.slot},2,2`)
    expect(JSON.parse(await saved(page, 'Export JSON')).trades).toMatchObject([{ receiptId: row!.receiptId, total: '20.51' }])
    await page.getByText('Details').click()
    return saved(page, 'Download receipt file')
  })

  await test.step('who has not joined checks it: true, changed, and no receipt at all', async () => {
    // A puzzle that takes hours: this page stays outside.
    const outside = await openMarket(browser, { config: { ...TEST_CONFIG, p: 32 } })
    const stranger = (await outside.open()).page
    await stranger.getByRole('link', { name: 'Trades' }).click()
    await choose(stranger, receipt)
    await expect(stranger.getByText('Valid. Both sides signed it, and enough brokers attest that it was whole in time.')).toBeVisible(later)
    const checks = stranger.getByRole('list', { name: 'What was checked' }).getByRole('listitem')
    await expect(checks.filter({ hasText: 'Fails' })).toHaveCount(0)
    await expect(checks.filter({ hasText: 'A broker’s attestation' })).toHaveCount(2)
    await expect(checks.filter({ hasText: 'Payment' })).toContainText('Not known')
    await choose(stranger, receipt.replace('"price": 1025.5', '"price": 1020'))
    await expect(stranger.getByRole('alert')).toHaveText('Not valid: one check fails.')
    await expect(checks.filter({ hasText: 'Fails' })).toHaveText(/Price\..*The file says 10\.20 EUR.*is 10\.255 EUR/)
    await stranger.getByLabel('Or paste its text').fill(receipt.replace(/"buyerSignature": "../, '"buyerSignature": "ff'))
    await stranger.getByRole('button', { name: 'Check' }).click()
    await expect(checks.filter({ hasText: 'Fails' })).toHaveText(/The buyer’s signature\./)
    const dropped = await stranger.evaluateHandle((text) => {
      const transfer = new DataTransfer()
      transfer.items.add(new File([text], 'receipt.json'))
      return transfer
    }, receipt)
    await stranger.getByRole('region', { name: 'Check a receipt' }).dispatchEvent('drop', { dataTransfer: dropped })
    await expect(stranger.getByText('Valid. Both sides signed it')).toBeVisible()
    await choose(stranger, 'not a receipt')
    await expect(checks).toHaveText(/The file\..*It is no JSON/)
    expect(await outside.tabs[0]!.status()).toMatchObject({ peers: 0, nodeId: '' })
    await outside.close()
  })
  await oneRing(tabs)
})
