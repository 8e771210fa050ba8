import { expect, test } from '@playwright/test'
import { findBrowser } from '../scripts/ensure.mjs'
import { startServer } from '../scripts/server.mjs'
import { openHeaded } from './devtools.ts'
import { patiently, WOOD } from './market.ts'

/** From the later offer's acceptance to the receipt, as the issue asks. */
const MOST_SLOTS = 4
const SLOT_MS = 1_000

test('i: of six tabs in one window five are hidden, and offers still match within four slots', async () => {
  const server = await startServer({ config: { network: 'hidden', n: 5, f: 3, p: 8, slot: SLOT_MS } })
  const urls = Array.from({ length: 6 }, (_, index) => `${server.url}?tab=${index}`)
  const browser = await openHeaded(findBrowser() ?? 'chromium', urls)
  const { tabs } = browser
  for (const tab of tabs)
    await expect.poll(() => tab.evaluate('document.readyState + typeof window.peermart'), patiently).toBe('completeobject')
  for (const tab of tabs) await tab.evaluate('window.peermart.ready')
  for (const tab of tabs) await expect.poll(() => tab.evaluate('window.peermart.status().peers'), patiently).toBe(5)
  const states = await Promise.all(tabs.map((tab) => tab.evaluate<string>('document.visibilityState')))
  expect(states.filter((state) => state === 'hidden')).toHaveLength(5)
  const [buyer, seller] = tabs.filter((_, index) => states[index] === 'hidden')
  const { serviceId, link } = await buyer!.evaluate<{ serviceId: string; link: string }>(
    `window.peermart.createService(${JSON.stringify(WOOD)})`,
  )
  await seller!.evaluate(`window.peermart.openService(${JSON.stringify(link)})`)
  for (let trade = 1; trade <= 3; trade += 1) {
    const offer = (side: string) =>
      `window.peermart.sendOffer('${serviceId}', { side: '${side}', price: 10, quantity: 1, validForMs: 60000 })`
    await buyer!.evaluate(offer('buy'))
    await seller!.evaluate(offer('sell'))
    // The receipt tells the slot of its decision: the measure does not depend on when this process looks.
    const sentSlot = await seller!.evaluate<number>(`Math.floor(Date.now() / ${SLOT_MS})`)
    await expect.poll(() => buyer!.evaluate('window.peermart.receipts().then((rows) => rows.length)'), patiently).toBe(trade)
    const decided = await buyer!.evaluate<number>('window.peermart.receipts().then((rows) => Math.max(...rows.map((row) => row.slot)))')
    expect(decided - sentSlot).toBeLessThanOrEqual(MOST_SLOTS)
  }
  await browser.close()
  await server.close()
})
