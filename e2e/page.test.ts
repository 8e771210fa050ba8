/** The page as a host serves it: what its content security policy lets through, whom it asks, how it opens offline and when it updates. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext, Page } from '@playwright/test'
import { startServer } from '../scripts/server.mjs'
import { expect, oneRing, openMarket, PATIENCE_MS, patiently, test } from './market.ts'

/** Hosts that anything of the context asks, by whatever protocol. What stands in the page itself (blob:, data:) is no request. */
function watchHosts(context: BrowserContext, hosts: Set<string>): void {
  const add = (address: string): void => {
    const { host } = new URL(address)
    if (host !== '') hosts.add(host)
  }
  context.on('request', (request) => add(request.url()))
  context.on('page', (page) => page.on('websocket', (socket) => add(socket.url())))
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

test('joining, trading and the lab ask the page host and the PeerServer of config.json, and need nothing that the policy refuses', async ({
  browser,
}) => {
  const peers = await startServer()
  const rendezvous = [{ host: 'localhost', port: peers.port, path: '/peerjs', secure: false }]
  const market = await openMarket(browser, { peerServer: false, config: { rendezvous } })
  const hosts = new Set<string>()
  const contexts = [await market.context(), await market.context()] as const
  for (const context of contexts) watchHosts(context, hosts)
  const [firstRefusals, secondRefusals] = [await watchRefusals(contexts[0]), await watchRefusals(contexts[1])]
  const [first, second] = await Promise.all([market.open({ context: contexts[0] }), market.open({ context: contexts[1] })])
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
  expect(await firstRefusals(first.page)).toEqual([])
  expect(await secondRefusals(second.page)).toEqual([])
  expect([...hosts].sort()).toEqual([`localhost:${market.server.port}`, `localhost:${peers.port}`].sort())
  expect(market.problems).toEqual([])
  await market.close()
  await peers.close()
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

/** The app is kept on this device. */
const kept = (page: Page): Promise<unknown> => page.evaluate(async () => void (await navigator.serviceWorker.ready))

test('after one visit it opens with its host gone: the receipts, the lab, under a sub-path', async ({ browser }) => {
  const market = await openMarket(browser, { basePath: '/some/where/' })
  const context = await market.context({ serviceWorkers: 'allow' })
  const tabs = [await market.open({ context }), await market.open()]
  await oneRing(tabs)
  const [buyer, seller] = tabs
  const { serviceId, link } = await buyer!.createService()
  await seller!.openService(link)
  await buyer!.sendOffer(serviceId, { side: 'buy', price: 12 })
  await seller!.sendOffer(serviceId, { side: 'sell', price: 10 })
  await buyer!.waitForReceipts(1)
  await kept(buyer!.page)
  await seller!.page.close()
  await market.server.close()
  await buyer!.page.reload()
  await buyer!.ready()
  await buyer!.page.getByRole('link', { name: 'Trades', exact: true }).click()
  await expect(buyer!.page.getByRole('main').getByText('Firewood').filter({ visible: true }).first()).toBeVisible()
  await buyer!.page.getByRole('link', { name: 'Lab', exact: true }).click()
  await buyer!.page.getByRole('button', { name: 'Run', exact: true }).click()
  await expect(buyer!.page.getByRole('button', { name: 'Cancel', exact: true })).toBeVisible()
  expect(market.problems).toEqual([])
  await market.close()
})

/** The built app in a folder of its own, and what makes a newer version of it. */
function ownCopy(): { root: string; renew(): void } {
  const root = mkdtempSync(join(tmpdir(), 'peermart-app-'))
  cpSync('dist', root, { recursive: true })
  const change = (file: string, from: RegExp, to: string): void => {
    const text = readFileSync(join(root, file), 'utf8')
    expect(text).toMatch(from)
    writeFileSync(join(root, file), text.replace(from, to))
  }
  const renew = (): void => {
    change('index.html', /(?<=name="description" content=")/, 'Newer: ')
    change('sw.js', /(?<=url:"index\.html",revision:")\w+/, 'newer')
  }
  return { root, renew }
}

test('a newer version asks before it takes over, and only the tab that takes it loads anew', async ({ browser }) => {
  const { root, renew } = ownCopy()
  const market = await openMarket(browser, { root, peerServer: false })
  const context = await market.context({ serviceWorkers: 'allow' })
  const { page } = await market.open({ context })
  await kept(page)
  renew()
  await page.reload()
  const other = (await market.open({ context })).page
  // The title is the app's own to set.
  const newer = (tab: Page) => tab.locator('meta[name=description][content^=Newer]')
  const notice = (tab: Page) => tab.getByRole('status').filter({ hasText: 'A newer version' })
  await expect(notice(page)).toBeVisible({ timeout: PATIENCE_MS })
  await expect(notice(other)).toBeVisible({ timeout: PATIENCE_MS })
  await expect(newer(page)).toHaveCount(0)
  await page.getByRole('button', { name: 'Take it now' }).click()
  await expect(newer(page)).toHaveCount(1)
  await expect(page.getByRole('banner')).toContainText('In the ring', { timeout: PATIENCE_MS })
  await expect(notice(page)).toBeHidden()
  await expect(newer(other)).toHaveCount(0)
  await other.getByRole('button', { name: 'Take it now' }).click()
  await expect(newer(other)).toHaveCount(1)
  expect(market.problems).toEqual([])
  await market.close()
  rmSync(root, { recursive: true })
})
