/** The live order book: both sides with their depth, and how far it can be trusted. */
import { useState } from 'preact/hooks'
import type { Id } from '../base/identity.ts'
import type { Service } from '../market/service.ts'
import type { BookAnswer } from '../trader/command.ts'
import { formatAmount, formatCount, formatHalves } from './amount.ts'
import { type DepthRow, depthOf, type Quality, qualityOf, spreadOf } from './depth.ts'
import { Sign } from './sign.tsx'
import { formatAge } from './time.ts'
import type { BookState } from './use-book.ts'
import { type Screen, useMedia, useNow } from './use-screen.ts'
import { qualityWords } from './words.ts'
import './style/book.css'

/** What the book and the offer form know of the market that is open. */
export interface Market {
  readonly screen: Screen
  readonly serviceId: Id
  readonly service: Service
  readonly book: BookState
  readonly slotMs: number
}

export function OrderBook({ screen, service, book: state, slotMs }: Market) {
  const now = useNow(200)
  const { book, receivedAtMs } = state
  const ageMs = book === null ? 0 : book.ageMs + now - receivedAtMs
  const quality = book === null ? undefined : qualityOf(book, ageMs, slotMs)
  return (
    <section
      class={`book card book-${quality ?? 'loading'}`}
      data-testid="book"
      data-quality={quality ?? 'loading'}
      aria-labelledby="book-title"
    >
      <header class="section-head">
        <h3 id="book-title">Order book</h3>
        {book === null ? null : <QualityLine book={book} ageMs={ageMs} good={quality === 'good'} />}
      </header>
      <p class="book-warning" aria-live="polite">
        <Warning state={state} quality={quality} brokers={screen.parameters?.n} />
      </p>
      {book === null || quality === 'none' ? (
        <Unanswered state={state} />
      ) : (
        <BookBody book={book} service={service} self={screen.view?.nodeId ?? ''} />
      )}
    </section>
  )
}

function QualityLine({ book, ageMs, good }: { readonly book: BookAnswer; readonly ageMs: number; readonly good: boolean }) {
  return (
    <p class="book-quality" data-testid="book-quality">
      <Sign name={good ? 'done' : 'warning'} />
      {book.answered} of {book.of} {book.of === 1 ? 'broker' : 'brokers'} answered, {book.agreeing}{' '}
      {book.agreeing === 1 ? 'agrees' : 'agree'} · <span class="age">{formatAge(ageMs)} ago</span>
    </p>
  )
}

interface WarningProps {
  readonly state: BookState
  readonly quality: Quality | undefined
  readonly brokers: number | undefined
}

function Warning({ state, quality, brokers = 1 }: WarningProps) {
  if (quality !== undefined && quality !== 'good') return <span class="notice">{qualityWords(quality)}</span>
  if (state.error !== null) return <span class="notice">{state.error.message}</span>
  const few = state.book !== null && state.book.of < Math.min(3, brokers)
  return few ? <span class="quiet">A small market so far: more tabs make more brokers.</span> : null
}

function Unanswered({ state }: { readonly state: BookState }) {
  if (state.asked > 0) return <p class="empty">No book yet. The brokers are asked again by themselves.</p>
  return (
    <p class="empty">
      <span class="spinner" aria-hidden="true" /> Asking the brokers…
    </p>
  )
}

function BookBody({ book, service, self }: { readonly book: BookAnswer; readonly service: Service; readonly self: Id }) {
  const narrow = useMedia('(max-width: 719px)')
  const { bids, asks } = depthOf(book, self)
  const asksSide = <BookSide key="asks" side="asks" rows={asks} service={service} narrow={narrow} />
  const bidsSide = <BookSide key="bids" side="bids" rows={bids} service={service} narrow={narrow} />
  return (
    <>
      <TopLine book={book} service={service} />
      <div class="sides">{narrow ? [asksSide, bidsSide] : [bidsSide, asksSide]}</div>
    </>
  )
}

function TopLine({ book, service }: { readonly book: BookAnswer; readonly service: Service }) {
  const { decimals, currency } = service
  const [bid, ask] = [book.bids[0]?.price, book.asks[0]?.price]
  const spread = spreadOf(book)
  return (
    <dl class="top-line">
      <div class="buy-text">
        <dt>Bid</dt>
        <dd data-testid="bid">{bid === undefined ? 'none' : formatAmount(bid, decimals)}</dd>
      </div>
      <div class="sell-text">
        <dt>Ask</dt>
        <dd data-testid="ask">{ask === undefined ? 'none' : formatAmount(ask, decimals)}</dd>
      </div>
      <div>
        <dt>Spread</dt>
        <dd>{spread === undefined ? '–' : formatHalves(spread, decimals)}</dd>
      </div>
      <div class="top-unit">
        <dt>In</dt>
        <dd>
          {currency} per {service.unit}
        </dd>
      </div>
    </dl>
  )
}

/** Rows shown before somebody asks for all. */
const FIRST_ROWS = 12

type Column = 'price' | 'quantity' | 'cumulated'

const fromPrice: readonly Column[] = ['price', 'quantity', 'cumulated']
const columnNames: Record<Column, string> = { price: 'Price', quantity: 'Quantity', cumulated: 'Sum' }

interface SideProps {
  readonly side: 'bids' | 'asks'
  readonly rows: readonly DepthRow[]
  readonly service: Service
  readonly narrow: boolean
}

function BookSide({ side, rows, service, narrow }: SideProps) {
  const [all, setAll] = useState(false)
  const shown = all ? rows : rows.slice(0, FIRST_ROWS)
  // On narrow screens the sides stand one above the other, and the best prices meet in the middle.
  const ordered = narrow && side === 'asks' ? shown.toReversed() : shown
  // Side by side the prices stand in the middle, next to each other.
  const columns = !narrow && side === 'bids' ? fromPrice.toReversed() : fromPrice
  return (
    <div class={`side side-${side}`}>
      <table data-testid={`book-${side}`}>
        <caption>{side === 'bids' ? 'Bids: offers to buy' : 'Asks: offers to sell'}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col" class={column}>
                {columnNames[column]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {ordered.map((row) => (
            <Row key={`${row.peer} ${row.seq}`} row={row} columns={columns} decimals={service.decimals} />
          ))}
        </tbody>
      </table>
      {rows.length === 0 ? <p class="empty">{side === 'bids' ? 'No offers to buy.' : 'No offers to sell.'}</p> : null}
      {rows.length > FIRST_ROWS ? (
        <button type="button" class="link-button" onClick={() => setAll(!all)}>
          {all ? `Show the best ${FIRST_ROWS}` : `Show all ${rows.length}`}
        </button>
      ) : null}
    </div>
  )
}

interface RowProps {
  readonly row: DepthRow
  readonly columns: readonly Column[]
  readonly decimals: number
}

function Row({ row, columns, decimals }: RowProps) {
  const cells = {
    price: (
      <td key="price" class="price">
        {row.mine ? <span class="you">you</span> : null}
        {formatAmount(row.price, decimals)}
      </td>
    ),
    quantity: <td key="quantity">{formatCount(row.quantity)}</td>,
    cumulated: (
      <td key="cumulated" class="cumulated">
        {formatCount(row.cumulated)}
      </td>
    ),
  }
  const style = { '--depth': row.depth }
  return (
    <tr class={row.mine ? 'mine' : ''} style={style} data-price={row.price} data-quantity={row.quantity} title={`Peer ${row.peer}`}>
      {columns.map((column) => cells[column])}
    </tr>
  )
}
