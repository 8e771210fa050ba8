import { expect, it } from 'vitest'
import { mostPassingMs, operations } from './operations.ts'
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
