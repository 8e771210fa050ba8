/** What an own offer says, for making it again. */
import type { Service } from '../market/service.ts'
import type { OfferRequest, OfferRow } from '../trader/command.ts'
import { amountText } from './amount.ts'
import type { OfferFields } from './offer-fields.ts'
import { validityChoices } from './time.ts'

/** The same offer anew, for as long as it was made for: what is left of it, or what was traded when nothing is. */
export function termsAgain({ side, price, quantity, validUntil, steps }: OfferRow, longestMs: number): OfferRequest {
  const traded = steps.reduce((sum, step) => sum + (step.quantity ?? 0), 0)
  const madeMs = steps[0]?.atMs ?? validUntil - longestMs
  // A number is signed a moment after it is asked for; nobody chose the odd milliseconds.
  const lengthMs = Math.round((validUntil - madeMs) / 1000) * 1000
  return { side, price, quantity: quantity > 0 ? quantity : Math.max(1, traded), validForMs: Math.min(longestMs, Math.max(1000, lengthMs)) }
}

/** The form's texts for these terms; of the lengths to choose from, the closest. */
export function fieldsOf({ side, price, quantity, validForMs }: OfferRequest, service: Service, longestMs: number): OfferFields {
  const distance = (ms: number): number => Math.abs(ms - validForMs)
  const [closest] = validityChoices(longestMs).sort((left, right) => distance(left) - distance(right))
  return { side, price: amountText(price, service.decimals), quantity: String(quantity), validFor: String(closest ?? longestMs) }
}
