/** Terms that a person most likely mistyped: asked about before they are sent. Exact: halves of a unit as bigints, no fractions. */
import type { Id } from '../../base/identity.ts'
import type { BookAnswer } from '../../trader/command.ts'
import { halves } from '../amount.ts'
import type { Terms } from './preview.ts'

/** Amounts are halves of a smallest unit, as a mean of two prices may end in .5. */
export type Unusual =
  /** A buy far above the best ask, or a sell far below the best bid. */
  | { readonly kind: 'beyond'; readonly price: bigint; readonly best: bigint }
  /** Far from the middle of the book, or from the one price that is seen. */
  | { readonly kind: 'away'; readonly price: bigint; readonly seen: bigint }
  | { readonly kind: 'large'; readonly total: bigint; readonly bound: bigint }

/** Beyond the other side's best by more than this is far. */
const BEYOND_PERCENT = 10n
/** Away from the seen price by more than this is far. */
const AWAY_PERCENT = 50n
/** A total above so many whole units of the currency is large. */
const LARGE_TOTAL = 100_000n

interface Seen {
  readonly book: Pick<BookAnswer, 'bids' | 'asks'> | null
  /** This peer, whose own offers say nothing about the market. */
  readonly self: Id
  /** The latest trade's price in smallest units, when one is known. */
  readonly lastPrice: number | undefined
  readonly decimals: number
}

/** What is unusual about the terms, the gravest first; empty when nothing is. A price is named once: against the best, or else against what is seen. */
export function unusualIn(terms: Terms, seen: Seen): Unusual[] {
  const price = halves(terms.price)
  const total = price * BigInt(terms.quantity)
  const bound = 2n * LARGE_TOTAL * 10n ** BigInt(seen.decimals)
  const odd = oddPrice(terms, price, seen)
  return [...(odd === undefined ? [] : [odd]), ...(total > bound ? [{ kind: 'large', total, bound } as const] : [])]
}

function oddPrice({ side }: Terms, price: bigint, { book, self, lastPrice }: Seen): Unusual | undefined {
  const best = (rows: BookAnswer['bids']) => rows.find(({ peer }) => peer !== self)?.price
  const [bid, ask] = [best(book?.bids ?? []), best(book?.asks ?? [])].map((units) => (units === undefined ? undefined : halves(units)))
  const other = side === 'buy' ? ask : bid
  const loss = other === undefined ? 0n : side === 'buy' ? price - other : other - price
  if (other !== undefined && loss * 100n > other * BEYOND_PERCENT) return { kind: 'beyond', price, best: other }
  const middle = bid !== undefined && ask !== undefined ? (bid + ask) / 2n : (bid ?? ask)
  const seen = middle ?? (lastPrice === undefined ? undefined : halves(lastPrice))
  if (seen === undefined) return undefined
  const distance = price < seen ? seen - price : price - seen
  return distance * 100n > seen * AWAY_PERCENT ? { kind: 'away', price, seen } : undefined
}

/** How far `price` is from `other`, in whole percent of it, rounded down: what is said is never more than it is. */
export function percentApart(price: bigint, other: bigint): bigint {
  const distance = price < other ? other - price : price - other
  return (distance * 100n) / other
}
