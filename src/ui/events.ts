/** What happened to own offers from one view to the next: for words in the page and messages of the browser. */
import type { View } from '../peer/view.ts'
import type { OfferRow, OfferStep } from '../trader/command.ts'

const kinds = ['matched', 'traded', 'dropped', 'expired', 'refused'] as const
export type EventKind = (typeof kinds)[number]

export interface OfferEvent {
  /** Not the same for any two. */
  readonly id: string
  readonly kind: EventKind
  readonly offer: OfferRow
  /** Units traded, for traded. */
  readonly quantity?: number
  /** What was paid for one of them, for traded: the mean of both prices, and not what was offered. */
  readonly price?: number
  readonly reason?: string
}

/** Told at once at most; of more, as after a sleep, the latest. */
export const MAX_EVENTS = 8

type Offers = Pick<View, 'offers' | 'receipts'>

/** Each step of an own offer that is new in `after`, oldest first; none from before `sinceMs`, the network time from which this visit counts. */
export function eventsBetween(before: Offers, after: Offers, sinceMs: number): OfferEvent[] {
  const known = new Map(before.offers.map((offer) => [offer.offerId, offer.steps]))
  const found = after.offers.flatMap((offer) => {
    const steps = known.get(offer.offerId) ?? []
    return steps === offer.steps ? [] : newEvents(offer, steps, sinceMs)
  })
  return found
    .sort((left, right) => left.atMs - right.atMs)
    .slice(-MAX_EVENTS)
    .map(({ event }) => priced(event, after))
}

/** With the price of its receipt: the newest one of its service, as a peer has one live offer of a service. */
function priced(event: OfferEvent, { receipts }: Offers): OfferEvent {
  const receipt = receipts.find(({ serviceId }) => serviceId === event.offer.serviceId)
  return event.kind !== 'traded' || receipt === undefined ? event : { ...event, price: receipt.price }
}

interface Dated {
  readonly atMs: number
  readonly event: OfferEvent
}

function newEvents(offer: OfferRow, before: readonly OfferStep[], sinceMs: number): Dated[] {
  const seen = new Set(before.map(nameOf))
  // An offer that ended before this visit is only now found to have.
  const fresh = offer.steps.filter((step) => !seen.has(nameOf(step)) && (step.state !== 'expired' || offer.validUntil >= sinceMs))
  const dated = fresh.flatMap((step): Dated[] => {
    const kind = kinds.find((name) => name === step.state)
    if (kind === undefined || step.atMs === null || step.atMs < sinceMs) return []
    const { quantity, reason } = step
    const details = { ...(quantity === undefined ? {} : { quantity }), ...(reason === undefined ? {} : { reason }) }
    return [{ atMs: step.atMs, event: { id: `${offer.offerId} ${nameOf(step)}`, kind, offer, ...details } }]
  })
  // What came of a match says more than the match.
  return dated.filter(({ event }, index) => event.kind !== 'matched' || index === dated.length - 1)
}

function nameOf({ state, atMs }: OfferStep): string {
  return `${state} ${atMs}`
}

/** Events shown at once in the page; an older one gives way. */
export const MAX_SHOWN = 3

/** What is shown after these: the latest word on each offer only. */
export function shownAfter(shown: readonly OfferEvent[], events: readonly OfferEvent[]): readonly OfferEvent[] {
  const all = [...shown, ...events]
  const isLatest = (event: OfferEvent, index: number): boolean =>
    !all.slice(index + 1).some(({ offer }) => offer.offerId === event.offer.offerId)
  return all.filter(isLatest).slice(-MAX_SHOWN)
}

/** The page's title with what happened unseen. */
export function titleWith(unseen: number): string {
  return unseen === 0 ? 'PeerMart' : `(${unseen}) PeerMart`
}
