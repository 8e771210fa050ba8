import { describe, expect, test } from 'vitest'
import { FakeMarket } from './fake-market.ts'
import { offer, open, serviceIn } from './scenario.ts'

describe('links that end', () => {
  test('each that opened is wished for once, and no more once it is given back, however often it was lost', () => {
    const market = new FakeMarket()
    const trader = market.addTrader().start()
    const { offerId } = offer(market, trader, {})
    for (let times = 0; times < 5; times += 1) {
      for (const peer of [...trader.connected]) trader.loseLink(peer)
      market.run(2_000)
      expect([...trader.wishes.values()].every((count) => count === 1)).toBe(true)
    }
    trader.command({ type: 'withdraw', offerId })
    market.run(30_000)
    expect(trader.wishes.size).toBe(0)
  })

  test('one that is lost and not needed any more is not wished for', () => {
    const market = new FakeMarket()
    const trader = market.addTrader().start()
    open(market, trader)
    trader.command({ type: 'getPrice', serviceId: serviceIn(market) })
    market.run(2_000)
    expect(trader.wishes.size).toBeGreaterThan(0)
    for (const peer of [...trader.connected]) trader.loseLink(peer)
    expect(trader.wishes.size).toBe(0)
  })

  test('one that is lost while it is being opened, and opens after all, is given back', () => {
    const market = new FakeMarket()
    const trader = market.addTrader().start()
    open(market, trader)
    trader.command({ type: 'orderBook', serviceId: serviceIn(market) })
    // The set is being looked for: links are under way, and none is open yet.
    market.run(30)
    expect(trader.connected.size).toBe(0)
    for (const { nodeId } of market.brokers) trader.loseLink(nodeId)
    market.run(60_000)
    expect(trader.wishes.size).toBe(0)
    expect(trader.connected.size).toBe(0)
  })
})
