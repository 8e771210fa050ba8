import { expect, type Market, oneRing, openMarket, patiently, type Tab, test } from './market.ts'

declare global {
  interface Window {
    misbehave: '' | 'garbage' | 'oversized' | 'forged' | 'swap'
    swapped: number
  }
}

/** Opens a tab that can be told to break the protocol: its own code is ours, but what leaves it is not. */
async function openEvil(market: Market): Promise<Tab> {
  const context = await market.context()
  await context.addInitScript(() => {
    window.misbehave = ''
    window.swapped = 0
    const own = new Set<string>()
    const fingerprints = /a=fingerprint:sha-256 ([0-9A-F:]{95})/g
    type SetLocal = (this: RTCPeerConnection, description?: RTCLocalSessionDescriptionInit) => Promise<void>
    const setLocal = RTCPeerConnection.prototype.setLocalDescription as SetLocal
    RTCPeerConnection.prototype.setLocalDescription = async function (
      this: RTCPeerConnection,
      description?: RTCLocalSessionDescriptionInit,
    ) {
      await setLocal.call(this, description)
      for (const [, fingerprint] of (this.localDescription?.sdp ?? '').matchAll(fingerprints)) own.add(fingerprint ?? '')
    } as typeof RTCPeerConnection.prototype.setLocalDescription
    const swap = (data: Uint8Array): Uint8Array => {
      const text = Array.from(data, (byte) => String.fromCharCode(byte)).join('')
      const other = text.replace(fingerprints, (whole, fingerprint: string) => {
        if (own.has(fingerprint)) return whole
        window.swapped += 1
        return whole.slice(0, -2) + (whole.endsWith('00') ? '11' : '00')
      })
      return Uint8Array.from(other, (character) => character.charCodeAt(0))
    }
    const send = RTCDataChannel.prototype.send as (this: RTCDataChannel, data: unknown) => void
    const mangled = (data: ArrayBuffer | ArrayBufferView): Uint8Array => {
      if (window.misbehave === 'garbage') return crypto.getRandomValues(new Uint8Array(100))
      if (window.misbehave === 'oversized') return new Uint8Array(60_000)
      const bytes = ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data)
      return window.misbehave === 'swap' ? swap(bytes) : bytes
    }
    RTCDataChannel.prototype.send = function (this: RTCDataChannel, data: unknown) {
      const isBinary = data instanceof ArrayBuffer || ArrayBuffer.isView(data)
      send.call(this, isBinary ? mangled(data) : data)
    } as typeof RTCDataChannel.prototype.send
    const sign = crypto.subtle.sign.bind(crypto.subtle)
    crypto.subtle.sign = async (...given: Parameters<typeof sign>) => {
      const signature = await sign(...given)
      return window.misbehave === 'forged' ? crypto.getRandomValues(new Uint8Array(64)).buffer : signature
    }
  })
  return market.open({ context })
}

const linksOf = (tab: Tab): Promise<readonly string[]> =>
  tab.page.evaluate(() => window.peermart.view()?.links.map((entry) => entry.peer) ?? [])

for (const kind of ['garbage', 'oversized', 'forged'] as const) {
  test(`g: a peer that sends ${kind} is cut off, and the others trade on`, async ({ market }) => {
    const honest = await Promise.all([market.open(), market.open(), market.open()])
    const evil = await openEvil(market)
    await oneRing([...honest, evil])
    const evilId = await evil.nodeId()
    const { serviceId, link } = await honest[0]!.createService()
    for (const tab of [honest[1]!, evil]) await tab.openService(link)
    await evil.page.evaluate((given) => {
      window.misbehave = given
    }, kind)
    // Not awaited: with its links cut the evil tab's own offer may end as it likes.
    const attempt = evil.sendOffer(serviceId, { side: 'buy', price: 1 }).catch(() => null)
    for (const tab of honest) await expect.poll(() => linksOf(tab), patiently).not.toContain(evilId)
    await honest[0]!.sendOffer(serviceId, { side: 'sell', price: 10 })
    await honest[1]!.sendOffer(serviceId, { side: 'buy', price: 20 })
    await honest[0]!.waitForReceipts(1)
    await honest[1]!.waitForReceipts(1)
    for (const tab of honest) expect(await linksOf(tab)).not.toContain(evilId)
    await evil.page.close()
    await attempt
  })
}

test('a relay that swaps the fingerprint in the SDP it passes on makes no link', async ({ browser }) => {
  test.setTimeout(150_000)
  const market = await openMarket(browser, { config: { n: 3, f: 2, linkBudget: 8 } })
  const tabs: Tab[] = []
  for (let index = 0; index < 9; index += 1) tabs.push(await openEvil(market))
  await oneRing(tabs)
  market.server.stopPeerServer()
  const ids = await Promise.all(tabs.map((tab) => tab.nodeId()))
  const links = await Promise.all(tabs.map(linksOf))
  const seller = ids.findIndex((_, from) => ids.some((id, to) => from !== to && !links[from]!.includes(id)))
  const buyer = ids.findIndex((id, to) => to !== seller && !links[seller]!.includes(id))
  expect(buyer, 'two tabs without a link').toBeGreaterThanOrEqual(0)
  const setAll = (kind: Window['misbehave']) =>
    Promise.all(
      tabs.map((tab) =>
        tab.page.evaluate((given) => {
          window.misbehave = given
        }, kind),
      ),
    )
  await setAll('swap')
  const { serviceId, link } = await tabs[seller]!.createService()
  await tabs[buyer]!.openService(link)
  const swapped = async () =>
    (await Promise.all(tabs.map((tab) => tab.page.evaluate(() => window.swapped)))).reduce((sum, count) => sum + count, 0)
  await tabs[seller]!.sendOffer(serviceId, { side: 'sell', price: 5 })
  await tabs[buyer]!.sendOffer(serviceId, { side: 'buy', price: 7 })
  await expect.poll(swapped, patiently).toBeGreaterThan(0)
  // Receipts are signed, and pass by the brokers when there is no direct link.
  await tabs[buyer]!.waitForReceipts(1)
  expect(await linksOf(tabs[seller]!)).not.toContain(ids[buyer])
  await market.close()
})
