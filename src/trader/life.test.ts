import { describe, expect, test } from 'vitest'
import type { OfferRow } from './command.ts'
import { FakeMarket, type FakeTrader } from './fake-market.ts'
import { Life, MAX_STEPS } from './life.ts'
import { end, give, matchedSeller, offer, pair, row, sentOffer } from './scenario.ts'

const SLOT = 200

function states(trader: FakeTrader, which = 0): string[] {
  return (trader.trader.offers()[which] as OfferRow).steps.map(({ state }) => state)
}

function alone(): { market: FakeMarket; trader: FakeTrader } {
  const market = new FakeMarket()
  return { market, trader: market.addTrader().start() }
}

describe('a life is bounded', () => {
  test('the first and the latest steps are kept, and the gap is told', () => {
    const life = new Life()
    for (let round = 0; round < 20; round += 1) {
      life.note('signing', 2 * round)
      life.note('sent', 2 * round + 1)
    }
    expect(life.steps).toHaveLength(MAX_STEPS)
    expect(life.steps.map(({ atMs }) => atMs)).toEqual([0, 1, 2, 3, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39])
    expect(life.steps.filter(({ skipped }) => skipped !== undefined)).toEqual([{ state: 'signing', atMs: 28, skipped: 24 }])
  })

  test('the same state again adds to its step and leaves its time', () => {
    const life = new Life()
    life.note('stored', 5, { accepted: 1, of: 3 })
    const before = life.steps
    life.note('stored', 9, { accepted: 2, of: 3 })
    expect(life.steps).toEqual([{ state: 'stored', atMs: 5, accepted: 2, of: 3 }])
    expect(before).toEqual([{ state: 'stored', atMs: 5, accepted: 1, of: 3 }])
  })

  test('only the latest step is taken back', () => {
    const life = new Life()
    life.note('stored', 1)
    life.note('withdrawing', 2)
    life.takeBack('stored')
    expect(life.steps).toHaveLength(2)
    life.takeBack('withdrawing')
    expect(life.steps.map(({ state }) => state)).toEqual(['stored'])
  })
})

describe('the life of an offer', () => {
  test('from signing to a trade, on both sides, with times that only grow', () => {
    const { market, buyer, seller } = pair()
    const fromMs = market.nowMs
    offer(market, buyer, { side: 'buy', price: 100 })
    offer(market, seller, { side: 'sell', price: 90 })
    expect(market.until(() => row(buyer).state === 'traded' && row(seller).state === 'traded')).toBe(true)
    for (const trader of [buyer, seller]) {
      expect(states(trader).filter((state) => state !== 'forwarded')).toEqual([
        'signing',
        'sent',
        'stored',
        'matched',
        'awaiting-receipt',
        'traded',
      ])
      const { steps } = row(trader)
      const times = steps.map(({ atMs }) => atMs as number)
      expect(times).toEqual([...times].sort((left, right) => left - right))
      expect(times[0]).toBeGreaterThanOrEqual(fromMs)
      expect(times.at(-1)).toBeLessThanOrEqual(market.nowMs)
      expect(steps[1]).toMatchObject({ of: 3 })
      expect(steps[2]).toMatchObject({ accepted: 3, of: 3 })
      expect(steps.at(-1)).toMatchObject({ quantity: 1 })
    }
  })

  test('forwarded, once a member that it was not sent to has it', () => {
    const { market, trader } = alone()
    offer(market, trader, {})
    expect(states(trader)).toEqual(['signing', 'sent', 'stored'])
    expect(market.until(() => states(trader).includes('forwarded'), 12 * SLOT)).toBe(true)
    market.run(20 * SLOT)
    expect(states(trader)).toEqual(['signing', 'sent', 'stored', 'forwarded'])
  })

  test('not forwarded while its holders hold it back', () => {
    const { market, trader } = alone()
    offer(market, trader, {})
    for (const broker of market.brokers) broker.holdsBack = true
    market.run(20 * SLOT)
    expect(states(trader)).not.toContain('forwarded')
  })

  test('what is left after a trade is a new round', () => {
    const { market, buyer, seller } = pair()
    offer(market, buyer, { side: 'buy', price: 100, quantity: 3 })
    offer(market, seller, { side: 'sell', price: 90, quantity: 2 })
    expect(market.until(() => row(buyer).quantity === 1 && row(buyer).state === 'open')).toBe(true)
    const steps = row(buyer).steps.filter(({ state }) => state !== 'forwarded')
    expect(steps.slice(5).map(({ state }) => state)).toEqual(['traded', 'signing', 'sent', 'stored'])
    expect(steps[5]).toMatchObject({ quantity: 2 })
  })

  test('replaced, withdrawn and expired', () => {
    const { market, trader } = alone()
    offer(market, trader, { price: 100 })
    offer(market, trader, { price: 101 })
    expect(states(trader, 1).at(-1)).toBe('replaced')
    end(market, trader, { type: 'withdraw', offerId: row(trader).offerId })
    expect(states(trader).slice(-2)).toEqual(['withdrawing', 'withdrawn'])
    offer(market, trader, { validForMs: 1_000 })
    market.run(3_000)
    expect(states(trader).at(-1)).toBe('expired')
  })

  test('dropped by all, with the reason', () => {
    const { market, trader } = alone()
    offer(market, trader, {})
    const placed = sentOffer(market, trader.nodeId)
    for (const broker of market.brokers) broker.refuses = 'price'
    for (const { nodeId } of market.brokers)
      give(market, trader, { from: nodeId, message: { type: 'notify-drop', offer: placed, reason: 'price' } })
    expect(market.until(() => row(trader).state === 'dropped')).toBe(true)
    expect(row(trader).steps.at(-1)).toMatchObject({ state: 'dropped', reason: expect.stringMatching(/^price/) })
  })

  test('expired, when brokers say so before this peer’s own clock does', () => {
    const { market, trader } = alone()
    offer(market, trader, { validForMs: 1_000 })
    const placed = sentOffer(market, trader.nodeId)
    market.run(row(trader).validUntil - market.nowMs)
    for (const broker of market.brokers) broker.refuses = 'expired'
    const message = { type: 'notify-drop', offer: placed, reason: 'expired' } as const
    for (const { nodeId } of market.brokers) give(market, trader, { from: nodeId, message })
    expect(row(trader).steps.at(-1)).toEqual({ state: 'expired', atMs: expect.any(Number) })
    market.run(SLOT)
    trader.crash()
    trader.restart()
    expect(row(trader).steps.at(-1)).toEqual({ state: 'expired', atMs: row(trader).validUntil })
  })

  test('refused, with the reason', () => {
    const { market, trader } = alone()
    for (const broker of market.brokers) broker.refuses = 'phantom'
    offer(market, trader, {})
    expect(row(trader).steps.map(({ state }) => state)).toEqual(['signing', 'sent', 'refused'])
    expect(row(trader).steps.at(-1)?.reason).toMatch(/^phantom/)
  })

  test('a withdrawal that the disk refuses leaves no step', () => {
    const { market, trader } = alone()
    offer(market, trader, {})
    trader.full = true
    expect(end(market, trader, { type: 'withdraw', offerId: row(trader).offerId }).ok).toBe(false)
    expect(states(trader)).not.toContain('withdrawing')
  })

  test('a match that comes to nothing: why it is signed again', () => {
    const { market, seller, match, holders } = matchedSeller()
    for (const broker of holders) market.send({ from: broker, to: seller.nodeId, message: { type: 'notify-offer', match } })
    expect(market.until(() => states(seller).includes('awaiting-receipt'))).toBe(true)
    expect(market.until(() => states(seller).filter((state) => state === 'signing').length === 2)).toBe(true)
    const again = row(seller).steps.filter(({ state }) => state === 'signing')[1]
    expect(again?.reason).toMatch(/not completed in time/)
  })
})

describe('after a reload', () => {
  test('an open offer: made then, stored, and no time that nobody kept', () => {
    const { market, trader } = alone()
    offer(market, trader, {})
    const [{ atMs: madeMs } = { atMs: 0 }] = row(trader).steps
    market.run(500)
    trader.crash()
    trader.restart()
    const [first, second] = row(trader).steps
    expect(first?.state).toBe('signing')
    expect(Math.abs((first?.atMs ?? 0) - (madeMs ?? 0))).toBeLessThan(SLOT)
    expect(second).toEqual({ state: 'stored', atMs: null, accepted: 3, of: 3 })
  })

  test('finished ones: the end, with the time where the record tells it', () => {
    const { market, buyer, seller } = pair()
    offer(market, buyer, { side: 'buy', price: 100 })
    offer(market, seller, { side: 'sell', price: 90 })
    market.until(() => row(buyer).state === 'traded')
    offer(market, buyer, { price: 50 })
    offer(market, buyer, { price: 51, validForMs: 1_000 })
    market.run(3_000)
    buyer.crash()
    buyer.restart()
    expect(states(buyer, 0)).toEqual(['signing', 'stored', 'expired'])
    expect(row(buyer).steps.at(-1)?.atMs).toBe(row(buyer).validUntil)
    expect(states(buyer, 1).at(-1)).toBe('replaced')
    expect(states(buyer, 2)).toEqual(['signing', 'stored', 'matched', 'traded'])
    expect(buyer.trader.offers()[2]?.steps.map(({ atMs }) => atMs === null)).toEqual([false, true, false, true])
  })
})
