import { describe, expect, it } from 'vitest'
import { closest } from '../ring/closest.ts'
import type { BookAnswer, OfferAnswer, ServiceAnswer } from '../trader/command.ts'
import type { SimNode } from './sim-node.ts'
import { SimWorld } from './sim-world.ts'

const PARAMETERS = { network: 'sim', n: 5, f: 3, m: 16, t: 600_000, slot: 200, s: 16, p: 2, a: 0.1 }
const SERVICE = { name: 'Storage', kind: 'general', unit: 'GB', currency: 'EUR', decimals: 2, tags: [] }

/** A world in which all nodes are in one ring. */
function ringOf(
  count: number,
  options: { seed?: number; n?: number; f?: number; linkBudget?: number } = {},
): { world: SimWorld; nodes: SimNode[] } {
  const { seed = 1, linkBudget, ...rest } = options
  const world = new SimWorld({ seed, parameters: { ...PARAMETERS, ...rest }, ...(linkBudget === undefined ? {} : { linkBudget }) })
  const nodes = Array.from({ length: count }, () => world.addNode())
  for (const node of nodes) {
    node.start()
    world.run(200)
  }
  expect(
    world.runUntil(() => isRing(nodes), 120_000),
    'one ring',
  ).toBe(true)
  return { world, nodes }
}

/** Every running node's neighbours are the true ones. */
function isRing(nodes: readonly SimNode[]): boolean {
  const running = nodes.filter((node) => node.running)
  const sorted = running.map((node) => node.nodeId).sort()
  return running.every((node) => {
    const view = node.peer.view()
    const place = sorted.indexOf(node.nodeId)
    const next = sorted[(place + 1) % sorted.length]
    const previous = sorted[(place + sorted.length - 1) % sorted.length]
    return view.state === 'joined' && (sorted.length === 1 || (view.successors[0] === next && view.predecessors[0] === previous))
  })
}

function value<T>(outcome: { ok: boolean; value?: unknown; failure?: unknown }): T {
  expect(outcome).toMatchObject({ ok: true })
  return outcome.value as T
}

function openService(world: SimWorld, nodes: readonly SimNode[]): string {
  const { serviceId, service } = value<ServiceAnswer>(world.ask(nodes[0]!, { type: 'createService', service: SERVICE }))
  for (const node of nodes.slice(1)) value(world.ask(node, { type: 'openService', serviceId, service }))
  return serviceId
}

function offer(world: SimWorld, node: SimNode, [serviceId, side, price, quantity]: [string, 'buy' | 'sell', number, number]): OfferAnswer {
  return value<OfferAnswer>(world.ask(node, { type: 'sendOffer', serviceId, offer: { side, price, quantity, validForMs: 300_000 } }))
}

describe('a ring of simulated tabs', () => {
  it.each([1, 2, 3, 8, 16, 40])('%i tabs become one ring', (count) => {
    const { nodes } = ringOf(count)
    expect(isRing(nodes)).toBe(true)
  })

  it('forty tabs with few links become one ring, within the budget', () => {
    const { nodes } = ringOf(40, { n: 3, f: 2, linkBudget: 8 })
    const direct = (node: SimNode) => node.peer.view().links.filter(({ transport }) => transport === 'direct').length
    expect(Math.max(...nodes.map(direct))).toBeLessThanOrEqual(8)
  })

  it('heals after a quarter crashed at once', () => {
    const { world, nodes } = ringOf(24)
    for (const node of nodes.filter((_, index) => index % 4 === 0)) node.crash()
    expect(world.runUntil(() => isRing(nodes), 120_000)).toBe(true)
  })
})

describe('commands', () => {
  it('given before the store is read wait for it; those of a closed tab end', () => {
    const world = new SimWorld({ seed: 1, parameters: PARAMETERS })
    const node = world.addNode()
    const outcomes: unknown[] = []
    const create = (name: string) =>
      node.command({ type: 'createService', service: { ...SERVICE, name } }, (outcome) => outcomes.push(outcome))
    node.start()
    create('one')
    expect(outcomes).toEqual([])
    expect(world.runUntil(() => outcomes.length === 1, 5_000)).toBe(true)
    expect(outcomes).toMatchObject([{ ok: true }])
    create('two')
    node.stop()
    world.run(1_000)
    expect(outcomes).toMatchObject([{ ok: true }, { ok: false, failure: { code: 'stopped' } }])
  })
})

describe('trading', () => {
  it.each([2, 3, 6, 20])('%i tabs: an offer to buy and one to sell become one receipt at the mean price', (count) => {
    const { world, nodes } = ringOf(count)
    const buyer = nodes[0]!
    const seller = nodes[count - 1]!
    const serviceId = openService(world, [buyer, seller])
    const bought = offer(world, buyer, [serviceId, 'buy', 1_050, 2])
    expect(bought.accepted).toBe(Math.min(3, count))
    offer(world, seller, [serviceId, 'sell', 1_001, 2])
    const receipts = (node: SimNode) => node.peer.view().receipts
    expect(
      world.runUntil(() => receipts(buyer).length > 0 && receipts(seller).length > 0, 5_000),
      'receipts',
    ).toBe(true)
    expect(receipts(buyer)[0]).toMatchObject({ price: 1_025.5, quantity: 2, buyer: buyer.nodeId, seller: seller.nodeId })
    expect(receipts(buyer)[0]!.receiptId).toBe(receipts(seller)[0]!.receiptId)
    const most = Math.min(5, count)
    expect(
      world.runUntil(() => receipts(buyer)[0]!.attestations === most, 5_000),
      'attestations',
    ).toBe(true)
    expect(receipts(buyer)[0]).toMatchObject({ of: most })
    expect(buyer.peer.view().offers[0]).toMatchObject({ offerId: bought.offerId, state: 'traded' })
  })

  it('the book is the union of the brokers, and they agree', () => {
    const { world, nodes } = ringOf(12)
    const serviceId = openService(world, nodes)
    for (const [index, node] of nodes.slice(0, 6).entries())
      offer(world, node, [serviceId, index % 2 === 0 ? 'buy' : 'sell', index % 2 === 0 ? 10 - index : 20 + index, 1])
    world.run(1_000)
    const book = value<BookAnswer>(world.ask(nodes[9]!, { type: 'orderBook', serviceId }))
    expect(book.bids.map((row) => row.price)).toEqual([10, 8, 6])
    expect(book.asks.map((row) => row.price)).toEqual([21, 23, 25])
    expect(book).toMatchObject({ answered: 5, agreeing: 5, of: 5 })
  })

  it('a partly filled offer goes on with the rest under the same offerId', () => {
    const { world, nodes } = ringOf(8)
    const [buyer, seller, other] = nodes as [SimNode, SimNode, SimNode]
    const serviceId = openService(world, nodes)
    const { offerId } = offer(world, buyer, [serviceId, 'buy', 20, 5])
    offer(world, seller, [serviceId, 'sell', 10, 2])
    const row = () => buyer.peer.view().offers[0]
    expect(world.runUntil(() => row()?.state === 'open' && row()?.quantity === 3, 10_000)).toBe(true)
    offer(world, other, [serviceId, 'sell', 20, 3])
    expect(world.runUntil(() => row()?.state === 'traded', 10_000)).toBe(true)
    expect(row()?.offerId).toBe(offerId)
    expect(
      buyer.peer
        .view()
        .receipts.map((receipt) => receipt.quantity)
        .sort(),
    ).toEqual([2, 3])
  })

  it('two of five brokers crash between offer and match: the match still comes, once', () => {
    const { world, nodes } = ringOf(12, { seed: 7 })
    const serviceId = openService(world, nodes)
    const brokers = nodes.filter((node) => node.peer.view().brokering.some((entry) => entry.serviceId === serviceId))
    const [buyer, seller] = nodes.filter((node) => !brokers.includes(node)) as [SimNode, SimNode]
    offer(world, buyer, [serviceId, 'buy', 30, 1])
    const holding = nodes.filter((node) => node.peer.view().brokering.some((entry) => entry.serviceId === serviceId && entry.buys > 0))
    for (const node of holding.filter((node) => node !== buyer && node !== seller).slice(0, 2)) node.crash()
    offer(world, seller, [serviceId, 'sell', 30, 1])
    expect(world.runUntil(() => buyer.peer.view().receipts.length > 0, 30_000)).toBe(true)
    world.run(10_000)
    expect(buyer.peer.view().receipts).toHaveLength(1)
    expect(seller.peer.view().receipts).toHaveLength(1)
  })

  it('a broker that crashes and comes back has its table from its disk (n = 1)', () => {
    const { world, nodes } = ringOf(4, { n: 1, f: 1 })
    const serviceId = openService(world, nodes)
    const order = nodes.map((node) => node.nodeId)
    const [brokerId] = closest(order, serviceId, 1)
    const trader = nodes.find((node) => node.nodeId !== brokerId)!
    offer(world, trader, [serviceId, 'sell', 77, 4])
    const broker = nodes.find((node) => node.peer.view().brokering.some((entry) => entry.sells > 0))!
    expect(order).toContain(broker.nodeId)
    expect(broker).not.toBe(trader)
    trader.stop()
    broker.crash()
    world.run(1_000)
    broker.start()
    expect(world.runUntil(() => isRing(nodes), 60_000)).toBe(true)
    const reader = nodes.find((node) => node.running && node !== broker)!
    const asks = () => value<BookAnswer>(world.ask(reader, { type: 'orderBook', serviceId })).asks
    expect(world.runUntil(() => asks().length === 1, 20_000)).toBe(true)
    expect(asks()).toMatchObject([{ price: 77, quantity: 4, peer: trader.nodeId }])
  })
})
