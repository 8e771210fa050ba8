import { describe, expect, it } from 'vitest'
import { sealWithdrawal } from '../market/offer.ts'
import { type Service, serviceIdOf } from '../market/service.ts'
import type { MarketMessage } from '../wire/messages.ts'
import { Market, type Node, SERVICE } from './harness.ts'

describe('bounds', () => {
  it('refuses new peers when all that it remembers must be remembered, and forgets dropped offers first', () => {
    const market = new Market(1, { m: 8 })
    const [broker] = market.brokers as [Node]
    market.sendOffer(market.offer('ann', { price: 1 }))
    for (let index = 0; index < 4096 + 16 - 2; index += 1) {
      const trader = market.trader(`trader ${index}`)
      market.send(trader, broker, { type: 'withdraw', id: 1, withdrawal: market.withdrawal(trader.name) })
    }
    market.run(50)
    expect(market.sendOffer(market.offer('bob', { price: 2 }))).toMatchObject([{ refusal: null }])
    expect(market.sendOffer(market.offer('cid', { price: 3 }))).toMatchObject([{ refusal: 'busy' }])
    const late = { type: 'withdraw', id: 2, withdrawal: market.withdrawal('cid') } as const
    expect(market.ask(market.trader('cid'), broker, late)).toMatchObject({ refusal: 'busy' })
    expect(market.sendOffer(market.offer('bob', { price: 4, seq: 2 }))).toMatchObject([{ refusal: null }])
  }, 60_000)

  it('hears no further receipt when all that it has could be shown again', () => {
    const market = new Market(1)
    const [broker] = market.brokers as [Node]
    market.sendOffer(market.offer('keeper'))
    const ann = market.trader('ann')
    const pairs = Array.from({ length: 129 }, (_, seq) => ({
      buy: market.offer('ann', { seq: seq + 1, validForMs: 5_000 }),
      sell: market.offer(`seller ${seq}`, { side: 'sell', validForMs: 5_000 }),
    }))
    const odd = market.slot % 2 === 1 ? market.slot : market.slot - 1
    let sent = 0
    for (const pair of pairs.slice(1)) {
      for (let back = 10; back < 74; back += 2) {
        market.send(ann, broker, { type: 'receipt', receipt: market.receipt({ ...pair, slot: odd - back }, true) })
        sent += 1
      }
    }
    market.run(50)
    const [first] = pairs
    if (first === undefined) throw new Error('no pair')
    market.send(ann, broker, { type: 'receipt', receipt: market.receipt({ ...first, slot: odd }, true) })
    market.run(50)
    expect(sent).toBe(4096)
    expect(market.received(ann, 'attestation')).toEqual([])
    expect([...broker.disk.keys()].filter((key) => key.startsWith('receipt')).length).toBe(4096)
  }, 60_000)

  it('hears a busy seller while there is room, and then so many receipts of it, and all of others', () => {
    const market = new Market(1)
    const [broker] = market.brokers as [Node]
    const buy = market.offer('ann', { validForMs: 20_000 })
    market.sendOffer(buy)
    const evil = market.trader('evil')
    const kept = (): number => [...broker.disk.keys()].filter((key) => key.startsWith('receipt')).length
    const odd = market.slot % 2 === 1 ? market.slot - 2 : market.slot - 1
    const show = (seq: number, slot: number): void => {
      const sell = market.offer('evil', { side: 'sell', seq, validForMs: 20_000 })
      market.send(evil, broker, { type: 'receipt', receipt: market.receipt({ buy, sell, slot }, false) })
    }
    for (let seq = 1; seq <= 8; seq += 1) show(seq, odd)
    market.run(50)
    expect(kept()).toBe(2)
    for (let seq = 10; seq <= 200; seq += 1) show(seq, odd - 2 * seq)
    market.run(50)
    expect(kept()).toBe(2 + 191)
    for (let seq = 201; seq <= 2_200; seq += 1) show(seq, odd - 2 * (201 + (seq >> 1)))
    market.run(50)
    expect(kept()).toBe(2_048)
    const sell = market.offer('bob', { side: 'sell' })
    market.send(market.trader('bob'), broker, { type: 'receipt', receipt: market.receipt({ buy, sell, slot: odd }, true) })
    market.run(50)
    expect(market.received(market.trader('bob'), 'attestation').map(({ attestation }) => attestation.seen)).toEqual([true])
  }, 60_000)
})

describe('one peer that goes from service to service', () => {
  /** Ways to leave something behind in a service, each of which outlives the row. */
  const ways: Record<string, (market: Market, parameters: Service) => void> = {
    'with withdrawals': (market, parameters) => {
      const [broker] = market.brokers as [Node]
      const [evil, service] = [market.trader('evil'), serviceIdOf(market.network, parameters)]
      const offer = market.offer('evil', { service, validForMs: 590_000 })
      market.send(evil, broker, { type: 'send-offer', id: 1, offer, parameters })
      const terms = { ...evil.credentials, service, seq: 2, validUntil: offer.validUntil }
      market.send(evil, broker, { type: 'withdraw', id: 2, withdrawal: sealWithdrawal(market.network, terms, 'ab'.repeat(64)) })
    },
    'with contradictions': (market, parameters) => {
      const service = serviceIdOf(market.network, parameters)
      for (const price of [1, 2]) {
        const offer = market.offer('evil', { service, price, validForMs: 100 })
        market.send(market.trader('evil'), market.brokers[0] as Node, { type: 'send-offer', id: 1, offer, parameters })
      }
      market.run(2_000)
    },
    'by a handoff': (market, parameters) => {
      const service = serviceIdOf(market.network, parameters)
      const offer = market.offer('evil', { service, validForMs: 590_000 })
      const memory = { newest: { type: 'offer', offer }, state: 'stored', until: offer.validUntil, match: null } as const
      const rest = { part: 0, parts: 1, memories: [memory], receipts: [], equivocations: [] }
      market.send(market.trader('evil'), market.brokers[0] as Node, { type: 'handoff', service, parameters, ...rest })
    },
  }

  it('is remembered as matched all the same where others have forwarded its offer', () => {
    const market = new Market(2)
    const [, other] = market.brokers as [Node, Node]
    const isElsewhere = (message: MarketMessage): boolean =>
      message.type === 'announce' || ('service' in message && message.service !== market.service)
    market.loses = (_from, to, message) => to === other.nodeId && isElsewhere(message)
    for (let index = 0; index < 4 * market.parameters.s; index += 1) {
      ways['with withdrawals']?.(market, { ...SERVICE, name: `junk ${index}` })
      market.run(20)
    }
    market.sendOffer(market.offer('bob', { side: 'sell', price: 90 }))
    market.runToSlot('even')
    expect(market.sendOffer(market.offer('evil', { price: 100 }))).toMatchObject([{ refusal: 'services-full' }, { refusal: null }])
    market.runToSlot('even', 2)
    const states = market.brokers.map((broker) => market.price(market.trader('evil'), broker).state.state)
    expect(states).toEqual(['matched', 'matched'])
  })

  for (const [name, leave] of Object.entries(ways)) {
    it(`does not fill every table: ${name}`, () => {
      const market = new Market(1)
      const [broker] = market.brokers as [Node]
      for (let index = 0; index < 256; index += 1) {
        leave(market, { ...SERVICE, name: `junk ${index}` })
        market.run(20)
      }
      market.run(10_000)
      expect(market.sendOffer(market.offer('ann'))).toMatchObject([{ refusal: null }])
      expect(broker.broker?.view().length).toBeLessThanOrEqual(4 * market.parameters.s + 1)
    }, 60_000)
  }
})

describe('network time that is set back', () => {
  it('begins anew with the slot that it is then', () => {
    const market = new Market(2)
    market.sendOffer(market.offer('ann', { price: 120, validForMs: 30_000 }))
    market.run(1_000)
    market.correctionMs = -60_000
    market.sendOffer(market.offer('bob', { side: 'sell', price: 100, validForMs: 30_000 }))
    market.runToSlot('even', 2)
    market.run(30)
    expect(market.received(market.trader('bob'), 'notify-offer').length).toBe(2)
  })
})
