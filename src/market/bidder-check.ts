import { grouped, inWords, isIntegerWithin, isRecord, unknownField } from '../base/input.ts'
import { MAX_AMOUNT, type Side } from './offer.ts'

/** The longest that a bidder may bid, in ms: 30 days. */
export const MAX_BIDDING_MS = 30 * 24 * 3_600_000

/** What a person or a bot asks of a bidder: limit and quantity 1 to MAX_AMOUNT, the learning rate above 0 to 1, `forMs` 1 to MAX_BIDDING_MS. */
interface BidderRequest {
  readonly side: Side
  readonly limit: number
  readonly quantity: number
  readonly learningRate: number
  readonly forMs: number
}

/** The checked request, or which field is wrong and what it must be. */
export type CheckedBidderRequest =
  | { readonly ok: true; readonly bidder: BidderRequest }
  | { readonly ok: false; readonly field: string; readonly message: string }

const FIELDS = ['side', 'limit', 'quantity', 'learningRate', 'forMs']

function wrong(field: string, message: string): CheckedBidderRequest {
  return { ok: false, field, message }
}

/** Takes a request for a bidder as a person or a script gave it. `usualRate`: the network's a, for one that names none. */
export function checkBidderRequest(input: unknown, usualRate: number): CheckedBidderRequest {
  if (!isRecord(input)) return wrong('bidder', `A bidder must be an object with ${FIELDS.join(', ')}; it is ${inWords(input)}.`)
  const unknown = unknownField(input, FIELDS)
  if (unknown !== undefined) return wrong(unknown, `A bidder has no field ${inWords(unknown)}: leave it out.`)
  const { side, limit, quantity, learningRate = usualRate, forMs } = input
  if (side !== 'buy' && side !== 'sell') return wrong('side', `side must be "buy" or "sell"; it is ${inWords(side)}.`)
  if (!isIntegerWithin(limit, 1, MAX_AMOUNT)) {
    const range = `from 1 to ${grouped(MAX_AMOUNT)}, in the currency's smallest unit`
    return wrong('limit', `limit must be a whole number ${range}; it is ${inWords(limit)}.`)
  }
  if (!isIntegerWithin(quantity, 1, MAX_AMOUNT)) {
    return wrong('quantity', `quantity must be a whole number from 1 to ${grouped(MAX_AMOUNT)}; it is ${inWords(quantity)}.`)
  }
  if (!isLearningRate(learningRate)) {
    return wrong('learningRate', `learningRate must be a number above 0 and at most 1; it is ${inWords(learningRate)}.`)
  }
  if (!isIntegerWithin(forMs, 1, MAX_BIDDING_MS)) {
    const range = `from 1 to ${grouped(MAX_BIDDING_MS)}`
    return wrong('forMs', `forMs must be a whole number of milliseconds ${range}; it is ${inWords(forMs)}.`)
  }
  return { ok: true, bidder: { side, limit, quantity, learningRate, forMs } }
}

/** A learning rate of PROTOCOL 11: above 0 to 1. */
export function isLearningRate(value: unknown): value is number {
  return typeof value === 'number' && value > 0 && value <= 1
}
