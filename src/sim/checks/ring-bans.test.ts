import { expect, it } from 'vitest'
import type { Effect } from '../../peer/effect.ts'
import type { Message } from '../../wire/messages.ts'
import { honestNotBanned } from './ring-bans.ts'
import { TestScene } from './test-scene.ts'

/** The first node's offers go out with a signature that does not hold. */
function forging(scene: TestScene): void {
  const bend = (message: Message): Message =>
    message.type === 'send-offer' ? { ...message, offer: { ...message.offer, signature: '00'.repeat(64) } } : message
  const bent = (effect: Effect): Effect => (effect.type === 'send' ? { ...effect, message: bend(effect.message) } : effect)
  scene.nodes[0]!.behaviour = { act: (effects) => effects.map(bent) }
}

it('an honest peer that others cut off is named', () => {
  const scene = new TestScene({ count: 8 })
  scene.attach(honestNotBanned)
  scene.join()
  const service = scene.open()
  forging(scene)
  scene.offer(scene.nodes[0]!, [service, 'buy', 10, 1])
  scene.run(2_000)
  expect(scene.end()).toEqual(['honest-not-banned'])
  expect(scene.violations.list()[0]?.detail).toContain('a signature does not hold')
  expect(scene.sometimes.get('honest peer banned')).toBeGreaterThan(0)
})

it('a liar may be cut off', () => {
  const scene = new TestScene({ count: 8 })
  scene.attach(honestNotBanned)
  scene.join()
  const service = scene.open()
  scene.liars.add(scene.nodes[0]!.nodeId)
  forging(scene)
  scene.offer(scene.nodes[0]!, [service, 'buy', 10, 1])
  scene.run(2_000)
  expect(scene.end()).toEqual([])
})

it('an honest peer that is held for an equivocator is named', () => {
  const scene = new TestScene({ count: 6 })
  scene.attach(honestNotBanned)
  scene.join()
  const service = scene.open()
  const slanders = (effect: Effect): Effect =>
    effect.type === 'send' && effect.message.type === 'offer-answer'
      ? { ...effect, message: { ...effect.message, refusal: 'equivocator' } }
      : effect
  for (const node of scene.nodes.slice(1)) node.behaviour = { act: (effects) => effects.map(slanders) }
  scene.offer(scene.nodes[0]!, [service, 'buy', 10, 1])
  expect(scene.end()).toEqual(['honest-not-banned'])
})
