/** The network page as a person uses it: the ring and its table, what is wrong and where, and own servers. */
import type { Page } from '@playwright/test'
import { expect, oneRing, PATIENCE_MS, test } from './market.ts'

const later = { timeout: PATIENCE_MS }

async function goToNetwork(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Network', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'Is it me or them?' })).toBeVisible()
}

function linkedRows(page: Page) {
  const table = page.getByRole('table', { name: 'Peers on the ring, clockwise' })
  return table.getByRole('row').filter({ hasText: 'WebRTC' })
}

test('the ring and its table show both neighbours; a server that stops is named', async ({ market }) => {
  const first = await market.open()
  await first.ready()
  const tabs = [first, await market.open(), await market.open()]
  await oneRing(tabs)
  const { page } = first
  await goToNetwork(page)
  await expect(linkedRows(page)).toHaveCount(2, later)
  await expect(linkedRows(page).first()).toContainText(/(successor|predecessor) [12].*neighbour.*\d+ ms/, later)
  await expect(page.getByRole('img', { name: /The ring with 3 known peers, this one included: 2 links/ })).toBeVisible()
  await expect(page.getByText('All is well: 2 links are open, and 2 other peers are known.')).toBeVisible(later)
  const { serviceId } = await first.createService()
  await page.getByLabel('Mark the brokers of').selectOption(serviceId)
  await expect(page.getByRole('img', { name: /3 brokers marked/ })).toBeVisible()
  await market.server.close()
  await expect(page.getByText(/No meeting server answers: .*Newcomers do not find you/)).toBeVisible(later)
  await expect(page.getByText('It is between you and the others')).toBeVisible()
  await expect(linkedRows(page)).toHaveCount(2)
})

test('own servers: what is wrong is refused at its field, what is right is used after a reload', async ({ market }) => {
  const { page } = await market.open()
  await goToNetwork(page)
  await page.getByRole('button', { name: 'Add a meeting server' }).click()
  const server = page.getByLabel('Meeting server 1', { exact: true })
  await server.fill('nowhere')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(server).toHaveAttribute('aria-invalid', 'true')
  await expect(server).toHaveAccessibleDescription(/This is no address of a PeerServer/)
  await expect(server).toBeFocused()

  await server.fill('http://127.0.0.1:9/peerjs')
  const relayOnly = page.getByRole('checkbox', { name: 'Relay only' })
  await relayOnly.check()
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(relayOnly).toHaveAccessibleDescription(/Relay only needs a TURN server/)
  await expect(server).not.toHaveAttribute('aria-invalid', 'true')

  await relayOnly.uncheck()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('button', { name: 'Reload now' }).click()
  await expect(page.getByText(/127\.0\.0\.1:9\/peerjs: does not answer/)).toBeVisible(later)
  await expect(page.getByLabel('Meeting server 1', { exact: true })).toHaveValue('http://127.0.0.1:9/peerjs')
})
