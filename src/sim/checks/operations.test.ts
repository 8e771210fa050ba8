import { expect, it } from 'vitest'
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

/** From now on the node seems to show what `bend` makes of its offers. */
function bend(node: SimNode, bent: (row: OfferRow) => OfferRow): void {
  const { peer } = node
  const view = peer.view.bind(peer)
  peer.view = () => ({ ...view(), offers: view().offers.map(bent) })
}

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
