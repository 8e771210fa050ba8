import { afterEach, expect, it, vi } from 'vitest'
import type { Effect } from '../../peer/effect.ts'
import { createCodec } from '../../wire/messages.ts'
import { channelPair } from '../sim-channel.ts'
import { SimLinks } from '../sim-links.ts'
import { SimSigner } from '../sim-signer.ts'
import { linkEnds } from './link-ends.ts'
import { TestScene } from './test-scene.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

/** Links that believe every signal and proof. */
function believing(): void {
  vi.spyOn(SimSigner.prototype, 'holds').mockReturnValue(true)
}

/** Each signal that comes to the first node was changed on its way. */
function forging(scene: TestScene): void {
  const forged = (effect: Effect): Effect =>
    effect.type === 'signal' ? { ...effect, signal: { ...effect.signal, sdp: 'another fingerprint' } } : effect
  scene.nodes[0]!.behaviour = { act: (effects) => effects.map(forged) }
}

function watched(): TestScene {
  const scene = new TestScene({ count: 4 })
  scene.attach(linkEnds)
  return scene
}

/** Somebody comes to the first node over the rendezvous, in the name of a peer that is not there and without its key, and says something. Returns whether there is a link. */
function impostor(scene: TestScene): boolean {
  const { loop, network, networkId } = scene.world
  const victim = scene.nodes[0]!
  const { nodeId, credentials } = scene.world.addNode().means(() => false)
  const victimsLinks = network.peers.get(victim.nodeId) as SimLinks
  const links = new SimLinks({ network, networkId, nodeId, credentials, sign: () => '00'.repeat(64), holds: () => true })
  const [first, second] = channelPair({ loop, delayMs: 10, name: 'impostor' })
  links.accept(first, true)
  victimsLinks.accept(second, false)
  scene.run(1_000)
  const codec = createCodec(networkId)
  const isLinked = links.send(victim.nodeId, codec.encode({ type: 'ping', id: 1, time: loop.nowMs }))
  scene.run(1_000)
  return isLinked
}

it('a link over a forged signal is named', () => {
  believing()
  const scene = watched()
  forging(scene)
  scene.join()
  expect(scene.end()).toEqual(['link-ends'])
  expect(scene.violations.list()[0]?.detail).toContain(`${scene.nodes[0]!.nodeId} has a link to `)
})

it('what comes in the name of who did not send it is named', () => {
  believing()
  const scene = watched().join()
  expect(impostor(scene)).toBe(true)
  expect(scene.end()).toEqual(['link-ends'])
  expect(scene.violations.list()[0]?.detail).toContain(`a message of ${scene.world.nodes.at(-1)!.nodeId} that it never sent`)
})

it('links as they are take neither: no link comes of a forged signal or proof', () => {
  const scene = watched()
  forging(scene)
  for (const node of scene.nodes) node.start()
  scene.run(30_000)
  const direct = scene.nodes[0]!.peer.view().links.filter(({ transport }) => transport === 'direct')
  expect(direct).toEqual([])
  expect(scene.nodes[1]!.peer.view().links.filter(({ transport }) => transport === 'direct')).toHaveLength(2)
  scene.nodes[0]!.behaviour = null
  expect(scene.world.runUntil(() => scene.isRing(), 120_000)).toBe(true)
  expect(impostor(scene)).toBe(false)
  expect(scene.end()).toEqual([])
})
