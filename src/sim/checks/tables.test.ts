import { describe, expect, it } from 'vitest'
import type { Id } from '../../base/identity.ts'
import type { TableInspection } from '../../broker/view.ts'
import type { Checker } from '../run/scene.ts'
import type { SimNode } from '../sim-node.ts'
import { tableBounds } from './tables-bounds.ts'
import { TestScene } from './test-scene.ts'

/** A broker with three rows a side. */
function market(): { scene: TestScene; serviceId: Id; broker: SimNode; reader: SimNode; checker: Checker } {
  const scene = new TestScene({ count: 10, parameters: { f: 5, m: 8 } })
  const checker = scene.attach(tableBounds)
  scene.join()
  const serviceId = scene.open()
  for (const [index, node] of scene.nodes.slice(0, 6).entries()) {
    scene.offer(node, [serviceId, index < 3 ? 'buy' : 'sell', index < 3 ? 10 - index : 20, 1])
  }
  scene.run(2_000)
  const [broker] = scene.brokers(serviceId)
  const reader = scene.nodes.find((node) => node.peer.view().brokering.length === 0)
  return { scene, serviceId, broker: broker as SimNode, reader: reader as SimNode, checker }
}

const EXPIRED: unknown = expect.stringMatching(/ expired \d+ ms ago/)

/** The node's clock is behind for longer than rows are valid, then set right so long before the checkers look. */
function wasBehind(scene: TestScene, node: SimNode, beforeLookMs: number): void {
  node.clock.jump(-100_000)
  scene.run(40_000)
  scene.run(1_000 - (scene.nowMs() % 1_000) - beforeLookMs)
  node.clock.jump(100_000)
}

/** From now on the node seems to hold what `bend` makes of its table. */
function bend(node: SimNode, bent: (table: TableInspection) => Partial<TableInspection>): void {
  const { tables } = node.peer
  node.peer.tables = (only) => tables.call(node.peer, only).map((table) => ({ ...table, ...bent(table) }))
}

const [first, second] = [0, 1]
const planted: readonly (readonly [string, (table: TableInspection) => Partial<TableInspection>])[] = [
  [
    'too many rows',
    ({ bids }) => ({ bids: [...bids, ...bids.map((row) => ({ ...row, price: 1 })), ...bids.map((row) => ({ ...row, price: 1 }))] }),
  ],
  ['bids upside down', ({ bids }) => ({ bids: bids.toReversed() })],
  ['equal asks with the later first', ({ asks }) => ({ asks: asks.toReversed() })],
  ['two rows of one peer', ({ bids }) => ({ bids: [bids[first]!, { ...bids[first]!, id: 'f'.repeat(32) }] })],
  ['a sell among the buys', ({ bids }) => ({ bids: bids.map((row) => ({ ...row, side: 'sell' as const })) })],
  ['a row that vanished', ({ bids }) => ({ bids: bids.slice(1) })],
  ['a row that has expired', ({ bids }) => ({ bids: bids.map((row) => ({ ...row, validUntil: 1_700_000_000_000 })) })],
  ['a row of an older number', ({ bids }) => ({ bids: bids.map((row) => ({ ...row, seq: row.seq - 1 })) })],
  [
    'a row that nothing is remembered of',
    ({ bids, memories }) => ({ memories: new Map([...memories].filter(([peer]) => peer !== bids[second]!.peer)) }),
  ],
  [
    'a row that was withdrawn',
    ({ memories }) => ({ memories: new Map([...memories].map(([peer, known]) => [peer, { ...known, state: 'withdrawn' as const }])) }),
  ],
]

describe('table-bounds', () => {
  it('says nothing of a table that is as it should be', () => {
    const { scene } = market()
    scene.run(3_000)
    expect(scene.end()).toEqual([])
    expect(scene.violations.list()).toEqual([])
  })

  it.each(planted)('is named for %s', (_what, bent) => {
    const { scene, broker } = market()
    bend(broker, bent)
    scene.run(2_000)
    expect(scene.end()).toEqual(['table-bounds'])
    expect(scene.violations.list().every(({ detail }) => detail.startsWith(broker.nodeId))).toBe(true)
  })

  it('says nothing of expired rows while their broker has not stepped since its clock was set right', () => {
    const { scene, serviceId, broker } = market()
    wasBehind(scene, broker, 1)
    scene.run(1)
    const nowMs = scene.world.loop.nowMs
    expect(scene.rows(broker, serviceId).some(({ validUntil }) => validUntil < nowMs - 5_000)).toBe(true)
    expect(scene.end()).toEqual([])
    scene.run(2_000)
    expect(scene.rows(broker, serviceId)).toEqual([])
  })

  it('is named for expired rows of a broker as soon as it has stepped since its clock was set right', () => {
    const { scene, serviceId, broker } = market()
    wasBehind(scene, broker, 500)
    const [table] = broker.peer.tables(serviceId)
    bend(broker, () => table!)
    scene.run(500)
    expect(scene.violations.list().map(({ detail }) => detail)).toContainEqual(EXPIRED)
  })

  it('is named for expired rows of a broker that does not step for slots after its clock was set right', () => {
    const { scene, serviceId, broker, checker } = market()
    wasBehind(scene, broker, 1)
    const [table] = broker.peer.tables(serviceId)
    bend(broker, () => table!)
    checker.stepped = () => {}
    scene.run(1)
    expect(scene.end()).toEqual([])
    scene.run(1_000)
    expect(scene.violations.list().map(({ detail }) => detail)).toContainEqual(EXPIRED)
  })

  it('is named for an answer with a better price than there is', () => {
    const { scene, serviceId, reader } = market()
    for (const node of scene.brokers(serviceId)) {
      node.behaviour = {
        act: (effects) =>
          effects.map((effect) =>
            effect.type === 'send' && effect.message.type === 'price'
              ? { ...effect, message: { ...effect.message, bid: effect.message.bid + 2 } }
              : effect,
          ),
      }
    }
    scene.run(1_000)
    scene.world.ask(reader, { type: 'getPrice', serviceId })
    expect(scene.end()).toEqual(['table-bounds'])
  })
})
