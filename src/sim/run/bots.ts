/** People at the tabs: bots that offer, withdraw, look and change their minds, as the seed has it. */
import type { Rng } from '../../base/rng.ts'
import type { Outcome } from '../../peer/driver.ts'
import type { OfferRow } from '../../trader/command.ts'
import type { SimNode } from '../sim-node.ts'
import type { Counts } from './counts.ts'
import type { Scene, TradedService } from './scene.ts'

/** Between two actions of one bot, in slots: a few of them act in each slot of a service. */
const PAUSE_SLOTS = { least: 1, most: 16 }
/** Around this price, so that about half of the offers find one that they cross. */
const PRICE = { middle: 1_000, spread: 100 }
const MOST_QUANTITY = 5
/** Shortest validity in slots: shorter ones expire before a match can come (PROTOCOL 6: one to three slots). */
const LEAST_VALIDITY_SLOTS = 4

/** Services that one bot trades in. */
const SERVICES_A_BOT = 5

type Action = 'offer' | 'withdraw' | 'price' | 'book'

export class Bots {
  readonly #scene: Scene
  /** How commands ended: `ok`, or the failure's code. */
  readonly #outcomes: Counts
  #acting = true

  constructor(scene: Scene, outcomes: Counts) {
    this.#scene = scene
    this.#outcomes = outcomes
  }

  /** Each node gets a bot, which acts until {@link stop}. */
  begin(): void {
    for (const node of this.#scene.nodes) this.#later(node)
  }

  stop(): void {
    this.#acting = false
  }

  #later(node: SimNode): void {
    const { rng, world } = this.#scene
    const slots = PAUSE_SLOTS.least + rng.float() * (PAUSE_SLOTS.most - PAUSE_SLOTS.least)
    world.loop.after(slots * world.parameters.slot, () => {
      if (!this.#acting) return
      if (node.running && !node.asleep) this.#act(node)
      this.#later(node)
    })
  }

  #act(node: SimNode): void {
    const { rng } = this.#scene
    const services = this.#servicesOf(node)
    const known = new Set(node.peer.view().services.map(({ serviceId }) => serviceId))
    // A disk that was lost took them with it.
    for (const service of services)
      if (!known.has(service.serviceId)) node.command({ type: 'openService', ...service }, this.#ended('open'))
    const traded = services[rng.below(services.length)]
    if (traded === undefined) return
    const { serviceId } = traded
    const action = actionOf(rng)
    if (action === 'offer') this.#offer(node, traded)
    else if (action === 'withdraw') this.#withdraw(node)
    else if (action === 'price') node.command({ type: 'getPrice', serviceId }, this.#ended(action))
    else node.command({ type: 'orderBook', serviceId }, this.#ended(action))
  }

  /** Each bot trades a few, neighbours in the list partly the same ones. */
  #servicesOf({ index }: SimNode): TradedService[] {
    const { services } = this.#scene
    const few = Math.min(SERVICES_A_BOT, services.length)
    return Array.from({ length: few }, (_, place) => services[(index + place) % services.length] as TradedService)
  }

  #offer(node: SimNode, { serviceId }: TradedService): void {
    const { rng, world } = this.#scene
    const { slot, t } = world.parameters
    const least = LEAST_VALIDITY_SLOTS * slot
    const offer = {
      side: rng.below(2) === 0 ? 'buy' : 'sell',
      price: PRICE.middle - PRICE.spread + rng.below(2 * PRICE.spread),
      quantity: 1 + rng.below(MOST_QUANTITY),
      validForMs: Math.floor(least + rng.float() * (t - least)),
    }
    node.command({ type: 'sendOffer', serviceId, offer }, this.#ended('offer'))
  }

  #withdraw(node: SimNode): void {
    const open = node.peer.view().offers.filter(({ state }: OfferRow) => state === 'open')
    const own = open[this.#scene.rng.below(Math.max(1, open.length))]
    if (own !== undefined) node.command({ type: 'withdraw', offerId: own.offerId }, this.#ended('withdraw'))
  }

  #ended(what: string): (outcome: Outcome) => void {
    return (outcome) => this.#outcomes.add(`${what}: ${outcome.ok ? 'ok' : outcome.failure.code}`)
  }
}

function actionOf(rng: Rng): Action {
  const chance = rng.float()
  if (chance < 0.65) return 'offer'
  if (chance < 0.75) return 'withdraw'
  return chance < 0.9 ? 'price' : 'book'
}
