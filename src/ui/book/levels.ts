/**
 * The ladder's price levels: rows of equal price summed, prices grouped on request, depths of both sides on one scale.
 * All sums are bigints and every grouped price is a whole number of smallest units, so nothing is rounded but where it says so.
 */
import type { Id } from '../../base/identity.ts'
import { MAX_AMOUNT } from '../../market/offer.ts'
import type { BookAnswer, BookRow } from '../../trader/command.ts'

/** How many smallest units go into one level. */
export const groupings = [1, 10, 100, 1000] as const
export type Grouping = (typeof groupings)[number]

export type BookSide = 'bids' | 'asks'

export interface Level {
  /** In smallest units, a multiple of the grouping: an ask's is never below, a bid's never above the price of any offer in it. May be 0 for bids. */
  readonly price: bigint
  readonly quantity: bigint
  /** Quantity of this level and all better ones. */
  readonly cumulated: bigint
  /** The same as a part of the deeper side's whole, 0 to 1 in steps of a ten-thousandth: the bar's length. */
  readonly depth: number
  readonly offers: number
  /** One of the offers is this peer's own. */
  readonly mine: boolean
}

export type Levels = Readonly<Record<BookSide, readonly Level[]>>

/** The level's price that holds an offer of this price: asks round up, bids down, so no level looks better than what is in it. */
export function groupedPrice(side: BookSide, price: number, grouping: Grouping): bigint {
  const [units, step] = [BigInt(price), BigInt(grouping)]
  return side === 'asks' ? ((units + step - 1n) / step) * step : (units / step) * step
}

/** Levels of both sides, best first, from rows that are sorted best first. */
export function levelsOf(book: Pick<BookAnswer, BookSide>, self: Id, grouping: Grouping): Levels {
  const [, deepest] = extremes([wholeOf(book.bids), wholeOf(book.asks)])
  const side = (name: BookSide) => sideLevels(name, book[name], { self, grouping, deepest })
  return { bids: side('bids'), asks: side('asks') }
}

/** The least and the greatest; 0 for none. */
export function extremes(amounts: readonly bigint[]): [bigint, bigint] {
  const sorted = amounts.toSorted((left, right) => Number(left > right) - Number(left < right))
  return [sorted[0] ?? 0n, sorted.at(-1) ?? 0n]
}

interface Scale {
  readonly self: Id
  readonly grouping: Grouping
  readonly deepest: bigint
}

function wholeOf(rows: readonly BookRow[]): bigint {
  return rows.reduce((sum, { quantity }) => sum + BigInt(quantity), 0n)
}

function sideLevels(side: BookSide, rows: readonly BookRow[], { self, grouping, deepest }: Scale): Level[] {
  const levels: Level[] = []
  for (const row of rows) {
    const price = groupedPrice(side, row.price, grouping)
    const last = levels.at(-1)
    const same = last?.price === price ? last : undefined
    const cumulated = (last?.cumulated ?? 0n) + BigInt(row.quantity)
    const level = {
      price,
      quantity: (same?.quantity ?? 0n) + BigInt(row.quantity),
      cumulated,
      depth: Number((cumulated * 10_000n) / deepest) / 10_000,
      offers: (same?.offers ?? 0) + 1,
      mine: same?.mine === true || row.peer === self,
    }
    if (same === undefined) levels.push(level)
    else levels[levels.length - 1] = level
  }
  return levels
}

/** The price that a click on the level puts in the form: the level's, or the nearest that may be offered. It reaches every offer in the level. */
export function offerPriceOf({ price }: Pick<Level, 'price'>): number {
  if (price < 1n) return 1
  return price > BigInt(MAX_AMOUNT) ? MAX_AMOUNT : Number(price)
}
