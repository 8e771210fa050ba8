import { MAX_LIST } from './messages.ts'
import type { RingOptions } from './port.ts'

/** Every number of the ring that follows from the network's parameters. */
export interface Limits {
  /** Entries in each of the two lists: max(n, 4), so at least n − 1 (PROTOCOL 8; three are too few, FIELD-NOTES). */
  readonly listLength: number
  /** Direct links to neighbours each way: n − 1, so that a broker is linked to its whole set; at least 2. */
  readonly neighboursEachWay: number
  /** Most direct links at once. */
  readonly linkBudget: number
  /** Of them only for neighbours. */
  readonly reservedForNeighbours: number
  /** Of the rest, most for fingers of either side, so that trades always find room. */
  readonly fingerLinks: number
  /** Most fingers opened by this peer: the other half is for those that others open to it. */
  readonly ownFingerLinks: number
  /** The longest expected round trip: the first guess where none was measured yet. */
  readonly slotMs: number
  /** Between two stabilizations while the lists change. */
  readonly fastMs: number
  /** Between two stabilizations in a quiet ring. */
  readonly slowMs: number
}

export function limitsOf({ n, linkBudget, slotMs }: RingOptions): Limits {
  const neighboursEachWay = Math.max(1, Math.min(Math.max(n - 1, 2), Math.floor(linkBudget / 2), MAX_LIST))
  const others = Math.max(0, linkBudget - 2 * neighboursEachWay)
  const fingerLinks = others - Math.ceil(others / 4)
  const fastMs = Math.min(Math.max(slotMs, 200), 2_000)
  return {
    listLength: Math.min(Math.max(n, 4), MAX_LIST),
    neighboursEachWay,
    linkBudget,
    reservedForNeighbours: 2 * neighboursEachWay,
    fingerLinks,
    ownFingerLinks: Math.ceil(fingerLinks / 2),
    slotMs,
    fastMs,
    slowMs: 5 * fastMs,
  }
}

/** Links through the rendezvous at once, beside the budget: a few guests who join or look for another ring. */
export const MAX_GUESTS = 8
/** A guest link lives no longer; a join takes a few round trips. */
export const GUEST_MS = 30_000
/** A link that neither side needs stays open this long, as what was needed once is often needed again. */
export const IDLE_LINK_MS = 10_000
/** A trade link over which nothing of the market went for so many slots may give way to another one: an exchange is two slots, so what was asked or sent last was answered. */
export const RESTING_SLOTS = 2
/** The same for guests: only what is on its way may still arrive. */
export const IDLE_GUEST_MS = 2_000
/** Connection attempts that have not ended: so many of this peer, and so many of others to it. */
export const MAX_ATTEMPTS = 16
/** An attempt is given up after this; the link adapter has its own, shorter, timeout. */
export const ATTEMPT_MS = 20_000
