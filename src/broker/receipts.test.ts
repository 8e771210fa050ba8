import { describe, expect, it } from 'vitest'
import { RECEIPT_SLOTS, type Receipt } from '../market/receipt.ts'
import { type Service, serviceIdOf } from '../market/service.ts'
import type { Match } from '../wire/messages.ts'
import { Market, type Node, SERVICE } from './harness.ts'
import { PHANTOM_FAULTS } from './misconduct.ts'

/** Two offers that the set has just matched: at an even slot's start. */
function matched(brokers = 3): { market: Market; match: Match; ann: Node; bob: Node; a: Node } {
  const market = new Market(brokers)
  return { ...trade(market, 1), ann: market.trader('ann'), bob: market.trader('bob'), a: market.brokers[0] as Node }
}

function trade(market: Market, seq: number, [buyer, seller]: readonly [string, string] = ['ann', 'bob']): { market: Market; match: Match } {
  market.runToSlot('even')
  market.sendOffer(market.offer(buyer, { price: 120, quantity: 2, seq }))
  market.sendOffer(market.offer(seller, { side: 'sell', price: 100, quantity: 5, seq }))
  market.runToSlot('odd')
  market.runToSlot('even')
  market.run(30)
  const match = market.received(market.trader(buyer), 'notify-offer').at(-1)?.match
  if (match === undefined) throw new Error('no match')
  return { market, match }
}

function toSet(market: Market, from: Node, receipt: Receipt): void {
  for (const broker of market.brokers) market.send(from, broker, { type: 'receipt', receipt })
  market.run(60)
}

function attestations(market: Market, node: Node): boolean[] {
  return market.received(node, 'attestation').map(({ attestation }) => attestation.seen)
}

function pastDeadline(market: Market): void {
  market.runToSlot('odd', RECEIPT_SLOTS)
}

describe('attestation', () => {
  it('goes to both traders when the whole is seen in time, once from each broker', () => {
    const { market, match, ann, bob } = matched()
    toSet(market, bob, market.receipt(match, false))
    expect(attestations(market, ann)).toEqual([])
    toSet(market, ann, market.receipt(match, true))
    for (const trader of [ann, bob]) {
      const brokers = market.received(trader, 'attestation').map(({ attestation }) => [attestation.broker, attestation.members])
      expect(brokers.sort()).toEqual(market.members.map((member) => [member, 3]).sort())
      expect(attestations(market, trader)).toEqual([true, true, true])
    }
  })

  it('is the same one for a receipt that is repeated, also after the deadline, and after a reload', () => {
    const { market, match, ann, a } = matched(1)
    const whole = market.receipt(match, true)
    toSet(market, ann, whole)
    pastDeadline(market)
    toSet(market, ann, whole)
    market.reload(a)
    market.send(ann, a, { type: 'ask-attestation', receipt: market.receipt(match, false) })
    market.run(60)
    const [first, ...rest] = market.received(ann, 'attestation')
    expect(rest).toEqual([first, first])
  })

  it('says not seen after the deadline, and never seen after that', () => {
    const { market, match, ann, bob, a } = matched(1)
    toSet(market, bob, market.receipt(match, false))
    pastDeadline(market)
    market.send(bob, a, { type: 'ask-attestation', receipt: market.receipt(match, false) })
    market.run(60)
    expect(attestations(market, bob)).toEqual([false])
    toSet(market, ann, market.receipt(match, true))
    market.reload(a)
    market.send(ann, a, { type: 'ask-attestation', receipt: market.receipt(match, true) })
    market.run(60)
    expect(attestations(market, ann)).toEqual([false, false])
  })

  it('is not given before it is on disk', () => {
    const { market, match, ann, a } = matched(1)
    a.diskState = 'refuses'
    toSet(market, ann, market.receipt(match, true))
    expect(attestations(market, ann)).toEqual([])
    a.diskState = 'works'
    toSet(market, ann, market.receipt(match, true))
    expect(attestations(market, ann)).toEqual([true])
  })

  it('is not given by a crash between store and stored; what is then said, stays', () => {
    const { market, match, ann, a } = matched(1)
    a.diskState = 'hangs'
    toSet(market, ann, market.receipt(match, true))
    a.diskState = 'works'
    market.reload(a)
    pastDeadline(market)
    market.send(ann, a, { type: 'ask-attestation', receipt: market.receipt(match, true) })
    market.run(60)
    expect(attestations(market, ann)).toEqual([false])
  })

  it('has no answer before the deadline to who asks with a half, and attests to who asks with the whole', () => {
    const { market, match, bob, a } = matched(1)
    market.send(bob, a, { type: 'ask-attestation', receipt: market.receipt(match, false) })
    market.run(60)
    expect(attestations(market, bob)).toEqual([])
    market.send(bob, a, { type: 'ask-attestation', receipt: market.receipt(match, true) })
    market.run(60)
    expect(attestations(market, bob)).toEqual([true])
  })

  it('is not heard of long after: a second word could come of it', () => {
    const { market, match, ann, a } = matched(1)
    toSet(market, ann, market.receipt(match, true))
    market.run(100_000)
    market.sendOffer(market.offer('cid', { validForMs: 600_000 }))
    market.run(500_000 + 2_000)
    expect([...a.disk.keys()].filter((key) => key.startsWith('receipt'))).toEqual([])
    expect(market.book(a).offers.length).toBe(1)
    const before = ann.inbox.length
    market.send(ann, a, { type: 'ask-attestation', receipt: market.receipt(match, false) })
    market.run(60)
    expect(ann.inbox.length).toBe(before)
  })

  it('has none of a deadline that passed before it was a broker of the service', () => {
    const { market, match, ann } = matched(2)
    pastDeadline(market)
    const late = market.addBroker('late')
    market.members = [...market.members, late.nodeId]
    market.runToSlot('even', 2)
    market.run(100)
    expect(late.broker?.view().length).toBe(1)
    market.send(ann, late, { type: 'ask-attestation', receipt: market.receipt(match, false) })
    market.run(60)
    expect(attestations(market, ann)).toEqual([])
  })
})

describe('receipts and the table', () => {
  it('passes a half on to the buyer and a whole to the seller', () => {
    const { market, match, ann, bob, a } = matched()
    market.send(bob, a, { type: 'receipt', receipt: market.receipt(match, false) })
    market.run(60)
    expect(market.received(ann, 'receipt').length).toBe(1)
    market.send(ann, a, { type: 'receipt', receipt: market.receipt(match, true) })
    market.run(60)
    expect(market.received(bob, 'receipt')).toMatchObject([{ receipt: { buyerSignature: expect.any(String) } }])
  })

  it('gives the whole to a trader that shows a half of it, as its own was lost', () => {
    const { market, match, ann, bob, a } = matched(1)
    toSet(market, ann, market.receipt(match, true))
    const before = market.received(bob, 'receipt').length
    market.send(bob, a, { type: 'ask-attestation', receipt: market.receipt(match, false) })
    market.run(60)
    expect(market.received(bob, 'receipt')).toHaveLength(before + 1)
    expect(market.received(bob, 'receipt').at(-1)?.receipt).toEqual(market.receipt(match, true))
  })

  it('takes the signer out by a half, both by a whole, and shows the receipt in the book', () => {
    const market = new Market(1)
    const [a] = market.brokers as [Node]
    const buy = market.offer('ann', { price: 90 })
    const sell = market.offer('bob', { side: 'sell', price: 90, seq: 4 })
    const other = market.offer('cid', { price: 80 })
    market.sendOffer(other)
    market.runToSlot('odd')
    market.sendOffer(buy)
    market.sendOffer(sell)
    // Other brokers decided so, one slot ago.
    const slot = market.slot - 2
    const valid = { buy, sell, slot }
    market.send(market.trader('bob'), a, { type: 'receipt', receipt: market.receipt(valid, false) })
    market.run(30)
    expect(market.table(a).sort()).toEqual([buy.id, other.id].sort())
    market.send(market.trader('ann'), a, { type: 'receipt', receipt: market.receipt(valid, true) })
    market.run(30)
    expect(market.table(a)).toEqual([other.id])
    expect(market.book(a).receipts).toMatchObject([{ slot, buyerSignature: expect.any(String) }])
    expect(market.sendOffer(sell)).toMatchObject([{ refusal: 'stale', state: { state: 'matched', match: { slot } } }])
  })

  it('keeps to the first receipt over an offer', () => {
    const { market, match, ann, a } = matched(1)
    toSet(market, ann, market.receipt(match, true))
    toSet(market, ann, market.receipt({ ...match, slot: match.slot - 2 }, true))
    expect(market.price(ann, a).state.match?.slot).toBe(match.slot)
  })

  it('hears no receipt that honest traders would not have signed', () => {
    const { market, match, ann, a } = matched(1)
    const { buy, sell, slot } = match
    const low = market.offer('ann', { price: 99, seq: 7 })
    const own = market.offer('bob', { price: 120, seq: 7 })
    const dead = market.offer('ann', { price: 120, seq: 7, validForMs: 10 })
    const wrong: Receipt[] = [
      market.receipt({ buy: low, sell, slot }, true),
      market.receipt({ buy: own, sell, slot }, true),
      market.receipt({ buy: dead, sell, slot: slot + 2 }, true),
      market.receipt({ buy: sell, sell: buy, slot }, true),
      market.receipt({ buy, sell, slot: slot + 1 }, true),
      market.receipt({ buy, sell, slot: slot + 20 }, true),
      { ...market.receipt(match, true), quantity: 5 },
    ]
    for (const receipt of wrong) toSet(market, ann, receipt)
    expect(attestations(market, ann)).toEqual([])
    expect(market.book(a).receipts).toEqual([])
  })
})

describe('phantom offers', () => {
  it('drops a seller that lets three matches go, for t, at every broker', () => {
    const market = new Market(2)
    for (let seq = 1; seq <= PHANTOM_FAULTS; seq += 1) trade(market, seq)
    pastDeadline(market)
    const again = market.offer('bob', { side: 'sell', seq: 9 })
    expect(market.sendOffer(again).map(({ refusal }) => refusal)).toEqual(['phantom', 'phantom'])
    expect(market.sendOffer(market.offer('ann', { seq: 9 })).map(({ refusal }) => refusal)).toEqual([null, null])
    market.run(600_000)
    expect(market.sendOffer(market.offer('bob', { side: 'sell', seq: 10, price: 500 })).map(({ refusal }) => refusal)).toEqual([null, null])
  })

  it('blames the buyer when there is a half and no whole', () => {
    const market = new Market(1)
    for (let seq = 1; seq <= PHANTOM_FAULTS; seq += 1) {
      const { match } = trade(market, seq)
      toSet(market, market.trader('bob'), market.receipt(match, false))
    }
    pastDeadline(market)
    expect(market.sendOffer(market.offer('ann', { seq: 9 }))).toMatchObject([{ refusal: 'phantom' }])
    expect(market.sendOffer(market.offer('bob', { side: 'sell', seq: 9 }))).toMatchObject([{ refusal: null }])
  })

  it('blames the seller for a half that comes when the buyer has no time left, the buyer for one two slots before', () => {
    for (const [slots, blamed] of [
      [2, 'ann'],
      [3, 'bob'],
      [4, 'bob'],
    ] as const) {
      const market = new Market(1)
      const [a] = market.brokers as [Node]
      for (let seq = 1; seq <= PHANTOM_FAULTS; seq += 1) {
        const { match } = trade(market, seq)
        // It arrives 10 ms before the slot's end.
        market.run((match.slot + slots + 1) * market.parameters.slot - 30 - market.nowMs)
        market.send(market.trader('bob'), a, { type: 'receipt', receipt: market.receipt(match, false) })
        market.runToSlot('even', 3)
      }
      pastDeadline(market)
      const refusals = {
        ann: market.sendOffer(market.offer('ann', { seq: 9 })),
        bob: market.sendOffer(market.offer('bob', { side: 'sell', seq: 9 })),
      }
      for (const [name, answers] of Object.entries(refusals)) {
        expect(answers).toMatchObject([{ refusal: name === blamed ? 'phantom' : null }])
      }
    }
  })

  it('blames nobody for a whole, for a newer number that crossed with the match, or for two', () => {
    const market = new Market(1)
    for (let seq = 1; seq <= 9; seq += 3) {
      const { match } = trade(market, seq)
      toSet(market, market.trader('ann'), market.receipt(match, true))
      trade(market, seq + 1)
      market.sendOffer(market.offer('bob', { side: 'sell', price: 500, seq: seq + 2 }))
    }
    trade(market, 20)
    trade(market, 21)
    pastDeadline(market)
    expect(market.sendOffer(market.offer('ann', { seq: 30 }))).toMatchObject([{ refusal: null }])
    expect(market.sendOffer(market.offer('bob', { side: 'sell', seq: 30 }))).toMatchObject([{ refusal: null }])
  })

  it('blames nobody for what it slept through', () => {
    const market = new Market(1)
    for (let seq = 1; seq <= PHANTOM_FAULTS; seq += 1) trade(market, seq)
    const [a] = market.brokers as [Node]
    // Three matches are open; the clock jumps beyond their deadlines.
    market.schedule.advance(market.nowMs + 30_000)
    a.broker?.onWake()
    expect(market.sendOffer(market.offer('bob', { side: 'sell', seq: 9 }))).toMatchObject([{ refusal: null }])
  })

  it('drops the rows that the peer has elsewhere', () => {
    const market = new Market(1)
    for (let seq = 1; seq <= PHANTOM_FAULTS; seq += 1) trade(market, seq)
    const row = market.offer('bob', { side: 'sell', price: 900, seq: 8 })
    market.run(600)
    market.sendOffer(row)
    pastDeadline(market)
    market.run(100)
    expect(market.received(market.trader('bob'), 'notify-drop')).toMatchObject([{ reason: 'phantom' }])
    expect(market.table(market.brokers[0] as Node)).toEqual([])
  })

  it('count from the slot that begins, not for what is decided of another service at that moment', () => {
    const market = new Market(1)
    const [a] = market.brokers as [Node]
    const names = Array.from({ length: 64 }, (_, index): Service => ({ ...SERVICE, name: `Other ${index}` }))
    // Services are handled in the order of their ids.
    const other = names.find((parameters) => serviceIdOf(market.network, parameters) > market.service) as Service
    const service = serviceIdOf(market.network, other)
    const slots = Array.from({ length: PHANTOM_FAULTS }, (_, index) => trade(market, index + 1).match.slot)
    const lastDeadline = (slots.at(-1) as number) + RECEIPT_SLOTS
    market.run((lastDeadline - 1) * market.parameters.slot + 1 - market.nowMs)
    for (const offer of [market.offer('bob', { side: 'sell', seq: 9, service }), market.offer('eve', { service })]) {
      market.send(market.node(offer.peer), a, { type: 'send-offer', id: market.nextId(), offer, parameters: other })
    }
    market.runToSlot('even')
    expect(market.slot).toBe(lastDeadline + 1)
    market.run(50)
    expect(market.received(market.trader('eve'), 'notify-offer')).toMatchObject([{ match: { slot: lastDeadline } }])
    expect(market.sendOffer(market.offer('bob', { side: 'sell', seq: 10 }))).toMatchObject([{ refusal: 'phantom' }])
  })
})
