/** How sending, moving and withdrawing an own offer may end, for whoever asked for it. */
import type { Failure, OfferAnswer } from './command.ts'
import { failure } from './failures.ts'
import type { OwnOffer } from './own-offer.ts'
import type { Round } from './placement.ts'
import { explain, SILENT } from './reasons.ts'

type Failed = { readonly ok: false; readonly failure: Failure }

/** What brokers said of an offer in a round of sending. */
export function answerOf({ offerId }: OwnOffer, { accepted, of, refusal }: Round): OfferAnswer {
  if (accepted > 0) return { offerId, accepted, of }
  return { offerId, accepted, of, reason: refusal === undefined ? SILENT : explain(refusal) }
}

export function openFailure(): Failed {
  return failure(
    'offer-open',
    'Your offer of this service is matched, and its trade is being completed. Wait a few seconds, then try again.',
  )
}

export function changedFailure(): Failed {
  return failure('offer-open', 'The offer has just changed. Look at it, then try again.')
}

export function storageFailure(): Failed {
  return failure('storage', 'This device could not store the change, so it was not sent. Free some disk space, then try again.')
}
