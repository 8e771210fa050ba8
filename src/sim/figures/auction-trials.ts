/**
 * Trials of Smith's chart: 22 peers trade in many services at once, each a market of its own, some offers a round. A round is what one
 * decision is made from: from one exchange's start to the next, two slots.
 */
import type { Id } from '../../base/identity.ts'
import { Rng } from '../../base/rng.ts'
import { nextPrice } from '../../market/bidder.ts'
import { nextExchangeStartMs } from '../../market/slot.ts'
import type { Effect } from '../../peer/effect.ts'
import type { PeerEvent } from '../../peer/event.ts'
import type { OfferAnswer, PriceAnswer } from '../../trader/command.ts'
import type { Observer } from '../observer.ts'
import type { SimNode } from '../sim-node.ts'
import type { SimWorld } from '../sim-world.ts'
import { grownRing } from './grown-ring.ts'
import { MOST_GAIN, MOST_PRICE, ROLES, type Role } from './smith-chart.ts'
import { tradedService } from './traded-service.ts'
import { WholeReceipts } from './whole-receipts.ts'

/**
 * truthful: each offers once, at its limit. The others offer again and again until they have traded: paper at the price of the paper's bidder
 * [IV.A], zero-intelligence at any price by which they lose nothing (Gode and Sunder 1993).
 */
export type TraderKind = 'truthful' | 'paper' | 'zero-intelligence'

export interface AuctionPlan {
  readonly seed: number
  readonly kind: TraderKind
  /** Offers a round, 1 to 22. */
  readonly offersARound: number
  /** Markets at once, at most MOST_TRIALS. */
  readonly trials: number
}

export interface AuctionOutcome {
  /** What the traders gained of what they could, 0 to 1, one number a trial. */
  readonly efficiencies: readonly number[]
  /** From an offer on its way to the receipt, of the later offer of each pair, in slots. */
  readonly waits: readonly number[]
}

/** A trader trades s services at once, and a broker keeps a trader's words in at most 4s. */
export const MOST_TRIALS = 60
const PARAMETERS = { network: 'figures', n: 4, f: 2, m: 64, t: 3_600_000, slot: 1_000, s: 64, p: 0, a: 0.1 }
/** A last offer of a round is stored by its brokers before the exchange begins: confirming the set, opening links, signing and storing take so long at most. */
const PLACING_MS = 800
/** How often each offers that has not traded: who bids by the paper's rule gives way bit by bit, who has no intelligence needs luck. */
const TIMES: Readonly<Record<TraderKind, number>> = { truthful: 1, paper: 6, 'zero-intelligence': 24 }
/** When everyone has offered, so many rounds pass before anybody offers anew: else a new number takes the place of one that is being decided. */
const DECIDING_ROUNDS = 1
/** After the last round the last receipts are made. */
const SETTLING_ROUNDS = 4
const VALID_MS = 3_000_000

interface Market {
  readonly serviceId: Id
  /** All traders in the order in which they offer, anew for each time that they do. */
  readonly queues: readonly (readonly number[])[]
}

/** Throws RangeError for more than MOST_TRIALS, and when no ring comes about. */
export function auctionTrials(plan: AuctionPlan): AuctionOutcome {
  const { seed, trials } = plan
  if (trials > MOST_TRIALS) throw new RangeError(`at most ${MOST_TRIALS} trials in one ring`)
  const world = grownRing({ seed, peers: ROLES.length, parameters: PARAMETERS, linkBudget: 2 * ROLES.length })
  const auction = new Auctions(world, plan)
  auction.run()
  return auction.outcome()
}

class Auctions implements Observer {
  readonly #world: SimWorld
  readonly #plan: AuctionPlan
  readonly #rng: Rng
  readonly #receipts: WholeReceipts
  readonly #markets: readonly Market[]
  /** By offer: when its trader began to send it. */
  readonly #sentMs = new Map<Id, number>()
  readonly #traded = new Set<string>()

  constructor(world: SimWorld, plan: AuctionPlan) {
    this.#world = world
    this.#plan = plan
    this.#rng = new Rng([plan.seed, 51, 52, 53])
    this.#receipts = new WholeReceipts(() => world.loop.nowMs)
    world.observers.push(this.#receipts, this)
    this.#markets = Array.from({ length: plan.trials }, (_, index) => this.#open(index))
  }

  /** Whoever has signed a whole receipt, or has it from the other, offers no more in that market. */
  stepped(_node: SimNode, _event: PeerEvent, effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.type !== 'send' || effect.message.type !== 'receipt' || effect.message.receipt.buyerSignature === null) continue
      const { buy, sell, service } = effect.message.receipt
      for (const { peer } of [buy, sell]) this.#traded.add(`${service} ${this.#traderOf(peer)}`)
    }
  }

  run(): void {
    const { slot } = PARAMETERS
    const { kind, offersARound } = this.#plan
    const rounds = Math.ceil(ROLES.length / offersARound)
    for (let time = 0; time < TIMES[kind]; time += 1) {
      if (time > 0) this.#world.run(DECIDING_ROUNDS * 2 * slot)
      for (let round = 0; round < rounds; round += 1) this.#round(time, [round * offersARound, (round + 1) * offersARound])
    }
    this.#world.run(SETTLING_ROUNDS * 2 * slot)
  }

  /** The traders between two places of their queues offer. */
  #round(time: number, places: readonly [number, number]): void {
    const { loop } = this.#world
    const { slot } = PARAMETERS
    // Just after an exchange began: what comes from now on is in the next one's tables.
    this.#world.run(nextExchangeStartMs(loop.nowMs, slot) - loop.nowMs)
    for (const market of this.#markets) {
      for (const trader of market.queues[time]?.slice(...places) ?? []) this.#offerLater(market, trader)
    }
    this.#world.run(slot)
  }

  outcome(): AuctionOutcome {
    const gains = new Map(this.#markets.map(({ serviceId }) => [serviceId, 0]))
    const waits: number[] = []
    for (const { receipt, atMs } of this.#receipts.all()) {
      const [buyer, seller] = [this.#traderOf(receipt.buy.peer), this.#traderOf(receipt.sell.peer)]
      const gain = roleOf(buyer).limit - roleOf(seller).limit
      gains.set(receipt.service, (gains.get(receipt.service) ?? 0) + gain)
      const sent = [receipt.buy, receipt.sell].flatMap(({ id }) => this.#sentMs.get(id) ?? [])
      if (sent.length === 2) waits.push((atMs - Math.max(...sent)) / PARAMETERS.slot)
    }
    return { efficiencies: [...gains.values()].map((gain) => gain / MOST_GAIN), waits }
  }

  #open(index: number): Market {
    const { serviceId, service } = tradedService(this.#world, `Chart ${index}`)
    for (const node of this.#world.nodes) node.command({ type: 'openService', serviceId, service }, () => undefined)
    const everyone = ROLES.map((_, trader) => trader)
    const queues = Array.from({ length: TIMES[this.#plan.kind] }, () => this.#rng.sample(everyone, everyone.length))
    return { serviceId, queues }
  }

  #offerLater(market: Market, trader: number): void {
    const { loop } = this.#world
    const delayMs = this.#rng.float() * (2 * PARAMETERS.slot - PLACING_MS)
    loop.after(delayMs, () => this.#offer(market, trader))
  }

  #offer({ serviceId }: Market, trader: number): void {
    const key = `${serviceId} ${trader}`
    if (this.#traded.has(key)) return
    const node = this.#world.nodes[trader] as SimNode
    const { side, limit } = roleOf(trader)
    const send = (price: number): void => {
      const sentMs = this.#world.loop.nowMs
      node.command({ type: 'sendOffer', serviceId, offer: { side, price, quantity: 1, validForMs: VALID_MS } }, (outcome) => {
        if (outcome.ok) this.#sentMs.set((outcome.value as OfferAnswer).offerId, sentMs)
      })
    }
    const { kind } = this.#plan
    if (kind === 'truthful') return send(limit)
    if (kind === 'zero-intelligence') return send(this.#randomPrice(roleOf(trader)))
    node.command({ type: 'getPrice', serviceId }, (outcome) => {
      if (outcome.ok) send(nextPrice({ side, limit, rate: PARAMETERS.a }, outcome.value as PriceAnswer))
    })
  }

  /** Evenly among the prices by which it loses nothing. */
  #randomPrice({ side, limit }: Role): number {
    return side === 'buy' ? 1 + this.#rng.below(limit) : limit + this.#rng.below(MOST_PRICE - limit + 1)
  }

  #traderOf(peer: Id): number {
    return this.#world.nodes.findIndex(({ nodeId }) => nodeId === peer)
  }
}

function roleOf(trader: number): Role {
  return ROLES[trader] as Role
}
