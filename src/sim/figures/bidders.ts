/** The paper's bidders [IV.A] at all peers of a world: each trades one service, over and over. */
import type { Id } from '../../base/identity.ts'
import type { Rng } from '../../base/rng.ts'
import { nextPrice } from '../../market/bidder.ts'
import type { Side } from '../../market/offer.ts'
import type { PriceAnswer } from '../../trader/command.ts'
import type { SimNode } from '../sim-node.ts'
import type { SimWorld } from '../sim-world.ts'
import { normal } from './normal.ts'
import { tradedService } from './traded-service.ts'

export interface Market {
  readonly name: 'quiet' | 'busy'
  /** Peers that trade one service: the number of services grows with the network, the services a peer trades do not. */
  readonly tradersAService: number
  /** Each peer offers once in so many slots, with a limit drawn anew. */
  readonly periodSlots: number
  /** An offer that did not trade is over after so many. */
  readonly validSlots: number
  /** How much more buyers would pay on average than sellers want, in smallest units: such that half of the offers lead to a match. */
  readonly overlap: number
}

/** Reservation prices are normal, in smallest units. The rows of the figure say what share of the offers led to a match. */
const LIMIT = { middle: 1_000, deviation: 100 }

export class Bidders {
  readonly #world: SimWorld
  readonly #rng: Rng
  readonly #market: Market
  #offers = 0
  #bidding = true

  constructor(world: SimWorld, rng: Rng, market: Market) {
    this.#world = world
    this.#rng = rng
    this.#market = market
  }

  /** Offers that were sent to brokers, whatever these said. */
  get offers(): number {
    return this.#offers
  }

  /** All peers begin, each at a moment of the first period. */
  begin(): void {
    const { loop, nodes, parameters } = this.#world
    const { name, periodSlots, tradersAService } = this.#market
    for (const [index, node] of nodes.entries()) {
      const { serviceId, service } = tradedService(this.#world, `${name} ${Math.floor(index / tradersAService)}`)
      node.command({ type: 'openService', serviceId, service }, () => undefined)
      const side = index % 2 === 0 ? 'buy' : 'sell'
      loop.after(this.#rng.float() * periodSlots * parameters.slot, () => this.#bid(node, serviceId, side))
    }
  }

  /** No more offers; those that are open end by themselves. */
  stop(): void {
    this.#bidding = false
  }

  #bid(node: SimNode, serviceId: Id, side: Side): void {
    if (!this.#bidding) return
    const { loop, parameters } = this.#world
    const { overlap, periodSlots, validSlots } = this.#market
    const middle = LIMIT.middle + (side === 'buy' ? overlap / 2 : -overlap / 2)
    const limit = Math.max(1, Math.round(normal(this.#rng, middle, LIMIT.deviation)))
    loop.after(periodSlots * parameters.slot, () => this.#bid(node, serviceId, side))
    node.command({ type: 'getPrice', serviceId }, (outcome) => {
      if (!outcome.ok) return
      const price = nextPrice({ side, limit, rate: parameters.a }, outcome.value as PriceAnswer)
      const offer = { side, price, quantity: 1, validForMs: validSlots * parameters.slot }
      node.command({ type: 'sendOffer', serviceId, offer }, (answer) => {
        if (answer.ok) this.#offers += 1
      })
    })
  }
}
