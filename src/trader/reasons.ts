import type { Refusal } from '../wire/market-messages.ts'

/** What a broker's refusal means to the person who offered, and what to do about it. */
const SENTENCES: Readonly<Record<Refusal, string>> = {
  price: 'The order table is full of better prices. Offer a better price, or try again later.',
  stale: 'Brokers know a newer offer of yours for this service. If the clock of this device was set back, set it right and try again.',
  expired: 'The offer was no longer valid when it arrived. Check the clock of this device.',
  validity: 'The offer is valid for longer than this network allows. Check the clock of this device, or choose a shorter time.',
  'not-broker': 'The peers that were asked do not broker this service any more. Try again.',
  'service-unknown': 'The brokers do not know this service. Try again.',
  'tables-full': 'The brokers keep as many services as they can. Try again later.',
  'services-full': 'You trade as many services as this network allows at once. Withdraw another offer first.',
  equivocator: 'The brokers saw two different offers of yours under one number, and take none for a while.',
  phantom: 'Three of your matches ended without a receipt, so the brokers take no offers of yours for a while.',
  storage: 'The brokers could not write to their disks. Try again.',
  busy: 'The brokers are busy. Try again.',
}

/** Why an offer ended or is signed again, but for what brokers say. */
export const REPLACED = 'Replaced by your newer offer.'
export const LATE = 'A match came to nothing: its receipt was not completed in time.'
export const SILENT = 'No broker answered. Try again.'
export const SUPERSEDED = 'The buyer has changed or withdrawn its offer. Yours is offered again after the deadline.'
export const DAMAGED = 'Its record on this device was damaged. Offer it again.'

/** The refusal's word, as programs know it, and a sentence for a person. */
export function explain(refusal: Refusal): string {
  return `${refusal}: ${SENTENCES[refusal]}`
}

/** The commonest of the refusals; of equally common ones the one that came first. Undefined when there is none. */
export function commonest(refusals: Iterable<Refusal>): Refusal | undefined {
  const counts = new Map<Refusal, number>()
  for (const refusal of refusals) counts.set(refusal, (counts.get(refusal) ?? 0) + 1)
  let best: Refusal | undefined
  for (const [refusal, count] of counts) if (best === undefined || count > (counts.get(best) ?? 0)) best = refusal
  return best
}
