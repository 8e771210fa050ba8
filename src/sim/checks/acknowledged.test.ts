import { describe, expect, it } from 'vitest'
import type { Id } from '../../base/identity.ts'
import { closest } from '../../ring/closest.ts'
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

const N = 5

/** The ids in the set of a service. */
function setOf(nodes: readonly SimNode[], service: Id): Id[] {
  return closest(
    nodes.map(({ nodeId }) => nodeId),
    service,
    N,
  )
}

/** So many places apart on the ring of all; links reach N − 1 places. */
function placesApart(nodes: readonly SimNode[], first: SimNode, second: SimNode): number {
  const ring = nodes.map(({ nodeId }) => nodeId).sort()
  const places = Math.abs(ring.indexOf(first.nodeId) - ring.indexOf(second.nodeId))
  return Math.min(places, ring.length - places)
}

/** Offers that all brokers of a set acknowledged, a peer that will enter it, and one that must leave it then and has a link to the other. */
function changing() {
  const scene = new TestScene({ count: 10, parameters: { f: 5 } })
  scene.attach(acknowledgedKept)
  const entrant = scene.nodes[9] as SimNode
  const others = scene.nodes.slice(0, 9)
  for (const node of others) {
    node.start()
    scene.run(200)
  }
  expect(scene.world.runUntil(() => scene.isRing(), 120_000)).toBe(true)
  const leaverOf = (service: Id): SimNode | undefined => {
    const after = setOf(scene.nodes, service)
    return after.includes(entrant.nodeId) ? scene.node(setOf(others, service).find((id) => !after.includes(id)) ?? '') : undefined
  }
  const isLinked = (leaver: SimNode | undefined): leaver is SimNode => leaver !== undefined && placesApart(scene.nodes, entrant, leaver) < N
  let serviceId = scene.open(others)
  for (let count = 0; !isLinked(leaverOf(serviceId)); count += 1) serviceId = scene.open(others, `Storage ${count}`)
  const leaver = leaverOf(serviceId) as SimNode
  const [seller, buyer] = others.filter((node) => !setOf(others, serviceId).includes(node.nodeId)) as [SimNode, SimNode]
  // The first is best, so that the exchange brings it to everyone; the other one is known by those that were asked alone.
  scene.offer(seller, [serviceId, 'sell', 10, 1])
  scene.offer(buyer, [serviceId, 'sell', 11, 1])
  scene.run(1_500)
  const handed = 'an offer handed over was followed'
  const judged = 'a handover was judged'
  return { scene, serviceId, entrant, leaver, handed, judged }
}

describe('acknowledged-kept, when a set changes', () => {
  it('says nothing while tables are handed over, and follows what was', () => {
    const { scene, serviceId, entrant, leaver, handed, judged } = changing()
    entrant.start()
    scene.run(20_000)
    expect(scene.rows(entrant, serviceId).map(({ price }) => price)).toEqual([10, 11])
    expect(scene.rows(leaver, serviceId)).toEqual([])
    expect(scene.violations.list()).toEqual([])
    expect(scene.end()).toEqual([])
    expect(scene.sometimes.get(handed)).toBeGreaterThan(0)
    expect(scene.sometimes.get(judged)).toBeGreaterThan(0)
  })

  it('is named when a leaver forgets before its handover was acknowledged', () => {
    const { scene, serviceId, entrant, leaver } = changing()
    // It hands nothing over, and takes whatever the other says for an acknowledgement.
    leaver.behaviour = {
      receive: (event) =>
        event.type === 'message' && event.from === entrant.nodeId && event.message.type === 'pong'
          ? { ...event, message: { type: 'handoff-ack', service: serviceId, part: 0 } }
          : event,
      act: (effects) => effects.filter((effect) => effect.type !== 'send' || effect.message.type !== 'handoff'),
    }
    entrant.start()
    scene.run(20_000)
    expect(scene.end()).toEqual(['acknowledged-kept'])
    expect(scene.violations.list()[0]?.detail).toContain(`${leaver.nodeId} acknowledged`)
    expect(scene.violations.list()[0]?.detail).toContain(`forgot it before ${entrant.nodeId} acknowledged`)
  })

  it('is named when an entrant acknowledges what it does not take', () => {
    const { scene, entrant } = changing()
    entrant.behaviour = {
      receive: (event) => (event.type === 'message' && ['handoff', 'exchange', 'send-offer'].includes(event.message.type) ? null : event),
      act(effects, event) {
        if (event.type !== 'message' || event.message.type !== 'handoff') return effects
        const { service, part } = event.message
        return [...effects, { type: 'send', to: event.from, message: { type: 'handoff-ack', service, part } }]
      },
    }
    entrant.start()
    scene.run(20_000)
    expect(scene.end()).toEqual(['acknowledged-kept'])
    expect(scene.violations.list()[0]?.detail).toContain(`${entrant.nodeId} acknowledged`)
  })
})

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
