import { describe, expect, it } from 'vitest'
import { Market, type Node, SERVICE } from './harness.ts'
import { tableRecordSignatures } from './records.ts'

function one(): { market: Market; broker: Node } {
  const market = new Market(1, { m: 4 })
  return { market, broker: market.brokers[0] as Node }
}

describe('a reload', () => {
  it('brings the table back, in order of arrival among equal prices', () => {
    const { market, broker } = one()
    const offers = ['ann', 'bob'].map((name) => market.offer(name, { price: 50 }))
    for (const offer of offers) market.sendOffer(offer)
    market.sendOffer(market.offer('cid', { side: 'sell', price: 70 }))
    const records = [...broker.disk].reverse()
    broker.disk.clear()
    for (const [key, value] of records) broker.disk.set(key, value)
    expect(market.reload(broker)).toBe(0)
    expect(market.table(broker).slice(0, 2)).toEqual(offers.map(({ id }) => id))
    expect(market.price(market.trader('ann'), broker)).toMatchObject({ bid: 100, ask: 140, state: { state: 'stored', seq: 1 } })
    // Who came first stays first: the newcomer is behind, though its price is the same.
    expect(market.sendOffer(market.offer('dan', { price: 50 }))).toMatchObject([{ refusal: 'price' }])
  })

  it('loses nothing that was acknowledged, whenever the crash comes', () => {
    for (let afterMs = 0; afterMs <= 60; afterMs += 1) {
      const { market, broker } = one()
      const offer = market.offer('ann')
      const ann = market.trader('ann')
      market.send(ann, broker, { type: 'send-offer', id: 1, offer, parameters: SERVICE })
      market.run(afterMs)
      market.reload(broker)
      market.run(100)
      const acknowledged = market.received(ann, 'offer-answer').length > 0
      if (acknowledged) expect(market.table(broker)).toEqual([offer.id])
      // It arrives after 20 ms and is on disk 3 ms later.
      expect(acknowledged).toBe(afterMs < 20 || afterMs >= 23)
    }
  })

  it('brings tombstones, matches, proofs and the last decision back', () => {
    const { market, broker } = one()
    const buy = market.offer('ann', { price: 120 })
    market.sendOffer(buy)
    market.sendOffer(market.offer('bob', { side: 'sell', price: 100 }))
    market.runToSlot('odd')
    market.runToSlot('even')
    const cid = market.offer('cid')
    market.sendOffer(cid)
    market.ask(market.trader('cid'), broker, { type: 'withdraw', id: 1, withdrawal: market.withdrawal('cid') })
    market.sendOffer(market.offer('eve', { price: 1 }))
    market.sendOffer(market.offer('eve', { price: 2 }))
    const { decision } = market.book(broker)
    expect(decision).not.toBe(null)
    expect(market.reload(broker)).toBe(0)
    expect(market.book(broker).decision).toEqual(decision)
    expect(market.sendOffer(buy)).toMatchObject([{ refusal: 'stale', state: { state: 'matched' } }])
    expect(market.sendOffer(cid)).toMatchObject([{ refusal: 'stale', state: { state: 'withdrawn' } }])
    expect(market.sendOffer(market.offer('eve', { seq: 2 }))).toMatchObject([{ refusal: 'equivocator' }])
  })

  it('still notifies the peers of the offers that it had from them', () => {
    const { market, broker } = one()
    market.sendOffer(market.offer('ann', { price: 120 }))
    market.reload(broker)
    market.sendOffer(market.offer('bob', { side: 'sell', price: 100 }))
    market.runToSlot('even')
    market.run(100)
    expect(market.received(market.trader('ann'), 'notify-offer').length).toBe(1)
  })

  it('leaves out what has expired, and deletes it', () => {
    const { market, broker } = one()
    market.sendOffer(market.offer('ann', { validForMs: 1_000 }))
    broker.life += 1
    market.run(100_000)
    expect(market.reload(broker)).toBe(0)
    market.run(5_000)
    expect(market.table(broker)).toEqual([])
    expect(broker.disk.size).toBe(0)
  })

  it('counts, leaves out and deletes what is damaged', () => {
    const { market, broker } = one()
    market.sendOffer(market.offer('ann'))
    market.sendOffer(market.offer('bob'))
    const memories = [...broker.disk.keys()].filter((key) => key.startsWith('memory'))
    const [first, second] = memories as [string, string]
    broker.disk.set(first, broker.disk.get(first)?.slice(0, 40) as Uint8Array)
    broker.disk.set('memory/elsewhere', broker.disk.get(second) as Uint8Array)
    broker.disk.set('nonsense', Uint8Array.of(7))
    expect(market.reload(broker)).toBe(3)
    market.run(50)
    expect(market.table(broker).length).toBe(1)
    expect([...broker.disk.keys()].length).toBe(2)
    for (const [key, value] of broker.disk) {
      const parts = tableRecordSignatures(market.network, { store: 'tables', key, value })
      expect(parts?.length).toBe(key.startsWith('memory') ? 1 : 0)
    }
    expect(tableRecordSignatures(market.network, { store: 'tables', key: 'nonsense', value: Uint8Array.of(7) })).toBe(null)
  })

  it('drops what stands alone because its service is lost', () => {
    const { market, broker } = one()
    market.sendOffer(market.offer('ann'))
    broker.disk.delete(`service/${market.service}`)
    expect(market.reload(broker)).toBe(1)
    market.run(50)
    expect(broker.disk.size).toBe(0)
  })

  it('exchanges again with the others what it brought back', () => {
    const market = new Market(2)
    const [a, b] = market.brokers as [Node, Node]
    market.loses = (from) => from === a.nodeId
    const offer = market.offer('ann')
    market.send(market.trader('ann'), a, { type: 'send-offer', id: 1, offer, parameters: SERVICE })
    market.run(50)
    market.reload(a)
    market.loses = () => false
    market.run(1_500)
    expect(market.table(b)).toEqual([offer.id])
  })
})
