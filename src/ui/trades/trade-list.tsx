/** Trades as sentences: what, with whom, for how much, and how many brokers attest the receipt. */
import { useState } from 'preact/hooks'
import type { Id } from '../../base/identity.ts'
import type { ReceiptRow } from '../../trader/command.ts'
import { formatAmount, formatCount, formatHalves } from '../amount.ts'
import { download } from '../download.ts'
import { hashOf, shortId } from '../link.ts'
import { Sign } from '../sign.tsx'
import { trades } from '../text/en/trades.ts'
import type { Screen } from '../use-screen.ts'
import { apiErrorOf } from '../words.ts'
import { DecisionTime } from './decision-time.tsx'
import { type TradeLine, totalOf } from './trade-lines.ts'
import '../style/rows.css'

const FIRST_TRADES = 10

interface TradeListProps {
  readonly screen: Screen
  readonly lines: readonly TradeLine[]
  /** What stands there when there are none. */
  readonly empty: string
}

export function TradeList({ screen, lines, empty }: TradeListProps) {
  const { t } = trades
  const [all, setAll] = useState(false)
  return (
    <>
      <ul class="rows trade-rows" data-testid="trades">
        {(all ? lines : lines.slice(0, FIRST_TRADES)).map((line) => (
          <Trade key={line.receipt.receiptId} screen={screen} line={line} />
        ))}
        {lines.length === 0 ? <li class="empty">{empty}</li> : null}
      </ul>
      {lines.length > FIRST_TRADES ? (
        <button type="button" class="link-button" onClick={() => setAll(!all)}>
          {all ? t.showFewer : t.showAll(formatCount(lines.length))}
        </button>
      ) : null}
    </>
  )
}

interface TradeProps {
  readonly screen: Screen
  readonly line: TradeLine
}

function Trade({ screen, line }: TradeProps) {
  const { t } = trades
  const { receipt, service, decidedMs } = line
  return (
    <li class="row trade" data-receipt={receipt.receiptId} data-price={receipt.price}>
      <TradeTerms screen={screen} line={line} />
      <span class="row-figure">
        <small>{t.total}</small> {formatHalves(totalOf(receipt), service?.decimals ?? 0)} {service?.currency}
      </span>
      <Proof receipt={receipt} />
      <span class="row-figure">
        <small>{t.decided}</small> {decidedMs === undefined ? t.slotNumber(receipt.slot) : <DecisionTime ms={decidedMs} />}
      </span>
      <details class="row-details">
        <summary>{t.details}</summary>
        <Details screen={screen} receipt={receipt} />
      </details>
    </li>
  )
}

function TradeTerms({ screen, line: { receipt, service, bought, other } }: TradeProps) {
  const { t } = trades
  return (
    <span class="row-main">
      <span class="row-terms">
        <b class={bought ? 'buy-text' : 'sell-text'}>{bought ? t.bought : t.sold}</b> {formatCount(receipt.quantity)} ×{' '}
        {service?.unit ?? t.unit} {t.at} <b>{formatAmount(receipt.price, service?.decimals ?? 0)}</b> {service?.currency ?? t.smallestUnits}
      </span>
      <span class="row-who">
        {bought ? t.from : t.to} <code title={other}>{shortId(other)}</code> ·{' '}
        <a class="row-service" href={hashOf(receipt.serviceId, screen.api.link(receipt.serviceId))}>
          {service?.name ?? receipt.serviceId}
        </a>
      </span>
    </span>
  )
}

/** With more than two thirds of the set's brokers a receipt proves to anyone that it was whole in time (PROTOCOL 6). */
function Proof({ receipt: { attestations, of } }: { readonly receipt: ReceiptRow }) {
  const { t } = trades
  const proven = attestations * 3 > of * 2
  return (
    <span class="row-state">
      <span class={`badge ${proven ? 'badge-traded' : 'badge-matched'}`}>
        <Sign name={proven ? 'done' : 'waiting'} />
        {t.attest(attestations, of)}
      </span>
      {proven ? null : <span class="row-reason">{t.notProven}</span>}
    </span>
  )
}

function Details({ screen, receipt }: { readonly screen: Screen; readonly receipt: ReceiptRow }) {
  const { t } = trades
  const [problem, setProblem] = useState('')
  const self = screen.view?.nodeId
  const rows: [string, string][] = [
    [t.receipt, receipt.receiptId],
    [t.service, receipt.serviceId],
    [t.buyer, party(receipt.buyer, self)],
    [t.seller, party(receipt.seller, self)],
    [t.slot, String(receipt.slot)],
  ]
  const save = async () => {
    try {
      const text = await screen.api.receiptFile(receipt.receiptId)
      download(`receipt-${receipt.receiptId}.json`, { text, type: 'application/json' })
      setProblem('')
    } catch (error) {
      setProblem(apiErrorOf(error).message)
    }
  }
  return (
    <>
      <dl class="ids">
        {rows.map(([term, value]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>
              <code>{value}</code>
            </dd>
          </div>
        ))}
      </dl>
      <button type="button" class="button button-small" onClick={save}>
        {t.downloadReceipt}
      </button>
      <p class="row-note">{t.downloadHint}</p>
      <p class="field-error" role="alert">
        {problem}
      </p>
    </>
  )
}

function party(nodeId: Id, self: Id | undefined): string {
  return nodeId === self ? trades.t.you(nodeId) : nodeId
}
