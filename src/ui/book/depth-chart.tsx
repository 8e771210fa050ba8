/** Both sides' cumulated quantities over prices: as steps, or as a table that says the same. */
import { useState } from 'preact/hooks'
import type { Service } from '../../market/service.ts'
import { formatCount, formatHalves } from '../amount.ts'
import { book as texts } from '../text/en/book.ts'
import { depthSteps } from './depth-steps.ts'
import type { Level, Levels } from './levels.ts'

interface DepthProps {
  readonly levels: Levels
  readonly service: Service
}

const frame = { width: 600, height: 140 }

export function DepthChart({ levels, service }: DepthProps) {
  const { t } = texts
  const [asTable, setAsTable] = useState(false)
  const isEmpty = levels.bids.length + levels.asks.length === 0
  return (
    <section class="depth" aria-labelledby="depth-title">
      <header class="section-head">
        <h4 id="depth-title">{t.depth}</h4>
        <button type="button" class="link-button" onClick={() => setAsTable(!asTable)}>
          {asTable ? t.asChart : t.asTable}
        </button>
      </header>
      {isEmpty ? <p class="empty">{t.depthEmpty}</p> : null}
      {isEmpty ? null : asTable ? <DepthTable levels={levels} service={service} /> : <Chart levels={levels} service={service} />}
    </section>
  )
}

function Chart({ levels, service: { decimals, unit, currency } }: DepthProps) {
  const { t } = texts
  const steps = depthSteps(levels, frame)
  if (steps === undefined) return null
  const whole = (side: readonly Level[]) => formatCount(side.at(-1)?.cumulated ?? 0n)
  const price = (units: bigint) => `${formatHalves(units * 2n, decimals)} ${currency}`
  return (
    <figure class="depth-chart">
      <svg
        viewBox={`0 0 ${frame.width} ${frame.height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={t.depthChart(whole(levels.bids), whole(levels.asks), unit)}
      >
        <path class="depth-bids" d={steps.bids} />
        <path class="depth-asks" d={steps.asks} />
      </svg>
      <figcaption class="depth-scale" aria-hidden="true">
        <span class="buy-text">
          {t.toBuy} {whole(levels.bids)}
        </span>
        <span>
          {price(steps.lowest)} – {price(steps.highest)}
        </span>
        <span class="sell-text">
          {t.toSell} {whole(levels.asks)}
        </span>
      </figcaption>
    </figure>
  )
}

function DepthTable({ levels, service: { decimals, unit, currency } }: DepthProps) {
  const { t } = texts
  const rows = [
    ...levels.asks.toReversed().map((level) => ({ level, side: 'asks', name: t.toSell })),
    ...levels.bids.map((level) => ({ level, side: 'bids', name: t.toBuy })),
  ]
  return (
    <table class="depth-table">
      <caption>{t.depthTable(unit)}</caption>
      <thead>
        <tr>
          <th scope="col">{t.priceIn(currency)}</th>
          <th scope="col">{t.side}</th>
          <th scope="col">{t.total}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ level, side, name }) => (
          <tr key={`${side} ${level.price}`}>
            <th scope="row">{formatHalves(level.price * 2n, decimals)}</th>
            <td>{name}</td>
            <td>{formatCount(level.cumulated)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
