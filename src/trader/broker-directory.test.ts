import { describe, expect, test } from 'vitest'
import { nodeIdOf } from '../base/identity.ts'
import { closest } from '../ring/closest.ts'
import type { BookAnswer } from './command.ts'
import { FakeMarket, type FakeTrader, fakeCredentials } from './fake-market.ts'
import { end, offer, serviceIn, succeed } from './scenario.ts'

/** Ids that nobody has, closer to the service than anyone: what a liar would name. */
function strangers(market: FakeMarket): string[] {
  const service = BigInt(`0x${serviceIn(market)}`)
  return Array.from({ length: 20 }, (_, index) => ((service + BigInt(index + 1)) % 2n ** 128n).toString(16).padStart(32, '0'))
}

function far(market: FakeMarket): FakeTrader {
  const trader = market.addTrader().start()
  trader.near = []
  return trader
}

function asked(market: FakeMarket, trader: FakeTrader): number {
  return succeed<BookAnswer>(market, trader, { type: 'orderBook', serviceId: serviceIn(market) }).of
}

describe('the set', () => {
  test('is the n closest of all, also when one peer alone is known and knows only some', () => {
    const market = new FakeMarket(12)
    const trader = far(market)
    const members = market.members(serviceIn(market))
    const from = members[0]!
    market.broker(from)!.names = members.slice(0, 2)
    expect(asked(market, trader)).toBe(5)
    const reached = new Set(
      market.letters.filter((letter) => letter.from === trader.nodeId && letter.message.type === 'get-book').map(({ to }) => to),
    )
    expect(reached).toEqual(new Set(members))
  })

  test('names of strangers by a member put nobody out', () => {
    const market = new FakeMarket(8)
    const trader = far(market)
    market.broker(market.members(serviceIn(market))[1]!)!.names = strangers(market)
    expect(asked(market, trader)).toBe(5)
    // Later searches are not held up either: strangers were tried.
    const beforeMs = market.nowMs
    expect(asked(market, trader)).toBe(5)
    expect(market.nowMs - beforeMs).toBeLessThan(1_000)
  })

  test('the first answer names strangers only, and links to those fail slowly: the ring itself knows someone', () => {
    const market = new FakeMarket(8)
    market.connectFailsMs = 60_000
    const trader = market.addTrader().start()
    const members = market.members(serviceIn(market))
    trader.near = members.slice(3, 4)
    market.broker(members[0]!)!.names = strangers(market)
    expect(asked(market, trader)).toBeGreaterThanOrEqual(4)
    market.run(60_000)
    expect(asked(market, trader)).toBe(5)
  })

  test('a peer that says it is no broker leads on to those that are', () => {
    const market = new FakeMarket(8)
    const trader = far(market)
    const members = market.members(serviceIn(market))
    const outsider = market.brokers.find(({ nodeId }) => !members.includes(nodeId))!
    outsider.denies = true
    trader.first = (service) => ({
      ok: true,
      from: outsider.nodeId,
      message: { type: 'not-broker', id: 0, service, members: [members[2]!] },
    })
    expect(asked(market, trader)).toBe(5)
  })

  test('a former broker is told apart when it answers an offer', () => {
    const market = new FakeMarket(6, { n: 3, f: 3 })
    const trader = market.addTrader().start()
    expect(offer(market, trader, {})).toMatchObject({ accepted: 3, of: 3 })
    const [gone] = market.members(serviceIn(market))
    market.broker(gone!)!.alive = false
    market.brokers.find(({ nodeId }) => nodeId === gone)!.denies = true
    trader.loseLink(gone!)
    trader.step(() => trader.trader.onPeersChanged())
    market.run(5_000)
    expect(offer(market, trader, { price: 200 })).toMatchObject({ accepted: 3 })
    const held = market.brokers
      .filter((broker) => broker.stored(serviceIn(market)).some(({ price }) => price === 200))
      .map(({ nodeId }) => nodeId)
    expect(held).toEqual(expect.arrayContaining(market.members(serviceIn(market))))
  })

  test('a closer broker that comes is found by the others naming it', () => {
    const market = new FakeMarket(5)
    const trader = far(market)
    offer(market, trader, {})
    const service = serviceIn(market)
    const candidates = Array.from({ length: 400 }, (_, index) => 3_000 + index)
    const ids = candidates.map((index) => nodeIdOf(market.network, fakeCredentials(index)))
    const nearest = candidates[ids.indexOf(closest(ids, service, 1)[0]!)]!
    const newcomer = market.addBroker(nearest)
    market.run(5_000)
    expect(asked(market, trader)).toBe(5)
    const reached = market.letters.some(({ to, message }) => to === newcomer.nodeId && message.type === 'get-book')
    expect(reached).toBe(true)
  })

  test('nobody there: the command says so', () => {
    const market = new FakeMarket(3)
    const trader = market.addTrader().start()
    for (const broker of market.brokers) broker.alive = false
    for (const type of ['getPrice', 'orderBook'] as const) {
      expect(end(market, trader, { type, serviceId: serviceIn(market) })).toMatchObject({ ok: false, failure: { code: 'no-brokers' } })
    }
  })

  test('the trader may be a member itself: its own requests arrive too', () => {
    const market = new FakeMarket(2)
    const trader = market.addTrader().start()
    trader.near = [...market.brokers.map(({ nodeId }) => nodeId), trader.nodeId]
    expect(offer(market, trader, {})).toMatchObject({ accepted: 2, of: 2 })
    expect(market.letters.some(({ from, to, message }) => from === to && message.type === 'get-price')).toBe(true)
  })
})
