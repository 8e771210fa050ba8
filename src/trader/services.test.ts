import { describe, expect, test } from 'vitest'
import { encode, record, u8, u53 } from '../base/schema.ts'
import { serviceSchema } from '../market/service.ts'
import type { BidderRequest, ServiceRow } from './command.ts'
import { FakeMarket, type FakeTrader } from './fake-market.ts'
import { readOwnRecord } from './records.ts'
import { end, offer, open, SERVICE, serviceIn, succeed } from './scenario.ts'
import { MAX_SERVICES } from './services.ts'

const OTHER = { ...SERVICE, name: 'Other' }
const BIDDER: BidderRequest = { side: 'buy', limit: 100, quantity: 1, forMs: 60_000 }

function joined(): { market: FakeMarket; trader: FakeTrader } {
  const market = new FakeMarket()
  return { market, trader: market.addTrader().start() }
}

function rows(trader: FakeTrader): [string, ServiceRow['origin'], boolean][] {
  return trader.trader.services().map(({ service, origin, watched }) => [service.name, origin, watched])
}

describe('where a service came from', () => {
  test('made here, or opened', () => {
    const { market, trader } = joined()
    open(market, trader)
    succeed(market, trader, { type: 'openService', serviceId: undefined, service: OTHER })
    expect(rows(trader).sort()).toEqual([
      ['Other', 'opened', false],
      ['Storage', 'made', false],
    ])
  })

  test('opened, then entered: made; made, then opened: made still', () => {
    const { market, trader } = joined()
    succeed(market, trader, { type: 'openService', serviceId: undefined, service: SERVICE })
    open(market, trader)
    expect(rows(trader)).toEqual([['Storage', 'made', false]])
    succeed(market, trader, { type: 'openService', serviceId: serviceIn(market), service: SERVICE })
    expect(rows(trader)).toEqual([['Storage', 'made', false]])
  })
})

describe('watching', () => {
  test('needs no ring, and outlives a reload', () => {
    const market = new FakeMarket()
    const trader = market.addTrader()
    const serviceId = open(market, trader)
    const watched = succeed<ServiceRow>(market, trader, { type: 'watchService', serviceId, watch: true })
    expect(watched).toEqual({ serviceId, service: SERVICE, origin: 'made', watched: true })
    trader.crash()
    trader.restart()
    expect(rows(trader)).toEqual([['Storage', 'made', true]])
    succeed(market, trader, { type: 'watchService', serviceId, watch: false })
    expect(rows(trader)).toEqual([['Storage', 'made', false]])
  })

  test('wants a service that is known, and a yes or a no', () => {
    const { market, trader } = joined()
    const unknown = end(market, trader, { type: 'watchService', serviceId: serviceIn(market), watch: true })
    expect(unknown).toMatchObject({ ok: false, failure: { code: 'unknown-service' } })
    const serviceId = open(market, trader)
    for (const watch of [undefined, null, 1, 'yes', {}])
      expect(end(market, trader, { type: 'watchService', serviceId, watch })).toMatchObject({
        ok: false,
        failure: { code: 'invalid-argument', field: 'watch' },
      })
    expect(rows(trader)).toEqual([['Storage', 'made', false]])
  })
})

describe('forgetting', () => {
  test('takes a service away for good', () => {
    const market = new FakeMarket()
    const trader = market.addTrader()
    const serviceId = open(market, trader)
    open(market, trader, 'Other')
    succeed(market, trader, { type: 'forgetService', serviceId })
    expect(rows(trader)).toEqual([['Other', 'made', false]])
    trader.crash()
    expect(trader.restart()).toBe(0)
    expect(rows(trader)).toEqual([['Other', 'made', false]])
    expect(end(market, trader, { type: 'forgetService', serviceId })).toMatchObject({ ok: false, failure: { code: 'unknown-service' } })
    expect(end(market, trader, { type: 'forgetService', serviceId: 'x' })).toMatchObject({
      ok: false,
      failure: { code: 'invalid-argument', field: 'serviceId' },
    })
  })

  test('not while an offer is live', () => {
    const { market, trader } = joined()
    const { offerId } = offer(market, trader, {})
    const forget = { type: 'forgetService', serviceId: serviceIn(market) } as const
    expect(end(market, trader, forget)).toMatchObject({ ok: false, failure: { code: 'offer-open' } })
    succeed(market, trader, { type: 'withdraw', offerId })
    succeed(market, trader, forget)
    expect(rows(trader)).toEqual([])
  })

  test('not while a bidder is live', () => {
    const { market, trader } = joined()
    const serviceId = open(market, trader)
    const { bidderId } = succeed<{ bidderId: string }>(market, trader, { type: 'startBidder', serviceId, bidder: BIDDER })
    expect(end(market, trader, { type: 'forgetService', serviceId })).toMatchObject({ ok: false, failure: { code: 'offer-open' } })
    succeed(market, trader, { type: 'stopBidder', bidderId })
    expect(market.until(() => trader.trader.bidders()[0]?.state === 'stopped', 30_000)).toBe(true)
    succeed(market, trader, { type: 'forgetService', serviceId })
    expect(rows(trader)).toEqual([])
  })
})

test('at the bound the oldest that is not watched makes room', () => {
  const market = new FakeMarket()
  const trader = market.addTrader()
  const watched = open(market, trader, 'watched')
  succeed(market, trader, { type: 'watchService', serviceId: watched, watch: true })
  for (let count = 1; count < MAX_SERVICES; count += 1) open(market, trader, `service ${count}`)
  open(market, trader, 'one more')
  const names = rows(trader).map(([name]) => name)
  expect(names).toHaveLength(MAX_SERVICES)
  expect(names).toEqual(expect.arrayContaining(['watched', 'service 2', 'one more']))
  expect(names).not.toContain('service 1')
})

test('a record of before origin and watching were kept is a service that was opened', () => {
  const market = new FakeMarket()
  const before = record({ code: u8, service: serviceSchema, openedMs: u53 })
  const value = encode(before, { code: 0, service: SERVICE, openedMs: 7 })
  const key = `service/${serviceIn(market)}`
  expect(readOwnRecord(market.network, { store: 'own', key, value })).toEqual({
    type: 'service',
    service: SERVICE,
    openedMs: 7,
    origin: 'opened',
    watched: false,
  })
  const trader = market.addTrader()
  expect(trader.trader.restore([{ store: 'own', key, value }])).toBe(0)
  expect(rows(trader)).toEqual([['Storage', 'opened', false]])
})
