/** Crossing pairs: a buyer and a seller outside a service's broker set, some of whose brokers lie. Each pair has a service of its own. */
import type { Id, NodeId } from '../../base/identity.ts'
import type { Rng } from '../../base/rng.ts'
import { type Service, serviceIdOf } from '../../market/service.ts'
import type { PeerEvent } from '../../peer/event.ts'
import { closest } from '../../ring/closest.ts'
import type { OfferAnswer } from '../../trader/command.ts'
import type { Observer } from '../observer.ts'
import type { SimNode } from '../sim-node.ts'
import type { SimWorld } from '../sim-world.ts'

export interface Pair {
  /** Counted from 0. */
  readonly index: number
  readonly service: Service
  readonly serviceId: Id
  readonly set: readonly NodeId[]
  readonly liars: readonly NodeId[]
  readonly buyer: SimNode
  readonly seller: SimNode
  /** True time at which the offers leave. */
  readonly sentMs: number
  /** The offers' first numbers; null until their brokers have answered. */
  bought: Id | null
  sold: Id | null
  whole: { readonly buy: Id; readonly sell: Id; readonly atMs: number } | null
  result: 'open' | 'found' | 'not found'
}

const PRICE = { buy: 1_100, sell: 1_000 }

/** A service with its set by the ids of all peers, its liars, its two traders outside the set, and a moment within two slots. */
export function drawPair(
  world: SimWorld,
  { rng, index, liars }: { readonly rng: Rng; readonly index: number; readonly liars: number },
): Pair {
  const { networkId, nodes, parameters } = world
  const service: Service = { name: `Pair ${index + 1}`, kind: 'general', unit: 'h', currency: 'EUR', decimals: 2, tags: [], file: null }
  const serviceId = serviceIdOf(networkId, service)
  const set = closest(
    nodes.map(({ nodeId }) => nodeId),
    serviceId,
    parameters.n,
  )
  const outside = nodes.filter(({ nodeId }) => !set.includes(nodeId))
  const [buyer, seller] = rng.sample(outside, 2) as [SimNode, SimNode]
  const sentMs = world.loop.nowMs + parameters.slot * (1 + rng.float())
  const first = { bought: null, sold: null, whole: null, result: 'open' } as const
  return { index, service, serviceId, set, liars: rng.sample(set, liars), buyer, seller, sentMs, ...first }
}

/** Both traders open the service and send their offers when it is time. */
export function beginPair(world: SimWorld, pair: Pair, validForMs: number): void {
  const { service, serviceId, buyer, seller } = pair
  for (const node of [buyer, seller]) node.command({ type: 'openService', serviceId, service }, () => undefined)
  const send = (node: SimNode, side: 'buy' | 'sell', done: (offerId: Id) => void): void => {
    const offer = { side, price: PRICE[side], quantity: 1, validForMs }
    node.command({ type: 'sendOffer', serviceId, offer }, (outcome) => {
      if (outcome.ok) done((outcome.value as OfferAnswer).offerId)
    })
  }
  world.loop.after(pair.sentMs - world.loop.nowMs, () => {
    send(buyer, 'buy', (offerId) => {
      pair.bought = offerId
    })
    send(seller, 'sell', (offerId) => {
      pair.sold = offerId
    })
  })
}

/** Found: the seller got its receipt over the very offers that were sent back whole, so both have it. */
export function isFound({ bought, sold, whole }: Pair): boolean {
  return whole !== null && whole.buy === bought && whole.sell === sold
}

/** Notes on each open pair when its seller got the receipt back whole. */
export class Receipts implements Observer {
  readonly #pairs = new Map<Id, Pair>()
  readonly #nowMs: () => number

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  watch(pair: Pair): void {
    this.#pairs.set(pair.serviceId, pair)
  }

  forget(pair: Pair): void {
    this.#pairs.delete(pair.serviceId)
  }

  stepped(node: SimNode, event: PeerEvent): void {
    if (event.type !== 'message' || event.message.type !== 'receipt') return
    const { service, buy, sell, buyerSignature } = event.message.receipt
    const pair = this.#pairs.get(service)
    if (pair === undefined || pair.seller !== node || pair.whole !== null || buyerSignature === null) return
    pair.whole = { buy: buy.id, sell: sell.id, atMs: this.#nowMs() }
  }
}
