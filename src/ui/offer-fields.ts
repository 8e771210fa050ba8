/** What stands in the offer form: the checked offer, and what is wrong with each field. */
import type { Service } from '../market/service.ts'
import type { OfferRequest } from '../trader/command.ts'
import { parseAmount, parseQuantity } from './amount.ts'
import type { FieldErrors } from './service-fields.ts'
import { offerForm } from './text/en/offer-form.ts'

export interface OfferFields {
  readonly side: 'buy' | 'sell'
  readonly price: string
  readonly quantity: string
  /** Milliseconds, as the select holds them. */
  readonly validFor: string
}

export interface CheckedOffer {
  /** undefined while a field is wrong. */
  readonly offer: OfferRequest | undefined
  readonly errors: FieldErrors
}

export function checkOffer(fields: OfferFields, service: Service, longestMs: number): CheckedOffer {
  const price = parseAmount(fields.price, service.decimals)
  const quantity = parseQuantity(fields.quantity)
  const validForMs = Number(fields.validFor)
  const validityError = validityErrorOf(validForMs, longestMs)
  const validity = validityError === undefined ? {} : { validFor: validityError }
  if (price.ok && quantity.ok && validityError === undefined) {
    return { offer: { side: fields.side, price: price.value, quantity: quantity.value, validForMs }, errors: {} }
  }
  const errors = { ...(price.ok ? {} : { price: price.reason }), ...(quantity.ok ? {} : { quantity: quantity.reason }), ...validity }
  return { offer: undefined, errors }
}

/** The select offers only what fits, but what it holds is a text like any other. */
function validityErrorOf(ms: number, longestMs: number): string | undefined {
  if (!Number.isInteger(ms) || ms < 1) return offerForm.t.wrong.noLength
  return ms > longestMs ? offerForm.t.wrong.tooLong : undefined
}
