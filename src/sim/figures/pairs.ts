/** Crossing pairs: a buyer and a seller outside a service's broker set, some of whose brokers lie. Each pair has a service of its own. */
import type { Id, NodeId } from '../../base/identity.ts'
import type { Rng } from '../../base/rng.ts'
import type { Service } from '../../market/service.ts'
import { closest } from '../../ring/closest.ts'
import type { OfferAnswer } from '../../trader/command.ts'
import type { SimNode } from '../sim-node.ts'
import type { SimWorld } from '../sim-world.ts'
import { tradedService } from './traded-service.ts'
import type { WholeReceipts } from './whole-receipts.ts'

export interface Pair {
  /** Counted from 0. */
  readonly index: number
  readonly service: Service
  readonly serviceId: Id
  readonly set: readonly NodeId[]
  readonly liars: readonly NodeId[]
  readonly buyer: SimNode
  readonly seller: SimNode
  /** True time at which the offers have left, or the later of them. */
  readonly sentMs: number
  /** The offers' first numbers; null until their brokers have answered. */
  bought: Id | null
  sold: Id | null
  result: 'open' | 'found' | 'not found'
}

/** How a pair is drawn. */
export interface PairDraw {
  readonly rng: Rng
  readonly index: number
  /** How many of the set lie. */
  readonly liars: number
  /** Trades in every service, so in no pair; null: there is none. */
  readonly friend: SimNode | null
  /** So many slots before the pair's moment whatever goes ahead of it is sent; see {@link Placing}. */
  readonly aheadSlots: number
}

/** How a pair offers. */
export interface Placing {
  /** Who offers ahead of the pair, at once. */
  readonly friend: SimNode | null
  readonly validForMs: number
  /** Who offers ahead, at once: of the seller this offer is the pair's, and the buyer comes alone at the pair's moment; both trade, and then again. */
  readonly ahead: 'nobody' | 'seller' | 'both'
}

/** The friend bids too little for the seller: with honest brokers it is in nobody's way. */
const PRICE = { buy: 1_100, friend: 950, sell: 1_000 }
/** By then every broker of the set knows an offer that went ahead. */
export const KNOWN_SLOTS = 6

/** A service with its set by the ids of all peers, its liars, its two traders outside the set, and a moment within two slots. */
export function drawPair(world: SimWorld, { rng, index, liars, friend, aheadSlots }: PairDraw): Pair {
  const { nodes, parameters } = world
  const traded = tradedService(world, `Pair ${index + 1}`)
  const ids = nodes.map(({ nodeId }) => nodeId)
  const set = closest(ids, traded.serviceId, parameters.n)
  const outside = nodes.filter((node) => node !== friend && !set.includes(node.nodeId))
  const [buyer, seller] = rng.sample(outside, 2) as [SimNode, SimNode]
  const sentMs = world.loop.nowMs + parameters.slot * (1 + rng.float() + aheadSlots)
  return { ...traded, index, set, liars: rng.sample(set, liars), buyer, seller, sentMs, bought: null, sold: null, result: 'open' }
}

/** All traders open the service and send their offers when it is time. */
export function beginPair(world: SimWorld, pair: Pair, { friend, validForMs, ahead }: Placing): void {
  const { service, serviceId, buyer, seller } = pair
  // A service is not known before it has been stored.
  const open = (node: SimNode, opened?: () => void): void => node.command({ type: 'openService', serviceId, service }, () => opened?.())
  const send = (node: SimNode, [side, price]: ['buy' | 'sell', number], done: (offerId: Id) => void): void => {
    const offer = { side, price, quantity: 1, validForMs }
    node.command({ type: 'sendOffer', serviceId, offer }, (outcome) => {
      if (outcome.ok) done((outcome.value as OfferAnswer).offerId)
    })
  }
  const sell = (): void =>
    send(seller, ['sell', PRICE.sell], (offerId) => {
      pair.sold = offerId
    })
  open(buyer, ahead === 'both' ? () => send(buyer, ['buy', PRICE.buy], () => undefined) : undefined)
  open(seller, ahead === 'nobody' ? undefined : sell)
  if (friend !== null) open(friend, () => send(friend, ['buy', PRICE.friend], () => undefined))
  world.loop.after(pair.sentMs - world.loop.nowMs, () => {
    send(buyer, ['buy', PRICE.buy], (offerId) => {
      pair.bought = offerId
    })
    if (ahead !== 'seller') sell()
  })
}

/** When both traders had the whole receipt over the very offers that were sent, in ms of true time; null when they have none. */
export function foundMs({ bought, sold }: Pair, receipts: WholeReceipts): number | null {
  const whole = bought === null ? undefined : receipts.over(bought)
  return whole !== undefined && whole.receipt.sell.id === sold ? whole.atMs : null
}
