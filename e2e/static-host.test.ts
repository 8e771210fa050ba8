import { expect, oneRing, openMarket, PATIENCE_MS, patiently, Tab, test } from './market.ts'

test('e: dist/ under a sub-path of a plain file server, no PeerServer: tabs of one browser trade', async ({ browser }) => {
  const market = await openMarket(browser, { peerServer: false, basePath: '/some/where/' })
  const context = await market.context()
  const tabs = await Promise.all(Array.from({ length: 4 }, () => market.open({ context })))
  await oneRing(tabs)
  const [buyer, seller] = tabs
  const { serviceId, link } = await buyer!.createService()
  expect(new URL(link).pathname).toBe('/some/where/')
  await seller!.openService(link)
  await buyer!.sendOffer(serviceId, { side: 'buy', price: 12 })
  await seller!.sendOffer(serviceId, { side: 'sell', price: 10 })
  expect(await buyer!.waitForReceipts(1)).toMatchObject([{ serviceId, price: 11 }])
  await seller!.waitForReceipts(1)
  expect(market.problems).toEqual([])
  await market.close()
})

test('a tab alone is a ring of one, and the query string stays in the address', async ({ browser }) => {
  const market = await openMarket(browser, { peerServer: false })
  const tab = await market.open({ url: `${market.server.url}?from=a-friend` })
  await tab.ready()
  expect(new URL(tab.page.url()).search).toBe('?from=a-friend')
  expect(await tab.status()).toMatchObject({ state: 'joined', peers: 0, links: 0 })
  await market.close()
})

test.describe('a bad config.json gives a clear message on the page', () => {
  const cases: [string, string | Record<string, unknown>, RegExp][] = [
    ['not JSON', '{ "network": ', /config\.json/],
    ['a wrong value', { n: 0 }, /n\b.*1/],
    ['a missing value', '{ "network": "x" }', /config\.json/],
  ]
  for (const [name, config, text] of cases) {
    test(name, async ({ browser }) => {
      const market = await openMarket(browser, { config })
      const tab = await market.open()
      await expect(tab.page.getByTestId('startup')).toContainText(text, { timeout: PATIENCE_MS })
      const { code } = await tab.errorOf('createService', {})
      expect(code).toBe('stopped')
      expect(await tab.status()).toMatchObject({ state: 'stopped' })
      await market.close()
    })
  }
})

test('f: a duplicated tab has another identity', async ({ market }) => {
  const first = await market.open()
  await first.ready()
  // window.open copies sessionStorage, as a browser's "duplicate tab" does.
  const [page] = await Promise.all([first.page.waitForEvent('popup'), first.page.evaluate(() => void window.open(location.href))])
  await page.waitForFunction(() => window.peermart !== undefined)
  const second = new Tab(page)
  await oneRing([first, second])
  expect(await second.nodeId()).not.toBe(await first.nodeId())
})

test('f: two rings that formed apart become one', async ({ browser }) => {
  // A server that was away is asked again after up to 30 s, and rings look for others every 10 to 45 s.
  test.setTimeout(200_000)
  const market = await openMarket(browser)
  market.server.stopPeerServer()
  const [left, right] = [await market.context(), await market.context()]
  const lefts = await Promise.all([1, 2, 3].map(() => market.open({ context: left })))
  const rights = await Promise.all([1, 2].map(() => market.open({ context: right })))
  await oneRing(lefts)
  await oneRing(rights)
  market.server.startPeerServer()
  const tabs = [...lefts, ...rights]
  await expect
    .poll(async () => (await Promise.all(tabs.map((tab) => tab.status()))).map(({ peers }) => peers), { ...patiently, timeout: 150_000 })
    .toEqual([4, 4, 4, 4, 4])
  expect(market.problems).toEqual([])
  await market.close()
})

test('f: a tab of another network is refused with a clear message', async ({ browser }) => {
  const market = await openMarket(browser)
  const ours = await market.openRing(2)
  const context = await market.context()
  // The same name with other parameters is another network (PROTOCOL 1), on the same PeerServer.
  await context.route('**/config.json', async (route) => {
    const json = await (await route.fetch()).json()
    await route.fulfill({ json: { ...json, n: 4 } })
  })
  const stranger = await market.open({ context })
  await expect(stranger.page.getByText(/other network/i).first()).toBeVisible({ timeout: PATIENCE_MS })
  expect((await stranger.status()).peers).toBe(0)
  expect(await Promise.all(ours.map(async (tab) => (await tab.status()).peers))).toEqual([1, 1])
  await market.close()
})
