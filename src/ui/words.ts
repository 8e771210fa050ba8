/** The market's short codes in a person's words. */
import type { OfferRow } from '../trader/command.ts'
import type { ApiError } from './api.ts'

const reasons: Record<string, string> = {
  price: 'its price is worse than the offers the book has room for',
  stale: 'a newer offer of yours came first',
  expired: 'its time was over before it reached the brokers',
  validity: 'it is valid for longer than the network allows; if your choice was within the limit, check the clock',
  'not-broker': 'the brokers of the service have changed; it is sent again to the new ones',
}

/** A reason, as the brokers gave it, for a person. */
export function reasonWords(reason: string): string {
  return reasons[reason] ?? reason
}

const offerStates: Record<OfferRow['state'], string> = {
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

export function offerStateWords(state: OfferRow['state']): string {
  return offerStates[state]
}

/** True while something can still happen to the offer. */
export function isLive({ state }: Pick<OfferRow, 'state'>): boolean {
  return state === 'sending' || state === 'open' || state === 'matched' || state === 'withdrawing'
}

const notWithdrawable: Partial<Record<OfferRow['state'], string>> = {
  sending: 'Possible once the brokers have answered.',
  matched: 'Too late: it is matched, and the receipt is being signed.',
  withdrawing: 'It is being withdrawn.',
}

/** Why a live offer cannot be withdrawn now; undefined when it can. */
export function whyNotWithdraw(state: OfferRow['state']): string | undefined {
  return notWithdrawable[state]
}

/** What a call was rejected with, as an error to show; anything else is our own bug and says so. */
export function apiErrorOf(error: unknown): ApiError {
  if (error instanceof Error && 'code' in error) return error as ApiError
  const message = error instanceof Error ? error.message : String(error)
  return Object.assign(new Error(`Something went wrong in the app: ${message}`), { code: 'internal' })
}

const fieldNames: Record<string, string> = {
  'file.size': 'fileSize',
  size: 'fileSize',
  file: 'fileSize',
  'file.sha256': 'fileSha256',
  sha256: 'fileSha256',
  validForMs: 'validFor',
  serviceId: 'link',
  serviceIdOrLink: 'link',
}

/** The form's name for the API field that is wrong, or `form`: `tags.2` and `tags[2]` are the field of all tags. An unknown service is for its link's field. */
export function formFieldOf({ code, field }: Pick<ApiError, 'code' | 'field'>): string {
  if (code === 'unknown-service') return 'link'
  if (field === undefined) return 'form'
  return fieldNames[field] ?? field.replace(/[.[].*$/, '')
}
