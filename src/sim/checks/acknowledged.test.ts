import { describe, expect, it } from 'vitest'
import type { Id } from '../../base/identity.ts'
import type { SimNode } from '../sim-node.ts'
import { SimDisk } from '../sim-store.ts'
import { acknowledgedKept } from './acknowledged-kept.ts'
import { TestScene } from './test-scene.ts'

/** A set whose members have all acknowledged an offer. */
function market(): { scene: TestScene; serviceId: Id; broker: SimNode; trader: SimNode } {
  const scene = new TestScene({ count: 8, parameters: { f: 5 } })
  scene.attach(acknowledgedKept)
  scene.join()
  const serviceId = scene.open()
  scene.offer(scene.nodes[0] as SimNode, [serviceId, 'buy', 1, 1])
  const brokers = scene.brokers(serviceId)
  const trader = scene.nodes.find((node) => !brokers.includes(node) && node !== scene.nodes[0]) as SimNode
  scene.offer(trader, [serviceId, 'sell', 10, 1])
  scene.run(1_500)
  return { scene, serviceId, broker: brokers.find((node) => node !== scene.nodes[0]) as SimNode, trader }
}

describe('acknowledged-kept', () => {
  it('says nothing while offers are kept, withdrawn, sent anew, and when a broker crashes and comes back', () => {
    const { scene, serviceId, broker, trader } = market()
    broker.crash()
    scene.run(1_500)
    broker.start()
    scene.run(5_000)
    scene.world.ask(trader, { type: 'withdraw', offerId: trader.peer.view().offers[0]?.offerId })
    scene.offer(trader, [serviceId, 'sell', 11, 1])
    scene.run(40_000)
    expect(scene.end()).toEqual([])
    expect(scene.violations.list()).toEqual([])
  })

  it('is named when a broker comes back without what was on its disk', () => {
    const { scene, broker } = market()
    broker.behaviour = { receive: (event) => (event.type === 'start' ? { ...event, records: [] } : event), act: (effects) => effects }
    broker.crash()
    broker.start()
    scene.run(1_500)
    expect(scene.end()).toEqual(['acknowledged-kept'])
    expect(scene.violations.list()[0]?.detail).toContain(broker.nodeId)
  })

  it('is named when a broker acknowledges what it does not take', () => {
    const { scene, serviceId, broker, trader } = market()
    broker.behaviour = {
      receive: (event) => (event.type === 'message' && ['send-offer', 'exchange'].includes(event.message.type) ? null : event),
      act(effects, event) {
        if (event.type !== 'message' || event.message.type !== 'send-offer') return effects
        const { id, offer } = event.message
        const state = { seq: offer.seq, state: 'stored', match: null } as const
        const message = { type: 'offer-answer', id, service: serviceId, refusal: null, state, members: [] } as const
        return [...effects, { type: 'send', to: event.from, message }]
      },
    }
    scene.world.ask(trader, { type: 'withdraw', offerId: trader.peer.view().offers[0]?.offerId })
    scene.offer(trader, [serviceId, 'sell', 12, 1])
    scene.run(1_500)
    expect(scene.end()).toEqual(['acknowledged-kept'])
    expect(scene.violations.list()[0]?.detail).toContain(broker.nodeId)
  })

  it('is not named when the disk is gone', () => {
    const { scene, broker } = market()
    broker.crash()
    broker.disk = new SimDisk()
    broker.start()
    scene.run(3_000)
    expect(scene.end()).toEqual([])
  })
})
