/** Asks above bids around the best prices, which stay where they are: each side scrolls away from them in its own fixed height. */
import type { Service } from '../../market/service.ts'
import type { BookAnswer } from '../../trader/command.ts'
import { formatAmount, formatCount, formatHalves } from '../amount.ts'
import { book as texts } from '../text/en/book.ts'
import { type BookSide, type Level, type Levels, offerPriceOf } from './levels.ts'
import { spreadOf } from './quality.ts'

interface LadderProps {
  readonly book: BookAnswer
  readonly levels: Levels
  readonly service: Service
  readonly onPick: (price: number) => void
}

export function Ladder({ book, levels, service, onPick }: LadderProps) {
  const { t } = texts
  const side = (name: BookSide) => <LadderSide side={name} levels={levels[name]} service={service} onPick={onPick} />
  return (
    <div class="ladder">
      <div class="ladder-head" aria-hidden="true">
        <span>{t.priceIn(service.currency)}</span>
        <span>{t.quantityIn(service.unit)}</span>
        <span>{t.totalIn(service.unit)}</span>
      </div>
      {side('asks')}
      <BestPrices book={book} service={service} />
      {side('bids')}
    </div>
  )
}

/** Up and down go from level to level, over the best prices too; Tab only to each side's best. */
function moveAmongLevels(event: KeyboardEvent): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
  if (step === 0) return
  const here = event.currentTarget as HTMLButtonElement
  const buttons = [...(here.closest('.ladder')?.querySelectorAll('button') ?? [])]
  const next = buttons[buttons.indexOf(here) + step]
  if (next === undefined) return
  event.preventDefault()
  next.focus()
}

function BestPrices({ book, service: { decimals } }: Pick<LadderProps, 'book' | 'service'>) {
  const { t } = texts
  const spread = spreadOf(book)
  const price = (units: number | undefined) => (units === undefined ? t.nobody : formatAmount(units, decimals))
  return (
    <section class="best-prices" aria-label={t.best}>
      <dl>
        <div class="sell-text">
          <dt>{t.ask}</dt>
          <dd>{price(book.asks[0]?.price)}</dd>
        </div>
        <div>
          <dt>{t.spread}</dt>
          <dd>{spread === undefined ? '–' : formatHalves(spread, decimals)}</dd>
        </div>
        <div class="buy-text">
          <dt>{t.bid}</dt>
          <dd>{price(book.bids[0]?.price)}</dd>
        </div>
      </dl>
    </section>
  )
}

interface SideProps {
  readonly side: BookSide
  readonly levels: readonly Level[]
  readonly service: Service
  readonly onPick: (price: number) => void
}

function LadderSide({ side, levels, service, onPick }: SideProps) {
  const { t } = texts
  if (levels.length === 0) {
    return (
      <div class={`ladder-side ladder-${side}`}>
        <p class="empty">{side === 'asks' ? t.noAsks : t.noBids}</p>
      </div>
    )
  }
  const [best] = levels
  return (
    <div class={`ladder-side ladder-${side}`}>
      <table>
        <caption>{side === 'asks' ? t.asks : t.bids}</caption>
        <thead>
          <tr>
            <th scope="col">{t.price}</th>
            <th scope="col">{t.quantity}</th>
            <th scope="col">{t.total}</th>
          </tr>
        </thead>
        <tbody>
          {(side === 'asks' ? levels.toReversed() : levels).map((level) => (
            <Row key={String(level.price)} level={level} isBest={level === best} decimals={service.decimals} onPick={onPick} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

interface RowProps {
  readonly level: Level
  readonly isBest: boolean
  readonly decimals: number
  readonly onPick: (price: number) => void
}

function Row({ level, isBest, decimals, onPick }: RowProps) {
  const { t } = texts
  const price = formatHalves(level.price * 2n, decimals)
  return (
    <tr class={level.mine ? 'mine' : ''} style={{ '--depth': level.depth }}>
      <th scope="row">
        {level.mine ? <span class="you">{t.you}</span> : null}
        <button
          type="button"
          tabIndex={isBest ? 0 : -1}
          aria-label={t.usePrice(price)}
          onClick={() => onPick(offerPriceOf(level))}
          onKeyDown={moveAmongLevels}
        >
          {price}
        </button>
      </th>
      <td title={t.offers(level.offers)}>{formatCount(level.quantity)}</td>
      <td>{formatCount(level.cumulated)}</td>
    </tr>
  )
}
