import { describe, expect, it } from 'vitest'
import type { Offer } from '../market/offer.ts'
import { Market, type Node, SERVICE } from './harness.ts'

/** Three brokers; the market has an open offer, a matched pair and a withdrawn one. */
function lively(brokers = 3): { market: Market; open: string } {
  const market = new Market(brokers)
  const open = market.offer('ann', { price: 10 })
  market.sendOffer(open)
  market.sendOffer(market.offer('dan', { price: 120 }))
  market.sendOffer(market.offer('eve', { side: 'sell', price: 100 }))
  market.sendOffer(market.offer('bob', { price: 20 }))
  market.runToSlot('even', 2)
  const bob = market.trader('bob')
  for (const broker of market.brokers)
    market.send(bob, broker, { type: 'withdraw', id: market.nextId(), withdrawal: market.withdrawal('bob') })
  market.run(50)
  return { market, open: open.id }
}

function enter(market: Market, name: string): Node {
  const node = market.addBroker(name)
  market.members = [...market.members, node.nodeId]
  return node
}

/** Two of a matched pair, as `from` hands them over to a broker that has just entered. */
function handPair(market: Market, from: Node, to: Node): Offer[] {
  const buy = market.offer('dan', { price: 120 })
  const sell = market.offer('eve', { side: 'sell', price: 100 })
  const match = { buy, sell, slot: market.slot - 1 - (market.slot % 2) }
  const memories = [buy, sell].map(
    (offer) => ({ newest: { type: 'offer', offer }, state: 'matched', until: offer.validUntil, match }) as const,
  )
  const rest = { part: 0, parts: 1, memories, receipts: [], equivocations: [] }
  market.send(from, to, { type: 'handoff', service: market.service, parameters: SERVICE, ...rest })
  return [buy, sell]
}

function states(market: Market, broker: Node): unknown[] {
  return ['ann', 'bob', 'dan', 'eve'].map((name) => market.price(market.trader(name), broker).state.state)
}

describe('handoff', () => {
  it('gives who enters the rows, the tombstones and what was matched', () => {
    const { market, open } = lively()
    const entering = enter(market, 'new')
    market.runToSlot('even', 3)
    expect(market.table(entering)).toEqual([open])
    expect(states(market, entering)).toEqual(['stored', 'withdrawn', 'matched', 'matched'])
    const before = market.sent.handoff
    market.run(4_000)
    expect(market.sent.handoff).toBe(before)
  })

  it('tries again until it is acknowledged, and not for ever', () => {
    const { market, open } = lively(2)
    const entering = enter(market, 'new')
    market.loses = (_from, to, message) => to === entering.nodeId && message.type === 'handoff'
    market.runToSlot('even', 3)
    // The exchange tells it of the best offer and of the withdrawal, and of nothing older.
    expect(states(market, entering)).toEqual(['stored', 'withdrawn', 'unknown', 'unknown'])
    market.loses = () => false
    market.runToSlot('even', 2)
    expect(states(market, entering)).toEqual(['stored', 'withdrawn', 'matched', 'matched'])
    expect(market.table(entering)).toEqual([open])
    const never = enter(market, 'never')
    market.loses = (_from, to) => to === never.nodeId
    market.runToSlot('even', 12)
    const before = market.sent.handoff
    market.runToSlot('even', 6)
    expect(market.sent.handoff).toBe(before)
  })

  it('is acknowledged when all of it is on disk, though it was heard before', () => {
    const { market, open } = lively()
    const entering = enter(market, 'new')
    entering.diskState = 'refuses'
    market.runToSlot('even', 3)
    expect(market.table(entering)).toEqual([open])
    expect(market.sent['handoff-ack']).toBe(undefined)
    entering.diskState = 'works'
    market.runToSlot('even')
    market.run(50)
    expect(market.sent['handoff-ack']).toBe(3)
    market.reload(entering)
    expect(states(market, entering)).toEqual(['stored', 'withdrawn', 'matched', 'matched'])
  })

  it.each(['hangs', 'refuses'] as const)('an offer that its trader sends too stays known where the disk %s at that', (diskState) => {
    const market = new Market(3)
    const open = market.offer('ann', { price: 10 })
    market.sendOffer(open)
    const entering = enter(market, 'new')
    market.runToSlot('even', 3)
    expect(states(market, entering)[0]).toBe('stored')
    entering.diskState = diskState
    const answers = market.sendOffer(open, [entering])
    expect(answers.map(({ refusal }) => refusal)).toEqual(diskState === 'hangs' ? [] : ['storage'])
    expect(states(market, entering)[0]).toBe('stored')
    market.reload(entering)
    expect(market.table(entering)).toEqual([open.id])
  })

  it.each(['half', 'proof'] as const)('is acknowledged when a %s that came before is on disk', (what) => {
    const market = new Market(2)
    const [entering, from] = market.brokers as [Node, Node]
    market.runToSlot('even')
    const buy = market.offer('dan', { price: 120 })
    const match = { buy, sell: market.offer('eve', { side: 'sell', price: 100 }), slot: market.slot - 1 }
    const receipts = what === 'half' ? [market.receipt(match, false)] : []
    const equivocations = what === 'proof' ? [{ first: buy, second: market.offer('dan', { price: 119 }) }] : []
    const rest = { part: 0, parts: 1, memories: [], receipts, equivocations }
    const handOver = (): void => {
      market.send(from, entering, { type: 'handoff', service: market.service, parameters: SERVICE, ...rest })
      market.run(60)
    }
    entering.diskState = 'refuses'
    handOver()
    entering.diskState = 'hangs'
    handOver()
    expect(market.sent['handoff-ack']).toBe(undefined)
    market.reload(entering)
    entering.diskState = 'works'
    handOver()
    expect(market.sent['handoff-ack']).toBe(1)
  })

  it('believes a liar neither a match nor an offer that was withdrawn', () => {
    const { market } = lively()
    const [liar] = market.brokers as [Node]
    const entering = enter(market, 'new')
    const victim = market.offer('vic', { price: 11 })
    market.sendOffer(victim, market.brokers.slice(1, 3))
    market.runToSlot('even')
    const match = { buy: victim, sell: market.offer('liar', { side: 'sell', price: 1 }), slot: market.slot - 1 }
    market.send(liar, entering, {
      type: 'handoff',
      service: market.service,
      parameters: SERVICE,
      part: 0,
      parts: 1,
      memories: [
        { newest: { type: 'offer', offer: victim }, state: 'matched', until: victim.validUntil, match },
        { newest: { type: 'offer', offer: market.offer('bob', { price: 20 }) }, state: 'stored', until: 2 ** 49, match: null },
      ],
      receipts: [],
      equivocations: [],
    })
    market.runToSlot('even', 5)
    expect(market.table(entering)).toContain(victim.id)
    expect(market.price(market.trader('bob'), entering).state.state).toBe('withdrawn')
  })

  it('opens a table from a member only, where there are any', () => {
    const market = new Market(2)
    const stranger = market.trader('stranger')
    const offer = market.offer('ann')
    const memory = { newest: { type: 'offer', offer }, state: 'stored', until: offer.validUntil, match: null } as const
    const rest = { part: 0, parts: 1, memories: [memory], receipts: [], equivocations: [] }
    const message = { type: 'handoff', service: market.service, parameters: SERVICE, ...rest } as const
    market.send(stranger, market.brokers[0] as Node, message)
    market.run(50)
    expect(market.brokers[0]?.broker?.view()).toEqual([])
    market.send(market.brokers[1] as Node, market.brokers[0] as Node, message)
    market.run(50)
    expect(market.table(market.brokers[0] as Node)).toEqual([offer.id])
  })

  it('believes a single holder, and at once what a receipt proves', () => {
    const { market, open } = lively(1)
    const [old] = market.brokers as [Node]
    const match = market.received(market.trader('dan'), 'notify-offer')[0]?.match
    if (match === undefined) throw new Error('no match')
    market.send(market.trader('dan'), old, { type: 'receipt', receipt: market.receipt(match, true) })
    market.run(50)
    const entering = market.addBroker('new')
    market.members = [entering.nodeId]
    market.runToSlot('even')
    market.run(50)
    expect(states(market, entering)).toEqual(['stored', 'withdrawn', 'matched', 'matched'])
    expect(market.table(entering)).toEqual([open])
    expect(market.book(entering).receipts.length).toBe(1)
    expect(market.price(market.trader('ann'), old)).toMatchObject({ type: 'not-broker', members: [entering.nodeId] })
  })

  it('lets who left forget, but not its word on receipts; back again it takes what lives', () => {
    const { market, open } = lively(2)
    const [leaving] = market.brokers as [Node]
    const match = market.received(market.trader('dan'), 'notify-offer')[0]?.match
    if (match === undefined) throw new Error('no match')
    const dan = market.trader('dan')
    market.send(dan, leaving, { type: 'receipt', receipt: market.receipt(match, true) })
    market.run(50)
    const entering = market.addBroker('new')
    market.members = [market.members[1] as string, entering.nodeId]
    market.runToSlot('even', 3)
    market.run(10)
    expect(leaving.broker?.view()).toEqual([])
    expect([...leaving.disk.keys()].map((key) => key.split('/')[0]).sort()).toEqual(['receipt', 'service'])
    market.runToSlot('even', 4)
    market.send(dan, leaving, { type: 'ask-attestation', receipt: market.receipt(match, false) })
    market.run(50)
    const words = market.received(dan, 'attestation').filter(({ attestation }) => attestation.broker === leaving.nodeId)
    expect(words.map(({ attestation }) => attestation.seen)).toEqual([true, true])
    market.members = [...market.members, leaving.nodeId]
    market.runToSlot('even', 3)
    expect(market.table(leaving)).toEqual([open])
  })

  describe('who enters', () => {
    it('neither holds, forwards nor decides what one member says is matched, until the vote is over', () => {
      const market = new Market(4)
      const [entering, first, second] = market.brokers as [Node, Node, Node]
      market.runToSlot('even')
      const [buy, sell] = handPair(market, first, entering) as [Offer, Offer]
      market.run(60)
      expect(market.table(entering)).toEqual([])
      market.runToSlot('even', 2)
      expect(market.table(entering)).toEqual([])
      expect(market.table(second)).toEqual([])
      expect(market.book(entering).decision).toBe(null)
      // No majority said so: they are offers like any other.
      market.runToSlot('even', 2)
      market.run(50)
      expect(market.table(entering).sort()).toEqual([buy.id, sell.id].sort())
    })

    it('knows what a majority says is matched as soon as it is one', () => {
      const market = new Market(4)
      const [entering, first, second] = market.brokers as [Node, Node, Node]
      market.runToSlot('even')
      handPair(market, first, entering)
      handPair(market, second, entering)
      market.run(60)
      expect(market.table(entering)).toEqual([])
      expect(states(market, entering).slice(2)).toEqual(['matched', 'matched'])
      market.runToSlot('even', 6)
      expect(market.book(entering).decision).toBe(null)
    })
  })

  it('keeps the number of what a member says is matched after the vote, and neither holds nor forwards it', () => {
    const market = new Market(4)
    const [entering, first] = market.brokers as [Node, Node]
    const bob = market.offer('bob', { price: 1 })
    market.sendOffer(bob)
    market.runToSlot('even', 6)
    handPair(market, first, entering)
    market.run(60)
    expect(states(market, entering)).toEqual(['unknown', 'stored', 'dropped', 'dropped'])
    market.runToSlot('even', 3)
    for (const broker of market.brokers) expect(market.table(broker)).toEqual([bob.id])
    expect(market.book(entering).decision).toBe(null)
  })

  describe('a false word that an offer is matched', () => {
    function claim(market: Market, from: Node, { offer, price = 5 }: { offer: Offer; price?: number }): void {
      const match = { buy: offer, sell: market.offer('evil', { side: 'sell', price }), slot: market.slot - 1 - (market.slot % 2) }
      const memory = { newest: { type: 'offer', offer }, state: 'matched', until: offer.validUntil, match } as const
      const rest = { part: 0, parts: 1, memories: [memory], receipts: [], equivocations: [] }
      const message = { type: 'handoff', service: market.service, parameters: SERVICE, ...rest } as const
      for (const broker of market.brokers) if (broker !== from) market.send(from, broker, message)
    }

    function held(market: Market, offer: Offer): boolean[] {
      return market.brokers.map((broker) => market.table(broker).includes(offer.id))
    }

    it('is not heard from a stranger, at any time', () => {
      const market = new Market(3)
      const offer = market.offer('ann', { price: 10 })
      market.sendOffer(offer)
      claim(market, market.trader('stranger'), { offer })
      market.runToSlot('even', 6)
      const before = market.sent['handoff-ack']
      claim(market, market.trader('stranger'), { offer })
      market.runToSlot('even', 2)
      expect(held(market, offer)).toEqual([true, true, true])
      expect(market.sent['handoff-ack']).toBe(before)
    })

    it('takes nothing out that a broker had, not even by all other members, early or late', () => {
      const market = new Market(3)
      const offer = market.offer('ann', { price: 10 })
      market.sendOffer(offer)
      for (const slots of [2, 6]) {
        for (const broker of market.brokers) claim(market, broker, { offer })
        market.runToSlot('even', slots)
      }
      expect(held(market, offer)).toEqual([true, true, true])
    })

    it('is no majority by being the only one', () => {
      const market = new Market(3)
      market.sendOffer(market.offer('bob', { price: 1 }))
      const [liar] = market.brokers as [Node]
      claim(market, liar, { offer: market.offer('ann', { price: 10 }) })
      market.runToSlot('even', 6)
      const states = market.brokers.map((broker) => market.price(market.trader('ann'), broker).state.state)
      expect(states).not.toContain('matched')
    })

    it('is dropped when the two would not cross', () => {
      const market = new Market(2)
      market.sendOffer(market.offer('bob', { price: 1 }))
      const [, liar] = market.brokers as [Node, Node]
      claim(market, liar, { offer: market.offer('ann', { price: 10 }), price: 11 })
      market.runToSlot('even', 6)
      expect(market.price(market.trader('ann'), market.brokers[0] as Node).state.state).not.toBe('matched')
    })
  })

  describe('of more parts than go at once', () => {
    /** Who enters while one broker holds 600 offers. */
    function crowded(): { market: Market; entering: () => Node } {
      const market = new Market(1, { m: 2048 })
      for (let index = 0; index < 600; index += 1) {
        const offer = market.offer(`trader ${index}`, { price: index + 1 })
        market.send(market.trader(`trader ${index}`), market.brokers[0] as Node, {
          type: 'send-offer',
          id: index,
          offer,
          parameters: SERVICE,
        })
      }
      market.run(100)
      return { market, entering: () => enter(market, 'new') }
    }

    it('gives all', () => {
      const { market, entering } = crowded()
      const { broker } = entering()
      market.runToSlot('even', 2)
      expect(market.sent.handoff).toBe(5)
      expect(broker?.view()).toMatchObject([{ buys: 600 }])
    })

    it('gives all, too, while the disk of who enters refuses them', () => {
      const { market, entering } = crowded()
      const node = entering()
      node.diskState = 'refuses'
      market.runToSlot('even', 3)
      expect(market.sent['handoff-ack']).toBe(undefined)
      expect(node.broker?.view()).toMatchObject([{ buys: 600 }])
    })
  })
})
