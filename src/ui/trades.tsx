/** Trades: the receipts that both sides signed, and how many brokers attest them. */
import { useState } from 'preact/hooks'
import type { Id } from '../base/identity.ts'
import type { Service } from '../market/service.ts'
import type { ReceiptRow } from '../trader/command.ts'
import { formatAmount, formatCount, formatTotal } from './amount.ts'
import { hashOf, shortId } from './link.ts'
import { Sign } from './sign.tsx'
import type { Screen } from './use-screen.ts'
import './style/rows.css'

const FIRST_TRADES = 10

export function Trades({ screen }: { readonly screen: Screen }) {
  const [all, setAll] = useState(false)
  const receipts = [...(screen.view?.receipts ?? [])].sort((left, right) => right.slot - left.slot)
  return (
    <section class="card" aria-labelledby="trades-title">
      <header class="section-head">
        <h2 id="trades-title">Your trades</h2>
        <p class="quiet">Settle each with the other side yourself: there is no escrow and no payment here.</p>
      </header>
      <ul class="rows trade-rows" data-testid="trades">
        {(all ? receipts : receipts.slice(0, FIRST_TRADES)).map((receipt) => (
          <Trade key={receipt.receiptId} screen={screen} receipt={receipt} />
        ))}
        {receipts.length === 0 ? <li class="empty">No trades yet.</li> : null}
      </ul>
      {receipts.length > FIRST_TRADES ? (
        <button type="button" class="link-button" onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show all ${receipts.length}`}
        </button>
      ) : null}
    </section>
  )
}

interface TradeProps {
  readonly screen: Screen
  readonly receipt: ReceiptRow
}

function Trade({ screen, receipt }: TradeProps) {
  const service = screen.api.service(receipt.serviceId)
  const decidedAt = decisionTime(screen, receipt)
  return (
    <li class="row trade" data-receipt={receipt.receiptId} data-price={receipt.price}>
      <TradeTerms screen={screen} receipt={receipt} service={service} />
      <span class="row-figure">
        <small>total</small> {formatTotal(receipt.price, receipt.quantity, service?.decimals ?? 0)} {service?.currency}
      </span>
      <Proof receipt={receipt} />
      <span class="row-figure">
        <small>decided</small> {decidedAt === undefined ? `slot ${receipt.slot}` : <DecisionTime ms={decidedAt} />}
      </span>
      <details class="row-details">
        <summary>Details</summary>
        <Details screen={screen} receipt={receipt} service={service} />
      </details>
    </li>
  )
}

/** The end of the decision slot, in network time. */
function decisionTime({ parameters }: Screen, { slot }: ReceiptRow): number | undefined {
  return parameters === null ? undefined : (slot + 1) * parameters.slot
}

function DecisionTime({ ms }: { readonly ms: number }) {
  const date = new Date(ms)
  const today = date.toDateString() === new Date().toDateString()
  const time = date.toLocaleTimeString('en-GB')
  return <time dateTime={date.toISOString()}>{today ? time : `${date.toLocaleDateString('en-CA')} ${time}`}</time>
}

function TradeTerms({ screen, receipt, service }: TradeProps & { readonly service: Service | undefined }) {
  const self = screen.view?.nodeId
  const bought = receipt.buyer === self
  const other = bought ? receipt.seller : receipt.buyer
  return (
    <span class="row-main">
      <span class="row-terms">
        <b class={bought ? 'buy-text' : 'sell-text'}>{bought ? 'Bought' : 'Sold'}</b> {formatCount(receipt.quantity)} ×{' '}
        {service?.unit ?? 'unit'} at <b>{formatAmount(receipt.price, service?.decimals ?? 0)}</b> {service?.currency ?? 'smallest units'}
      </span>
      <span class="row-who">
        {bought ? 'from' : 'to'} <code title={other}>{shortId(other)}</code> ·{' '}
        <a class="row-service" href={hashOf(receipt.serviceId, screen.api.link(receipt.serviceId))}>
          {service?.name ?? receipt.serviceId}
        </a>
      </span>
    </span>
  )
}

/** With more than two thirds of the set's brokers a receipt proves to anyone that it was whole in time (PROTOCOL 6). */
function Proof({ receipt: { attestations, of } }: { readonly receipt: ReceiptRow }) {
  const proven = attestations * 3 > of * 2
  return (
    <span class="row-state">
      <span class={`badge ${proven ? 'badge-traded' : 'badge-matched'}`}>
        <Sign name={proven ? 'done' : 'waiting'} />
        {attestations} of {of} {of === 1 ? 'broker attests' : 'brokers attest'}
      </span>
      {proven ? null : <span class="row-reason">both signed; more than two thirds prove it was in time</span>}
    </span>
  )
}

function Details({ screen, receipt, service }: TradeProps & { readonly service: Service | undefined }) {
  const self = screen.view?.nodeId
  const rows: [string, string][] = [
    ['Receipt', receipt.receiptId],
    ['Service', receipt.serviceId],
    ['Buyer', party(receipt.buyer, self)],
    ['Seller', party(receipt.seller, self)],
    ['Decision slot', String(receipt.slot)],
  ]
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
      <button
        type="button"
        class="button button-small"
        onClick={() => download(`receipt-${receipt.receiptId}.json`, { network: screen.view?.network, service, ...receipt })}
      >
        Download as JSON
      </button>
    </>
  )
}

function party(nodeId: Id, self: Id | undefined): string {
  return nodeId === self ? `${nodeId} (you)` : nodeId
}

function download(name: string, value: object): void {
  const url = URL.createObjectURL(new Blob([`${JSON.stringify(value, null, 2)}\n`], { type: 'application/json' }))
  const link = Object.assign(document.createElement('a'), { href: url, download: name })
  link.click()
  // The browser reads the blob after the click has returned.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
