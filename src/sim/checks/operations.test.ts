import { expect, it } from 'vitest'
import { slotEndMs } from '../../market/slot.ts'
import type { Effect } from '../../peer/effect.ts'
import { closest } from '../../ring/closest.ts'
import type { OfferRow } from '../../trader/command.ts'
import type { SimNode } from '../sim-node.ts'
import { mostOverdueMs, mostPassingMs, operations } from './operations.ts'
import { TestScene } from './test-scene.ts'

function trading(): { scene: TestScene; service: string } {
  const scene = new TestScene({ count: 6 })
  scene.attach(operations)
  scene.join()
  const service = scene.open()
  scene.phase = 'liveness'
  scene.healedMs = scene.nowMs()
  return { scene, service }
}

it('an offer that is matched and never settled is named', () => {
  const { scene, service } = trading()
  const [seller, buyer] = scene.nodes
  // Its disk never answers once the match is known, so its half is never made.
  seller!.behaviour = { act: (effects) => effects.filter(({ type }) => type !== 'sign') }
  const before = seller!.behaviour
  seller!.behaviour = null
  scene.offer(seller!, [service, 'sell', 10, 1])
  seller!.behaviour = before
  scene.offer(buyer!, [service, 'buy', 12, 1])
  scene.run(mostPassingMs(200, 1_000).matched + 20_000)
  expect(scene.end()).toEqual(['operations'])
  expect(scene.violations.list()[0]?.detail).toMatch(/is (matched|sending) for/)
})

/** A seller whose half is whole and attested, has not got the whole, and is alone by now. */
function cutOff(): { scene: TestScene; seller: SimNode; offerId: string; meet: () => void } {
  const scene = new TestScene({ count: 6, parameters: { n: 1, f: 1, t: 120_000 } })
  scene.attach(operations)
  scene.join()
  const service = scene.open()
  const broker = scene.nodes.map(({ nodeId }) => nodeId).sort((left, right) => (closest([left, right], service, 1)[0] === left ? -1 : 1))[0]
  const [seller, buyer] = scene.nodes.filter(({ nodeId }) => nodeId !== broker) as [SimNode, SimNode]
  for (const node of scene.nodes) {
    if (node !== seller) node.behaviour = { act: (effects) => effects.filter((effect) => !isWholeFor(seller, effect)) }
  }
  const { offerId } = scene.offer(seller, [service, 'sell', 10, 1])
  scene.offer(buyer, [service, 'buy', 12, 1])
  scene.run(5_000)
  const { network, server } = scene.world
  const carries = (from: string, to: string): boolean => (from === seller.nodeId) === (to === seller.nodeId)
  Object.assign(network, { carries })
  Object.assign(server, { carries })
  scene.run(10_000)
  for (const node of scene.nodes) node.behaviour = null
  scene.phase = 'liveness'
  scene.healedMs = scene.nowMs()
  const meet = (): void => {
    for (const parts of [network, server]) Object.assign(parts, { carries: () => true })
  }
  return { scene, seller, offerId, meet }
}

function isWholeFor({ nodeId }: SimNode, effect: Effect): boolean {
  return (
    effect.type === 'send' && effect.to === nodeId && effect.message.type === 'receipt' && effect.message.receipt.buyerSignature !== null
  )
}

function stateOf(node: SimNode, offerId: string): string | undefined {
  return node.peer.view().offers.find((row) => row.offerId === offerId)?.state
}

it('a seller that knows its half to be whole may wait for the whole until its ring and the others meet', () => {
  const { scene, seller, offerId, meet } = cutOff()
  scene.run(mostPassingMs(200, 1_000).matched + 5_000)
  expect(stateOf(seller, offerId)).toBe('matched')
  meet()
  expect(scene.world.runUntil(() => stateOf(seller, offerId) === 'traded', 20_000)).toBe(true)
  scene.run(5_000)
  expect(scene.end()).toEqual([])
})

it('and not for ever once they have met', () => {
  const { scene, seller, meet } = cutOff()
  bend(seller, (row) => ({ ...row, state: 'matched', quantity: 1 }))
  meet()
  expect(scene.world.runUntil(() => scene.isRing(), 30_000)).toBe(true)
  scene.run(mostPassingMs(200, 1_000).matched - 2_000)
  expect(scene.end()).toEqual([])
  scene.run(5_000)
  expect(scene.end()).toEqual(['operations'])
})

it('a match of a ring that was parted, and is younger than the healing, has no such time', () => {
  const { scene, seller } = cutOff()
  bend(seller, (row) => ({ ...row, state: 'open' }))
  scene.run(2_000)
  bend(seller, (row) => ({ ...row, state: 'matched' }))
  scene.run(mostPassingMs(200, 1_000).matched + 3_000)
  expect(scene.end()).toEqual(['operations'])
})

/** From now on the node seems to show what `bend` makes of its offers. */
function bend(node: SimNode, bent: (row: OfferRow) => OfferRow): void {
  const { peer } = node
  const view = peer.view.bind(peer)
  peer.view = () => ({ ...view(), offers: view().offers.map(bent) })
}

it('a match whose slot a clock that was set back has yet to reach has its time from then on', () => {
  const { scene, seller, meet } = cutOff()
  const aheadMs = 30_000
  const slot = Math.floor((seller.clock.nowMs() + aheadMs) / 200)
  bend(seller, (row) => ({ ...row, state: 'matched', quantity: 1, slot }))
  meet()
  expect(scene.world.runUntil(() => scene.isRing(), aheadMs)).toBe(true)
  const { matched } = mostPassingMs(200, 1_000)
  scene.run(slotEndMs(slot, 200) - seller.clock.nowMs() + matched - 2_000)
  expect(scene.end()).toEqual([])
  scene.run(5_000)
  expect(scene.end()).toEqual(['operations'])
})

it('an offer that is being withdrawn for ever is named', () => {
  const { scene, service } = trading()
  const [trader] = scene.nodes
  const { offerId } = scene.offer(trader!, [service, 'buy', 5, 1])
  trader!.behaviour = { act: (effects) => effects.filter(({ type }) => type !== 'sign') }
  trader!.command({ type: 'withdraw', offerId }, () => {})
  scene.run(mostPassingMs(200, 1_000).withdrawing - 2_000)
  expect(scene.end()).toEqual([])
  scene.run(5_000)
  expect(scene.end()).toEqual(['operations'])
  expect(scene.violations.list()[0]?.detail).toContain('is withdrawing for')
})

it.each(['dropped', 'refused'] as const)('an offer that is %s without a reason is named', (state) => {
  const { scene, service } = trading()
  const [trader] = scene.nodes
  scene.offer(trader!, [service, 'buy', 5, 1])
  bend(trader!, (row) => ({ ...row, state, reason: 'of no use' }))
  scene.run(3_000)
  expect(scene.end()).toEqual([])
  bend(trader!, ({ reason: _, ...row }) => row)
  scene.run(3_000)
  expect(scene.end()).toEqual(['operations'])
  expect(scene.violations.list()[0]?.detail).toContain('without a reason')
})

it.each(['open', 'sending'] as const)('an offer that is still %s after its validity is named', (state) => {
  const { scene, service } = trading()
  const [trader] = scene.nodes
  scene.offer(trader!, [service, 'buy', 5, 1])
  bend(trader!, (row) => ({ ...row, state: row.state === 'expired' || row.state === 'sending' ? state : row.state }))
  const validMs = scene.world.parameters.t / 2
  scene.run(validMs + mostOverdueMs(200, 1_000) - 3_000)
  expect(scene.end()).toEqual([])
  scene.run(6_000)
  expect(scene.end()).toEqual(['operations'])
  expect(scene.violations.list()[0]?.detail).toMatch(new RegExp(`is ${state} .* after its validity`))
})

it('an offer of a trader whose clock is behind has until that clock says so', () => {
  const { scene, service } = trading()
  const [trader] = scene.nodes
  trader!.clock.jump(-20_000)
  scene.run(3_000)
  scene.offer(trader!, [service, 'buy', 5, 1])
  bend(trader!, (row) => ({ ...row, state: 'open' }))
  scene.run(scene.world.parameters.t / 2 + mostOverdueMs(200, 1_000) - 3_000)
  expect(scene.end()).toEqual([])
  scene.run(6_000)
  expect(scene.end()).toEqual(['operations'])
})

it('trades, withdrawals and expiry pass', () => {
  const { scene, service } = trading()
  const [seller, buyer, third] = scene.nodes
  scene.offer(seller!, [service, 'sell', 10, 3])
  scene.offer(buyer!, [service, 'buy', 12, 1])
  const { offerId } = scene.offer(third!, [service, 'buy', 5, 1])
  scene.world.ask(third!, { type: 'withdraw', offerId })
  scene.run(60_000)
  expect(scene.end()).toEqual([])
})
