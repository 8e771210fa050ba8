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
