import { expect, it } from 'vitest'
import { boundedGrowth } from './growth.ts'
import { TestScene } from './test-scene.ts'

it('what grows above its bound is named', () => {
  const scene = new TestScene({ count: 3 })
  scene.attach(boundedGrowth)
  scene.join()
  scene.run(11_000)
  expect(scene.violations.list()).toEqual([])
  const node = scene.nodes[0]!
  const sizes = node.sizes()
  node.sizes = () => ({ ...sizes, 'ring.signals.exchanges': 257 })
  scene.run(11_000)
  expect(scene.end()).toEqual(['bounded-growth'])
  expect(scene.violations.list()[0]?.detail).toContain('ring.signals.exchanges')
})

it('what has no bound is named', () => {
  const scene = new TestScene({ count: 2 })
  scene.attach(boundedGrowth)
  scene.join()
  const node = scene.nodes[0]!
  node.sizes = () => ({ 'ring.whatever': 1 })
  scene.run(11_000)
  expect(scene.violations.list()[0]?.detail).toContain('no bound')
})

it('what is left at rest is named: a transaction that is never answered', () => {
  const scene = new TestScene({ count: 4 })
  scene.attach(boundedGrowth)
  scene.join()
  scene.open()
  const deaf = scene.nodes[1]!
  deaf.behaviour = { act: (effects) => effects.filter(({ type }) => type !== 'sign') }
  const sendOffer = {
    type: 'sendOffer',
    serviceId: scene.services[0]!.serviceId,
    offer: { side: 'buy', price: 5, quantity: 1, validForMs: 5_000 },
  } as const
  deaf.command(sendOffer, () => {})
  scene.phase = 'liveness'
  scene.healedMs = scene.nowMs()
  scene.run(90_000)
  expect(scene.end()).toEqual(['bounded-growth'])
  const details = scene.violations.list().map(({ detail }) => detail)
  expect(details.some((detail) => detail.startsWith('trader.numbers.queue '))).toBe(true)
})

it('one offer that is stuck is named, and keeps nobody from being judged', () => {
  const scene = new TestScene({ count: 4 })
  scene.attach(boundedGrowth)
  scene.join()
  const service = scene.open()
  const [stuck, other] = [scene.nodes[1]!, scene.nodes[2]!]
  scene.offer(stuck, [service, 'buy', 5, 1])
  const { peer } = stuck
  const [view, sizes] = [peer.view.bind(peer), stuck.sizes.bind(stuck)]
  peer.view = () => ({ ...view(), offers: view().offers.map((row) => ({ ...row, state: 'open' as const })) })
  stuck.sizes = () => ({ ...sizes(), 'trader.own.live': 1 })
  const otherSizes = other.sizes.bind(other)
  other.sizes = () => ({ ...otherSizes(), 'broker.expected': 1 })
  scene.phase = 'liveness'
  scene.healedMs = scene.nowMs()
  // While it may still be traded, and for a while after, there is no rest.
  scene.run(scene.world.parameters.t / 2 + 30_000)
  expect(scene.end()).toEqual([])
  scene.run(30_000)
  expect(scene.end()).toEqual(['bounded-growth'])
  const details = scene.violations.list().map(({ detail }) => detail)
  expect(details).toContainEqual(expect.stringContaining(`trader.own.live of ${stuck.nodeId} has 1 at rest`))
  expect(details).toContainEqual(expect.stringContaining(`broker.expected of ${other.nodeId} has 1 at rest`))
})
