import { describe, expect, test } from 'vitest'
import type { Offer } from '../market/offer.ts'
import { sealOffer } from '../market/offer.ts'
import type { MessageOf } from '../wire/messages.ts'
import type { BookAnswer, PriceAnswer, ServiceAnswer } from './command.ts'
import { FakeMarket, type FakeTrader } from './fake-market.ts'
import { end, halfOf, offer, open, SERVICE, serviceIn, strangersOffer, succeed, wholeOf } from './scenario.ts'
import type { TraderCommand } from './trader.ts'

const ID = 'ab'.repeat(16)
const REQUEST = { side: 'buy', price: 1, quantity: 1, validForMs: 1_000 }
const WRONG_IDS = [undefined, null, 1, '', 'AB'.repeat(16), `${ID}0`, {}, [ID], Number.NaN, () => ID]

function joined(): { market: FakeMarket; trader: FakeTrader } {
  const market = new FakeMarket()
  return { market, trader: market.addTrader().start() }
}

describe('wrong input', () => {
  test.each(['getPrice', 'orderBook', 'openService', 'sendOffer'] as const)('%s: a serviceId that is none', (type) => {
    const { market, trader } = joined()
    for (const serviceId of WRONG_IDS) {
      const command = { type, serviceId, offer: REQUEST } as TraderCommand
      expect(end(market, trader, command)).toMatchObject({ ok: false, failure: { code: 'invalid-argument', field: 'serviceId' } })
    }
  })

  test('withdraw: an offerId that is none, or nobody has', () => {
    const { market, trader } = joined()
    for (const offerId of WRONG_IDS) {
      expect(end(market, trader, { type: 'withdraw', offerId })).toMatchObject({
        ok: false,
        failure: { code: 'invalid-argument', field: 'offerId' },
      })
    }
    expect(end(market, trader, { type: 'withdraw', offerId: ID })).toMatchObject({ ok: false, failure: { code: 'unknown-offer' } })
  })

  test.each(['side', 'price', 'quantity', 'validForMs'])('sendOffer: wrong %s', (field) => {
    const { market, trader } = joined()
    const serviceId = open(market, trader)
    for (const wrong of [undefined, null, '', '1', 0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 50, {}, []]) {
      const failed = end(market, trader, { type: 'sendOffer', serviceId, offer: { ...REQUEST, [field]: wrong } })
      expect(failed, String(wrong)).toMatchObject({ ok: false, failure: { code: 'invalid-argument', field, message: expect.any(String) } })
    }
    for (const wrong of [undefined, null, 'x', 7, []]) {
      expect(end(market, trader, { type: 'sendOffer', serviceId, offer: wrong })).toMatchObject({
        ok: false,
        failure: { code: 'invalid-argument' },
      })
    }
    expect(trader.trader.offers()).toEqual([])
  })

  test('createService: wrong fields', () => {
    const { market, trader } = joined()
    const service = { name: 'A', kind: 'general', unit: 'GB', currency: 'EUR', decimals: 2, tags: [] }
    for (const [field, wrong] of [
      ['name', ''],
      ['kind', 'x'],
      ['unit', 3],
      ['currency', null],
      ['decimals', 99],
      ['tags', 'a'],
      ['file', 1],
    ]) {
      const failed = end(market, trader, { type: 'createService', service: { ...service, [field as string]: wrong } })
      expect(failed).toMatchObject({ ok: false, failure: { code: 'invalid-argument', field } })
    }
    for (const wrong of [undefined, null, 'x', 7]) {
      expect(end(market, trader, { type: 'createService', service: wrong })).toMatchObject({
        ok: false,
        failure: { code: 'invalid-argument' },
      })
    }
    expect(trader.trader.services()).toEqual([])
  })
})

describe('services', () => {
  test('are opened by id when a broker knows them', () => {
    const { market, trader } = joined()
    const serviceId = serviceIn(market)
    expect(end(market, trader, { type: 'openService', serviceId })).toMatchObject({ ok: false, failure: { code: 'unknown-service' } })
    const other = market.addTrader().start()
    offer(market, other, {})
    expect(succeed<ServiceAnswer>(market, trader, { type: 'openService', serviceId })).toEqual({ serviceId, service: SERVICE })
    expect(trader.trader.services()).toEqual([{ serviceId, service: SERVICE, origin: 'opened', watched: false }])
  })

  test('are opened with their parameters, which must have the id', () => {
    const { market, trader } = joined()
    const serviceId = serviceIn(market)
    const wrong = end(market, trader, { type: 'openService', serviceId: ID, service: SERVICE })
    expect(wrong).toMatchObject({ ok: false, failure: { code: 'invalid-argument', field: 'serviceId' } })
    expect(succeed<ServiceAnswer>(market, trader, { type: 'openService', serviceId, service: SERVICE }).serviceId).toBe(serviceId)
    expect(succeed<ServiceAnswer>(market, trader, { type: 'openService', serviceId: undefined, service: SERVICE }).serviceId).toBe(
      serviceId,
    )
  })

  test('of which nobody knows the parameters cannot be traded', () => {
    const { market, trader } = joined()
    const failed = end(market, trader, { type: 'sendOffer', serviceId: ID, offer: REQUEST })
    expect(failed).toMatchObject({ ok: false, failure: { code: 'unknown-service', message: expect.stringContaining('link') } })
  })

  test('are listed newest first, and made once', () => {
    const { market, trader } = joined()
    open(market, trader, 'A')
    open(market, trader, 'B')
    open(market, trader, 'A')
    expect(trader.trader.services().map(({ service }) => service.name)).toEqual(['B', 'A'])
  })
})

describe('ends', () => {
  test('before it is in a ring: what needs brokers fails, what does not works', () => {
    const market = new FakeMarket()
    const trader = market.addTrader()
    const serviceId = open(market, trader)
    for (const type of ['getPrice', 'orderBook', 'sendOffer'] as const) {
      expect(end(market, trader, { type, serviceId, offer: REQUEST } as TraderCommand)).toMatchObject({
        ok: false,
        failure: { code: 'not-joined' },
      })
    }
    expect(succeed(market, trader, { type: 'openService', serviceId })).toMatchObject({ serviceId })
  })

  test('every command ends once, whatever is lost', () => {
    for (let seed = 1; seed <= 12; seed += 1) {
      const market = new FakeMarket()
      const trader = market.addTrader().start()
      const serviceId = open(market, trader)
      let count = seed
      market.loses = () => {
        count = (count * 1_103_515_245 + 12_345) % 2_147_483_648
        return seed === 1 || count % 3 === 0
      }
      const asked = [
        trader.command({ type: 'sendOffer', serviceId, offer: REQUEST }),
        trader.command({ type: 'getPrice', serviceId }),
        trader.command({ type: 'orderBook', serviceId }),
        trader.command({ type: 'sendOffer', serviceId, offer: { ...REQUEST, price: 2 } }),
        trader.command({ type: 'openService', serviceId: ID }),
      ]
      market.run(2_000)
      const [row] = trader.trader.offers()
      if (row !== undefined) asked.push(trader.command({ type: 'withdraw', offerId: row.offerId }))
      market.run(60_000)
      expect(asked.map(({ ends }) => ends)).toEqual(asked.map(() => 1))
    }
  })
})

describe('prices and books', () => {
  test('the price that most brokers name', () => {
    const market = new FakeMarket(5, { f: 5 })
    const trader = market.addTrader().start()
    for (const broker of market.brokers) Object.assign(broker, { bid: 99.5, ask: 101 })
    Object.assign(market.brokers[0]!, { bid: 150, ask: 151 })
    Object.assign(market.brokers[1]!, { bid: 1, ask: 0 })
    expect(succeed<PriceAnswer>(market, trader, { type: 'getPrice', serviceId: serviceIn(market) })).toEqual({ bid: 99.5, ask: 101 })
    for (const broker of market.brokers) Object.assign(broker, { bid: 7, ask: 0 })
    // Asked afresh, though the set is known.
    expect(succeed<PriceAnswer>(market, trader, { type: 'getPrice', serviceId: serviceIn(market) })).toEqual({
      bid: 7,
      ask: Number.POSITIVE_INFINITY,
    })
  })

  /** A trader, and five brokers whose books the test writes. */
  function reader(): { market: FakeMarket; trader: FakeTrader; answer: (books: Partial<MessageOf<'book'>>[]) => BookAnswer } {
    const { market, trader } = joined()
    succeed(market, trader, { type: 'getPrice', serviceId: serviceIn(market) })
    const answer = (books: Partial<MessageOf<'book'>>[]): BookAnswer => {
      market.loses = ({ from, to, message }) => {
        const place = market.brokers.findIndex(({ nodeId }) => nodeId === to)
        if (message.type !== 'get-book' || place < 0) return false
        const empty = { type: 'book', parameters: null, offers: [], receipts: [], slot: 1, decision: null, members: [] } as const
        const book = books[place]
        if (book !== undefined)
          market.send({ from: to, to: from, message: { ...empty, id: message.id, service: message.service, ...book } })
        return true
      }
      return succeed<BookAnswer>(market, trader, { type: 'orderBook', serviceId: serviceIn(market) })
    }
    return { market, trader, answer }
  }

  test('a book is the union of the newest, valid offers, best first', () => {
    const { market, answer } = reader()
    const old = strangersOffer(market, 11, { price: 120, seq: 5 })
    const newer = strangersOffer(market, 11, { price: 110, seq: 6 })
    const other = strangersOffer(market, 12, { price: 105 })
    const over = strangersOffer(market, 13, { validUntil: market.nowMs })
    const elsewhere = strangersOffer(market, 14, { service: ID })
    const buys = [90, 95, 93].map((price, index) => strangersOffer(market, 20 + index, { side: 'buy', price }))
    const book = answer([{ offers: [old, ...buys] }, { offers: [newer, over] }, { offers: [other, elsewhere, old] }, {}, {}])
    expect(book.asks.map(({ price, seq }) => [price, seq])).toEqual([
      [105, other.seq],
      [110, 6],
    ])
    expect(book.bids.map(({ price }) => price)).toEqual([95, 93, 90])
    expect(book).toMatchObject({ answered: 5, of: 5, agreeing: 5 })
  })

  test('less what receipts close: a half its seller, a whole both', () => {
    const { market, answer } = reader()
    const slot = market.slot % 2 === 1 ? market.slot : market.slot - 1
    const [buy1, buy2] = [31, 32].map((index) => strangersOffer(market, index, { side: 'buy', price: 100 }))
    const [sell1, sell2] = [33, 34].map((index) => strangersOffer(market, index, { price: 100 }))
    const half = halfOf(market, { buy: buy1!, sell: sell1!, slot })
    const whole = wholeOf(market, halfOf(market, { buy: buy2!, sell: sell2!, slot }))
    const book = answer([{ offers: [buy1!, buy2!, sell1!, sell2!] }, { receipts: [half, whole] }, {}])
    expect([...book.bids, ...book.asks].map(({ peer }) => peer)).toEqual([buy1!.peer])
    expect(book).toMatchObject({ answered: 3, of: 5 })
  })

  test('its trades are the whole receipts of the service that mean one, newest first, each once', () => {
    const { market, answer } = reader()
    const slot = market.slot % 2 === 1 ? market.slot : market.slot - 1
    const pair = (index: number, sell: Partial<Offer> = {}) => ({
      buy: strangersOffer(market, index, { side: 'buy', price: 101, quantity: 3 }),
      sell: strangersOffer(market, index + 1, { price: 100, quantity: 2, ...sell }),
    })
    const older = wholeOf(market, halfOf(market, { ...pair(41), slot: slot - 2 }))
    const newer = wholeOf(market, halfOf(market, { ...pair(43), slot }))
    const half = halfOf(market, { ...pair(45), slot })
    const elsewhere = wholeOf(market, halfOf(market, { ...pair(47, { service: ID }), slot }))
    const apart = wholeOf(market, halfOf(market, { ...pair(49, { price: 102 }), slot }))
    const even = wholeOf(market, halfOf(market, { ...pair(51), slot: slot - 1 }))
    const { trades } = answer([{ receipts: [older, half, elsewhere, apart, even] }, { receipts: [newer, older] }, {}, {}, {}])
    expect(trades).toEqual([newer, older].map(({ id, slot: decided }) => ({ receiptId: id, price: 100.5, quantity: 2, slot: decided })))
  })

  test('a peer with two offers under one number has none, and a forged one keeps the answer out', () => {
    const { market, answer } = reader()
    const first = strangersOffer(market, 11, { price: 120, seq: 5 })
    const second = strangersOffer(market, 11, { price: 110, seq: 5 })
    const { signature, peer: _peer, id: _id, ...terms } = strangersOffer(market, 12, {})
    const forged = sealOffer(market.network, { ...terms, price: 1 }, signature)
    const book = answer([{ offers: [first] }, { offers: [second] }, { offers: [forged] }, {}, {}])
    expect(book).toMatchObject({ bids: [], asks: [], answered: 4 })
  })

  test('a broker that is dead makes one book wait, and not the next', () => {
    const { market, trader } = reader()
    market.brokers[0]!.silent = true
    const took = (): number => {
      const beganMs = market.nowMs
      succeed(market, trader, { type: 'orderBook', serviceId: serviceIn(market) })
      return market.nowMs - beganMs
    }
    expect(took()).toBeGreaterThanOrEqual(1_000)
    expect(took()).toBeLessThan(500)
  })

  test('agreeing counts the commonest last decision', () => {
    const { answer } = reader()
    const decided = (slot: number, digest: string): Partial<MessageOf<'book'>> => ({ decision: { slot, digest: digest.repeat(16) } })
    expect(answer([decided(3, 'aa'), decided(3, 'aa'), decided(3, 'bb'), decided(1, 'aa'), {}]).agreeing).toBe(2)
    expect(answer([{}, {}, decided(3, 'bb')]).agreeing).toBe(2)
  })
})
