import { describe, expect, test } from 'vitest'
import type { Match } from '../wire/messages.ts'
import { deadlineMs } from './checks.ts'
import { FakeMarket } from './fake-market.ts'
import { assertHonest, end, give, matchedSeller, offer, pair, row, sent, sentOffer, strangersOffer, wholeOf } from './scenario.ts'

const SLOT = 200

describe('which match counts', () => {
  test('more than half of the acknowledging brokers decide at once', () => {
    const { market, seller, match, holders } = matchedSeller()
    give(market, seller, { from: holders[0]!, message: { type: 'notify-offer', match } })
    expect(row(seller)).toMatchObject({ state: 'open' })
    expect(row(seller)).not.toHaveProperty('slot')
    give(market, seller, { from: holders[1]!, message: { type: 'notify-offer', match } })
    expect(row(seller)).toMatchObject({ state: 'matched', slot: match.slot })
    expect(sent(market, { from: seller.nodeId, type: 'receipt' })[0]?.receipt).toMatchObject({
      sell: match.sell,
      buy: match.buy,
      quantity: 1,
    })
  })

  test('half a slot after the first notice the one that most report', () => {
    const { market, seller, match, holders } = matchedSeller()
    give(market, seller, { from: holders[0]!, message: { type: 'notify-offer', match } })
    market.run(SLOT / 2 - 20)
    expect(row(seller).state).toBe('open')
    market.run(20)
    expect(row(seller).state).toBe('matched')
  })

  test('a minority that names another match changes nothing', () => {
    const { market, seller, match, holders } = matchedSeller()
    const other = { ...match, buy: strangersOffer(market, 8, { side: 'buy', price: 95 }) }
    give(market, seller, { from: holders[0]!, message: { type: 'notify-offer', match: other } })
    for (const from of holders.slice(1)) give(market, seller, { from, message: { type: 'notify-offer', match } })
    market.run(SLOT)
    const receipts = sent(market, { from: seller.nodeId, type: 'receipt' }).map(({ receipt }) => receipt.buy.id)
    expect(new Set(receipts)).toEqual(new Set([match.buy.id]))
  })

  test('one broker has one voice, and a stranger none', () => {
    const { market, seller, match, holders } = matchedSeller()
    const stranger = market.brokers.find(({ nodeId }) => !holders.includes(nodeId))!
    give(market, seller, { from: stranger.nodeId, message: { type: 'notify-offer', match } })
    market.run(SLOT)
    expect(row(seller).state).toBe('open')
    give(market, seller, { from: holders[0]!, message: { type: 'notify-offer', match } })
    give(market, seller, { from: holders[0]!, message: { type: 'notify-offer', match } })
    expect(row(seller).state).toBe('open')
  })

  test.each([
    [
      'prices do not cross',
      (match: Match, market: FakeMarket) => ({ ...match, buy: strangersOffer(market, 7, { side: 'buy', price: 89 }) }),
    ],
    [
      'another service',
      (match: Match, market: FakeMarket) => ({ ...match, buy: strangersOffer(market, 7, { side: 'buy', service: 'ab'.repeat(16) }) }),
    ],
    ['two sells', (match: Match, market: FakeMarket) => ({ ...match, buy: strangersOffer(market, 7, { side: 'sell', price: 100 }) })],
    ['an even slot', (match: Match) => ({ ...match, slot: match.slot - 1 })],
    ['a slot to come', (match: Match) => ({ ...match, slot: match.slot + 4 })],
    [
      'not valid at its decision',
      (match: Match, market: FakeMarket) => ({
        ...match,
        buy: strangersOffer(market, 7, { side: 'buy', validUntil: (match.slot + 1) * SLOT }),
      }),
    ],
  ])('a wrong match is no match: %s', (_name, wrong) => {
    const { market, seller, match, holders } = matchedSeller()
    for (const from of holders) give(market, seller, { from, message: { type: 'notify-offer', match: wrong(match, market) } })
    market.run(SLOT)
    expect(row(seller).state).toBe('open')
    expect(sent(market, { from: seller.nodeId, type: 'receipt' })).toEqual([])
  })

  test('a holder that reports a match that cannot be holds it no more: others get the offer', () => {
    const { market, seller, match, holders } = matchedSeller()
    const wrong = { ...match, buy: strangersOffer(market, 7, { side: 'buy', price: 89 }) }
    give(market, seller, { from: holders[0]!, message: { type: 'notify-offer', match: wrong } })
    market.run(50)
    const told = sent(market, { from: seller.nodeId, type: 'send-offer' })
    expect(told).toHaveLength(4)
    expect(new Set(told.map(({ offer: { id } }) => id)).size).toBe(1)
    expect(row(seller)).toMatchObject({ state: 'open', accepted: 3 })
  })

  test('all brokers report matches that cannot be: the offer goes out under a new number, once a poll', () => {
    const { market, seller, match } = matchedSeller()
    const wrong = { ...match, buy: strangersOffer(market, 7, { side: 'buy', price: 89 }) }
    const lie = (): void => {
      for (const { nodeId } of market.brokers) give(market, seller, { from: nodeId, message: { type: 'notify-offer', match: wrong } })
    }
    lie()
    lie()
    expect(row(seller)).toMatchObject({ state: 'open', accepted: 0 })
    expect(market.until(() => row(seller).accepted > 0, 8 * SLOT)).toBe(true)
    const numbers = new Set(sent(market, { from: seller.nodeId, type: 'send-offer' }).map(({ offer: { seq } }) => seq))
    expect(numbers.size).toBe(2)
    expect(sentOffer(market, seller.nodeId).seq).toBeGreaterThan(match.sell.seq)
    expect(row(seller).state).toBe('open')
    assertHonest(market, seller)
  })

  test("a broker's first word counts", () => {
    const { market, seller, match, holders } = matchedSeller()
    const other = { ...match, buy: strangersOffer(market, 8, { side: 'buy', price: 95 }) }
    give(market, seller, { from: holders[0]!, message: { type: 'notify-offer', match: other } })
    give(market, seller, { from: holders[0]!, message: { type: 'notify-offer', match } })
    give(market, seller, { from: holders[1]!, message: { type: 'notify-offer', match } })
    expect(row(seller).state).toBe('open')
  })

  test("an answer that names others' match is none", () => {
    const { market, seller, match } = matchedSeller()
    const others = { ...match, sell: strangersOffer(market, 9, { price: 90 }) }
    for (const broker of market.brokers) {
      const memory = broker.memory(match.sell.service, seller.nodeId)
      if (memory !== undefined) Object.assign(memory, { state: 'matched', match: others })
    }
    market.run(8 * SLOT)
    expect(row(seller).state).toBe('open')
    expect(sent(market, { from: seller.nodeId, type: 'receipt' })).toEqual([])
  })

  test.each([1.3, 3.5])(
    'one that seems to be in the future, as the own clock is %f slots behind, is judged later, and the half comes in time',
    (slots) => {
      const { market, buyer, seller } = pair()
      offer(market, seller, { side: 'sell', price: 100 })
      // Polls have become rare, and the next one would be too late.
      market.run(70 * SLOT)
      seller.clockMs = -slots * SLOT
      offer(market, buyer, { side: 'buy', price: 100 })
      const noticed = (): number | undefined =>
        market.letters.flatMap(({ message }) => (message.type === 'notify-offer' ? [message.match.slot] : []))[0]
      expect(market.until(() => noticed() !== undefined)).toBe(true)
      expect(market.until(() => seller.trader.receipts().length === 1, deadlineMs(noticed()!, SLOT) - market.nowMs)).toBe(true)
      expect(buyer.trader.receipts()).toHaveLength(1)
    },
  )

  test('a lost notice is made good by asking', () => {
    const { market, buyer, seller } = pair()
    market.loses = ({ message }) => message.type === 'notify-offer'
    offer(market, buyer, { side: 'buy', price: 100 })
    offer(market, seller, { side: 'sell', price: 100 })
    expect(market.until(() => buyer.trader.receipts().length === 1 && seller.trader.receipts().length === 1)).toBe(true)
  })
})

describe('the half', () => {
  test('goes to the buyer again when it was lost', () => {
    const { market, buyer, seller } = pair()
    let lost = 0
    market.loses = ({ to, message }) => {
      const isHalf = to === buyer.nodeId && message.type === 'receipt' && message.receipt.buyerSignature === null
      if (isHalf) lost += 1
      return isHalf && lost === 1
    }
    offer(market, buyer, { side: 'buy', price: 100 })
    offer(market, seller, { side: 'sell', price: 100 })
    expect(market.until(() => seller.trader.receipts().length === 1)).toBe(true)
    expect(lost).toBe(2)
  })

  test('goes over a broker when there is no link to the buyer', () => {
    const { market, buyer, seller } = pair()
    seller.unreachable.add(buyer.nodeId)
    buyer.unreachable.add(seller.nodeId)
    offer(market, buyer, { side: 'buy', price: 100 })
    offer(market, seller, { side: 'sell', price: 100 })
    expect(market.until(() => buyer.trader.receipts().length === 1 && seller.trader.receipts().length === 1)).toBe(true)
  })

  test('never answered: once more than two thirds did not see it, the offer is open again under a new number', () => {
    const { market, seller, match, holders } = matchedSeller()
    for (const from of holders) give(market, seller, { from, message: { type: 'notify-offer', match } })
    const first = row(seller)
    expect(end(market, seller, { type: 'withdraw', offerId: first.offerId })).toMatchObject({ ok: false, failure: { code: 'offer-open' } })
    market.run(deadlineMs(match.slot, SLOT) - market.nowMs - 10)
    expect(row(seller).state).toBe('matched')
    expect(market.until(() => row(seller).state === 'open', 3 * SLOT)).toBe(true)
    expect(row(seller)).toMatchObject({ offerId: first.offerId, quantity: 1, price: 90 })
    expect(sentOffer(market, seller.nodeId).seq).toBeGreaterThan(match.sell.seq)
    // A completion that comes now is refused.
    const [half] = sent(market, { from: seller.nodeId, type: 'receipt' })
    give(market, seller, { message: { type: 'receipt', receipt: wholeOf(market, half!.receipt) } })
    market.run(SLOT)
    expect(seller.trader.receipts()).toEqual([])
  })

  test('a signature that takes until after the deadline does not double it', () => {
    const { market, seller, match, holders } = matchedSeller()
    seller.signMs = 8 * SLOT
    for (const from of holders) give(market, seller, { from, message: { type: 'notify-offer', match } })
    seller.signMs = 1
    market.run(7 * SLOT)
    expect(sentOffer(market, seller.nodeId).id).toBe(match.sell.id)
    expect(market.until(() => row(seller).state === 'open', 8 * SLOT)).toBe(true)
    expect(sentOffer(market, seller.nodeId).seq).toBeGreaterThan(match.sell.seq)
    assertHonest(market, seller)
  })

  test('brokers stay silent: the offer is open again four slots after the deadline', () => {
    const { market, seller, match, holders } = matchedSeller()
    for (const broker of market.brokers) broker.deaf = true
    for (const from of holders) give(market, seller, { from, message: { type: 'notify-offer', match } })
    market.run(deadlineMs(match.slot, SLOT) + 4 * SLOT - market.nowMs - 10)
    expect(row(seller).state).toBe('matched')
    expect(market.until(() => row(seller).state === 'open', 4 * SLOT)).toBe(true)
  })

  test('exactly two thirds are not enough', () => {
    const { market, seller, match, holders } = matchedSeller()
    // 5 members: more than 10/3 means 4.
    for (const broker of market.brokers.slice(0, 2)) broker.deaf = true
    for (const from of holders) give(market, seller, { from, message: { type: 'notify-offer', match } })
    market.run(deadlineMs(match.slot, SLOT) + 3 * SLOT - market.nowMs)
    expect(row(seller).state).toBe('matched')
    for (const broker of market.brokers) broker.deaf = false
    expect(market.until(() => row(seller).state === 'open', 2 * SLOT)).toBe(true)
  })

  test('one broker that makes the set larger than it is does not put that off', () => {
    const { market, seller, match, holders } = matchedSeller(new FakeMarket(5, { n: 8 }))
    market.brokers[0]!.counts = 8
    for (const from of holders) give(market, seller, { from, message: { type: 'notify-offer', match } })
    market.run(deadlineMs(match.slot, SLOT) - market.nowMs)
    expect(row(seller).state).toBe('matched')
    expect(market.until(() => row(seller).state === 'open', 2 * SLOT)).toBe(true)
  })

  test('a third that saw it whole: it is kept until the whole comes', () => {
    const { market, seller, match, holders } = matchedSeller()
    for (const broker of market.brokers) broker.swears = market.brokers.indexOf(broker) < 2
    for (const from of holders) give(market, seller, { from, message: { type: 'notify-offer', match } })
    market.run(20 * SLOT)
    expect(row(seller).state).toBe('matched')
    const [half] = sent(market, { from: seller.nodeId, type: 'receipt' })
    give(market, seller, { message: { type: 'receipt', receipt: wholeOf(market, half!.receipt) } })
    market.run(SLOT)
    expect(seller.trader.receipts()).toHaveLength(1)
    expect(row(seller).state).toBe('traded')
  })

  test('a completion after the deadline and before the re-offer is taken', () => {
    const { market, seller, match, holders } = matchedSeller()
    for (const broker of market.brokers) broker.deaf = true
    for (const from of holders) give(market, seller, { from, message: { type: 'notify-offer', match } })
    market.run(deadlineMs(match.slot, SLOT) + SLOT - market.nowMs)
    const [half] = sent(market, { from: seller.nodeId, type: 'receipt' })
    give(market, seller, { message: { type: 'receipt', receipt: wholeOf(market, half!.receipt) } })
    expect(row(seller).state).toBe('traded')
  })
})
