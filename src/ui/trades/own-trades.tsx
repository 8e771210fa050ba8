/** The person's own trades: found, added up, exported. */
import { useState } from 'preact/hooks'
import { formatCount, formatHalves } from '../amount.ts'
import { download } from '../download.ts'
import { trades } from '../text/en/trades.ts'
import type { Screen } from '../use-screen.ts'
import { tradesCsv, tradesJson } from './trade-export.ts'
import { TradeFilterForm } from './trade-filter-form.tsx'
import { filterTrades, noFilter, type TradeLine, totalsOf, tradeLines } from './trade-lines.ts'
import { TradeList } from './trade-list.tsx'
import '../style/trades.css'

export function OwnTrades({ screen }: { readonly screen: Screen }) {
  const { t } = trades
  const [filter, setFilter] = useState(noFilter)
  const { view, parameters, api } = screen
  const lines = tradeLines(view?.receipts ?? [], { self: view?.nodeId, slotMs: parameters?.slot, service: (id) => api.service(id) })
  const found = filterTrades(lines, filter)
  const empty = view === null ? t.reading : lines.length === 0 ? t.none : t.noneFound
  return (
    <section class="card" aria-labelledby="trades-title">
      <header class="section-head">
        <h2 id="trades-title">{t.title}</h2>
        <p class="quiet">{t.lead}</p>
      </header>
      {lines.length === 0 ? null : (
        <>
          <TradeFilterForm filter={filter} lines={lines} onChange={setFilter} />
          <div class="trade-tools">
            <p role="status">{t.filter.found(formatCount(found.length), formatCount(lines.length))}</p>
            <Exports found={found} network={view?.network ?? ''} />
          </div>
        </>
      )}
      <TradeList screen={screen} lines={found} empty={empty} />
      {found.length === 0 ? null : <Totals found={found} />}
    </section>
  )
}

function Exports({ found, network }: { readonly found: readonly TradeLine[]; readonly network: string }) {
  const { t } = trades
  const csv = () => download('peermart-trades.csv', { text: tradesCsv(found), type: 'text/csv;charset=utf-8' })
  const json = () => download('peermart-trades.json', { text: tradesJson(found, network), type: 'application/json' })
  return (
    <span class="trade-exports">
      <button type="button" class="button button-small" disabled={found.length === 0} onClick={csv}>
        {t.exportCsv}
      </button>
      <button type="button" class="button button-small" disabled={found.length === 0} onClick={json}>
        {t.exportJson}
      </button>
    </span>
  )
}

function Totals({ found }: { readonly found: readonly TradeLine[] }) {
  const { t } = trades
  return (
    <table class="trade-totals">
      <caption>{t.totals.title}</caption>
      <thead>
        <tr>
          <th scope="col">{t.totals.currency}</th>
          <th scope="col">{t.totals.bought}</th>
          <th scope="col">{t.totals.sold}</th>
        </tr>
      </thead>
      <tbody>
        {totalsOf(found).map(({ currency, decimals, bought, sold }) => (
          <tr key={`${currency} ${decimals}`}>
            <th scope="row">{currency === '' ? t.smallestUnits : currency}</th>
            <td>{formatHalves(bought, decimals)}</td>
            <td>{formatHalves(sold, decimals)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
