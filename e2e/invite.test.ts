/** Links that invite: a meeting server that the page does not know is asked about first; a link of another network is told apart. */
import type { BrowserContext, Page } from '@playwright/test'
import { expect, openMarket, PATIENCE_MS, patiently, Tab, test, WOOD } from './market.ts'

const later = { timeout: PATIENCE_MS }

/** The addresses that the page contacts, from now on. */
function contactsOf(page: Page): string[] {
  const contacts: string[] = []
  page.on('request', (request) => contacts.push(request.url()))
  page.on('websocket', (socket) => contacts.push(socket.url()))
  return contacts
}

/** Pages of this context name the server by its host, as a deployment does whose page is elsewhere. */
async function nameServer(context: BrowserContext, port: number): Promise<void> {
  await context.route('**/config.json', async (route) => {
    const json = await (await route.fetch()).json()
    await route.fulfill({ json: { ...json, rendezvous: [{ host: 'localhost', port, path: '/peerjs', secure: false }] } })
  })
}

test('a meeting server that only the link names is contacted after the person agreed, and leads to the inviter', async ({
  browser,
  market,
}) => {
  const other = await openMarket(browser)
  const context = await other.context()
  await nameServer(context, other.server.port)
  const inviter = await (await other.open({ context })).ready()
  const { link } = await inviter.createService()
  expect(link).toContain('&n=e2e%23')
  expect(link).toContain(`&i=${await inviter.nodeId()}&r=localhost:${other.server.port}/peerjs`)

  const page = await (await market.context()).newPage()
  const contacts = contactsOf(page)
  const atOther = () => contacts.filter((address) => address.includes(`:${other.server.port}/`))
  await page.goto(link.replace(other.server.url, market.server.url))
  const tab = new Tab(page)
  const question = page.getByTestId('question')
  await expect(question).toContainText(`does not know: localhost:${other.server.port}.`, later)
  // The tab does not wait for the answer, and goes on with its own server.
  await tab.ready()
  await expect(page.getByTestId('service-title')).toHaveText(WOOD.name)
  await question.getByRole('button', { name: 'Do not use' }).click()
  await expect(question).toBeHidden()
  await page.reload()
  await tab.ready()
  expect(contacts.some((address) => address.startsWith('ws:'))).toBe(true)
  expect(atOther()).toEqual([])
  expect((await tab.status()).peers).toBe(0)

  await question.getByRole('button', { name: 'Use', exact: true }).click()
  await Promise.all([inviter.waitForPeers(1), expect.poll(atOther, patiently).not.toEqual([])])
  await tab.ready()
  await tab.waitForPeers(1)
  await expect(question).toHaveCount(0)
  await expect(page.getByTestId('service-title')).toHaveText(WOOD.name)
  await page.goto('about:blank')
  await page.goto(link.replace(other.server.url, market.server.url))
  await tab.waitForPeers(1)
  await expect(question).toHaveCount(0)
  await tab.openService(link)
  expect(other.problems).toEqual([])
  await other.close()
})

test('a link of another network says so', async ({ market }) => {
  const maker = await (await market.open()).ready()
  const { link } = await maker.createService()
  expect(link).not.toContain('&r=')
  const foreign = link.replace(/e2e%23[0-9a-f]{16}/, `e2e%23${'0'.repeat(16)}`)
  const { page } = await market.open({ url: foreign })
  const words = /belongs to the network e2e#0{16}; this page is of e2e#[0-9a-f]{16}\. Their parameters differ/
  await expect(page.locator('.notice').filter({ hasText: words })).toBeVisible(later)
  const refused = { code: 'invalid-argument', field: 'link', message: expect.stringMatching(words) }
  expect(await maker.errorOf('openService', foreign)).toEqual(refused)
  expect(await maker.errorOf('openService', link)).toMatchObject({ code: '' })
})
