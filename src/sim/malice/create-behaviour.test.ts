import { expect, test } from 'vitest'
import type { Id, NodeId } from '../../base/identity.ts'
import type { Receipt } from '../../market/receipt.ts'
import type { Effect } from '../../peer/effect.ts'
import type { PeerEvent } from '../../peer/event.ts'
import { createCodec, type Message } from '../../wire/messages.ts'
import { TestScene } from '../faults/test-scene.ts'
import type { Observer } from '../observer.ts'
import type { SimNode } from '../sim-node.ts'
import { createBehaviour } from './create-behaviour.ts'
import { BROKER_MALICE, MALICE_KINDS, type MaliceKind, ROUTER_MALICE, TRADER_MALICE } from './kinds.ts'

const TRADING_MS = 25_000
/** Further, until everyone has had an occasion: which bot trades when is chance. */
const MOST_TRADING_MS = 300_000

/** What traders signed: which receipts over each of their offers, of the honest and of the others. */
class Signed implements Observer {
  readonly byOffer = new Map<Id, Set<Id>>()
  readonly byDishonest = new Map<Id, Set<Id>>()
  readonly #scene: TestScene
  readonly #codec

  constructor(scene: TestScene) {
    this.#scene = scene
    this.#codec = createCodec(scene.world.networkId)
  }

  stepped(_node: SimNode, _event: PeerEvent, effects: readonly Effect[]): void {
    for (const effect of effects) if (effect.type === 'send') this.#read(effect.message)
  }

  #read(message: Message): void {
    if (message.type === 'receipt') this.#count(message.receipt)
    else if (message.type === 'relay') {
      const inner = this.#codec.decode(message.payload)
      if (inner.ok) this.#read(inner.value)
    }
  }

  #count({ id, buy, sell, buyerSignature }: Receipt): void {
    for (const offer of buyerSignature === null ? [sell] : [buy, sell]) {
      const byOffer = this.#scene.isHonest(offer.peer) ? this.byOffer : this.byDishonest
      byOffer.set(offer.id, (byOffer.get(offer.id) ?? new Set()).add(id))
    }
  }
}

function corrupt(scene: TestScene, kinds: readonly MaliceKind[]): void {
  const liars = new Map<NodeId, MaliceKind>()
  for (const [index, kind] of kinds.entries()) liars.set((scene.nodes[index] as SimNode).nodeId, kind)
  for (const [index, kind] of kinds.entries()) {
    const node = scene.nodes[index] as SimNode
    const isFriend = (peer: NodeId): boolean => liars.has(peer)
    scene.dishonest.add(node.nodeId)
    node.behaviour = createBehaviour(kind, node.means(isFriend), { isFriend, did: () => scene.faults.add(kind) })
  }
}

/** Peers trade, one leaves and comes back, so that tables are handed over. */
function lived(scene: TestScene, kinds: readonly MaliceKind[]): Signed {
  const signed = new Signed(scene)
  scene.world.observers.push(signed)
  corrupt(scene, kinds)
  scene.trade()
  scene.world.run(TRADING_MS / 3)
  const last = scene.nodes[scene.nodes.length - 1] as SimNode
  last.stop()
  scene.world.run(TRADING_MS / 3)
  last.start()
  scene.world.run(TRADING_MS / 3)
  return signed
}

function doubles(byOffer: ReadonlyMap<Id, ReadonlySet<Id>>): number {
  return [...byOffer.values()].filter(({ size }) => size > 1).length
}

/** As many as fit into one small world with a majority of honest peers. */
const GROUPS: readonly (readonly MaliceKind[])[] = [
  ['silent', 'false-handoff', 'equivocate'],
  ['silent-to-brokers', 'false-price', 'ignore-match'],
  ['silent-to-traders', 'replay', 'no-receipt'],
  ['selective', 'favour', 'double-sell'],
  ['two-faced', 'mute-root', 'flood'],
  ['tiny-validity'],
  ['complete-late'],
]

test('every kind of brokers and traders is in a group', () => {
  expect([...GROUPS.flat(), ...ROUTER_MALICE].sort()).toEqual([...MALICE_KINDS].sort())
  expect(GROUPS.flat().length).toBe(BROKER_MALICE.length + TRADER_MALICE.length)
})

test.each(GROUPS.map((kinds, index) => ({ names: kinds.join(', '), kinds, seed: 200 + index })))(
  '$names: they do it, and no honest trader signs twice',
  (group) => {
    const scene = new TestScene({ count: 7, n: 7, seed: group.seed })
    const signed = lived(scene, group.kinds)
    const idle = (): MaliceKind[] => group.kinds.filter((kind) => scene.faults.get(kind) === 0)
    scene.world.runUntil(() => idle().length === 0, MOST_TRADING_MS)
    expect(idle()).toEqual([])
    expect(signed.byOffer.size, 'honest traders trade').toBeGreaterThan(0)
    expect(doubles(signed.byOffer)).toBe(0)
    scene.isTrading = false
    for (const node of scene.nodes) node.behaviour = null
    expect(scene.becomesRing(60_000), 'the ring is ideal again').toBe(true)
  },
)

test.each(ROUTER_MALICE.map((kind, index) => ({ kind, seed: 300 + index })))('$kind: does it, and the ring mends when it stops', (one) => {
  const scene = new TestScene({ count: 12, n: 2, linkBudget: 6, seed: one.seed })
  lived(scene, [one.kind, one.kind])
  scene.world.runUntil(() => scene.faults.get(one.kind) > 0, MOST_TRADING_MS)
  expect(scene.faults.get(one.kind)).toBeGreaterThan(0)
  scene.isTrading = false
  for (const node of scene.nodes) node.behaviour = null
  expect(scene.becomesRing(60_000), 'the ring is ideal again').toBe(true)
})
