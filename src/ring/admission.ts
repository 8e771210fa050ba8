/**
 * Which links may be opened, and which one has to go for another (PROTOCOL 8: admission is typed; FIELD-NOTES on links accepted without regard to distance).
 *
 * Invariants
 * 1. Open direct links and attempts together never exceed the budget, but for attempts whose link may take another's place.
 * 2. Two for each neighbour's place are kept free of fingers and trades.
 * 3. A link to a peer that belongs into the lists always finds room: another gives way when it opens, not before, as a signal alone proves nothing.
 * 4. A trade link takes the place of the one that rested for longest, and of none that was used within RESTING_SLOTS: a busy service's traders
 *    take turns at its brokers, and none is closed for another as soon as it is open.
 */
import type { NodeId } from '../base/identity.ts'
import type { Context } from './context.ts'
import { type Limits, MAX_ATTEMPTS, RESTING_SLOTS } from './limits.ts'
import type { Link, LinkTable } from './links.ts'
import type { LinkPurpose } from './messages.ts'
import type { Neighbours } from './neighbours.ts'

/** Attempts under way, to and from this peer. */
export interface Attempts {
  /** Those of others. */
  readonly expected: number
  entries(): Iterable<readonly [NodeId, LinkPurpose]>
}

export type Admitted = { readonly ok: true } | { readonly ok: false; readonly reason: string }

/** No room now: it may be asked again soon, and says nothing against the peer. */
export const FULL = 'link budget'
/** Too many attempts at once: as passing. */
const BUSY = 'busy'
/** How the link adapter marks the other side's word. */
const REFUSED = 'refused: '

/** Whether an attempt failed for want of room on the other side. */
export function isForWantOfRoom(reason: string): boolean {
  return reason === `${REFUSED}${FULL}` || reason === `${REFUSED}${BUSY}`
}

/** How little a link is missed, least first; null: it stays. */
const NEVER = null
const RANKS = { idle: 0, resting: 1, theirFinger: 2, theirNeighbour: 3, ourFinger: 4, theirTrade: 5, ourTrade: 6 } as const

interface Parts {
  readonly links: LinkTable
  readonly neighbours: Neighbours
  readonly attempts: Attempts
}

export class Admission {
  readonly #limits: Limits
  readonly #links: LinkTable
  readonly #neighbours: Neighbours
  readonly #attempts: Attempts
  readonly #nowMs: () => number

  constructor({ limits, nowMs }: Pick<Context, 'limits' | 'nowMs'>, parts: Parts) {
    this.#limits = limits
    this.#links = parts.links
    this.#neighbours = parts.neighbours
    this.#attempts = parts.attempts
    this.#nowMs = nowMs
  }

  /** Whether a direct link to this peer may be tried, by either side. */
  check(peer: NodeId, purpose: LinkPurpose): Admitted {
    const { linkBudget, reservedForNeighbours, fingerLinks } = this.#limits
    const { used, others, fingers } = this.#count(peer)
    if (purpose === 'neighbour' && this.#neighbours.belongs(peer)) {
      return used - this.#replaceable(RANKS.ourTrade) < linkBudget
        ? { ok: true }
        : { ok: false, reason: 'all links are for nearer neighbours' }
    }
    if (purpose === 'finger' && fingers >= fingerLinks) return { ok: false, reason: 'no room for another finger' }
    const spared = this.#replaceable(purpose === 'trade' ? RANKS.resting : RANKS.idle)
    if (others - spared >= linkBudget - reservedForNeighbours || used - spared >= linkBudget) return { ok: false, reason: FULL }
    return { ok: true }
  }

  /** Whether an attempt of another peer may begin. A signal proves nothing yet, so their number is bounded. */
  admit(peer: NodeId, purpose: LinkPurpose): Admitted {
    return this.#attempts.expected >= MAX_ATTEMPTS ? { ok: false, reason: BUSY } : this.check(peer, purpose)
  }

  /** The link to close when there are more than the budget allows; undefined when there are not, or none can be spared. */
  surplus(newest: NodeId | null): NodeId | undefined {
    if (this.#links.direct().length <= this.#limits.linkBudget) return undefined
    let least: { readonly link: Link; readonly rank: number } | undefined
    for (const link of this.#direct()) {
      const rank = this.#rank(link)
      if (rank === NEVER || link.peer === newest) continue
      if (least === undefined || rank < least.rank || (rank === least.rank && link.usedMs < least.link.usedMs)) least = { link, rank }
    }
    if (newest !== null && least !== undefined && this.#isLesser(newest, least.rank)) return newest
    return least?.link.peer ?? newest ?? undefined
  }

  /** Whether the link that just opened is for a trade, and only others that are in use could make room. */
  #isLesser(newest: NodeId, leastRank: number): boolean {
    const link = this.#links.get(newest)
    const rank = link === undefined ? NEVER : this.#rank(link)
    return rank !== NEVER && rank >= RANKS.theirTrade && leastRank >= RANKS.theirTrade
  }

  #direct(): Link[] {
    return this.#links.all().filter(({ transport }) => transport === 'direct')
  }

  #rank({ peer, told, theirs, idleSinceMs, usedMs }: Link): number | null {
    if (this.#neighbours.belongs(peer)) return NEVER
    if (idleSinceMs !== null) return RANKS.idle
    const isForTrade = told.has('trade') || theirs.has('trade')
    if (isForTrade && this.#nowMs() - usedMs >= RESTING_SLOTS * this.#limits.slotMs) return RANKS.resting
    if (told.has('trade')) return RANKS.ourTrade
    if (theirs.has('trade')) return RANKS.theirTrade
    if (told.has('finger')) return RANKS.ourFinger
    return theirs.has('neighbour') ? RANKS.theirNeighbour : RANKS.theirFinger
  }

  /** How many links could give way to a better one. */
  #replaceable(mostRank: number): number {
    return this.#direct().filter((link) => {
      const rank = this.#rank(link)
      return rank !== NEVER && rank <= mostRank
    }).length
  }

  /** Links and attempts, without those to `peer`: all, those that are no neighbours' of ours, and of these the fingers. */
  #count(peer: NodeId): { used: number; others: number; fingers: number } {
    const count = { used: 0, others: 0, fingers: 0 }
    const add = (other: NodeId, isFinger: boolean, isNeighbour: boolean): void => {
      if (other === peer) return
      count.used += 1
      if (isNeighbour) return
      count.others += 1
      if (isFinger) count.fingers += 1
    }
    for (const { peer: other, told, theirs } of this.#direct()) {
      const isTrade = told.has('trade') || theirs.has('trade')
      add(other, !isTrade && (told.has('finger') || theirs.has('finger')), this.#neighbours.belongs(other))
    }
    for (const [other, purpose] of this.#attempts.entries()) {
      if (this.#links.isDirect(other)) continue
      add(other, purpose === 'finger', purpose === 'neighbour' && this.#neighbours.belongs(other))
    }
    return count
  }
}
