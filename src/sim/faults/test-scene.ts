/** A small scene for tests of faults and misbehaviour: one ring, one service, and a market that goes on. */
import type { NodeId } from '../../base/identity.ts'
import { Rng } from '../../base/rng.ts'
import type { ServiceAnswer } from '../../trader/command.ts'
import { Counts } from '../run/counts.ts'
import type { Phase, Scene, TradedService } from '../run/scene.ts'
import { Violations } from '../run/violations.ts'
import type { SimNode } from '../sim-node.ts'
import { SimWorld } from '../sim-world.ts'

const PARAMETERS = { network: 'sim', n: 3, f: 2, m: 16, t: 60_000, slot: 200, s: 16, p: 0, a: 0.1 }
const SERVICE = { name: 'Storage', kind: 'general', unit: 'GB', currency: 'EUR', decimals: 2, tags: [] }
/** Between two offers of the bots. */
const OFFER_MS = 400
const PRICES = { least: 90, count: 21 }

export class TestScene implements Scene {
  readonly world: SimWorld
  readonly rng: Rng
  readonly nodes: readonly SimNode[]
  readonly services: TradedService[] = []
  readonly faults = new Counts()
  readonly sometimes = new Counts()
  readonly violations = new Violations(() => this.nowMs())
  readonly dishonest = new Set<NodeId>()
  phase: Phase = 'joining'
  healedMs: number | null = null
  isTrading = false
  readonly #startMs: number

  /** A ring of `count` peers; throws RangeError when it does not become one. */
  constructor({ count, seed, n = PARAMETERS.n, linkBudget }: { count: number; seed: number; n?: number; linkBudget?: number }) {
    this.world = new SimWorld({ seed, parameters: { ...PARAMETERS, n }, ...(linkBudget === undefined ? {} : { linkBudget }) })
    this.rng = new Rng([seed, 21, 22, 23])
    this.#startMs = this.world.loop.nowMs
    this.nodes = Array.from({ length: count }, () => this.world.addNode())
    for (const node of this.nodes) {
      node.start()
      this.world.run(200)
    }
    if (!this.becomesRing(120_000)) throw new RangeError('no ring')
    const outcome = this.world.ask(this.nodes[0] as SimNode, { type: 'createService', service: SERVICE })
    if (outcome.ok) this.services.push(outcome.value as ServiceAnswer)
  }

  nowMs(): number {
    return this.world.loop.nowMs - this.#startMs
  }

  isHonest(peer: NodeId): boolean {
    return !this.dishonest.has(peer)
  }

  node(peer: NodeId): SimNode | undefined {
    return this.nodes.find(({ nodeId }) => nodeId === peer)
  }

  /** Whether it does within so much virtual time: all run, and each knows its true neighbours. */
  becomesRing(mostMs: number): boolean {
    return this.world.runUntil(() => isIdeal(this.nodes), mostMs)
  }

  /** One peer after the other offers, or withdraws, at prices that often cross, until `isTrading` is false. */
  trade(): void {
    this.isTrading = true
    const next = (): void => {
      if (!this.isTrading) return
      this.#act(this.nodes[this.rng.below(this.nodes.length)] as SimNode)
      this.world.loop.after(OFFER_MS, next)
    }
    next()
  }

  #act(node: SimNode): void {
    const { rng } = this
    const [traded] = this.services
    if (!node.running || node.asleep || traded === undefined) return
    const { serviceId, service } = traded
    const open = node.peer.view().offers.find(({ state }) => state === 'open')
    if (open !== undefined) {
      if (rng.below(3) === 0) node.command({ type: 'withdraw', offerId: open.offerId }, () => {})
      return
    }
    const side = rng.below(2) === 0 ? 'buy' : 'sell'
    const offer = { side, price: PRICES.least + rng.below(PRICES.count), quantity: 1 + rng.below(3), validForMs: 30_000 }
    node.command({ type: 'openService', serviceId, service }, () => {})
    node.command({ type: 'sendOffer', serviceId, offer }, () => {})
  }
}

function isIdeal(nodes: readonly SimNode[]): boolean {
  const order = nodes.map(({ nodeId }) => nodeId).sort()
  return nodes.every((node) => {
    if (!node.running || node.asleep) return false
    const { state, successors, predecessors } = node.peer.view()
    const place = order.indexOf(node.nodeId)
    const next = order[(place + 1) % order.length]
    const previous = order[(place + order.length - 1) % order.length]
    return state === 'joined' && successors[0] === next && predecessors[0] === previous
  })
}
