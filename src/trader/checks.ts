/** What a trader checks before it signs. Signatures were verified by the shell; what they mean is checked here (PROTOCOL 6, 7). */
import type { Offer } from '../market/offer.ts'
import type { ReceiptTerms } from '../market/receipt.ts'
import { RECEIPT_SLOTS } from '../market/receipt.ts'
import { isExchangeSlot, slotEndMs } from '../market/slot.ts'
import type { Match } from '../wire/messages.ts'

/** Network time in ms until which a receipt of this decision slot may be completed: the end of its deadline slot. */
export function deadlineMs(slot: number, slotMs: number): number {
  return slotEndMs(slot + RECEIPT_SLOTS, slotMs)
}

/** What makes a match wrong for the trader of `own`, or null. `networkMs`: now. */
export function matchFault(match: Match, own: Offer, clock: { readonly slotMs: number; readonly networkMs: number }): string | null {
  const { buy, sell, slot } = match
  const mine = own.side === 'buy' ? buy : sell
  if (mine.id !== own.id) return 'not the newest own offer'
  if (buy.side !== 'buy' || sell.side !== 'sell') return 'wrong sides'
  if (buy.service !== own.service || sell.service !== own.service) return 'another service'
  if (buy.peer === sell.peer) return 'a trade with oneself'
  if (buy.price < sell.price) return 'prices do not cross'
  if (!isExchangeSlot(slot)) return 'not decided in an odd slot'
  const endMs = slotEndMs(slot, clock.slotMs)
  if (buy.validUntil <= endMs || sell.validUntil <= endMs) return 'not valid at its decision'
  // Clocks of a network agree to within a slot, so a decision more than one ahead was not made yet.
  if (endMs > clock.networkMs + clock.slotMs) return FUTURE
  return null
}

/** A fault that may be this clock's: the same match can be right a little later. */
export const FUTURE = 'decided in the future'

/** What makes a receipt's terms wrong for the trader of `own`, or null. */
export function termsFault(terms: ReceiptTerms, own: Offer, clock: { readonly slotMs: number; readonly networkMs: number }): string | null {
  if (terms.service !== own.service) return 'another service'
  if (terms.quantity !== tradedQuantity(terms)) return 'not the smaller quantity'
  return matchFault(terms, own, clock)
}

/** A match trades the smaller quantity (PROTOCOL 5). */
export function tradedQuantity(match: Pick<Match, 'buy' | 'sell'>): number {
  return Math.min(match.buy.quantity, match.sell.quantity)
}
