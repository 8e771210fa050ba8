/** What stands in the bidder form: the checked request, and what is wrong with each field. */
import type { BidderRequest } from '../../trader/command.ts'
import { parseAmount, parseQuantity } from '../amount.ts'
import type { FieldErrors } from '../service-fields.ts'
import { bidders } from '../text/en/bidders.ts'

export interface BidderFields {
  readonly serviceId: string
  readonly side: 'buy' | 'sell'
  readonly limit: string
  readonly quantity: string
  /** In percent. */
  readonly learningRate: string
  /** Milliseconds, as the select holds them. */
  readonly forMs: string
}

/** How long a bidder may be told to bid, in ms. */
export const BIDDING_CHOICES: readonly number[] = [10, 60, 8 * 60, 24 * 60, 7 * 24 * 60].map((minutes) => minutes * 60_000)

/** `bidder` is undefined while a field is wrong. */
export function checkBidder(
  fields: BidderFields,
  decimals: number,
): { readonly bidder: BidderRequest | undefined; readonly errors: FieldErrors } {
  const { errors: words } = bidders.t
  const limit = parseAmount(fields.limit, decimals)
  const quantity = parseQuantity(fields.quantity)
  const learningRate = parseRate(fields.learningRate)
  const forMs = Number(fields.forMs)
  const isLength = BIDDING_CHOICES.includes(forMs)
  if (limit.ok && quantity.ok && learningRate !== undefined && isLength)
    return { bidder: { side: fields.side, limit: limit.value, quantity: quantity.value, learningRate, forMs }, errors: {} }
  const errors = {
    ...(limit.ok ? {} : { limit: words.amount(String(decimals)) }),
    ...(quantity.ok ? {} : { quantity: words.quantity }),
    ...(learningRate === undefined ? { learningRate: words.rate } : {}),
    ...(isLength ? {} : { forMs: words.duration }),
  }
  return { bidder: undefined, errors }
}

/** The share that a text such as "12.5" or "12,5" percent stands for; undefined when it is none above 0 to 1. */
function parseRate(text: string): number | undefined {
  const digits = text.trim().replace(/\s*%$/, '').replace(',', '.')
  const percent = /^\d{1,3}(\.\d{1,6})?$/.test(digits) ? Number(digits) : 0
  return percent > 0 && percent <= 100 ? percent / 100 : undefined
}

/** A share as percent, for reading: 0.125 is "12.5". */
export function percentText(rate: number): string {
  return String(Number((rate * 100).toFixed(6)))
}

/** What a reason says in the person's words: it begins with a code, and a sentence for those without words follows. */
export function bidderReason(reason: string): string {
  const [code = '', ...rest] = reason.split(': ')
  const words: Readonly<Record<string, string>> = bidders.t.reasons
  return words[code] ?? (rest.length > 0 ? rest.join(': ') : reason)
}
