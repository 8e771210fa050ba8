/** The market's short codes in a person's words. */
import type { OfferRow } from '../trader/command.ts'
import { DAMAGED, LATE, REPLACED, SILENT, SUPERSEDED } from '../trader/reasons.ts'
import type { ApiError } from './api.ts'
import { offers } from './text/en/offers.ts'
import { reasons } from './text/en/reasons.ts'

/** The core's own sentences, which are English, and what they are called among the texts. */
const sentences: Readonly<Record<string, Exclude<keyof typeof reasons.english, 'refusals' | 'internal'>>> = {
  [REPLACED]: 'replaced',
  [LATE]: 'late',
  [SILENT]: 'silent',
  [SUPERSEDED]: 'superseded',
  [DAMAGED]: 'damaged',
}

/** A reason, as the trader or the brokers gave it, as a part of a person's sentence. What is not known is passed on. */
export function reasonWords(reason: string): string {
  const { t } = reasons
  const sentence = sentences[reason]
  if (sentence !== undefined) return t[sentence]
  const code = /^([a-z-]+)(?::|$)/.exec(reason)?.[1] ?? ''
  return (t.refusals as Record<string, string>)[code] ?? reason
}

/** The state to show: an offer that brokers dropped as its time was over has expired. */
export function shownState({ state, steps }: Pick<OfferRow, 'state' | 'steps'>): OfferRow['state'] {
  return state === 'dropped' && steps.at(-1)?.state === 'expired' ? 'expired' : state
}

/** True while something can still happen to the offer. */
export function isLive({ state }: Pick<OfferRow, 'state'>): boolean {
  return state === 'sending' || state === 'open' || state === 'matched' || state === 'withdrawing'
}

/** Why a live offer cannot be withdrawn or changed now; undefined when it can. */
export function whyNotChange(state: OfferRow['state']): string | undefined {
  return (offers.t.notWhile as Partial<Record<OfferRow['state'], string>>)[state]
}

/** What a call was rejected with, as an error to show; anything else is our own bug and says so. */
export function apiErrorOf(error: unknown): ApiError {
  if (error instanceof Error && 'code' in error) return error as ApiError
  const message = error instanceof Error ? error.message : String(error)
  return Object.assign(new Error(reasons.t.internal(message)), { code: 'internal' })
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
