import { expect, it } from 'vitest'
import { idealAfterHeal, isIdeal, mostHealingMs } from './ring-ideal.ts'
import { TestScene } from './test-scene.ts'

it('a ring that does not heal in time is named, with whose list is wrong', () => {
  const scene = new TestScene({ count: 8 })
  scene.attach(idealAfterHeal)
  scene.join()
  // Called healed, though two peers are still cut off from the others.
  const away = new Set(scene.nodes.slice(0, 2).map(({ nodeId }) => nodeId))
  scene.world.network.carries = (from, to) => away.has(from) === away.has(to)
  scene.phase = 'liveness'
  scene.healedMs = scene.nowMs()
  scene.run(mostHealingMs(scene.world, 8) + 2_000)
  expect(scene.end()).toEqual(['ideal-after-heal'])
  expect(scene.violations.list()[0]?.detail).toMatch(/has the list|is seeking/)
})

it('a ring that heals in time passes, and is judged once', () => {
  const scene = new TestScene({ count: 12 })
  scene.attach(idealAfterHeal)
  scene.join()
  scene.nodes[3]!.crash()
  scene.nodes[7]!.crash()
  scene.phase = 'liveness'
  scene.healedMs = scene.nowMs()
  expect(isIdeal(scene.nodes, scene.world)).not.toBe('')
  scene.run(2 * mostHealingMs(scene.world, 12))
  expect(isIdeal(scene.nodes, scene.world)).toBe('')
  expect(scene.end()).toEqual([])
  expect(scene.sometimes.get('the healed ring was judged')).toBe(1)
})

it('sleepers and those that seek are not ideal', () => {
  const scene = new TestScene({ count: 3 })
  expect(isIdeal(scene.nodes, scene.world)).toBe('')
  scene.nodes[0]!.start()
  expect(isIdeal(scene.nodes, scene.world)).toContain('is seeking')
  scene.nodes[1]!.start()
  scene.nodes[2]!.start()
  expect(scene.world.runUntil(() => isIdeal(scene.nodes, scene.world) === '', 60_000)).toBe(true)
  scene.nodes[1]!.sleep()
  expect(isIdeal(scene.nodes, scene.world)).toContain('sleeps')
})
