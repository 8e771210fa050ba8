/** Trades of the open service: prices over time, and the tape. */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { Id } from '../../base/identity.ts'
import type { Service } from '../../market/service.ts'
import type { TradeRow } from '../../trader/command.ts'
import { formatAmount, formatCount } from '../amount.ts'
import type { BookState } from '../book/use-book.ts'
import { tradeHistory } from '../text/en/trade-history.ts'
import { language } from '../text/language.ts'
import type { PriceChart } from './price-chart.ts'
import { candlesOf, remember } from './seen.ts'
import '../style/trade-history.css'

interface Props {
  readonly serviceId: Id
  readonly service: Service
  readonly book: BookState
  readonly slotMs: number
}

type View = keyof typeof tradeHistory.english.views
/** Seconds that one point of the chart stands for. */
const STRETCH: Readonly<Record<View, number>> = { line: 1, minutes: 60, seconds: 10 }
/** Rows of the tape before somebody asks for all. */
const FIRST_ROWS = 12

/** The book comes often and trades seldom, so what they show is made anew only when there are others, or another language. */
export function TradeHistory({ serviceId, service, book, slotMs }: Props) {
  const trades = remember(serviceId, book.book?.trades ?? [])
  const spoken = language()
  return useMemo(() => <History trades={trades} service={service} slotMs={slotMs} />, [trades, service, slotMs, spoken])
}

function History({ trades, service, slotMs }: PartProps) {
  const { t } = tradeHistory
  return (
    <section class="card trade-history" aria-labelledby="trade-history-title">
      <h3 id="trade-history-title">{t.title}</h3>
      {trades.length === 0 ? (
        <p class="empty">{t.none}</p>
      ) : (
        <>
          <div class="history-parts">
            <Chart trades={trades} service={service} slotMs={slotMs} />
            <Tape trades={trades} service={service} slotMs={slotMs} />
          </div>
          <p class="quiet">{t.since}</p>
        </>
      )}
    </section>
  )
}

interface PartProps {
  readonly trades: readonly TradeRow[]
  readonly service: Service
  readonly slotMs: number
}

function Chart({ trades, service, slotMs }: PartProps) {
  const { t } = tradeHistory
  const [view, setView] = useState<View>('line')
  const element = useRef<HTMLDivElement>(null)
  const chart = useRef<PriceChart | null>(null)
  const candles = useMemo(() => candlesOf(trades, { slotMs, seconds: STRETCH[view] }), [trades, slotMs, view])
  const latest = useRef(candles)
  latest.current = candles
  useEffect(() => {
    let current = true
    // Without the library the tape says the same.
    import('./price-chart.ts').then(
      ({ drawChart }) => {
        if (!current || element.current === null) return
        const format = (price: number) => formatAmount(Math.round(price * 2) / 2, service.decimals)
        chart.current = drawChart(element.current, { candles: view !== 'line', format })
        chart.current.show(latest.current)
      },
      () => {},
    )
    return () => {
      current = false
      chart.current?.remove()
      chart.current = null
    }
  }, [view, service])
  useEffect(() => chart.current?.show(candles), [candles])
  return (
    <div class="history-chart">
      <label class="history-view">
        {t.view}{' '}
        <select name="historyView" value={view} onChange={(event) => setView(event.currentTarget.value as View)}>
          {Object.entries(t.views).map(([name, words]) => (
            <option key={name} value={name}>
              {words}
            </option>
          ))}
        </select>
      </label>
      <div class="chart-ground" ref={element} role="img" aria-label={t.chart(service.name)} />
      <p class="quiet">
        {t.attribution}{' '}
        <a href="https://www.tradingview.com/" rel="noreferrer noopener" target="_blank">
          TradingView Lightweight Charts™
        </a>
      </p>
    </div>
  )
}

function Tape({ trades, service, slotMs }: PartProps) {
  const { t } = tradeHistory
  const [all, setAll] = useState(false)
  const shown = all ? trades : trades.slice(0, FIRST_ROWS)
  return (
    <div class="tape">
      <table>
        <caption class="hidden-words">{t.title}</caption>
        <thead>
          <tr>
            <th scope="col">{t.time}</th>
            <th scope="col" class="number">
              {t.price}
            </th>
            <th scope="col" class="number">
              {t.quantity}
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ receiptId, slot, price, quantity }) => (
            <tr key={receiptId}>
              <td>
                <Time ms={(slot + 1) * slotMs} />
              </td>
              <td class="number">{formatAmount(price, service.decimals)}</td>
              <td class="number">{formatCount(quantity)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {trades.length > FIRST_ROWS ? (
        <button type="button" class="link-button" onClick={() => setAll(!all)}>
          {all ? t.fewer : t.all(trades.length)}
        </button>
      ) : null}
    </div>
  )
}

function Time({ ms }: { readonly ms: number }) {
  const date = new Date(ms)
  return <time dateTime={date.toISOString()}>{date.toLocaleTimeString(language() === 'de' ? 'de-DE' : 'en-GB')}</time>
}
