import { describe, expect, it } from 'vitest'
import type { Id, NodeId } from '../../base/identity.ts'
import type { View } from '../../peer/view.ts'
import type { SimNode } from '../sim-node.ts'
import { StartLinks } from './decisions-links.ts'
import { sameDecision } from './decisions-same.ts'
import { TestScene } from './test-scene.ts'

const SLOT_MS = 1_000

type Links = View['links']

/** A ring of which the set and two traders outside of it are known; the set has the table, and one pair is traded already. */
function market(seed: number): { scene: TestScene; serviceId: Id; brokers: SimNode[]; buyer: SimNode; seller: SimNode } {
  const scene = new TestScene({ count: 8, seed, parameters: { slot: SLOT_MS, f: 5 } })
  scene.attach(sameDecision)
  scene.join()
  const serviceId = scene.open()
  scene.offer(scene.nodes[0]!, [serviceId, 'buy', 1, 1])
  scene.run(4 * SLOT_MS)
  const brokers = scene.brokers(serviceId)
  const [buyer, seller] = scene.nodes.filter((node) => !brokers.includes(node) && node !== scene.nodes[0]) as [SimNode, SimNode]
  return { scene, serviceId, brokers, buyer, seller }
}

/** Places an offer to buy and one to sell that cross, early in an even slot, and waits until they are decided. */
function cross({ scene, serviceId, buyer, seller }: ReturnType<typeof market>): void {
  const { loop } = scene.world
  const roundMs = 2 * SLOT_MS
  scene.run(roundMs - (loop.nowMs % roundMs) + 50)
  scene.offer(buyer, [serviceId, 'buy', 20, 1])
  scene.offer(seller, [serviceId, 'sell', 10, 1])
  scene.run(4 * SLOT_MS)
}

/** As far as anybody sees, it matches something else than the others. */
function decideOtherwise(node: SimNode): void {
  const { tables } = node.peer
  node.peer.tables = (only) => {
    const other = (slot: number) => ({ slot, digest: 'f'.repeat(32) })
    return tables.call(node.peer, only).map((table) => ({ ...table, decision: table.decision && other(table.decision.slot) }))
  }
}

describe('same-decision', () => {
  it('compares the brokers of a match, and they agree', () => {
    const stage = market(1)
    cross(stage)
    expect(stage.scene.end()).toEqual([])
    expect(stage.scene.sometimes.get('decisions compared')).toBeGreaterThanOrEqual(3)
    expect(stage.scene.sometimes.get('decision split')).toBe(0)
    expect(stage.buyer.peer.view().receipts).toHaveLength(1)
  })

  it('counts a split when a broker leaves out what it was forwarded', () => {
    const stage = market(1)
    const { scene, brokers, buyer } = stage
    const deaf = brokers.find((node) => node !== scene.nodes[0]) as SimNode
    // It hears of one side only, yet acknowledges everything.
    deaf.behaviour = {
      receive: (event) => {
        if (event.type === 'message' && event.message.type === 'send-offer') return null
        if (event.type !== 'message' || event.message.type !== 'exchange') return event
        const { message } = event
        const offers = message.offers.filter(({ peer }) => peer !== buyer.nodeId)
        return { ...event, message: { ...message, offers } }
      },
      act: (effects) => effects,
    }
    cross(stage)
    // What it does not remember cannot be compared, but that the set is split is seen.
    expect(scene.end()).toEqual([])
    expect(scene.sometimes.get('decision split')).toBe(1)
  })

  it('is named when a broker knows all and decides otherwise', () => {
    const stage = market(1)
    const { scene, brokers } = stage
    const odd = brokers.find((node) => node !== scene.nodes[0]) as SimNode
    decideOtherwise(odd)
    cross(stage)
    expect(scene.end()).toEqual(['same-decision'])
    expect(scene.violations.list()[0]?.detail).toContain(odd.nodeId)
  })

  it.each([
    ['is not named when it wakes in the exchange, as it counts slots anew from there', false, 250],
    ['is named when it wakes in the slot before, and decides otherwise', true, 100],
  ])('the clock of a broker is set back while it sleeps: %s', (_what, isNamed, sleepMs) => {
    const stage = market(1)
    const { scene, brokers, buyer, seller } = stage
    const { loop } = scene.world
    const odd = brokers.find((node) => node !== scene.nodes[0]) as SimNode
    const roundMs = 2 * SLOT_MS
    odd.clock.jump(2 * roundMs)
    scene.run(roundMs - (loop.nowMs % roundMs) + 50)
    scene.offer(buyer, [stage.serviceId, 'buy', 20, 1])
    scene.offer(seller, [stage.serviceId, 'sell', 10, 1])
    scene.run(SLOT_MS - (loop.nowMs % SLOT_MS) - 200)
    odd.sleep()
    odd.clock.correct()
    scene.run(sleepMs)
    odd.wake()
    if (isNamed) decideOtherwise(odd)
    scene.run(4 * SLOT_MS)
    expect(scene.end()).toEqual(isNamed ? ['same-decision'] : [])
  })

  it.each<[what: string, isNamed: boolean, linksAt: (links: Links, isEarly: boolean) => Links]>([
    ['is named when it was linked all the time', true, (links) => links],
    ['is not named when it was linked to no member', false, () => []],
    ['is not named when its links came after the exchange began', false, (links, isEarly) => (isEarly ? [] : links)],
    ['is named when it lost its links only after the exchange began', true, (links, isEarly) => (isEarly ? links : [])],
    ['is not named when its links were of the rendezvous', false, (links) => links.map((link) => ({ ...link, transport: 'rendezvous' }))],
  ])('knows all, tells nobody, decides otherwise: %s', (_what, isNamed, linksAt) => {
    const stage = market(1)
    const { scene, brokers } = stage
    const odd = brokers.find((node) => node !== scene.nodes[0]) as SimNode
    decideOtherwise(odd)
    odd.behaviour = {
      receive: (event) => event,
      act: (effects) => effects.filter((effect) => effect.type !== 'send' || effect.message.type !== 'exchange'),
    }
    const { view } = odd.peer
    odd.peer.view = () => {
      const seen = view.call(odd.peer)
      // Its clock may be a little ahead, so its slots begin a little before the true ones; the checker looks at what it knows an eighth before their end.
      const isEarly = (scene.world.loop.nowMs + SLOT_MS / 10) % SLOT_MS < SLOT_MS / 2
      return { ...seen, links: linksAt(seen.links, isEarly) }
    }
    cross(stage)
    expect(scene.end()).toEqual(isNamed ? ['same-decision'] : [])
  })
})

describe('the links at the start of an exchange', () => {
  it('leaves out the one that came in that very step, what the steps after it say, and all after a restart or another clock', () => {
    const { scene, brokers } = market(1)
    const [node] = brokers as [SimNode]
    const links = new StartLinks(scene.world, 0)
    const slot = () => node.peer.view().slot
    scene.run(SLOT_MS / 2)
    while (slot() % 2 === 0) scene.run(SLOT_MS)
    const [first, second] = node.peer.view().links.map(({ peer }) => peer) as [NodeId, NodeId]
    const nowMs = node.clock.nowMs()
    expect(links.at(node.nodeId, slot()).size).toBe(0)
    links.stepped(node, { type: 'linkUp', nowMs, peer: first, transport: 'direct', purpose: 'neighbour', initiator: true })
    links.stepped(node, { type: 'timer', nowMs })
    expect(links.at(node.nodeId, slot()).has(first)).toBe(false)
    expect(links.at(node.nodeId, slot()).has(second)).toBe(true)
    expect(links.at(node.nodeId, slot() - 2).size).toBe(0)
    links.doubt(node.nodeId)
    links.stepped(node, { type: 'timer', nowMs })
    expect(links.at(node.nodeId, slot()).size).toBe(0)
  })
})
