/** A broker whose disk refuses for a while: nothing is promised that a reload would lose, and it drains when it can. */
import { expect, it } from 'vitest'
import { Market, type Node, SERVICE } from './harness.ts'

/** A pair that a set of brokers decided in the slot before. */
function matchIn(market: Market) {
  const buy = market.offer('dan', { price: 120 })
  return { buy, sell: market.offer('eve', { side: 'sell', price: 100 }), slot: market.slot - 1 }
}

function handOver(market: Market, { from, to }: { from: Node; to: Node }, receipts: ReturnType<Market['receipt']>[]): void {
  const rest = { part: 0, parts: 1, memories: [], receipts, equivocations: [] }
  market.send(from, to, { type: 'handoff', service: market.service, parameters: SERVICE, ...rest })
  market.run(60)
}

it('an exchange is acknowledged when the service is on disk too', () => {
  const market = new Market(3)
  const [a, b, c] = market.brokers as [Node, Node, Node]
  market.runToSlot('even')
  const offers = [market.offer('ann')]
  const exchange = () =>
    ({ type: 'exchange', service: market.service, slot: market.slot, offers, withdrawals: [], equivocations: [] }) as const
  market.send(a, c, { type: 'announce', parameters: SERVICE })
  market.run(30)
  c.diskState = 'refuses'
  market.send(a, c, exchange())
  market.run(30)
  c.diskState = 'works'
  market.send(b, c, exchange())
  market.run(60)
  expect(market.received(b, 'exchange-ack').filter(({ known }) => known).length).toBe(1)
  expect(market.reload(c)).toBe(0)
  expect(c.broker?.inspect(market.service)[0]?.bids.length).toBe(1)
})

it('one word on a receipt: none leaves before a reload would know it', () => {
  const market = new Market(1)
  const [c] = market.brokers as [Node]
  market.runToSlot('even', 2)
  const match = matchIn(market)
  handOver(market, { from: c, to: c }, [])
  c.diskState = 'refuses'
  const eve = market.trader('eve')
  market.send(eve, c, { type: 'receipt', receipt: market.receipt(match, true) })
  market.run(40)
  c.diskState = 'works'
  market.send(eve, c, { type: 'receipt', receipt: market.receipt(match, true) })
  market.run(45)
  expect(market.reload(c)).toBe(0)
  market.sendOffer(market.offer('zoe', { price: 1 }))
  market.run(1_200)
  market.send(eve, c, { type: 'ask-attestation', receipt: market.receipt(match, false) })
  market.run(60)
  expect(new Set(market.received(eve, 'attestation').map(({ attestation }) => attestation.seen))).toEqual(new Set([true]))
})

it('a receipt that was handed over is acknowledged when what it takes out of the table is on disk', () => {
  const market = new Market(2)
  const [c, from] = market.brokers as [Node, Node]
  market.runToSlot('even')
  const match = matchIn(market)
  market.sendOffer(match.buy, [c])
  c.diskState = 'refuses'
  handOver(market, { from, to: c }, [market.receipt(match, true)])
  c.diskState = 'works'
  handOver(market, { from, to: c }, [market.receipt(match, true)])
  expect(market.sent['handoff-ack']).toBe(1)
  market.reload(c)
  expect(c.broker?.inspect(market.service)[0]?.bids).toEqual([])
})

it('what is refused again takes no removal down with it, so the disk drains under traffic', () => {
  const market = new Market(1)
  const [c] = market.brokers as [Node]
  for (let index = 0; index < 5; index += 1) market.sendOffer(market.offer(`old ${index}`, { price: 10, validForMs: 2_000 }))
  const first = [...c.disk.keys()].filter((key) => key.startsWith('memory'))
  c.diskState = 'full'
  for (let index = 0; index < 30; index += 1) {
    market.sendOffer(market.offer(`new ${index}`, { price: 20, validForMs: 3_000 }))
    market.run(400)
  }
  expect(first.length).toBe(5)
  expect(first.filter((key) => c.disk.has(key))).toEqual([])
  market.run(10_000)
  expect(c.disk.size).toBe(0)
  expect(c.broker?.sizes().unsure).toBe(0)
})

it('nor an answer: a message that comes first in a slot is not refused for what others wrote before', () => {
  const market = new Market(1)
  const [c] = market.brokers as [Node]
  market.runToSlot('even')
  const stored = market.offer('ann', { price: 10 })
  market.sendOffer(stored)
  c.diskState = 'refuses'
  market.sendOffer(market.offer('bob', { price: 9 }))
  // As where the timer is late: the slot begins with the message.
  market.correctionMs += market.parameters.slot
  expect(market.sendOffer(stored)).toMatchObject([{ refusal: null, state: { state: 'stored' } }])
})
