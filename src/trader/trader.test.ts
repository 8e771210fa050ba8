import { describe, expect, test } from 'vitest'
import type { Id } from '../base/identity.ts'
import type { Side } from '../market/offer.ts'
import { serviceIdOf } from '../market/service.ts'
import type { BookAnswer, OfferAnswer, PriceAnswer } from './command.ts'
import type { Outcome } from './failures.ts'
import { FakeMarket, type FakeTrader } from './fake-market.ts'

const SERVICE = { name: 'Storage', kind: 'general', unit: 'GB', currency: 'EUR', decimals: 2, tags: [] } as const

function end<T>(market: FakeMarket, asked: { outcome: Outcome<unknown> | undefined; ends: number }): Outcome<T> {
  expect(market.until(() => asked.outcome !== undefined, 30_000)).toBe(true)
  return asked.outcome as Outcome<T>
}

function value<T>(market: FakeMarket, asked: { outcome: Outcome<unknown> | undefined; ends: number }): T {
  const outcome = end<T>(market, asked)
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.failure))
  return outcome.value
}

function open(market: FakeMarket, trader: FakeTrader): Id {
  return value<{ serviceId: Id }>(market, trader.command({ type: 'createService', service: SERVICE })).serviceId
}

function send(
  market: FakeMarket,
  trader: FakeTrader,
  offer: { side: Side; price: number; quantity?: number; validForMs?: number },
): OfferAnswer {
  const serviceId = open(market, trader)
  return value<OfferAnswer>(market, trader.command({ type: 'sendOffer', serviceId, offer: { quantity: 1, validForMs: 60_000, ...offer } }))
}

describe('the thinnest path', () => {
  test('a buy and a sell become a receipt that both hold and all brokers attest', () => {
    const market = new FakeMarket()
    const buyer = market.addTrader().start()
    const seller = market.addTrader().start()
    const bought = send(market, buyer, { side: 'buy', price: 110 })
    expect(bought).toMatchObject({ accepted: 3, of: 3 })
    expect(buyer.trader.offers()[0]).toMatchObject({ offerId: bought.offerId, state: 'open', accepted: 3 })
    send(market, seller, { side: 'sell', price: 101 })
    expect(market.until(() => buyer.trader.receipts().length === 1 && seller.trader.receipts().length === 1)).toBe(true)
    market.run(300)
    expect(buyer.trader.receipts()).toEqual(seller.trader.receipts())
    expect(buyer.trader.receipts()[0]).toMatchObject({
      price: 105.5,
      quantity: 1,
      buyer: buyer.nodeId,
      seller: seller.nodeId,
      attestations: 5,
      of: 5,
    })
    expect(buyer.trader.offers()[0]).toMatchObject({ state: 'traded', quantity: 0 })
    expect(seller.trader.offers()[0]).toMatchObject({ state: 'traded', quantity: 0 })
  })

  test('book and price', () => {
    const market = new FakeMarket()
    const buyer = market.addTrader().start()
    send(market, buyer, { side: 'buy', price: 110, quantity: 3 })
    const reader = market.addTrader().start()
    const serviceId = serviceIdOf(market.network, { ...SERVICE, file: null })
    const price = value<PriceAnswer>(market, reader.command({ type: 'getPrice', serviceId }))
    expect(price).toEqual({ bid: 0, ask: Number.POSITIVE_INFINITY })
    const book = value<BookAnswer>(market, reader.command({ type: 'orderBook', serviceId }))
    expect(book.bids).toMatchObject([{ price: 110, quantity: 3, peer: buyer.nodeId }])
    expect(book).toMatchObject({ asks: [], answered: 5, of: 5, agreeing: 5 })
  })
})
