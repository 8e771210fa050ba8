/** How far an order book can be trusted. */
import type { BookAnswer } from '../../trader/command.ts'
import { halves } from '../amount.ts'

/** Worst first. */
export type Quality = 'none' | 'stale' | 'few' | 'disagree' | 'good'

/** Older than this many slots a book is no basis to trade on. */
const STALE_SLOTS = 3

export function qualityOf(book: Pick<BookAnswer, 'answered' | 'agreeing' | 'of'>, ageMs: number, slotMs: number): Quality {
  if (book.answered === 0) return 'none'
  if (ageMs > STALE_SLOTS * slotMs) return 'stale'
  if (book.answered * 2 <= book.of && book.answered < book.of) return 'few'
  return book.agreeing * 2 <= book.answered ? 'disagree' : 'good'
}

/** Ask less bid in half units; undefined while a side is empty. */
export function spreadOf(book: Pick<BookAnswer, 'bids' | 'asks'>): bigint | undefined {
  const [bid, ask] = [book.bids[0], book.asks[0]]
  return bid === undefined || ask === undefined ? undefined : halves(ask.price) - halves(bid.price)
}
