import type { Refusal } from '../../../wire/market-messages.ts'
import { catalogue } from '../language.ts'

/** What brokers refuse or drop an offer for, as a part of a sentence. */
const refusals: Record<Refusal, string> = {
  price: 'its price is worse than the offers the book has room for',
  stale: 'brokers know a newer offer of yours; if the clock of this device was set back, set it right',
  expired: 'its time was over before it reached the brokers',
  validity: 'it is valid for longer than the network allows; if your choice was within the limit, check the clock',
  'not-broker': 'the brokers of the service have changed; try again',
  'service-unknown': 'the brokers do not know this service; try again',
  'tables-full': 'the brokers keep as many services as they can; try again later',
  'services-full': 'you trade as many services as this network allows at once; withdraw another offer first',
  equivocator: 'the brokers saw two different offers of yours under one number, and take none for a while',
  phantom: 'three of your matches ended without a receipt, so the brokers take no offers of yours for a while',
  storage: 'the brokers could not write to their disks; try again',
  busy: 'the brokers are busy; try again',
}

export const reasons = catalogue('reasons', {
  refusals,
  replaced: 'your newer offer took its place',
  late: 'a match came to nothing, as its receipt was not completed in time',
  silent: 'no broker answered',
  superseded: 'the buyer has changed or withdrawn its offer; yours is offered again after the deadline',
  damaged: 'its record on this device was damaged',
  /** A whole sentence: a defect of the app's own. */
  internal: (message: string) => `Something went wrong in the app: ${message}`,
})
