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

/** Peers that trade one service: the number of services grows with the network, the services a peer trades do not. */
export const TRADERS_A_SERVICE = 10
/** Each peer offers once in so many slots, with a limit drawn anew; the offer is over by then. */
const PERIOD_SLOTS = 16
const VALID_SLOTS = 8
/**
 * Reservation prices are normal, in smallest units. Sellers want so much more on average that half of the offers lead to a match
 * (measured: the rows say what share it was).
 */
const LIMIT = { buy: 1_000, sell: 1_100, deviation: 100 }

export class Bidders {
  readonly #world: SimWorld
  readonly #rng: Rng
  #offers = 0

  constructor(world: SimWorld, rng: Rng) {
    this.#world = world
    this.#rng = rng
  }

  /** Offers that brokers took. */
  get offers(): number {
    return this.#offers
  }

  /** All peers begin, each at a moment of the first period. */
  begin(): void {
    const { loop, nodes, parameters } = this.#world
    for (const [index, node] of nodes.entries()) {
      const { serviceId, service } = tradedService(this.#world, `Service ${Math.floor(index / TRADERS_A_SERVICE)}`)
      const side = index % 2 === 0 ? 'buy' : 'sell'
      node.command({ type: 'openService', serviceId, service }, () => undefined)
      loop.after(this.#rng.float() * PERIOD_SLOTS * parameters.slot, () => this.#bid(node, serviceId, side))
    }
  }

  #bid(node: SimNode, serviceId: Id, side: Side): void {
    const { loop, parameters } = this.#world
    const limit = Math.max(1, Math.round(normal(this.#rng, LIMIT[side], LIMIT.deviation)))
    loop.after(PERIOD_SLOTS * parameters.slot, () => this.#bid(node, serviceId, side))
    node.command({ type: 'getPrice', serviceId }, (outcome) => {
      if (!outcome.ok) return
      const price = nextPrice({ side, limit, rate: parameters.a }, outcome.value as PriceAnswer)
      const offer = { side, price, quantity: 1, validForMs: VALID_SLOTS * parameters.slot }
      node.command({ type: 'sendOffer', serviceId, offer }, (answer) => {
        if (answer.ok) this.#offers += 1
      })
    })
  }
}
