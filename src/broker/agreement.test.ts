import { describe, expect, it } from 'vitest'
import { Rng } from '../base/rng.ts'
import type { Offer } from '../market/offer.ts'
import { Market, type Node, SERVICE } from './harness.ts'

const TRADERS = 12
/** Ten thousand messages; on a busy machine that takes longer than a test may by default. */
const TIMEOUT_MS = 60_000

interface Run {
  readonly market: Market
  /** What each broker decided last, after every decision. */
  readonly decisions: (string | undefined)[][]
  readonly offers: Offer[]
}

/**
 * Random offers and withdrawals in even slots, as honest traders send them: an offer to f brokers and to those that have an older one,
 * a withdrawal to all. What crosses with the decision itself, brokers may know or not, so nothing is sent in odd slots.
 */
function live(seed: number, parameters: { brokers: number; f: number; lossPercent: number }): Run {
  const rng = new Rng([seed, 2, 3, 4])
  const market = new Market(parameters.brokers, { m: 16 })
  const offers: Offer[] = []
  const decisions: (string | undefined)[][] = []
  const traders = Array.from({ length: TRADERS }, (_, index) => ({
    node: market.trader(`trader ${index}`),
    seq: 0,
    brokers: new Set<Node>(),
  }))
  for (const broker of market.brokers) market.send(market.brokers[0] as Node, broker, { type: 'announce', parameters: SERVICE })
  market.run(50)
  market.loses = () => rng.below(100) < parameters.lossPercent
  for (let round = 0; round < 30; round += 1) {
    market.runToSlot('even')
    market.run(60)
    decisions.push(lastDecisions(market))
    for (let count = rng.below(6); count > 0; count -= 1) {
      market.run(rng.below(20))
      const index = rng.below(TRADERS)
      const trader = traders[index] as (typeof traders)[0]
      trader.seq += 1
      if (rng.below(8) === 0) {
        const withdrawal = market.withdrawal(trader.node.name, { seq: trader.seq })
        for (const broker of market.brokers) market.send(trader.node, broker, { type: 'withdraw', id: 1, withdrawal })
        continue
      }
      const side = index % 2 === 0 ? 'buy' : 'sell'
      const offer = market.offer(trader.node.name, { side, price: 90 + rng.below(20), seq: trader.seq, validForMs: 5_000 })
      offers.push(offer)
      for (const broker of rng.sample(market.brokers, parameters.f)) trader.brokers.add(broker)
      for (const broker of trader.brokers) market.send(trader.node, broker, { type: 'send-offer', id: 1, offer, parameters: SERVICE })
    }
  }
  return { market, decisions, offers }
}

function lastDecisions(market: Market): (string | undefined)[] {
  const watcher = market.trader('watcher')
  const before = watcher.inbox.length
  const { loses } = market
  market.loses = () => false
  for (const broker of market.brokers) market.send(watcher, broker, { type: 'get-book', id: 1, service: market.service })
  market.loses = loses
  market.run(50)
  return market.members.map((member) => {
    const answer = watcher.inbox.slice(before).find(({ from }) => from === member)
    return answer?.message.type === 'book' ? answer.message.decision?.digest : undefined
  })
}

/** Each offer's matches as its trader was told. */
function told(market: Market, offers: readonly Offer[]): string[][] {
  return offers.map((offer) => {
    const notices = market
      .received(market.node(offer.peer), 'notify-offer')
      .filter(({ match }) => match.buy.id === offer.id || match.sell.id === offer.id)
    return [...new Set(notices.map(({ match }) => `${match.buy.id} ${match.sell.id} ${match.slot}`))]
  })
}

describe('brokers that hear each other', () => {
  it.each([1, 2, 3, 4, 5])(
    'decide alike in every slot, and no offer matches twice: seed %i',
    (seed) => {
      const { market, decisions, offers } = live(seed, { brokers: 5, f: 2, lossPercent: 0 })
      for (const decision of decisions) expect(new Set(decision).size).toBe(1)
      const matches = told(market, offers)
      for (const matched of matches) expect(matched.length).toBeLessThanOrEqual(1)
      expect(matches.filter(({ length }) => length === 1).length).toBeGreaterThan(8)
    },
    TIMEOUT_MS,
  )
})

describe('brokers that lose a tenth of their messages', () => {
  it.each([1, 2, 3])(
    'come together again: seed %i',
    (seed) => {
      const { market, decisions } = live(seed, { brokers: 5, f: 3, lossPercent: 10 })
      expect(new Set(decisions.flat()).size).toBeGreaterThan(5)
      market.loses = () => false
      market.run(8_000)
      market.sendOffer(market.offer('late buyer', { price: 300 }))
      market.sendOffer(market.offer('late seller', { side: 'sell', price: 1 }))
      market.runToSlot('even', 2)
      expect(new Set(lastDecisions(market)).size).toBe(1)
    },
    TIMEOUT_MS,
  )
})
