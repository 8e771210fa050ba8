import { expect, test } from 'vitest'
import { Rng } from '../base/rng.ts'
import { FakeMarket, type FakeTrader } from './fake-market.ts'
import { assertHonest, open, serviceIn } from './scenario.ts'

const SLOT = 200

/** Traders that offer, re-price, withdraw, crash and come back at random while letters are lost; then a quiet time. */
function run(seed: number): { market: FakeMarket; traders: FakeTrader[]; asked: { ends: number }[] } {
  const rng = new Rng([seed, 7, 7, 7])
  const market = new FakeMarket(4, { n: 4, f: 2 })
  const traders = [1, 2, 3].map(() => market.addTrader().start())
  const serviceId = serviceIn(market)
  for (const trader of traders) open(market, trader)
  market.loses = () => rng.below(100) < 12
  const asked: { ends: number }[] = []
  for (let move = 0; move < 60; move += 1) {
    market.run(rng.below(2 * SLOT))
    const trader = traders[rng.below(traders.length)]!
    const dice = rng.below(10)
    if (!trader.alive) trader.restart()
    else if (dice === 0) trader.crash()
    else if (dice < 3)
      for (const { offerId } of trader.trader.offers().slice(0, 1)) asked.push(trader.command({ type: 'withdraw', offerId }))
    else if (dice < 8) {
      const offer = {
        side: rng.below(2) === 0 ? 'buy' : 'sell',
        price: 95 + rng.below(10),
        quantity: 1 + rng.below(3),
        validForMs: 2_000 + rng.below(30_000),
      }
      asked.push(trader.command({ type: 'sendOffer', serviceId, offer }))
    }
    if (dice === 9) market.brokers[rng.below(4)]!.silent = rng.below(2) === 0
  }
  market.loses = () => false
  for (const broker of market.brokers) broker.silent = false
  for (const trader of traders) if (!trader.alive) trader.restart()
  market.run(60_000)
  return { market, traders, asked }
}

test('whatever is lost and whoever crashes: nobody contradicts itself, and what is proven is kept by both', { timeout: 120_000 }, () => {
  let receipts = 0
  for (let seed = 1; seed <= 12; seed += 1) {
    const { market, traders, asked } = run(seed)
    for (const trader of traders) {
      assertHonest(market, trader)
      const mine = trader.trader.receipts()
      receipts += mine.length
      for (const receipt of mine) {
        const other = traders.find(({ nodeId }) => nodeId === (receipt.buyer === trader.nodeId ? receipt.seller : receipt.buyer))!
        const isProven = receipt.attestations * 3 > receipt.of * 2
        const theirs = other.trader.receipts().some(({ receiptId }) => receiptId === receipt.receiptId)
        if (receipt.seller === trader.nodeId || isProven) expect(theirs, `seed ${seed}`).toBe(true)
      }
      expect(
        trader.trader.offers().filter(({ state }) => ['sending', 'open', 'matched', 'withdrawing'].includes(state)),
        `seed ${seed}`,
      ).toEqual([])
    }
    for (const { ends } of asked) expect(ends).toBeLessThanOrEqual(1)
  }
  expect(receipts).toBeGreaterThan(30)
})
