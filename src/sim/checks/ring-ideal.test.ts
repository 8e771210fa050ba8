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

it('a ring that does not stay ideal is named, not when a tab was closed', () => {
  const scene = new TestScene({ count: 8 })
  scene.attach(idealAfterHeal)
  scene.join()
  scene.phase = 'liveness'
  scene.healedMs = scene.nowMs()
  const healingMs = mostHealingMs(scene.world, 8) + 2_000
  scene.run(healingMs)
  scene.nodes[3]!.crash()
  scene.run(healingMs)
  expect(scene.end()).toEqual([])
  // A flapping ring: two are away for a while, and come back.
  const away = new Set(scene.nodes.slice(0, 2).map(({ nodeId }) => nodeId))
  scene.world.network.carries = (from, to) => away.has(from) === away.has(to)
  scene.run(20_000)
  scene.world.network.carries = () => true
  scene.run(2 * healingMs)
  expect(isIdeal(scene.nodes, scene.world)).toBe('')
  expect(scene.end()).toEqual(['ideal-after-heal'])
  expect(scene.violations.list().map(({ detail }) => detail)).toEqual([expect.stringMatching(/^no longer: /)])
})

/** One peer is cut off, with the server or without; then all is healed, but for the peer if it is to be alone for good. */
function lonely({ outage, stays }: { readonly outage: boolean; readonly stays: boolean }): TestScene {
  const scene = new TestScene({ count: 8 })
  scene.attach(idealAfterHeal)
  scene.join()
  const alone = scene.nodes[2]!.nodeId
  scene.world.network.carries = (from, to) => from !== alone && to !== alone
  if (outage) scene.world.server.stop()
  scene.run(40_000)
  if (outage) scene.world.server.start()
  if (!stays) scene.world.network.carries = () => true
  scene.phase = 'liveness'
  scene.healedMs = scene.nowMs()
  return scene
}

it('who is alone has more time when the server was gone, and no more when it was not', () => {
  const waits = lonely({ outage: true, stays: false })
  waits.run(120_000)
  expect(waits.end()).toEqual([])
  const stays = lonely({ outage: true, stays: true })
  stays.run(mostHealingMs(stays.world, 8) + 10_000)
  expect(stays.end()).toEqual([])
  stays.run(30_000)
  expect(stays.end()).toEqual(['ideal-after-heal'])
  const cut = lonely({ outage: false, stays: true })
  cut.run(mostHealingMs(cut.world, 8) + 2_000)
  expect(cut.end()).toEqual(['ideal-after-heal'])
})

it('who was cut off, and not from the server, is back in time', () => {
  const scene = lonely({ outage: false, stays: false })
  scene.run(60_000)
  expect(scene.end()).toEqual([])
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
