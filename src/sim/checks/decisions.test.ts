import { describe, expect, it } from 'vitest'
import type { Id } from '../../base/identity.ts'
import type { SimNode } from '../sim-node.ts'
import { sameDecision } from './decisions-same.ts'
import { TestScene } from './test-scene.ts'

const SLOT_MS = 1_000

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

  it('is named when it knows all, tells nobody though it could, and decides otherwise; not when it is linked to no member', () => {
    for (const isLinked of [true, false]) {
      const stage = market(1)
      const { scene, brokers } = stage
      const odd = brokers.find((node) => node !== scene.nodes[0]) as SimNode
      decideOtherwise(odd)
      odd.behaviour = {
        receive: (event) => event,
        act: (effects) => effects.filter((effect) => effect.type !== 'send' || effect.message.type !== 'exchange'),
      }
      const { view } = odd.peer
      if (!isLinked) odd.peer.view = () => ({ ...view.call(odd.peer), links: [] })
      cross(stage)
      expect(scene.end()).toEqual(isLinked ? ['same-decision'] : [])
    }
  })
})
