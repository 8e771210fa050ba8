/** What this tab does for others: the tables that it keeps, and how they agree with the other brokers'. */
import { useEffect, useState } from 'preact/hooks'
import type { TableInspection } from '../../broker/view.ts'
import type { Offer } from '../../market/offer.ts'
import type { Service } from '../../market/service.ts'
import type { View } from '../../peer/view.ts'
import { formatAmount, formatCount, formatTenths } from '../amount.ts'
import type { ScreenApi } from '../api.ts'
import { hashOf, shortId } from '../link.ts'
import { brokering } from '../text/en/brokering.ts'
import { formatLeft, networkNow } from '../time.ts'
import { type Screen, useNow } from '../use-screen.ts'
import '../style/brokering.css'

/** Tables are looked at so often. */
const LOOK_MS = 1_000
/** The brokers of a service are asked for their last decisions at most so often. */
const ASK_MS = 5_000
/** Rows of a table that are shown. */
const SHOWN_ROWS = 20

export function BrokeringPage({ screen }: { readonly screen: Screen }) {
  const { t } = brokering
  const brokered = screen.view?.brokering ?? []
  const agreements = useAgreements(screen.api, brokered.map(({ serviceId }) => serviceId).join(' '))
  return (
    <section class="brokering" aria-labelledby="brokering-title">
      <div class="card">
        <h2 id="brokering-title">{t.title}</h2>
        <p class="plain-words">{t.lead}</p>
        <Traffic api={screen.api} />
      </div>
      {brokered.length === 0 ? <p class="card empty">{t.none}</p> : null}
      {brokered.map(({ serviceId }) => (
        <Brokered key={serviceId} screen={screen} serviceId={serviceId} agreement={agreements[serviceId] ?? null} />
      ))}
    </section>
  )
}

/** Messages and bytes a second over the last look. */
function Traffic({ api }: { readonly api: ScreenApi }) {
  const { t } = brokering
  const [rate, setRate] = useState<{ readonly messages: number; readonly bytes: number } | null>(null)
  useEffect(() => {
    const sample = () => {
      const { sent, received, sentBytes, receivedBytes } = api.statistics()
      return { messages: sent + received, bytes: sentBytes + receivedBytes, atMs: performance.now() }
    }
    let before = sample()
    const timer = setInterval(() => {
      const now = sample()
      const seconds = (now.atMs - before.atMs) / 1000
      setRate({ messages: (now.messages - before.messages) / seconds, bytes: (now.bytes - before.bytes) / seconds })
      before = now
    }, ASK_MS)
    return () => clearInterval(timer)
  }, [api])
  return <p class="quiet">{rate === null ? t.measuring : t.traffic(formatTenths(rate.messages), formatTenths(rate.bytes / 1000))}</p>
}

interface BrokeredProps {
  readonly screen: Screen
  readonly serviceId: string
  readonly agreement: Agreement | null
}

function Brokered({ screen, serviceId, agreement }: BrokeredProps) {
  useNow(LOOK_MS)
  const { view, api } = screen
  const table = api.table(serviceId)
  const known = table?.parameters
  if (view === null || table === null || known === undefined) return null
  return (
    <article class="card brokered" aria-label={known.name}>
      <h3>
        <a href={hashOf(serviceId, api.link(serviceId))}>{known.name}</a>
      </h3>
      <Facts view={view} table={table} agreement={agreement} />
      <Rows view={view} table={table} service={known} />
      <Members view={view} table={table} />
    </article>
  )
}

interface Agreement {
  readonly agreeing: number
  readonly answered: number
}

/** What the brokers of each service say of their last decisions, asked in turn while the page is looked at, one question at a time. */
function useAgreements(api: ScreenApi, ids: string): Readonly<Record<string, Agreement>> {
  const [agreements, setAgreements] = useState<Readonly<Record<string, Agreement>>>({})
  useEffect(() => {
    const services = ids.split(' ').filter((id) => id !== '')
    let timer: ReturnType<typeof setTimeout> | undefined
    let current = true
    const ask = async (turn: number) => {
      const id = services[turn % services.length]
      if (id === undefined) return
      // Who cannot be asked now is asked again later.
      const book = document.hidden ? null : await api.orderBook(id).catch(() => null)
      if (!current) return
      if (book !== null) setAgreements((before) => ({ ...before, [id]: book }))
      timer = setTimeout(() => ask(turn + 1), ASK_MS / services.length)
    }
    ask(0)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [api, ids])
  return agreements
}

interface TableProps {
  readonly view: View
  readonly table: TableInspection
}

function Facts({ view, table, agreement }: TableProps & { readonly agreement: Agreement | null }) {
  const { t } = brokering
  return (
    <dl class="facts">
      <div class="fact">
        <dt>{t.since}</dt>
        <dd>{formatCount(Math.max(0, view.slot - table.since))}</dd>
      </div>
      <div class="fact">
        <dt>{t.decided}</dt>
        <dd>{formatCount(table.decided)}</dd>
      </div>
      <div class="fact">
        <dt>{t.last}</dt>
        <dd>{table.decision === null ? t.noDecision : t.lastSlot(formatCount(table.decision.slot))}</dd>
      </div>
      <div class="fact">
        <dt>{t.agreement}</dt>
        <dd>{agreement === null ? t.unknownAgreement : t.agree(agreement.agreeing, agreement.answered)}</dd>
      </div>
    </dl>
  )
}

function Rows({ view, table, service }: TableProps & { readonly service: Service }) {
  const { t } = brokering
  const rows = [...table.bids, ...table.asks]
  if (rows.length === 0) return <p class="empty">{t.empty}</p>
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table must be scrolled with the keyboard too.
    <section class="brokered-rows" tabIndex={0} aria-label={t.table(service.name)}>
      <table>
        <caption class="hidden-words">{t.table(service.name)}</caption>
        <thead>
          <tr>
            <th scope="col">{t.side}</th>
            <th scope="col" class="number">
              {t.price}
            </th>
            <th scope="col" class="number">
              {t.quantity}
            </th>
            <th scope="col">{t.peer}</th>
            <th scope="col" class="number">
              {t.left}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, SHOWN_ROWS).map((offer) => (
            <Row key={offer.id} view={view} offer={offer} decimals={service.decimals} />
          ))}
        </tbody>
      </table>
      {rows.length > SHOWN_ROWS ? <p class="quiet">{t.more(rows.length - SHOWN_ROWS)}</p> : null}
    </section>
  )
}

function Row({ view, offer, decimals }: { readonly view: View; readonly offer: Offer; readonly decimals: number }) {
  const { t } = brokering
  return (
    <tr>
      <td class={`${offer.side}-text`}>{t.sides[offer.side]}</td>
      <td class="number">{formatAmount(offer.price, decimals)}</td>
      <td class="number">{formatCount(offer.quantity)}</td>
      <td>
        <code title={offer.peer}>{offer.peer === view.nodeId ? t.self : shortId(offer.peer)}</code>
      </td>
      <td class="number">{formatLeft(offer.validUntil - networkNow(view, Date.now()))}</td>
    </tr>
  )
}

function Members({ view, table }: TableProps) {
  const { t } = brokering
  return (
    <details>
      <summary>{t.members(table.members.length)}</summary>
      <ul class="brokered-members">
        {table.members.map((member) => (
          <li key={member}>
            <code>{member}</code> {member === view.nodeId ? `(${t.self})` : null}
          </li>
        ))}
      </ul>
    </details>
  )
}
