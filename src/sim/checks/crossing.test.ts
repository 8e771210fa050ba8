import { expect, it } from 'vitest'
import type { Id } from '../../base/identity.ts'
import type { Effect } from '../../peer/effect.ts'
import { closest } from '../../ring/closest.ts'
import type { SimNode } from '../sim-node.ts'
import { crossingTrades, mostCrossingSlots, mostIdleSlots, settlingMs } from './crossing.ts'
import { boundedGrowth } from './growth.ts'
import { operations } from './operations.ts'
import { endsOnce } from './requests.ts'
import { honestNotBanned } from './ring-bans.ts'
import { idealAfterHeal } from './ring-ideal.ts'
import { oneRing } from './ring-one.ts'
import { TestScene } from './test-scene.ts'

const JUDGED = 'a settled market was judged'
const ALL = [oneRing, idealAfterHeal, honestNotBanned, boundedGrowth, endsOnce, operations, crossingTrades]

function healed(scene: TestScene): void {
  scene.phase = 'liveness'
  scene.healedMs = scene.nowMs()
}

/** A broker that keeps what it has and what it decides to itself. */
function kept(effect: Effect): Effect[] {
  if (effect.type !== 'send') return [effect]
  const { message } = effect
  if (message.type === 'exchange' || message.type === 'notify-offer') return []
  if ((message.type !== 'price' && message.type !== 'offer-answer') || message.state.state !== 'matched') return [effect]
  return [{ ...effect, message: { ...message, state: { ...message.state, state: 'stored', match: null } } }]
}

/** A settled, healed ring of brokers that keep everything to themselves, and the peers outside the set of its service. */
function secretive(count: number): { scene: TestScene; service: Id; traders: SimNode[] } {
  const scene = new TestScene({ count })
  scene.attach(crossingTrades)
  scene.join()
  const service = scene.open()
  healed(scene)
  scene.run(settlingMs(200) + 3_000)
  for (const node of scene.nodes) node.behaviour = { act: (effects) => effects.flatMap(kept) }
  const brokers = closest(
    scene.nodes.map(({ nodeId }) => nodeId),
    service,
    5,
  )
  return { scene, service, traders: scene.nodes.filter(({ nodeId }) => !brokers.includes(nodeId)) }
}

it('offers that cross and are never brought together are named', () => {
  const { scene, service, traders } = secretive(8)
  const [seller, buyer] = traders
  scene.offer(seller!, [service, 'sell', 10, 1])
  scene.offer(buyer!, [service, 'buy', 12, 1])
  scene.run(mostCrossingSlots(1) * 200 + 6_000)
  expect(scene.end()).toEqual(['crossing-trades'])
  expect(scene.sometimes.get(JUDGED)).toBe(1)
})

it('a service in which something always crosses and nothing is traded is named, however soon each offer is replaced', () => {
  const { scene, service, traders } = secretive(14)
  // Each pair stands for less than it may; the next one is there before it ends.
  const aPairMs = mostCrossingSlots(2) * 200 - 400
  const ends = mostIdleSlots(2) * 200 + 8_000
  for (let atMs = 0, turn = 0; atMs < ends; atMs += aPairMs / 2, turn += 1) {
    const first = (turn % 4) * 2
    for (const [node, side, price] of [
      [traders[first], 'sell', 10],
      [traders[first + 1], 'buy', 12],
    ] as const)
      node!.command({ type: 'sendOffer', serviceId: service, offer: { side, price, quantity: 1, validForMs: aPairMs } }, () => {})
    scene.run(aPairMs / 2)
  }
  expect(scene.violations.list().map(({ detail }) => detail)).toEqual([expect.stringMatching(/nothing was traded there$/)])
})

it('a market in which nothing crosses is not counted as judged', () => {
  const scene = new TestScene({ count: 8 })
  scene.attach(crossingTrades)
  scene.join()
  const service = scene.open()
  healed(scene)
  scene.run(settlingMs(200) + 3_000)
  scene.offer(scene.nodes[0]!, [service, 'sell', 12, 1])
  scene.offer(scene.nodes[1]!, [service, 'buy', 10, 1])
  scene.run(10_000)
  expect(scene.sometimes.get(JUDGED)).toBe(0)
  // A third one comes just before a look, which sees that it crosses.
  scene.run(950 - (scene.nowMs() % 1_000))
  for (let count = 0; count < 20 && scene.sometimes.get(JUDGED) === 0; count += 1) {
    const offer = { side: 'buy', price: 13, quantity: 1, validForMs: 20_000 } as const
    scene.nodes[2]!.command({ type: 'sendOffer', serviceId: service, offer }, () => {})
    scene.run(1_000)
    if (scene.sometimes.get(JUDGED) === 0) scene.offer(scene.nodes[0]!, [service, 'sell', 12, 1])
  }
  expect(scene.sometimes.get(JUDGED)).toBeGreaterThan(0)
  expect(scene.end()).toEqual([])
})

it('twelve tabs trade, and no checker says anything', () => {
  const scene = new TestScene({ count: 12, seed: 5 })
  for (const create of ALL) scene.attach(create)
  scene.join()
  const service = scene.open()
  const trade = (): void => {
    for (const [index, node] of scene.nodes.entries()) {
      const side = index % 2 === 0 ? ('buy' as const) : ('sell' as const)
      const offer = { side, price: 90 + ((index * 7) % 21), quantity: 1 + (index % 3), validForMs: 20_000 }
      node.command({ type: 'sendOffer', serviceId: service, offer }, () => {})
    }
  }
  trade()
  scene.run(30_000)
  healed(scene)
  scene.run(60_000)
  // Often enough for the looks, every two seconds, to see some that cross.
  for (let count = 0; count < 8; count += 1) {
    trade()
    scene.run(3_300)
  }
  scene.run(100_000)
  expect(scene.end()).toEqual([])
  expect(scene.nodes.some((node) => node.peer.view().receipts.length > 0)).toBe(true)
  for (const what of ['the healed ring was judged', 'a market at rest was judged', 'a settled market was judged']) {
    expect(scene.sometimes.get(what), what).toBeGreaterThan(0)
  }
})
