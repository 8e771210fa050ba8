/** What an offer would do now, by the brokers' own matching engine on the rows of the book (PROTOCOL 5). */
import type { Id } from '../../base/identity.ts'
import { OrderTable, type TableOffer } from '../../market/order-table.ts'
import type { BookAnswer, BookRow, OfferRequest } from '../../trader/command.ts'

export type Terms = Pick<OfferRequest, 'side' | 'price' | 'quantity'>

export type Preview =
  /** Trades with the offer it meets, at the mean of both prices (may end in .5); `rest` of it is offered again by itself. */
  | { readonly kind: 'match'; readonly price: number; readonly quantity: number; readonly rest: number }
  /** Stands at `rank` of its side, 1 the first, of at most `rows`. */
  | { readonly kind: 'wait'; readonly rank: number; readonly rows: number }
  /** Worse than the side's last row: not taken. */
  | { readonly kind: 'drop'; readonly rows: number; readonly lastPrice: number }

type Row = TableOffer & { readonly quantity: number }

/** Expiry plays no part here: every row is valid at this moment. */
const NOW_MS = 0
const VALID_MS = 1

/**
 * `self` is this peer: its standing offer, one at most, makes place for the new one. `rows`: the network's m.
 * Rows are the union of what the brokers hold, so there may be more of them than one table takes.
 */
export function previewOf(
  book: Pick<BookAnswer, 'bids' | 'asks'>,
  offer: Terms,
  { self, rows }: { readonly self: Id; readonly rows: number },
): Preview {
  const table = new OrderTable<Row>({ rows, maxValidity: VALID_MS })
  const put = (side: Row['side']) => (row: BookRow) => {
    if (row.peer !== self) table.sendOffer({ ...row, side, validUntil: VALID_MS }, NOW_MS)
  }
  book.bids.forEach(put('buy'))
  book.asks.forEach(put('sell'))
  const mine: Row = { ...offer, peer: self, seq: 1, validUntil: VALID_MS }
  const perSide = rows / 2
  const { stored } = table.sendOffer(mine, NOW_MS)
  const standing = offer.side === 'buy' ? table.bids(NOW_MS) : table.asks(NOW_MS)
  if (!stored) return { kind: 'drop', rows: perSide, lastPrice: standing.at(-1)?.price ?? 0 }
  const pair = table.crossing(NOW_MS).find(({ buy, sell }) => buy === mine || sell === mine)
  if (pair === undefined) return { kind: 'wait', rank: standing.indexOf(mine) + 1, rows: perSide }
  const quantity = Math.min(pair.buy.quantity, pair.sell.quantity)
  return { kind: 'match', price: pair.price, quantity, rest: offer.quantity - quantity }
}
