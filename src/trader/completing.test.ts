import { describe, expect, test } from 'vitest'
import type { Match } from '../wire/messages.ts'
import { deadlineMs } from './checks.ts'
import { FakeMarket, type FakeTrader } from './fake-market.ts'
import {
  end,
  give,
  halfOf,
  lastDecision,
  matchedSeller,
  offer,
  open,
  pair,
  row,
  sent,
  sentOffer,
  serviceIn,
  strangersOffer,
} from './scenario.ts'

const SLOT = 200

describe('the buyer', () => {
  /** A buyer with an open offer and a stranger's crossing sell. */
  function matchedBuyer(quantity = 1): { market: FakeMarket; buyer: FakeTrader; match: Match } {
    const market = new FakeMarket()
    market.decides = false
    const buyer = market.addTrader().start()
    offer(market, buyer, { side: 'buy', price: 100, quantity })
    market.run(2 * SLOT)
    const buy = sentOffer(market, buyer.nodeId)
    return { market, buyer, match: { buy, sell: strangersOffer(market, 7, { price: 90 }), slot: lastDecision(market) } }
  }

  test('takes a valid half for notice of the match, a slot later when brokers are silent', () => {
    const { market, buyer, match } = matchedBuyer()
    for (const broker of market.brokers) broker.silent = true
    give(market, buyer, { message: { type: 'receipt', receipt: halfOf(market, match) } })
    market.run(SLOT / 2)
    expect(buyer.trader.receipts()).toEqual([])
    market.run(SLOT / 2)
    expect(buyer.trader.receipts()).toMatchObject([{ price: 95, quantity: 1 }])
    expect(sent(market, { from: buyer.nodeId, type: 'receipt' })[0]?.receipt.buyerSignature).not.toBeNull()
  })

  test('an older half that came to nothing does not shorten the wait for the next one', () => {
    const { market, buyer, match } = matchedBuyer()
    for (const broker of market.brokers) broker.silent = true
    market.run(deadlineMs(match.slot, SLOT) - market.nowMs - SLOT / 2)
    give(market, buyer, { message: { type: 'receipt', receipt: halfOf(market, match) } })
    market.run(SLOT)
    const next = { ...match, sell: strangersOffer(market, 8, { price: 90 }), slot: lastDecision(market) }
    give(market, buyer, { message: { type: 'receipt', receipt: halfOf(market, next) } })
    market.run(SLOT / 2)
    expect(buyer.trader.receipts()).toEqual([])
    market.run(SLOT / 2)
    expect(buyer.trader.receipts()).toMatchObject([{ price: 95, quantity: 1 }])
  })

  test('a half alone is no match while a holder says that the offer is not matched', () => {
    const { market, buyer, match } = matchedBuyer()
    const [holder] = market.brokers.filter((broker) => broker.memory(serviceIn(market), buyer.nodeId) !== undefined)
    for (const broker of market.brokers) broker.silent = broker !== holder
    for (let times = 0; times < 3; times += 1) {
      give(market, buyer, { message: { type: 'receipt', receipt: halfOf(market, match) } })
      market.run(SLOT - 10)
    }
    market.run(8 * SLOT)
    expect(buyer.trader.receipts()).toEqual([])
    expect(sent(market, { from: buyer.nodeId, type: 'receipt' })).toEqual([])
    expect(row(buyer).state).toBe('open')
  })

  test('a holder that decides late is asked again when the half comes again', () => {
    const { market, buyer, match } = matchedBuyer()
    const receipt = halfOf(market, match)
    give(market, buyer, { message: { type: 'receipt', receipt } })
    market.run(SLOT + 20)
    expect(buyer.trader.receipts()).toEqual([])
    market.loses = ({ message }) => message.type === 'notify-offer'
    for (const broker of market.brokers) broker.match(match)
    give(market, buyer, { message: { type: 'receipt', receipt } })
    market.run(SLOT / 2)
    expect(buyer.trader.receipts()).toHaveLength(1)
  })

  test.each([0, 1])('a half counts as one notice beside those of brokers, whichever ids are lower: %d', (chosen) => {
    const { market, buyer, match } = matchedBuyer()
    const matches = [match, { ...match, sell: strangersOffer(market, 8, { price: 90 }) }]
    const holders = market.brokers.filter((broker) => broker.memory(serviceIn(market), buyer.nodeId) !== undefined)
    market.loses = ({ message }) => message.type === 'price'
    holders[0]!.match(matches[0]!)
    holders[1]!.match(matches[1]!)
    give(market, buyer, { message: { type: 'receipt', receipt: halfOf(market, matches[chosen]!) } })
    market.run(SLOT / 2)
    expect(buyer.trader.receipts()).toHaveLength(1)
    expect(sent(market, { from: buyer.nodeId, type: 'receipt' })[0]?.receipt.sell.id).toBe(matches[chosen]!.sell.id)
  })

  test('goes by the brokers when they report another match than a half', () => {
    const { market, buyer, match } = matchedBuyer()
    const better = { ...match, sell: strangersOffer(market, 8, { price: 80 }) }
    give(market, buyer, { message: { type: 'receipt', receipt: halfOf(market, match) } })
    for (const broker of market.brokers) broker.match(better)
    market.run(SLOT / 2)
    expect(buyer.trader.receipts()).toEqual([])
    give(market, buyer, { message: { type: 'receipt', receipt: halfOf(market, better) } })
    expect(buyer.trader.receipts()).toMatchObject([{ price: 90, quantity: 1 }])
  })

  test('signs at most one receipt an offer', () => {
    const { market, buyer, match } = matchedBuyer(5)
    const other = { ...match, sell: strangersOffer(market, 8, { price: 90 }) }
    for (const broker of market.brokers) broker.match(match)
    market.run(10)
    give(market, buyer, { message: { type: 'receipt', receipt: halfOf(market, match) } })
    give(market, buyer, { message: { type: 'receipt', receipt: halfOf(market, other) } })
    market.run(SLOT)
    const signed = sent(market, { from: buyer.nodeId, type: 'receipt' }).map(({ receipt }) => receipt.id)
    expect(new Set(signed).size).toBe(1)
    expect(buyer.trader.receipts()).toHaveLength(1)
  })

  test('answers the copies of a half that brokers pass on once, and a seller that asks again later', () => {
    const { market, buyer, seller } = pair()
    offer(market, buyer, { side: 'buy', price: 100 })
    offer(market, seller, { side: 'sell', price: 90 })
    market.run(20 * SLOT)
    const [half] = sent(market, { from: seller.nodeId, to: buyer.nodeId, type: 'receipt' })
    const wholes = (): number => sent(market, { from: buyer.nodeId, to: seller.nodeId, type: 'receipt' }).length
    const before = wholes()
    for (const _copy of market.brokers) give(market, buyer, { message: half! })
    const atOnce = wholes() - before
    market.run(SLOT)
    give(market, buyer, { message: half! })
    expect([atOnce, wholes() - before]).toEqual([1, 2])
  })

  test('takes the same half twice for one', () => {
    const { market, buyer, match } = matchedBuyer(5)
    for (const broker of market.brokers) broker.match(match)
    market.run(10)
    buyer.signMs = 20
    const message = { type: 'receipt', receipt: halfOf(market, match) } as const
    give(market, buyer, { message })
    give(market, buyer, { message })
    buyer.signMs = 1
    market.run(2 * SLOT)
    expect(buyer.trader.receipts()).toHaveLength(1)
    expect(row(buyer)).toMatchObject({ state: 'open', quantity: 4 })
  })

  test.each([
    ['more than the smaller quantity', (match: Match, market: FakeMarket) => halfOf(market, match, { quantity: 2 })],
    [
      'less than the smaller quantity',
      (match: Match, market: FakeMarket) =>
        halfOf(market, { ...match, sell: strangersOffer(market, 7, { price: 90, quantity: 3 }) }, { quantity: 3 }),
    ],
    [
      'a sell above the own price',
      (match: Match, market: FakeMarket) => halfOf(market, { ...match, sell: strangersOffer(market, 7, { price: 101 }) }),
    ],
    ['another service', (match: Match, market: FakeMarket) => halfOf(market, match, { service: 'cd'.repeat(16) })],
    [
      'an offer that was not its newest',
      (match: Match, market: FakeMarket) =>
        halfOf(market, { ...match, buy: strangersOffer(market, 1, { side: 'buy', seq: match.buy.seq - 1 }) }),
    ],
    ['a forged signature', (match: Match, market: FakeMarket) => ({ ...halfOf(market, match), sellerSignature: 'ab'.repeat(64) })],
    ['a slot to come', (match: Match, market: FakeMarket) => halfOf(market, { ...match, slot: match.slot + 6 })],
  ])('refuses a half over %s', (_name, wrong) => {
    const { market, buyer, match } = matchedBuyer()
    give(market, buyer, { message: { type: 'receipt', receipt: wrong(match, market) } })
    market.run(2 * SLOT)
    expect(buyer.trader.receipts()).toEqual([])
    expect(sent(market, { from: buyer.nodeId, type: 'receipt' })).toEqual([])
  })

  test('refuses a half after the deadline', () => {
    const { market, buyer, match } = matchedBuyer()
    market.run(deadlineMs(match.slot, SLOT) - market.nowMs)
    give(market, buyer, { message: { type: 'receipt', receipt: halfOf(market, match) } })
    market.run(SLOT)
    expect(buyer.trader.receipts()).toEqual([])
  })

  test('matched, and no half comes: it offers again at the deadline', () => {
    const { market, buyer, match } = matchedBuyer()
    for (const broker of market.brokers) broker.match(match)
    market.run(10)
    expect(row(buyer).state).toBe('matched')
    expect(market.until(() => row(buyer).state === 'open', 8 * SLOT)).toBe(true)
    expect(market.nowMs).toBeGreaterThanOrEqual(deadlineMs(match.slot, SLOT))
    give(market, buyer, { message: { type: 'receipt', receipt: halfOf(market, match) } })
    // No link to the seller: it goes over brokers.
    market.run(400)
    expect(sent(market, { from: buyer.nodeId, type: 'superseded' })[0]).toMatchObject({
      receipt: halfOf(market, match).id,
      newest: { type: 'offer' },
    })
  })

  test('withdrew before the half came: it answers with the withdrawal, and the seller offers again after the deadline', () => {
    const { market, buyer, seller } = pair()
    market.loses = ({ to, message }) => to === buyer.nodeId && message.type === 'notify-offer'
    offer(market, buyer, { side: 'buy', price: 100 })
    offer(market, seller, { side: 'sell', price: 100 })
    market.loses = ({ to, message }) => to === buyer.nodeId && (message.type === 'notify-offer' || message.type === 'receipt')
    expect(market.until(() => row(seller).state === 'matched')).toBe(true)
    expect(end(market, buyer, { type: 'withdraw', offerId: row(buyer).offerId })).toMatchObject({ ok: true, value: { withdrawn: true } })
    market.loses = () => false
    market.run(2 * SLOT)
    expect(sent(market, { from: buyer.nodeId, to: seller.nodeId, type: 'superseded' })[0]?.newest.type).toBe('withdrawal')
    expect(row(seller)).toMatchObject({ state: 'matched', reason: expect.stringContaining('changed or withdrawn') })
    expect(market.until(() => row(seller).state === 'open', 10 * SLOT)).toBe(true)
    expect([...buyer.trader.receipts(), ...seller.trader.receipts()]).toEqual([])
    expect(row(buyer).state).toBe('withdrawn')
  })
})

describe('the rest', () => {
  test('is offered again under a new number once the receipt is whole', () => {
    const { market, buyer, seller } = pair()
    const bought = offer(market, buyer, { side: 'buy', price: 100, quantity: 5 })
    offer(market, seller, { side: 'sell', price: 90, quantity: 2 })
    expect(market.until(() => buyer.trader.receipts().length === 1 && row(buyer).state === 'open')).toBe(true)
    expect(row(buyer)).toMatchObject({ offerId: bought.offerId, quantity: 3, accepted: 3 })
    expect(market.until(() => row(seller).state === 'traded')).toBe(true)
    expect(row(seller)).toMatchObject({ quantity: 0 })
    offer(market, seller, { side: 'sell', price: 100, quantity: 4 })
    expect(market.until(() => buyer.trader.receipts().length === 2 && row(seller).state === 'open')).toBe(true)
    expect(row(buyer)).toMatchObject({ state: 'traded', quantity: 0 })
    expect(row(seller)).toMatchObject({ quantity: 1 })
    expect(seller.trader.receipts().map(({ quantity }) => quantity)).toEqual([3, 2])
  })

  test('while a trade is completed, the service takes no other offer and no withdrawal', () => {
    const { market, seller, match, holders } = matchedSeller()
    for (const from of holders) give(market, seller, { from, message: { type: 'notify-offer', match } })
    const request = { side: 'sell', price: 95, quantity: 1, validForMs: 60_000 }
    expect(end(market, seller, { type: 'sendOffer', serviceId: serviceIn(market), offer: request })).toMatchObject({
      ok: false,
      failure: { code: 'offer-open' },
    })
    open(market, seller, 'Another')
    const elsewhere = end(market, seller, { type: 'sendOffer', serviceId: serviceIn(market, 'Another'), offer: request })
    expect(elsewhere).toMatchObject({ ok: true })
  })
})

describe('attestations', () => {
  test('count once a broker, from members only, and only "seen"', () => {
    const { market, buyer, seller } = pair()
    market.brokers[0]!.deaf = true
    market.brokers[1]!.swears = false
    offer(market, buyer, { side: 'buy', price: 100 })
    offer(market, seller, { side: 'sell', price: 100 })
    market.run(15 * SLOT)
    for (const trader of [buyer, seller]) expect(trader.trader.receipts()[0]).toMatchObject({ attestations: 3, of: 5 })
  })

  test('a stranger may swear what it likes', () => {
    const { market, buyer, seller } = pair(new FakeMarket(6))
    for (const broker of market.brokers) broker.deaf = market.members(serviceIn(market)).includes(broker.nodeId)
    const outsider = market.brokers.find(({ deaf }) => !deaf)!
    outsider.swears = true
    offer(market, buyer, { side: 'buy', price: 100 })
    offer(market, seller, { side: 'sell', price: 100 })
    expect(market.until(() => sent(market, { from: buyer.nodeId, type: 'receipt' }).length > 0)).toBe(true)
    const [whole] = sent(market, { from: buyer.nodeId, type: 'receipt' })
    for (const { nodeId } of [buyer, seller]) outsider.onMessage(nodeId, { type: 'ask-attestation', receipt: whole!.receipt })
    market.run(2 * SLOT)
    for (const trader of [buyer, seller]) expect(trader.trader.receipts()[0]).toMatchObject({ attestations: 0, of: 5 })
  })

  test('lost ones are asked for again', () => {
    const { market, buyer, seller } = pair()
    let lost = 0
    market.loses = ({ message }) => {
      if (message.type === 'attestation') lost += 1
      return message.type === 'attestation' && lost <= 10
    }
    offer(market, buyer, { side: 'buy', price: 100 })
    offer(market, seller, { side: 'sell', price: 100 })
    market.run(15 * SLOT)
    for (const trader of [buyer, seller]) expect(trader.trader.receipts()[0]).toMatchObject({ attestations: 5, of: 5 })
  })
})
