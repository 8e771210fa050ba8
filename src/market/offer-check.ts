import { grouped, inWords, isIntegerWithin, isRecord, unknownField } from '../base/input.ts'
import { MAX_AMOUNT, type Side } from './offer.ts'

/** What a person or a bot asks for: price in the currency's smallest units, quantity in whole units, both 1 to MAX_AMOUNT; validity in ms, 1 to t. */
interface OfferRequest {
  readonly side: Side
  readonly price: number
  readonly quantity: number
  readonly validForMs: number
}

/** The checked request, or which field is wrong and what it must be. */
export type CheckedOfferRequest =
  | { readonly ok: true; readonly offer: OfferRequest }
  | { readonly ok: false; readonly field: string; readonly message: string }

const FIELDS = ['side', 'price', 'quantity', 'validForMs']

function wrong(field: string, message: string): CheckedOfferRequest {
  return { ok: false, field, message }
}

/** Takes a request for an offer as a person or a script gave it. `longestValidityMs`: the network's t. */
export function checkOfferRequest(input: unknown, longestValidityMs: number): CheckedOfferRequest {
  if (!isRecord(input)) return wrong('offer', `An offer must be an object with ${FIELDS.join(', ')}; it is ${inWords(input)}.`)
  const unknown = unknownField(input, FIELDS)
  if (unknown !== undefined) return wrong(unknown, `An offer has no field ${inWords(unknown)}: leave it out.`)
  const { side, price, quantity, validForMs } = input
  if (side !== 'buy' && side !== 'sell') return wrong('side', `side must be "buy" or "sell"; it is ${inWords(side)}.`)
  if (!isIntegerWithin(price, 1, MAX_AMOUNT)) {
    const range = `from 1 to ${grouped(MAX_AMOUNT)}, in the currency's smallest unit`
    return wrong('price', `price must be a whole number ${range}; it is ${inWords(price)}.`)
  }
  if (!isIntegerWithin(quantity, 1, MAX_AMOUNT)) {
    return wrong('quantity', `quantity must be a whole number from 1 to ${grouped(MAX_AMOUNT)}; it is ${inWords(quantity)}.`)
  }
  if (!isIntegerWithin(validForMs, 1, longestValidityMs)) {
    const range = `from 1 to ${grouped(longestValidityMs)}, this network's longest validity`
    return wrong('validForMs', `validForMs must be a whole number of milliseconds ${range}; it is ${inWords(validForMs)}.`)
  }
  return { ok: true, offer: { side, price, quantity, validForMs } }
}
