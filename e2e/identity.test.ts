/** A key's copies, as a person makes and uses them. */
import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { goTo } from './form.ts'
import { expect, PATIENCE_MS, patiently, type Tab, test } from './market.ts'

const passphrase = 'seven crates of dry birch'
const later = { timeout: PATIENCE_MS }

/** The text of the file that the browser saves. */
async function backUp(page: Page): Promise<string> {
  const form = page.getByRole('form', { name: 'Back up the key' })
  await form.getByLabel('Passphrase', { exact: true }).fill(passphrase)
  await form.getByLabel('Passphrase again').fill(`${passphrase}!`)
  await form.getByRole('button', { name: 'Save backup' }).click()
  await expect(form).toContainText('The two passphrases differ.')
  await form.getByLabel('Passphrase again').fill(passphrase)
  const downloading = page.waitForEvent('download')
  await form.getByRole('button', { name: 'Save backup' }).click()
  const download = await downloading
  await expect(form.getByRole('status')).toContainText(`Saved as ${download.suggestedFilename()}`)
  return readFile(await download.path(), 'utf8')
}

async function wipe(tab: Tab): Promise<void> {
  const { page } = tab
  const start = (await tab.nodeId()).slice(0, 6)
  const section = page.getByRole('region', { name: 'Wipe this key' })
  await section.getByRole('button', { name: 'Wipe…' }).click()
  await expect(section).toContainText('One offer of yours is still live')
  await section.getByLabel(start).fill('no')
  await section.getByRole('button', { name: 'Wipe for good' }).click()
  await expect(section).toContainText(`Type ${start}, exactly so.`)
  await section.getByLabel(start).fill(start)
  const loaded = page.waitForEvent('load')
  await section.getByRole('button', { name: 'Wipe for good' }).click()
  await loaded
}

async function restore(page: Page, backup: string): Promise<void> {
  const form = page.getByRole('form', { name: 'Restore a key' })
  await form.getByLabel('Backup file').setInputFiles({ name: 'key.json', mimeType: 'application/json', buffer: Buffer.from(backup) })
  await form.getByLabel('Passphrase of the backup').fill('seven crates of wet birch')
  await form.getByRole('button', { name: 'Restore' }).click()
  await expect(form).toContainText('This passphrase does not open the backup.', later)
  await form.getByLabel('Passphrase of the backup').fill(passphrase)
  await form.getByRole('button', { name: 'Restore' }).click()
  const loaded = page.waitForEvent('load')
  await page.getByRole('button', { name: 'Load the page and run it' }).click(later)
  await loaded
}

test('a key that is backed up, wiped and restored is the same peer again, and its offer can be replaced and traded', async ({ market }) => {
  const context = await market.context()
  const [maker, seller, tab] = [await market.open(), await market.open(), await market.open({ context })]
  for (const each of [maker, seller, tab]) await each.waitForPeers(2)
  const { page } = tab
  const { serviceId, link } = await maker.createService()
  await seller.openService(link)
  await tab.openService(link)
  const first = await tab.nodeId()
  await tab.sendOffer(serviceId, { side: 'buy', price: 1_000 })

  await goTo(page, 'Identity')
  await expect(page.getByLabel('Node id: what others know you by')).toHaveValue(first)
  await expect(page.getByRole('meter', { name: 'Storage used' })).toBeVisible()
  const backup = await backUp(page)
  await wipe(tab)
  await tab.ready()
  expect(await tab.nodeId()).not.toBe(first)
  expect(
    await page.evaluate(async (name) => (await indexedDB.databases()).some((database) => database.name === name), `peermart-${first}`),
  ).toBe(false)

  await restore(page, backup)
  await tab.ready()
  expect(await tab.nodeId()).toBe(first)
  await tab.waitForPeers(2)
  await tab.openService(link)
  expect((await maker.orderBook(serviceId)).bids).toMatchObject([{ price: 1_000, peer: first }])
  await tab.sendOffer(serviceId, { side: 'buy', price: 900 })
  await expect.poll(async () => (await maker.orderBook(serviceId)).bids, patiently).toMatchObject([{ price: 900, peer: first }])
  await seller.sendOffer(serviceId, { side: 'sell', price: 900 })
  expect(await tab.waitForReceipts(1)).toMatchObject([{ buyer: first, price: 900 }])

  const other = await (await market.open({ context })).ready()
  expect(await other.errorOf('restoreIdentity', backup, passphrase)).toMatchObject({ code: 'runs-elsewhere' })
  expect(await tab.errorOf('restoreIdentity', backup, passphrase)).toMatchObject({ code: 'already-here' })
})
