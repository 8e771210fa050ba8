/** What a tab shows of its work as a broker. */
import { goTo } from './form.ts'
import { expect, PATIENCE_MS, test } from './market.ts'

const later = { timeout: PATIENCE_MS }

test('the tables that a tab keeps are shown live, with how the brokers agree', async ({ market }) => {
  const [broker, trader] = await Promise.all([market.open(), market.open()])
  await Promise.all([broker.waitForPeers(1), trader.waitForPeers(1)])
  const { page } = broker
  await goTo(page, 'Brokering')
  await expect(page.getByText('This tab brokers no service now.')).toBeVisible()
  const { serviceId } = await trader.createService()
  await trader.sendOffer(serviceId, { side: 'buy', price: 1234, quantity: 7 })

  const service = page.getByRole('article', { name: 'Firewood' })
  await expect(service.getByRole('row').filter({ hasText: '12.34' })).toContainText(/^Buy12\.347/, later)
  await expect(service).toContainText('2 of 2 brokers that answered share the last decision', later)
  await expect(service).toContainText(/Slots decided here[1-9]/, later)
  await service.getByText('Broker set (2)').click()
  await expect(service.getByRole('listitem').filter({ hasText: await trader.nodeId() })).toBeVisible()
  const [offer] = await trader.offers()
  await trader.withdraw(offer?.offerId ?? '')
  await expect(service).toContainText('No valid offer in the table now.', later)
})
