import { describe, expect, test } from 'vitest'
import type { NodeId } from '../base/identity.ts'
import type { OfferState } from '../wire/messages.ts'
import type { FakeBroker } from './fake-broker.ts'
import { FakeMarket, type FakeTrader } from './fake-market.ts'
import { assertHonest, give, lastDecision, offer, open, row, sent, sentOffer, serviceIn, strangersOffer, succeed } from './scenario.ts'

const SLOT = 200
/** From placement to the first look's end: up to two slots to the next exchange, two more to the second, and half of that one; then answers. */
const FIRST_LOOK = 5 * SLOT

function alone(brokers = 16, parameters = {}): { market: FakeMarket; trader: FakeTrader } {
  const market = new FakeMarket(brokers, { n: 16, f: 4, ...parameters })
  return { market, trader: market.addTrader().start() }
}

/** An offer whose holders hold it back. */
function heldBack(brokers = 16, parameters = {}): { market: FakeMarket; trader: FakeTrader; guilty: FakeBroker[]; others: FakeBroker[] } {
  const { market, trader } = alone(brokers, parameters)
  offer(market, trader, {})
  const guilty = market.brokers.filter((broker) => holdsOffer(market, trader, broker))
  for (const broker of guilty) broker.holdsBack = true
  return { market, trader, guilty, others: market.brokers.filter((broker) => !guilty.includes(broker)) }
}

function holdsOffer(market: FakeMarket, trader: FakeTrader, broker: FakeBroker): boolean {
  const { id } = sentOffer(market, trader.nodeId)
  return broker.stored(serviceIn(market)).some((stored) => stored.id === id)
}

/** Brokers that the trader's letters of this kind went to, from the given letter on. */
function asked(market: FakeMarket, trader: FakeTrader, letters: { readonly type: string; readonly from?: number }): NodeId[] {
  const { type, from = 0 } = letters
  return market.letters.slice(from).flatMap((letter) => (letter.from === trader.nodeId && letter.message.type === type ? [letter.to] : []))
}

/** Whom the trader's next offers go to first. */
function nextChosen(market: FakeMarket, trader: FakeTrader): NodeId[] {
  succeed(market, trader, { type: 'withdraw', offerId: row(trader).offerId })
  const from = market.letters.length
  offer(market, trader, {})
  return asked(market, trader, { type: 'send-offer', from }).slice(0, 4)
}

function ids(brokers: readonly FakeBroker[]): Set<NodeId> {
  return new Set(brokers.map(({ nodeId }) => nodeId))
}

describe('an offer that is held back', () => {
  test('goes to f others after two exchanges, the very same and signed but once', () => {
    const { market, trader, others } = heldBack()
    const own = sentOffer(market, trader.nodeId)
    market.run(3 * SLOT)
    expect(sent(market, { from: trader.nodeId, type: 'send-offer' })).toHaveLength(4)
    market.run(FIRST_LOOK - 3 * SLOT)
    const letters = sent(market, { from: trader.nodeId, type: 'send-offer' })
    expect(letters).toHaveLength(8)
    for (const letter of letters) expect(letter.offer).toEqual(own)
    expect(others.filter((broker) => holdsOffer(market, trader, broker))).toHaveLength(4)
    expect(row(trader)).toMatchObject({ state: 'open', accepted: 8, of: 8 })
  })

  test('goes first to those that have just said that they do not know it', () => {
    const { market, trader, others, guilty } = heldBack()
    const from = market.letters.length
    market.run(FIRST_LOOK)
    const witnesses = asked(market, trader, { type: 'get-price', from }).filter((broker) => !ids(guilty).has(broker))
    expect(witnesses).toHaveLength(3)
    for (const broker of others) if (witnesses.includes(broker.nodeId)) expect(holdsOffer(market, trader, broker)).toBe(true)
  })

  test('round by round, until an honest broker has it', () => {
    const { market, trader } = alone()
    for (const broker of market.brokers.slice(1)) broker.holdsBack = true
    offer(market, trader, {})
    expect(market.until(() => holdsOffer(market, trader, market.brokers[0]!), 20 * SLOT)).toBe(true)
    market.run(3 * SLOT)
    const reached = sent(market, { from: trader.nodeId, type: 'send-offer' }).length
    market.run(100 * SLOT)
    // It is known: the looks go on seldom, and find nothing.
    expect(sent(market, { from: trader.nodeId, type: 'send-offer' })).toHaveLength(reached)
  })

  test('by all: every member gets it once within three rounds, then nothing more is asked or sent', () => {
    const { market, trader } = alone()
    for (const broker of market.brokers) broker.holdsBack = true
    offer(market, trader, {})
    market.run(FIRST_LOOK + 8 * SLOT)
    const told = asked(market, trader, { type: 'send-offer' })
    expect(told).toHaveLength(16)
    expect(new Set(told).size).toBe(16)
    market.run(2 * SLOT)
    const from = market.letters.length
    market.run(40 * SLOT)
    expect(asked(market, trader, { type: 'send-offer', from })).toEqual([])
    // Only the polls of all 16 holders, every four slots.
    expect(asked(market, trader, { type: 'get-price', from }).length).toBeLessThanOrEqual(16 * 10)
  })

  test('a broker that was not there gets it when it is back', () => {
    const { market, trader, others } = heldBack(5)
    const [last] = others
    market.loses = ({ to, message }) => to === last!.nodeId && message.type === 'send-offer'
    market.run(FIRST_LOOK + 10 * SLOT)
    expect(holdsOffer(market, trader, last!)).toBe(false)
    market.loses = () => false
    expect(market.until(() => holdsOffer(market, trader, last!), 200 * SLOT)).toBe(true)
  })

  test.each([
    ['', 20 * SLOT, false],
    [' and every notice is lost', 60 * SLOT, true],
  ])('two such offers meet, though 12 of 16 brokers are silent%s', (_name, mostMs, isLossy) => {
    for (let run = 0; run < 6; run += 1) {
      const market = new FakeMarket(16, { n: 16, f: 4 })
      market.loses = ({ message }) => isLossy && message.type === 'notify-offer'
      for (let index = 0; index < 16; index += 1) if ((index + run) % 16 >= 4) market.brokers[index]!.holdsBack = true
      const [buyer, seller] = [market.addTrader().start(), market.addTrader().start()]
      offer(market, buyer, { side: 'buy', price: 100 })
      offer(market, seller, { side: 'sell', price: 90 })
      const isWhole = (): boolean => [buyer, seller].every(({ trader }) => trader.receipts().length === 1)
      expect(market.until(isWhole, mostMs)).toBe(true)
      assertHonest(market, buyer)
      assertHonest(market, seller)
    }
  })
})

describe('marks', () => {
  test('who held it back is not picked for a later offer', () => {
    const { market, trader, guilty } = heldBack()
    market.run(FIRST_LOOK)
    for (let times = 0; times < 4; times += 1) {
      const chosen = nextChosen(market, trader)
      for (const { nodeId } of guilty) expect(chosen).not.toContain(nodeId)
    }
  })

  test('who is marked is asked all the same when nobody else is left', () => {
    const { market, trader } = heldBack(5)
    market.run(FIRST_LOOK)
    expect(nextChosen(market, trader)).toHaveLength(4)
  })

  test('fade', () => {
    const { market, trader, guilty } = heldBack()
    market.run(FIRST_LOOK)
    expect(nextChosen(market, trader).some((broker) => ids(guilty).has(broker))).toBe(false)
    succeed(market, trader, { type: 'withdraw', offerId: row(trader).offerId })
    for (const broker of market.brokers) broker.holdsBack = false
    market.run(600 * SLOT)
    const chosen = new Set<NodeId>()
    for (let times = 0; times < 8; times += 1) for (const broker of nextChosenAnew(market, trader)) chosen.add(broker)
    expect([...ids(guilty)].some((broker) => chosen.has(broker))).toBe(true)
  })

  test.each<[string, (state: OfferState) => OfferState]>([
    ['dropped', (state) => ({ ...state, state: 'dropped' })],
    ['forgotten', () => ({ seq: 0, state: 'unknown', match: null })],
  ])('none for a broker whose answer is %s', (_name, claims) => {
    const { market, trader, guilty } = heldBack()
    const [one, ...rest] = guilty
    one!.claims = claims
    market.run(FIRST_LOOK)
    const chosen = chosenLater(market, trader)
    expect(chosen.has(one!.nodeId)).toBe(true)
    for (const { nodeId } of rest) expect(chosen.has(nodeId)).toBe(false)
  })

  test('none for a broker whose answer is a match', () => {
    const { market, trader, guilty } = heldBack()
    const [one, ...rest] = guilty
    const own = sentOffer(market, trader.nodeId)
    const match = {
      buy: own,
      sell: strangersOffer(market, 7, { side: 'sell', price: 90, validUntil: market.nowMs + 60_000 }),
      slot: lastDecision(market) + 2,
    }
    // From the look on: what it says is not heard by the polls before.
    let said = false
    one!.claims = (state) => {
      if (market.nowMs < own.seq + 3 * SLOT) return state
      said = true
      return { ...state, state: 'matched', match }
    }
    market.run(FIRST_LOOK)
    expect(said).toBe(true)
    expect(market.until(() => row(trader).state === 'open', 40 * SLOT)).toBe(true)
    const chosen = chosenLater(market, trader)
    expect(chosen.has(one!.nodeId)).toBe(true)
    for (const { nodeId } of rest) expect(chosen.has(nodeId)).toBe(false)
  })

  test('none for a broker that got it after the exchange before the look', () => {
    const { market, trader, guilty, others } = heldBack()
    for (const broker of others) broker.holdsBack = true
    const [gone, ...rest] = guilty
    market.run(2 * SLOT)
    gone!.drop(sentOffer(market, trader.nodeId), 'price')
    market.run(SLOT / 2)
    const [late, ...none] = others.filter((broker) => holdsOffer(market, trader, broker))
    expect(none).toEqual([])
    market.run(2 * SLOT)
    const chosen = chosenLater(market, trader)
    expect(chosen.has(late!.nodeId)).toBe(true)
    for (const { nodeId } of rest) expect(chosen.has(nodeId)).toBe(false)
  })

  test('one liar of those asked marks nobody, nor does it have the offer sent on', () => {
    const { market, trader } = alone()
    offer(market, trader, {})
    const honest = market.brokers.filter((broker) => holdsOffer(market, trader, broker))
    // Whoever is asked first in each look lies.
    let lies = 0
    for (const broker of market.brokers) {
      if (honest.includes(broker)) continue
      broker.claims = (state) => {
        lies += 1
        return lies % 3 === 1 ? { seq: 0, state: 'unknown', match: null } : state
      }
    }
    market.run(60 * SLOT)
    expect(lies).toBeGreaterThanOrEqual(6)
    expect(sent(market, { from: trader.nodeId, type: 'send-offer' })).toHaveLength(4)
    expect([...chosenLater(market, trader)].some((broker) => ids(honest).has(broker))).toBe(true)
  })

  test('a single answer of several that were asked has the offer sent on, and marks nobody', () => {
    const { market, trader, guilty } = heldBack()
    let heard = 0
    market.loses = ({ from, to, message }) => {
      if (to !== trader.nodeId || message.type !== 'price' || ids(guilty).has(from)) return false
      heard += 1
      return heard > 1
    }
    market.run(FIRST_LOOK + 12 * SLOT)
    expect(sent(market, { from: trader.nodeId, type: 'send-offer' }).length).toBeGreaterThan(4)
    market.loses = () => false
    expect([...chosenLater(market, trader)].some((broker) => ids(guilty).has(broker))).toBe(true)
  })
})

/** An offer where none is open. */
function nextChosenAnew(market: FakeMarket, trader: FakeTrader): NodeId[] {
  const from = market.letters.length
  offer(market, trader, {})
  const chosen = asked(market, trader, { type: 'send-offer', from }).slice(0, 4)
  succeed(market, trader, { type: 'withdraw', offerId: row(trader).offerId })
  return chosen
}

/** Everyone that a dozen of later offers went to first. */
function chosenLater(market: FakeMarket, trader: FakeTrader): Set<NodeId> {
  const chosen = new Set<NodeId>()
  for (const broker of market.brokers) {
    broker.holdsBack = false
    broker.claims = undefined
  }
  for (let times = 0; times < 12; times += 1) for (const broker of nextChosen(market, trader)) chosen.add(broker)
  return chosen
}

describe('what is no evidence', () => {
  test('an offer that the others know: looks are rare, of three questions each, and send nothing', () => {
    const { market, trader } = alone()
    offer(market, trader, {})
    const holders = ids(market.brokers.filter((broker) => holdsOffer(market, trader, broker)))
    const from = market.letters.length
    market.run(200 * SLOT)
    const questions = asked(market, trader, { type: 'get-price', from }).filter((broker) => !holders.has(broker))
    // After 4, 12, 28, 60, 124 and 188 slots.
    expect(questions).toHaveLength(18)
    expect(sent(market, { from: trader.nodeId, type: 'send-offer' })).toHaveLength(4)
  })

  test.each(['buy', 'sell'] as const)('a %s that is not better than what is quoted, until it is', (side) => {
    const { market, trader } = alone()
    for (const broker of market.brokers) Object.assign(broker, { bid: 100, ask: 100, holdsBack: true })
    offer(market, trader, { side, price: 100 })
    market.run(30 * SLOT)
    expect(sent(market, { from: trader.nodeId, type: 'send-offer' })).toHaveLength(4)
    for (const broker of market.brokers) Object.assign(broker, { bid: 99, ask: 101 })
    expect(market.until(() => sent(market, { from: trader.nodeId, type: 'send-offer' }).length === 8, 34 * SLOT)).toBe(true)
  })

  test('an older number of ours is not the present one', () => {
    const { market, trader } = alone()
    for (const broker of market.brokers) broker.claims = (state) => (state.seq === 0 ? { seq: 1, state: 'stored', match: null } : state)
    for (const broker of market.brokers) broker.holdsBack = true
    offer(market, trader, {})
    market.run(FIRST_LOOK)
    expect(sent(market, { from: trader.nodeId, type: 'send-offer' })).toHaveLength(8)
  })

  test.each([4, 3, 1])('in a set of %i all hold it: nobody is asked', (brokers) => {
    const { market, trader } = heldBack(brokers)
    const from = market.letters.length
    market.run(40 * SLOT)
    expect(asked(market, trader, { type: 'send-offer', from })).toEqual([])
    expect(asked(market, trader, { type: 'get-price', from }).length).toBeLessThanOrEqual(brokers * 10)
  })

  test('a match that is pending: nothing is asked or sent', () => {
    const { market, trader, guilty } = heldBack()
    for (const broker of market.brokers) broker.deaf = true
    market.run(2 * SLOT)
    const own = sentOffer(market, trader.nodeId)
    const match = { buy: own, sell: strangersOffer(market, 7, { side: 'sell', price: 90 }), slot: lastDecision(market) }
    for (const { nodeId } of guilty.slice(0, 3)) give(market, trader, { from: nodeId, message: { type: 'notify-offer', match } })
    expect(row(trader).state).toBe('matched')
    const from = market.letters.length
    expect(market.until(() => row(trader).state !== 'matched', 3 * SLOT)).toBe(false)
    expect(asked(market, trader, { type: 'get-price', from })).toEqual([])
    expect(asked(market, trader, { type: 'send-offer', from })).toEqual([])
  })

  test('a stranger that says matched adds no voice', () => {
    const { market, trader, others } = heldBack()
    const own = sentOffer(market, trader.nodeId)
    const match = { buy: own, sell: strangersOffer(market, 7, { side: 'sell', price: 90 }), slot: lastDecision(market) }
    for (const broker of others) broker.claims = () => ({ seq: own.seq, state: 'matched', match })
    market.run(FIRST_LOOK)
    expect(row(trader).state).toBe('open')
  })

  test('an offer that was replaced or withdrawn is watched no more', () => {
    const { market, trader } = heldBack()
    market.run(3 * SLOT)
    succeed(market, trader, { type: 'withdraw', offerId: row(trader).offerId })
    market.run(SLOT)
    const from = market.letters.length
    market.run(20 * SLOT)
    expect(market.letters.slice(from).filter((letter) => letter.from === trader.nodeId)).toEqual([])
  })
})

test('a watch that is off asks and sends nothing', () => {
  const market = new FakeMarket(16, { n: 16, f: 4 })
  market.watch = false
  const trader = market.addTrader().start()
  open(market, trader)
  for (const broker of market.brokers) broker.holdsBack = true
  offer(market, trader, {})
  const holders = ids(market.brokers.filter((broker) => holdsOffer(market, trader, broker)))
  const from = market.letters.length
  market.run(60 * SLOT)
  expect(sent(market, { from: trader.nodeId, type: 'send-offer' })).toHaveLength(4)
  for (const broker of asked(market, trader, { type: 'get-price', from })) expect(holders.has(broker)).toBe(true)
})

test('an offer that was restored is watched as well', () => {
  const { market, trader } = heldBack()
  market.run(SLOT)
  trader.crash()
  market.run(SLOT)
  trader.restart()
  market.run(FIRST_LOOK + SLOT)
  expect(sent(market, { from: trader.nodeId, type: 'send-offer' })).toHaveLength(8)
})
