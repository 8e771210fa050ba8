import { describe, expect, test } from 'vitest'
import { MAX_POLL_SLOTS, POLL_SLOTS } from './durations.ts'
import { FakeMarket, type FakeTrader } from './fake-market.ts'
import { end, offer, open, row, sent, sentOffer, serviceIn } from './scenario.ts'

const SLOT = 200

function alone(): { market: FakeMarket; trader: FakeTrader } {
  const market = new FakeMarket(5, { f: 3, n: 5 })
  const trader = market.addTrader().start()
  open(market, trader)
  return { market, trader }
}

/** These have no room for a link for so long. */
function fill(market: FakeMarket, trader: FakeTrader, { count, forMs }: { count: number; forMs: number }): void {
  for (const { nodeId } of market.brokers.slice(0, count)) trader.fullUntilMs.set(nodeId, market.nowMs + forMs)
}

/** When brokers were asked for the state of an offer: slots from `sinceMs` on, each once. */
function pollSlots(market: FakeMarket, trader: FakeTrader, { sinceMs, run }: { sinceMs: number; run: number }): number[] {
  const slots: number[] = []
  let count = sent(market, { from: trader.nodeId, type: 'get-price' }).length
  while (market.nowMs < sinceMs + run * SLOT) {
    market.run(SLOT / 2)
    const now = sent(market, { from: trader.nodeId, type: 'get-price' }).length
    if (now > count) slots.push(Math.round((market.nowMs - sinceMs) / SLOT))
    count = now
  }
  return slots
}

describe('brokers without room for a link', () => {
  const request = { side: 'buy', price: 100, quantity: 1, validForMs: 60_000 }
  const commands = [
    ['getPrice', (serviceId: string) => ({ type: 'getPrice', serviceId }) as const],
    ['orderBook', (serviceId: string) => ({ type: 'orderBook', serviceId }) as const],
    ['sendOffer', (serviceId: string) => ({ type: 'sendOffer', serviceId, offer: request }) as const],
  ] as const

  test.each(commands)('all for a while: %s asks them again', (_, command) => {
    const { market, trader } = alone()
    fill(market, trader, { count: 5, forMs: 2_500 })
    expect(end(market, trader, command(serviceIn(market)))).toMatchObject({ ok: true })
  })

  test.each(commands)('most of them: %s goes to the others', (_, command) => {
    const { market, trader } = alone()
    fill(market, trader, { count: 4, forMs: 60_000 })
    expect(end(market, trader, command(serviceIn(market)))).toMatchObject({ ok: true })
  })

  test('once the set is known: an offer goes to whoever has room, and to the others when nobody has', () => {
    const { market, trader } = alone()
    end(market, trader, { type: 'getPrice', serviceId: serviceIn(market) })
    for (const peer of [...trader.connected]) trader.loseLink(peer, true)
    fill(market, trader, { count: 5, forMs: 3_000 })
    expect(offer(market, trader, {}).accepted).toBeGreaterThan(0)
    expect(row(trader).state).toBe('open')
  })

  test('one that lets the link go keeps the offer: it is not sent to others, and asked again soon', () => {
    const { market, trader } = alone()
    offer(market, trader, {})
    market.run(40 * SLOT)
    const before = sent(market, { from: trader.nodeId, type: 'send-offer' }).length
    for (const peer of [...trader.connected]) trader.loseLink(peer, true)
    const [first] = pollSlots(market, trader, { sinceMs: market.nowMs, run: 2 * POLL_SLOTS })
    expect(first).toBeLessThanOrEqual(POLL_SLOTS + 1)
    expect(sent(market, { from: trader.nodeId, type: 'send-offer' })).toHaveLength(before)
    expect(row(trader)).toMatchObject({ state: 'open', accepted: 3 })
  })

  /** Holders of the trader's open offer, after their links gave way to others. */
  function unlinkedHolders(market: FakeMarket, trader: FakeTrader): string[] {
    const holders = market.brokers.filter((broker) => broker.memory(serviceIn(market), trader.nodeId) !== undefined)
    for (const peer of [...trader.connected]) trader.loseLink(peer, true)
    return holders.map(({ nodeId }) => nodeId)
  }

  /** What the broker has of the trader's: state and number. */
  function known(market: FakeMarket, broker: string, trader: FakeTrader): { state: string; seq: number } | undefined {
    const memory = market.broker(broker)?.memory(serviceIn(market), trader.nodeId)
    if (memory === undefined) return undefined
    const { newest, state } = memory
    return { state, seq: newest.type === 'offer' ? newest.offer.seq : newest.withdrawal.seq }
  }

  test('a withdrawal waits for them: none keeps the offer', () => {
    const { market, trader } = alone()
    const { offerId } = offer(market, trader, {})
    const holders = unlinkedHolders(market, trader)
    fill(market, trader, { count: 5, forMs: 2_500 })
    expect(end(market, trader, { type: 'withdraw', offerId })).toMatchObject({ ok: true })
    market.run(5_000)
    expect(holders.map((broker) => known(market, broker, trader)?.state)).toEqual(['withdrawn', 'withdrawn', 'withdrawn'])
  })

  test.each([
    ['a newer offer comes to each that holds the older one, though others have taken it', [101]],
    ['so does one that is newer still, before they have room', [101, 102]],
  ])('%s', (_name, prices) => {
    const { market, trader } = alone()
    offer(market, trader, {})
    const holders = unlinkedHolders(market, trader)
    for (const holder of holders) trader.fullUntilMs.set(holder, market.nowMs + 2_500)
    for (const price of prices) {
      offer(market, trader, { price })
      expect(row(trader).state).toBe('open')
      market.run(400)
    }
    market.run(8_000)
    const { seq } = sentOffer(market, trader.nodeId)
    expect(holders.map((broker) => known(market, broker, trader)?.seq)).toEqual([seq, seq, seq])
  })

  test('one that was full and then falls silent is told of no number more', () => {
    const { market, trader } = alone()
    offer(market, trader, {})
    const [holder = ''] = unlinkedHolders(market, trader)
    trader.fullUntilMs.set(holder, market.nowMs + 1_000)
    offer(market, trader, { price: 101 })
    const broker = market.broker(holder)
    if (broker !== undefined) broker.silent = true
    market.run(10_000)
    const newest = (): unknown[] => sent(market, { from: trader.nodeId, to: holder, type: 'send-offer' })
    const before = newest().length
    expect(before).toBeGreaterThan(1)
    offer(market, trader, { price: 102 })
    market.run(1_000)
    expect(newest()).toHaveLength(before)
  })

  test('while none has room each is asked a few times, not ever more often', () => {
    const { market, trader } = alone()
    offer(market, trader, {})
    unlinkedHolders(market, trader)
    const asked: string[] = []
    const { fullUntilMs } = trader
    const get = fullUntilMs.get.bind(fullUntilMs)
    fullUntilMs.get = (peer) => {
      asked.push(peer)
      return get(peer)
    }
    for (const { nodeId } of market.brokers) fullUntilMs.set(nodeId, market.nowMs + 60_000)
    trader.command({ type: 'sendOffer', serviceId: serviceIn(market), offer: { side: 'buy', price: 101, quantity: 1, validForMs: 60_000 } })
    market.run(12_000)
    const most = Math.max(...market.brokers.map(({ nodeId }) => asked.filter((peer) => peer === nodeId).length))
    expect(most).toBeLessThan(30)
  })

  test('a broker that remembers the peer in too many services is passed by for another', () => {
    const { market, trader } = alone()
    for (const broker of market.brokers.slice(0, 4)) broker.refuses = 'services-full'
    expect(offer(market, trader, {})).toMatchObject({ accepted: 1 })
  })
})

describe('polls of an offer at rest', () => {
  test('the pause doubles, up to a bound', () => {
    const market = new FakeMarket(3, { f: 3, n: 3 })
    const trader = market.addTrader().start()
    offer(market, trader, { validForMs: 60_000 })
    const slots = pollSlots(market, trader, { sinceMs: market.nowMs, run: 140 })
    const pauses = slots.map((slot, place) => slot - (slots[place - 1] ?? 0))
    expect(pauses).toHaveLength(6)
    for (const [place, pause] of pauses.entries()) {
      const due = Math.min(MAX_POLL_SLOTS, POLL_SLOTS << place)
      expect(Math.abs(pause - due)).toBeLessThanOrEqual(1)
    }
  })

  test('a lost link begins it anew, at once', () => {
    const market = new FakeMarket(3, { f: 3, n: 3 })
    const trader = market.addTrader().start()
    offer(market, trader, { validForMs: 60_000 })
    market.run(70 * SLOT)
    const sinceMs = market.nowMs
    trader.loseLink([...trader.connected][0] as string)
    const [first, second] = pollSlots(market, trader, { sinceMs, run: 10 })
    expect(first).toBeLessThanOrEqual(1)
    expect(second).toBeLessThanOrEqual(POLL_SLOTS + 2)
  })
})
