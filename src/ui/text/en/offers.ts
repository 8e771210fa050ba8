import type { OfferRow, OfferStep } from '../../../trader/command.ts'
import { catalogue } from '../language.ts'

const states: Record<OfferRow['state'], string> = {
  sending: 'Sending to brokers',
  open: 'In the book',
  matched: 'Matched, receipt being signed',
  traded: 'Traded',
  withdrawing: 'Withdrawing',
  withdrawn: 'Withdrawn',
  expired: 'Expired',
  dropped: 'Pushed out of the book',
  refused: 'Refused',
}

const steps: Record<Exclude<OfferStep['state'], 'sent' | 'stored' | 'traded'>, string> = {
  signing: 'Signed',
  forwarded: 'Passed on among the brokers',
  matched: 'Matched',
  'awaiting-receipt': 'Waiting for the other signature',
  dropped: 'Pushed out of the book',
  expired: 'Expired',
  withdrawing: 'Withdrawal sent',
  withdrawn: 'Withdrawn',
  replaced: 'Replaced',
  refused: 'Refused',
}

const brokers = (count: number): string => (count === 1 ? '1 broker' : `${count} brokers`)

/** The page of own offers. */
export const offers = catalogue('offers', {
  title: 'Your offers',
  open: 'Open',
  finished: 'Finished',
  count: (count: number) => (count === 0 ? 'none open' : `${count} open`),
  none: 'No offers yet. Open a service to make one.',
  noneOpen: 'None.',
  fewer: 'Show fewer',
  all: (count: number) => `Show all ${count} finished`,
  states,
  accepted: (accepted: number, of: number) => `accepted by ${accepted} of ${of}`,
  left: 'time left',
  life: 'What happened',
  steps,
  sent: (count: number) => `Sent to ${brokers(count)}`,
  stored: (accepted: number, of: number) => `Stored by ${accepted} of ${brokers(of)}`,
  traded: (quantity: string) => `Traded ${quantity}`,
  before: 'earlier',
  skipped: (count: number) => (count === 1 ? '1 step not kept' : `${count} steps not kept`),
  renew: 'Renew',
  change: 'Change',
  withdraw: 'Withdraw',
  renewing: 'Sending…',
  withdrawing: 'Withdrawing…',
  another: 'You have another offer open for this service.',
  notWhile: {
    sending: 'Possible once the brokers have answered.',
    matched: 'Too late: it is matched, and the receipt is being signed.',
    withdrawing: 'It is being withdrawn.',
  },
  unknown: 'Open the service first.',
  renewed: (accepted: number, of: number) => `Offered again: accepted by ${accepted} of ${brokers(of)}.`,
  notRenewed: (why: string) => `Not offered again: ${why}.`,
})
