/** The page as a host serves it: what its content security policy lets through, and whom it asks for anything. */
import type { BrowserContext, Page } from '@playwright/test'
import { startServer } from '../scripts/server.mjs'
import { expect, oneRing, patiently, test } from './market.ts'

/** Hosts that anything of the context asks, by whatever protocol. What stands in the page itself (blob:, data:) is no request. */
function watchHosts(context: BrowserContext): Set<string> {
  const hosts = new Set<string>()
  const add = (address: string): void => {
    const { host } = new URL(address)
    if (host !== '') hosts.add(host)
  }
  context.on('request', (request) => add(request.url()))
  context.on('page', (page) => page.on('websocket', (socket) => add(socket.url())))
  return hosts
}

/** What the policies refused in this page since it was opened. */
async function watchRefusals(context: BrowserContext): Promise<(page: Page) => Promise<string[]>> {
  await context.addInitScript(() => {
    const refused: string[] = []
    Object.assign(window, { refused })
    addEventListener('securitypolicyviolation', (event) => refused.push(`${event.effectiveDirective} ${event.blockedURI}`))
  })
  return (page) => page.evaluate(() => (window as unknown as { refused: string[] }).refused)
}

test('joining, trading and the lab ask nobody but the host of the page, and need nothing that the policy refuses', async ({ market }) => {
  const context = await market.context()
  const hosts = watchHosts(context)
  const refusals = await watchRefusals(context)
  const [first, second] = await Promise.all([market.open({ context }), market.open({ context })])
  await oneRing([first, second])
  const { serviceId, link } = await first.createService()
  await second.openService(link)
  await first.sendOffer(serviceId, { side: 'buy', price: 12 })
  await second.sendOffer(serviceId, { side: 'sell', price: 10 })
  await Promise.all([first.waitForReceipts(1), second.waitForReceipts(1)])
  await first.page.goto(link)
  await second.page.goto(`${market.server.url}#/lab`)
  await second.page.getByRole('button', { name: 'Run', exact: true }).click()
  await expect(second.page.getByRole('button', { name: 'Cancel', exact: true })).toBeVisible()
  expect(await refusals(first.page)).toEqual([])
  expect(await refusals(second.page)).toEqual([])
  expect([...hosts]).toEqual([`localhost:${market.server.port}`])
})

test('once the configuration is read, nothing else can be reached, and no script or style of a stranger runs', async ({ market }) => {
  const other = await startServer()
  const context = await market.context()
  const refusals = await watchRefusals(context)
  const tab = await (await market.open({ context })).ready()
  const fetched = await tab.page.evaluate(
    (address) =>
      fetch(address).then(
        () => 'fetched',
        () => 'refused',
      ),
    other.url,
  )
  expect(fetched).toBe('refused')
  await tab.page.evaluate((port) => void new WebSocket(`ws://localhost:${port}/peerjs/peerjs`), other.port)
  await tab.page.evaluate(() => {
    for (const name of ['script', 'style']) {
      const element = document.createElement(name)
      element.textContent = name === 'script' ? 'window.stranger = true' : 'body { display: none }'
      document.body.append(element)
    }
  })
  await expect
    .poll(() => refusals(tab.page), patiently)
    .toEqual(
      expect.arrayContaining([
        expect.stringContaining(`connect-src ${other.url}`),
        expect.stringContaining(`connect-src ws://localhost:${other.port}`),
        'script-src-elem inline',
        'style-src-elem inline',
      ]),
    )
  expect(await tab.page.evaluate(() => 'stranger' in window)).toBe(false)
  await expect(tab.page.locator('body')).toBeVisible()
  await other.close()
})
