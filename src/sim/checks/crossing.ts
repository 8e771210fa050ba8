/** What can trade trades: once all is healed, no two offers of honest peers that cross stay open side by side for longer than the market needs to bring them together. */
import type { Id, NodeId } from '../../base/identity.ts'
import type { Effect } from '../../peer/effect.ts'
import type { PeerEvent } from '../../peer/event.ts'
import { answerMs, CONNECT_MS, EXCHANGE_SLOTS, FIND_MS, POLL_SLOTS, ROUND_MS } from '../../trader/durations.ts'
import type { Match } from '../../wire/messages.ts'
import type { Checker, Scene } from '../run/scene.ts'
import type { SimNode } from '../sim-node.ts'
import { type CrossingOffers, oraclePairs, type StandingOffer } from './oracle.ts'
import { isIdeal } from './ring-ideal.ts'

const NAME = 'crossing-trades'
/** Counted for each pair that was followed to its trade, or to its deadline: a market in which nothing crosses shows nothing. */
const JUDGED = 'a settled market was judged'
/** One to three slots from arrival to decision (PROTOCOL 6), and one until the notice is believed. */
const DECISION_SLOTS = 4
/** A notice that was lost with its link is made good by the next poll, which takes its answer's time. */
const ASKED_SLOTS = POLL_SLOTS + 2
const LOOK_EVERY = 2
/** So many nodes are looked at a virtual second, at most. */
const NODES_A_LOOK = 100

interface Open extends StandingOffer {
  readonly quantity: number
}

/** Slots that two crossing offers may stand side by side in a service with so many crossing pairs. Only the best of each side are brought together where no broker has both, so each exchange may match but one pair. */
export function mostCrossingSlots(pairs: number): number {
  return DECISION_SLOTS + ASKED_SLOTS + EXCHANGE_SLOTS * pairs
}

/** Slots in which a service may have crossing pairs all the time, each perhaps withdrawn or outbid before its turn, and trade nothing. */
export function mostIdleSlots(pairs: number): number {
  return 2 * mostCrossingSlots(pairs)
}

/** From an ideal ring on, in ms: until every offer that is held by peers that are gone is noticed (a poll, and the same once more) and has found other brokers. */
export function settlingMs(slotMs: number): number {
  return POLL_SLOTS * slotMs + 2 * (CONNECT_MS + answerMs(slotMs)) + FIND_MS + ROUND_MS
}

class CrossingTrades implements Checker {
  readonly name = NAME
  readonly #scene: Scene
  /** When the ring became ideal, in ms since the start of the run; null while it is not. */
  #idealMs: number | null = null
  /** Since when an offer, with what is left of it, has been one that the auctioneer would match. */
  #since = new Map<string, number>()
  /** Peers that some broker holds for liars, and until when: their offers are dropped there for t (PROTOCOL 6), rightly or not. */
  readonly #blockedUntil = new Map<NodeId, number>()
  /** Services in which something crosses, and since when, or since when something was traded there last: offers come and go before one of them has stood for long. */
  #idle = new Map<Id, number>()
  /** Traders whose offers the auctioneer would match, as of the last look. */
  #crossing = new Set<string>()
  readonly #reported = new Set<string>()
  #looks = 0

  constructor(scene: Scene) {
    this.#scene = scene
  }

  stepped(_node: SimNode, _event: PeerEvent, effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.type !== 'send') continue
      const { message, to } = effect
      if (message.type === 'notify-offer') this.#traded(message.match)
      else if (message.type === 'receipt') this.#traded(message.receipt)
      const refusal = message.type === 'offer-answer' ? message.refusal : message.type === 'notify-drop' ? message.reason : null
      if (refusal !== 'phantom' && refusal !== 'equivocator') continue
      this.#blockedUntil.set(to, this.#scene.nowMs() + this.#scene.world.parameters.t)
    }
  }

  look(): void {
    const { nodes, phase, world } = this.#scene
    this.#looks += 1
    const every = Math.max(LOOK_EVERY, Math.ceil(nodes.length / NODES_A_LOOK))
    if (phase !== 'liveness' || this.#looks % every !== 0) return
    const nowMs = this.#scene.nowMs()
    if (isIdeal(nodes, world) !== '') {
      this.#idealMs = null
      this.#since.clear()
      this.#idle.clear()
      this.#crossing.clear()
      return
    }
    this.#idealMs ??= nowMs
    if (nowMs < this.#idealMs + settlingMs(world.parameters.slot)) return
    this.#judge(this.#standing())
  }

  #judge(standing: readonly Open[]): void {
    const nowMs = this.#scene.nowMs()
    const since = new Map<string, number>()
    const pairs = oraclePairs(standing)
    for (const { buy, sell } of pairs) {
      for (const offer of [buy, sell]) since.set(keyOf(offer), this.#since.get(keyOf(offer)) ?? nowMs)
      const bothMs = nowMs - Math.max(since.get(keyOf(buy)) ?? nowMs, since.get(keyOf(sell)) ?? nowMs)
      const here = pairs.filter((pair) => pair.buy.serviceId === buy.serviceId).length
      if (bothMs > mostCrossingSlots(here) * this.#scene.world.parameters.slot) this.#report(buy, sell, bothMs)
    }
    this.#since = since
    this.#crossing = new Set(pairs.flatMap((pair) => [pair.buy, pair.sell].map((offer) => traderOf(offer.serviceId, offer.peer))))
    this.#judgeServices(pairs)
  }

  #judgeServices(pairs: readonly CrossingOffers<Open>[]): void {
    const nowMs = this.#scene.nowMs()
    const counts = new Map<Id, number>()
    for (const { buy } of pairs) counts.set(buy.serviceId, (counts.get(buy.serviceId) ?? 0) + 1)
    const idle = new Map<Id, number>()
    for (const [service, count] of counts) {
      const sinceMs = this.#idle.get(service) ?? nowMs
      idle.set(service, sinceMs)
      if (nowMs - sinceMs <= mostIdleSlots(count) * this.#scene.world.parameters.slot || this.#reported.has(service)) continue
      this.#reported.add(service)
      const detail = `offers of ${service} have crossed for ${Math.floor((nowMs - sinceMs) / 1_000)} s, and nothing was traded there`
      this.#scene.violations.report(NAME, detail)
    }
    this.#idle = idle
  }

  #traded({ buy, sell }: Pick<Match, 'buy' | 'sell'>): void {
    const { service } = buy
    if (this.#idle.has(service)) this.#idle.set(service, this.#scene.nowMs())
    // A peer has one offer a service: these two were seen to cross, and now they trade.
    const [buyer, seller] = [traderOf(service, buy.peer), traderOf(service, sell.peer)]
    if (!this.#crossing.has(buyer) || !this.#crossing.has(seller)) return
    this.#scene.sometimes.add(JUDGED)
    this.#crossing.delete(buyer)
    this.#crossing.delete(seller)
  }

  /** Open offers of honest peers with clocks that are right, still valid when the next slot ends. */
  #standing(): Open[] {
    const { nodes, world } = this.#scene
    const untilMs = world.loop.nowMs + 2 * world.parameters.slot
    return nodes
      .filter((node) => node.running && this.#scene.isHonest(node.nodeId) && !this.#isBlocked(node.nodeId))
      .flatMap((node) => {
        const { clockOff, offers } = node.peer.view()
        const open = clockOff ? [] : offers.filter(({ state, validUntil }) => state === 'open' && validUntil > untilMs)
        return open.map(({ offerId, serviceId, side, price, quantity }) => ({
          offerId,
          peer: node.nodeId,
          serviceId,
          side,
          price,
          quantity,
        }))
      })
  }

  #isBlocked(peer: NodeId): boolean {
    return (this.#blockedUntil.get(peer) ?? 0) > this.#scene.nowMs()
  }

  #report(buy: Open, sell: Open, forMs: number): void {
    const key = `${buy.offerId} ${sell.offerId}`
    if (this.#reported.has(key)) return
    this.#reported.add(key)
    this.#scene.sometimes.add(JUDGED)
    const detail = `${words(buy)} and ${words(sell)} cross and are both open for ${Math.floor(forMs / 1_000)} s`
    this.#scene.violations.report(NAME, detail)
  }
}

function traderOf(service: Id, peer: NodeId): string {
  return `${service} ${peer}`
}

function words({ offerId, peer, side, price }: Open): string {
  return `${side} ${offerId} of ${peer} at ${price}`
}

/** What is left after a trade is another chance. */
function keyOf({ offerId, quantity }: { readonly offerId: Id; readonly quantity: number }): string {
  return `${offerId} ${quantity}`
}

export function crossingTrades(scene: Scene): Checker {
  return new CrossingTrades(scene)
}
