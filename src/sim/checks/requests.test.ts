import { expect, it } from 'vitest'
import type { Effect } from '../../peer/effect.ts'
import { endsOnce } from './requests.ts'
import { TestScene } from './test-scene.ts'

const CREATE = {
  type: 'createService',
  service: { name: 'A', kind: 'general', unit: 'h', currency: 'EUR', decimals: 0, tags: [] },
} as const

function joined(): TestScene {
  const scene = new TestScene({ count: 3 })
  scene.attach(endsOnce)
  return scene.join()
}

it('a command that ends twice is named', () => {
  const scene = joined()
  const twice = (effect: Effect): Effect[] => (effect.type === 'result' ? [effect, effect] : [effect])
  scene.nodes[0]!.behaviour = { act: (effects) => effects.flatMap(twice) }
  scene.nodes[0]!.command(CREATE, () => {})
  scene.run(100)
  expect(scene.end()).toEqual(['ends-once'])
  expect(scene.violations.list()[0]?.detail).toContain('ended twice')
})

it('a command that never ends is named', () => {
  const scene = joined()
  scene.nodes[0]!.behaviour = { act: (effects) => effects.filter(({ type }) => type !== 'result') }
  scene.nodes[0]!.command(CREATE, () => {})
  scene.run(20_000)
  expect(scene.violations.list()).toEqual([])
  scene.run(20_000)
  expect(scene.end()).toEqual(['ends-once'])
  expect(scene.violations.list()[0]?.detail).toContain('command 1 has had no end')
})

it.each([
  { type: 'sign', request: 7_777, bytes: new Uint8Array() },
  { type: 'store', transaction: 7_777, writes: [] },
] as const)('what the world never answers is named: $type', (effect) => {
  const scene = new TestScene({ count: 2 })
  const checker = scene.attach(endsOnce)
  scene.join()
  const node = scene.nodes[0]!
  checker.stepped(node, { type: 'timer', nowMs: node.clock.nowMs() }, [effect])
  scene.run(20_000)
  expect(scene.violations.list().map(({ detail }) => detail)).toEqual([expect.stringContaining(`${effect.type} 7777 has had no end`)])
})

it('an answer that was never asked for is named', () => {
  const scene = joined()
  const node = scene.nodes[0]!
  const result: Effect = { type: 'result', request: 999, outcome: { ok: true, value: null } }
  node.behaviour = { act: (effects) => [...effects, result] }
  scene.run(3_000)
  expect(scene.violations.list()[0]?.detail).toContain('command 999 ended twice, or was never asked')
})

it('sleeping, throttled and closed tabs end their commands in their own time', () => {
  const scene = joined()
  const [first, second, third] = scene.nodes
  first!.command({ type: 'orderBook', serviceId: 'ab'.repeat(16) }, () => {})
  first!.sleep()
  second!.clock.coarseMs = 60_000
  second!.command({ type: 'orderBook', serviceId: 'ab'.repeat(16) }, () => {})
  third!.command({ type: 'orderBook', serviceId: 'ab'.repeat(16) }, () => {})
  third!.stop()
  scene.run(300_000)
  first!.wake()
  scene.run(120_000)
  expect(scene.end()).toEqual([])
})

it('a clock that is set back by an hour holds up nothing', () => {
  const scene = joined()
  const node = scene.nodes[0]!
  let ended = false
  node.command({ type: 'orderBook', serviceId: 'ab'.repeat(16) }, () => {
    ended = true
  })
  for (const other of scene.nodes.slice(1)) other.crash()
  node.clock.jump(-3_600_000)
  scene.run(90_000)
  expect(ended).toBe(true)
  expect(scene.end()).toEqual([])
})
