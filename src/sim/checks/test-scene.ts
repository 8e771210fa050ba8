/** A small scene for the tests of checkers: a ring of tabs, one checker or some, and a few words to trade with. */
import type { Id, NodeId } from '../../base/identity.ts'
import { Rng } from '../../base/rng.ts'
import type { Offer, Side } from '../../market/offer.ts'
import type { Outcome } from '../../peer/driver.ts'
import type { OfferAnswer, ServiceAnswer } from '../../trader/command.ts'
import type { Parameters } from '../../wire/parameters.ts'
import { Counts } from '../run/counts.ts'
import type { Checker, Phase, Scene, TradedService } from '../run/scene.ts'
import { Violations } from '../run/violations.ts'
import type { SimNode } from '../sim-node.ts'
import { SimWorld } from '../sim-world.ts'

const PARAMETERS: Parameters = { network: 'sim', n: 5, f: 3, m: 16, t: 60_000, slot: 200, s: 16, p: 0, a: 0.1 }
const LOOK_MS = 1_000

export interface TestSceneOptions {
  readonly count: number
  readonly seed?: number
  readonly parameters?: Partial<Parameters>
}

export class TestScene implements Scene {
  readonly world: SimWorld
  readonly rng: Rng
  readonly nodes: readonly SimNode[]
  readonly services: TradedService[] = []
  readonly faults = new Counts()
  readonly sometimes = new Counts()
  readonly violations: Violations
  /** Peers that do not count as honest. */
  readonly liars = new Set<NodeId>()
  phase: Phase = 'safety'
  healedMs: number | null = null
  readonly #startMs: number
  readonly #checkers: Checker[] = []

  /** All nodes exist, none runs yet. */
  constructor({ count, seed = 1, parameters = {} }: TestSceneOptions) {
    this.world = new SimWorld({ seed, parameters: { ...PARAMETERS, ...parameters } })
    this.rng = new Rng([seed, 4, 5, 6])
    this.#startMs = this.world.loop.nowMs
    this.violations = new Violations(() => this.nowMs())
    this.nodes = Array.from({ length: count }, () => this.world.addNode())
    this.#lookLater()
  }

  nowMs(): number {
    return this.world.loop.nowMs - this.#startMs
  }

  isHonest(peer: NodeId): boolean {
    return !this.liars.has(peer)
  }

  node(peer: NodeId): SimNode | undefined {
    return this.nodes.find((node) => node.nodeId === peer)
  }

  /** The checker watches from now on, and looks once a virtual second. */
  attach(create: (scene: Scene) => Checker): Checker {
    const checker = create(this)
    this.#checkers.push(checker)
    this.world.observers.push(checker)
    return checker
  }

  /** Starts every node and lets them become one ring. Throws RangeError when they do not within two virtual minutes. */
  join(): this {
    for (const node of this.nodes) {
      node.start()
      this.world.run(200)
    }
    if (!this.world.runUntil(() => this.isRing(), 120_000)) throw new RangeError('no ring')
    return this
  }

  /** Every running node's nearest neighbours are the true ones. */
  isRing(): boolean {
    const running = this.nodes.filter((node) => node.running)
    const sorted = running.map((node) => node.nodeId).sort()
    return running.every((node) => {
      const view = node.peer.view()
      const place = sorted.indexOf(node.nodeId)
      const next = sorted[(place + 1) % sorted.length]
      return view.state === 'joined' && (sorted.length === 1 || view.successors[0] === next)
    })
  }

  /** A service that `traders` have opened. */
  open(traders: readonly SimNode[] = this.nodes, name = 'Storage'): Id {
    const given = { name, kind: 'general', unit: 'GB', currency: 'EUR', decimals: 2, tags: [] }
    const [first, ...others] = traders as [SimNode, ...SimNode[]]
    const { serviceId, service } = valueIn<ServiceAnswer>(this.world.ask(first, { type: 'createService', service: given }))
    for (const node of others) valueIn(this.world.ask(node, { type: 'openService', serviceId, service }))
    this.services.push({ serviceId, service })
    return serviceId
  }

  /** Offers, and waits for the answer. */
  offer(node: SimNode, [serviceId, side, price, quantity]: readonly [Id, Side, number, number]): OfferAnswer {
    const offer = { side, price, quantity, validForMs: this.world.parameters.t / 2 }
    return valueIn<OfferAnswer>(this.world.ask(node, { type: 'sendOffer', serviceId, offer }))
  }

  /** The set that the running nodes serve a service with. */
  brokers(serviceId: Id): SimNode[] {
    const serves = (node: SimNode) => node.peer.view().brokering.some((brokered) => brokered.serviceId === serviceId)
    return this.nodes.filter((node) => node.running && serves(node))
  }

  /** The offers that a node's table holds now. */
  rows(node: SimNode, serviceId: Id): Offer[] {
    const table = node.peer.tables().find((kept) => kept.serviceId === serviceId)
    return table === undefined ? [] : [...table.bids, ...table.asks]
  }

  /** Lets virtual time pass. */
  run(durationMs: number): void {
    this.world.run(durationMs)
  }

  /** The run is over. Returns the names of the checkers that reported, each once. */
  end(): string[] {
    for (const checker of this.#checkers) checker.end?.()
    return [...new Set(this.violations.list().map(({ checker }) => checker))]
  }

  #lookLater(): void {
    this.world.loop.after(LOOK_MS, () => {
      for (const checker of this.#checkers) checker.look?.()
      this.#lookLater()
    })
  }
}

function valueIn<T>(outcome: Outcome): T {
  if (!outcome.ok) throw new RangeError(`a command failed: ${outcome.failure.message}`)
  return outcome.value as T
}
