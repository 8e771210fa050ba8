/** People at the tabs: bots that offer, withdraw, look and change their minds, as the seed has it. */
import type { Rng } from '../../base/rng.ts'
import { isExchangeSlot, slotEndMs, slotNumber } from '../../market/slot.ts'
import type { Outcome } from '../../peer/driver.ts'
import type { PeerEvent } from '../../peer/event.ts'
import type { OfferRequest, OfferRow } from '../../trader/command.ts'
import type { MessageOf } from '../../wire/messages.ts'
import type { Observer } from '../observer.ts'
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

/** Second thoughts come within so many ms of the decision of a slot: while notices, halves and signatures are under way. */
const DECIDED_MS = 150

/** Others come at the first news of a match, while further notices, signatures and commits are under way, which take some 20 ms. */
const NEWS_MS = 20
const NEWS_CHANCE = 0.2

/** By its number, which is about its time in ms, so by chance. */
const ONE_REGRETTED_IN = 12

type Action = 'offer' | 'withdraw' | 'change' | 'price' | 'book'

export class Bots implements Observer {
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

  /** Some change their mind at the first answer to an offer, or at the very news that they trade. */
  stepped(node: SimNode, event: PeerEvent): void {
    if (!this.#acting || event.type !== 'message') return
    const { message } = event
    if (message.type === 'offer-answer' && message.refusal === null) return this.#regret(node, message)
    const isNews = message.type === 'notify-offer' || (message.type === 'receipt' && message.receipt.buyerSignature === null)
    if (!isNews || this.#scene.rng.float() >= NEWS_CHANCE) return
    const { buy, sell } = message.type === 'notify-offer' ? message.match : message.receipt
    const own = node.peer.view().offers.find((offer) => offer.serviceId === buy.service && offer.state === 'open')
    if (own !== undefined && [buy.peer, sell.peer].includes(node.nodeId)) this.#changeLater(node, own, this.#scene.rng.float() * NEWS_MS)
  }

  /** Not every broker has heard of the service yet. */
  #regret(node: SimNode, { service, state }: MessageOf<'offer-answer'>): void {
    if (state.state !== 'stored' || state.seq % ONE_REGRETTED_IN !== 0) return
    const own = node.peer.view().offers.find((offer) => offer.serviceId === service && offer.state === 'open')
    if (own === undefined) return
    this.#scene.world.loop.after(0, () => {
      if (this.#acting && node.running && !node.asleep) node.command({ type: 'withdraw', offerId: own.offerId }, this.#ended('withdraw'))
    })
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
    // One that is not open yet comes later.
    if (traded === undefined || !known.has(traded.serviceId)) return
    const { serviceId } = traded
    const action = actionOf(rng)
    if (action === 'offer') this.#offer(node, traded)
    else if (action === 'withdraw') this.#withdraw(node)
    else if (action === 'change') this.#change(node)
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
    node.command(
      { type: 'sendOffer', serviceId, offer: this.#terms(this.#scene.rng.below(2) === 0 ? 'buy' : 'sell') },
      this.#ended('offer'),
    )
  }

  #terms(side: 'buy' | 'sell'): OfferRequest {
    const { rng, world } = this.#scene
    const { slot, t } = world.parameters
    const least = LEAST_VALIDITY_SLOTS * slot
    return {
      side,
      price: PRICE.middle - PRICE.spread + rng.below(2 * PRICE.spread),
      quantity: 1 + rng.below(MOST_QUANTITY),
      validForMs: Math.floor(least + rng.float() * (t - least)),
    }
  }

  /** Second thoughts about an open offer, just when it may have been matched: another price, or none. */
  #change(node: SimNode): void {
    const { rng, world } = this.#scene
    const own = this.#openOf(node)
    if (own === undefined) return
    const slot = slotNumber(world.loop.nowMs, world.parameters.slot)
    const decidedMs = slotEndMs(isExchangeSlot(slot) ? slot : slot + 1, world.parameters.slot)
    this.#changeLater(node, own, decidedMs - world.loop.nowMs + rng.float() * DECIDED_MS)
  }

  #changeLater(node: SimNode, { offerId, serviceId, side }: OfferRow, delayMs: number): void {
    const { rng, world } = this.#scene
    const isOver = rng.below(3) === 0
    const offer = this.#terms(side)
    world.loop.after(delayMs, () => {
      if (!this.#acting || !node.running || node.asleep) return
      if (isOver) node.command({ type: 'withdraw', offerId }, this.#ended('withdraw'))
      else node.command({ type: 'sendOffer', serviceId, offer }, this.#ended('offer'))
    })
  }

  #openOf(node: SimNode): OfferRow | undefined {
    const open = node.peer.view().offers.filter(({ state }: OfferRow) => state === 'open')
    return open[this.#scene.rng.below(Math.max(1, open.length))]
  }

  #withdraw(node: SimNode): void {
    const own = this.#openOf(node)
    if (own !== undefined) node.command({ type: 'withdraw', offerId: own.offerId }, this.#ended('withdraw'))
  }

  #ended(what: string): (outcome: Outcome) => void {
    return (outcome) => this.#outcomes.add(`${what}: ${outcome.ok ? 'ok' : outcome.failure.code}`)
  }
}

function actionOf(rng: Rng): Action {
  const chance = rng.float()
  if (chance < 0.5) return 'offer'
  if (chance < 0.55) return 'withdraw'
  if (chance < 0.75) return 'change'
  return chance < 0.9 ? 'price' : 'book'
}
