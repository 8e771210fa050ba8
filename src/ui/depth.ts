/** What the screen works out from an order book: depth, spread, how far to trust it, and what an offer would meet. */
import type { Id } from '../base/identity.ts'
import type { Side } from '../market/offer.ts'
import type { BookAnswer, BookRow } from '../trader/command.ts'
import { halves } from './amount.ts'

export interface DepthRow extends BookRow {
  readonly mine: boolean
  /** Quantity of this row and all better ones. */
  readonly cumulated: bigint
  /** The same as a part of the deeper side's whole, 0 to 1: the bar's length. */
  readonly depth: number
}

/** Rows of both sides, best first, with depths on one scale. */
export function depthOf(book: Pick<BookAnswer, 'bids' | 'asks'>, self: Id): { bids: DepthRow[]; asks: DepthRow[] } {
  const whole = (rows: readonly BookRow[]) => rows.reduce((sum, row) => sum + BigInt(row.quantity), 0n)
  const deepest = Math.max(Number(whole(book.bids)), Number(whole(book.asks)))
  const side = (rows: readonly BookRow[]) => {
    let cumulated = 0n
    return rows.map((row) => {
      cumulated += BigInt(row.quantity)
      return { ...row, mine: row.peer === self, cumulated, depth: Number(cumulated) / deepest }
    })
  }
  return { bids: side(book.bids), asks: side(book.asks) }
}

/** Ask less bid in half units; undefined while a side is empty. */
export function spreadOf(book: Pick<BookAnswer, 'bids' | 'asks'>): bigint | undefined {
  const [bid, ask] = [book.bids[0], book.asks[0]]
  return bid === undefined || ask === undefined ? undefined : halves(ask.price) - halves(bid.price)
}

/** How far a book can be trusted, worst first. */
export type Quality = 'none' | 'stale' | 'few' | 'disagree' | 'good'

/** Older than this many slots a book is no basis to trade on. */
const STALE_SLOTS = 3

export function qualityOf(book: BookAnswer, ageMs: number, slotMs: number): Quality {
  if (book.answered === 0) return 'none'
  if (ageMs > STALE_SLOTS * slotMs) return 'stale'
  if (book.answered * 2 <= book.of && book.answered < book.of) return 'few'
  return book.agreeing * 2 <= book.answered ? 'disagree' : 'good'
}

export interface Preview {
  /** Mean of both prices. */
  readonly price: number
  readonly quantity: number
}

/** What an offer would trade now: it meets the best offer of the other side at the mean of the prices (PROTOCOL 5), the smaller quantity. */
export function previewOf(
  book: Pick<BookAnswer, 'bids' | 'asks'>,
  self: Id,
  offer: { side: Side; price: number; quantity: number },
): Preview | undefined {
  const others = (offer.side === 'buy' ? book.asks : book.bids).filter((row) => row.peer !== self)
  const rivals = (offer.side === 'buy' ? book.bids : book.asks).filter((row) => row.peer !== self && isAhead(row.price, offer))
  const meets = others[rivals.length]
  if (meets === undefined || !crosses(meets.price, offer)) return undefined
  return { price: (meets.price + offer.price) / 2, quantity: Math.min(meets.quantity, offer.quantity) }
}

/** An offer of the same side at least as good, which came before, is served first. */
function isAhead(price: number, offer: { side: Side; price: number }): boolean {
  return offer.side === 'buy' ? price >= offer.price : price <= offer.price
}

function crosses(price: number, offer: { side: Side; price: number }): boolean {
  return offer.side === 'buy' ? price <= offer.price : price >= offer.price
}
