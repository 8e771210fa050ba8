import { describe, expect, it } from 'vitest'
import { serviceIdOf } from '../market/service.ts'
import { MAX_TABLES } from './broker.ts'
import { Market, SERVICE } from './harness.ts'

describe('one broker alone', () => {
  it('stores, acknowledges after the commit, decides at the end of the odd slot, and notifies', () => {
    const market = new Market(1, { n: 1, f: 1 })
    const [broker] = market.brokers as [(typeof market.brokers)[0]]
    const [answer] = market.sendOffer(market.offer('ann', { side: 'buy', price: 110 }))
    expect(answer).toMatchObject({ refusal: null, state: { seq: 1, state: 'stored' }, members: [broker.nodeId] })
    expect([...broker.disk.keys()].map((key) => key.split('/')[0]).sort()).toEqual(['memory', 'service'])
    market.sendOffer(market.offer('bob', { side: 'sell', price: 100, quantity: 3 }))
    const slot = market.slot + 1
    market.runToSlot('even')
    market.run(50)
    for (const name of ['ann', 'bob']) {
      const trader = market.trader(name)
      expect(market.received(trader, 'notify-offer')).toMatchObject([{ match: { slot, buy: { price: 110 }, sell: { price: 100 } } }])
      expect(market.price(trader, broker)).toMatchObject({ bid: 0, ask: 0, state: { state: 'matched', match: { slot } } })
    }
    expect(market.sent.exchange).toBeUndefined()
    expect(broker.broker?.inspect(market.service)).toMatchObject([{ parameters: SERVICE, decided: 1, decision: { slot } }])
  })

  it('quotes doubled prices and the state of the asker, and 0 for none', () => {
    const market = new Market(1)
    const [broker] = market.brokers
    const ann = market.trader('ann')
    expect(market.price(ann, broker!)).toMatchObject({ bid: 0, ask: 0, state: { seq: 0, state: 'unknown' }, members: market.members })
    market.sendOffer(market.offer('ann', { price: 7, seq: 5 }))
    expect(market.price(ann, broker!)).toMatchObject({ bid: 14, ask: 0, state: { seq: 5, state: 'stored' } })
  })

  it('answers the very same offer again with its state, and stores it once', () => {
    const market = new Market(1)
    const offer = market.offer('ann')
    market.sendOffer(offer)
    expect(market.sendOffer(offer)).toMatchObject([{ refusal: null, state: { state: 'stored', seq: 1 } }])
    expect(market.table(market.brokers[0]!)).toEqual([offer.id])
  })

  it('says why it does not take an offer', () => {
    const market = new Market(1, { m: 4 })
    const refusal = (offer: Parameters<Market['sendOffer']>[0]): unknown => market.sendOffer(offer)[0]?.refusal
    expect(refusal(market.offer('ann', { seq: 5, price: 50 }))).toBe(null)
    expect(refusal(market.offer('ann', { seq: 4 }))).toBe('stale')
    expect(refusal(market.offer('bob', { validForMs: -1 }))).toBe('expired')
    expect(refusal(market.offer('bob', { validForMs: 600_100 }))).toBe('validity')
    expect(refusal(market.offer('bob', { price: 60 }))).toBe(null)
    expect(refusal(market.offer('cid', { price: 40 }))).toBe('price')
    const [broker] = market.brokers
    for (const parameters of [null, { ...SERVICE, name: 'padded ' }, { ...SERVICE, name: '' }]) {
      const offer = market.offer('dan', { service: parameters === null ? 'cd'.repeat(16) : serviceIdOf(market.network, parameters) })
      const answer = market.ask(market.trader('dan'), broker!, { type: 'send-offer', id: 76, offer, parameters })
      expect(answer).toMatchObject({ id: 76, refusal: 'service-unknown' })
    }
    const unknown = market.ask(market.trader('dan'), broker!, {
      type: 'send-offer',
      id: 77,
      offer: market.offer('dan', { service: 'ab'.repeat(16) }),
      parameters: SERVICE,
    })
    expect(unknown).toMatchObject({ id: 77, refusal: 'service-unknown' })
  })

  it('tells the peer of a row that was pushed out', () => {
    const market = new Market(1, { m: 2 })
    const low = market.offer('ann', { price: 50 })
    market.sendOffer(low)
    market.sendOffer(market.offer('bob', { price: 60 }))
    market.run(30)
    expect(market.received(market.trader('ann'), 'notify-drop')).toMatchObject([{ offer: { id: low.id }, reason: 'price' }])
    expect(market.price(market.trader('ann'), market.brokers[0]!).state.state).toBe('dropped')
  })

  it('removes a table when all is expired, on disk too, and rests', () => {
    const market = new Market(1)
    market.sendOffer(market.offer('ann', { validForMs: 3_000 }))
    const [broker] = market.brokers
    expect(broker!.broker?.view()).toMatchObject([{ name: 'Storage', buys: 1, sells: 0, members: 1 }])
    market.run(3_000)
    expect(market.price(market.trader('ann'), broker!).state.state).toBe('expired')
    market.run(10_000)
    expect(broker!.broker?.view()).toEqual([])
    expect(broker!.disk.size).toBe(0)
    expect(market.schedule.nextMs()).toBe(Number.POSITIVE_INFINITY)
  })

  it('refuses a peer that trades s services already', () => {
    const market = new Market(1, { s: 2 })
    const [broker] = market.brokers
    const refusals = ['a', 'b', 'c'].map((name) => {
      const parameters = { ...SERVICE, name }
      const offer = market.offer('ann', { service: serviceIdOf(market.network, parameters) })
      return market.ask<'offer-answer'>(market.trader('ann'), broker!, { type: 'send-offer', id: market.nextId(), offer, parameters })
        .refusal
    })
    expect(refusals).toEqual([null, null, 'services-full'])
  })

  it('keeps a bounded number of tables; an empty one makes room', () => {
    const market = new Market(2, { s: 1000 })
    const [broker, other] = market.brokers
    const open = (index: number): string | null => {
      const parameters = { ...SERVICE, name: `service ${index}` }
      const offer = market.offer(`trader ${index}`, { service: serviceIdOf(market.network, parameters), validForMs: 500_000 })
      const message = { type: 'send-offer', id: market.nextId(), offer, parameters } as const
      return market.ask<'offer-answer'>(market.trader(`trader ${index}`), broker!, message).refusal
    }
    market.send(other!, broker!, { type: 'announce', parameters: { ...SERVICE, name: 'announced only' } })
    for (let index = 0; index < MAX_TABLES; index += 1) expect(open(index)).toBe(null)
    expect(open(MAX_TABLES)).toBe('tables-full')
    expect(broker!.broker?.view().length).toBe(MAX_TABLES)
  }, 60_000)

  it('drops nothing that was stored when the disk refuses, and takes back what was not', () => {
    const market = new Market(1)
    const [broker] = market.brokers
    const stored = market.offer('ann')
    market.sendOffer(stored)
    broker!.diskState = 'refuses'
    const refused = market.offer('bob')
    expect(market.sendOffer(refused)).toMatchObject([{ refusal: 'storage' }])
    expect(market.table(broker!)).toEqual([stored.id])
    // It is on disk, so there is nothing to write.
    expect(market.sendOffer(stored)).toMatchObject([{ refusal: null }])
    expect(market.table(broker!)).toEqual([stored.id])
  })

  it('has on disk what the disk refused at first: a match, and that an offer was taken back', () => {
    const market = new Market(1)
    const [broker] = market.brokers
    const pair = [market.offer('ann', { price: 10 }), market.offer('bob', { side: 'sell', price: 9 })]
    for (const offer of pair) market.sendOffer(offer)
    market.runToSlot('odd')
    broker!.diskState = 'refuses'
    market.sendOffer(market.offer('eve', { price: 5 }))
    market.runToSlot('even')
    market.run(20)
    broker!.diskState = 'works'
    market.runToSlot('even')
    market.run(20)
    market.reload(broker!)
    const states = ['ann', 'bob', 'eve'].map((name) => market.price(market.trader(name), broker!).state.state)
    expect(states).toEqual(['matched', 'matched', 'dropped'])
  })

  it('says nothing about an offer whose commit is not there', () => {
    const market = new Market(1)
    const [broker] = market.brokers
    broker!.diskState = 'hangs'
    expect(market.sendOffer(market.offer('ann'))).toEqual([])
    expect(market.price(market.trader('ann'), broker!).state.state).toBe('unknown')
  })
})

describe('who is in the set', () => {
  it('answers not-broker with the set when it is not in it', () => {
    const market = new Market(2)
    const outsider = market.addBroker('outsider')
    const ann = market.trader('ann')
    const answer = { type: 'not-broker', members: market.members }
    expect(market.price(ann, outsider)).toMatchObject(answer)
    expect(market.ask(ann, outsider, { type: 'get-book', id: 1, service: market.service })).toMatchObject(answer)
    expect(market.ask(ann, outsider, { type: 'withdraw', id: 2, withdrawal: market.withdrawal('ann') })).toMatchObject(answer)
    const offer = { type: 'send-offer', id: 3, offer: market.offer('ann'), parameters: SERVICE } as const
    expect(market.ask(ann, outsider, offer)).toMatchObject(answer)
  })

  it('answers a routed first request with the set, the quote, and no state', () => {
    const market = new Market(1)
    const outsider = market.addBroker('outsider')
    market.sendOffer(market.offer('ann', { side: 'sell', price: 9 }))
    const request = { type: 'get-price', id: 5, service: market.service } as const
    const none = { type: 'price', bid: 0, ask: 18, state: { seq: 0, state: 'unknown' }, members: market.members }
    expect(market.brokers[0]!.broker?.answerFirst(request)).toMatchObject(none)
    expect(outsider.broker?.answerFirst(request)).toMatchObject({ type: 'not-broker', members: market.members })
    expect(outsider.broker?.answerFirst({ type: 'handoff-ack', service: market.service, part: 0 })).toBe(null)
  })

  it('announces a new service to the other members, and only members may', () => {
    const market = new Market(3)
    market.sendOffer(market.offer('ann'), [market.brokers[0]!])
    market.run(30)
    for (const { broker } of market.brokers) expect(broker?.view().length).toBe(1)
    const parameters = { ...SERVICE, name: 'other' }
    market.send(market.trader('ann'), market.brokers[0]!, { type: 'announce', parameters })
    market.run(30)
    expect(market.brokers[0]!.broker?.view().length).toBe(1)
  })

  it('fixes the set from one even slot to the next', () => {
    const market = new Market(2)
    market.sendOffer(market.offer('ann'))
    const [, leaving] = market.brokers
    market.members = market.members.slice(0, 1)
    leaving!.broker?.onPeersChanged()
    expect(market.price(market.trader('ann'), leaving!).type).toBe('price')
    market.runToSlot('even')
    expect(market.price(market.trader('ann'), leaving!).type).toBe('not-broker')
  })
})
