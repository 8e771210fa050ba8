/** The person's bidders: what each has done, step by step, and a button that stops it. */
import { useState } from 'preact/hooks'
import type { Service } from '../../market/service.ts'
import type { BidderRow, BidderStep } from '../../trader/command.ts'
import { formatAmount, formatCount } from '../amount.ts'
import type { ScreenApi } from '../api.ts'
import { FieldError } from '../field.tsx'
import { hashOf, shortId } from '../link.ts'
import { bidders } from '../text/en/bidders.ts'
import { language } from '../text/language.ts'
import { formatLeft, networkNow } from '../time.ts'
import { type Screen, useNow } from '../use-screen.ts'
import { apiErrorOf } from '../words.ts'
import { bidderReason, percentText } from './bidder-fields.ts'
import '../style/rows.css'

export function BidderList({ screen }: { readonly screen: Screen }) {
  const { t } = bidders
  const rows = screen.view?.bidders ?? []
  const live = rows.filter(isLive)
  return (
    <section class="card" aria-labelledby="bidders-title">
      <header class="section-head">
        <h2 id="bidders-title">{t.listTitle}</h2>
        <p class="quiet">{live.length === 0 ? null : t.live(formatCount(live.length))}</p>
      </header>
      {rows.length === 0 ? <p class="empty">{t.none}</p> : null}
      <ul class="rows">
        {[...live, ...rows.filter((row) => !isLive(row))].map((bidder) => (
          <BidderItem key={bidder.bidderId} screen={screen} bidder={bidder} />
        ))}
      </ul>
    </section>
  )
}

function isLive({ state }: BidderRow): boolean {
  return state === 'bidding' || state === 'stopping'
}

interface ItemProps {
  readonly screen: Screen
  readonly bidder: BidderRow
}

function BidderItem({ screen, bidder }: ItemProps) {
  const { t } = bidders
  const { api } = screen
  const service = api.service(bidder.serviceId)
  const name = service?.name ?? shortId(bidder.serviceId)
  const live = isLive(bidder)
  return (
    <li class={`row ${live ? '' : 'row-finished'}`}>
      <span class="row-main">
        <span class="row-terms">
          <b class={`${bidder.side}-text`}>{t[bidder.side]}</b> {formatCount(bidder.of)} × {service?.unit ?? t.unit},{' '}
          {t.at(formatAmount(bidder.limit, service?.decimals ?? 0), service?.currency ?? '')},{' '}
          {t.ratePart(`${percentText(bidder.learningRate)} %`)}
        </span>
        <a class="row-service" href={hashOf(bidder.serviceId, api.link(bidder.serviceId))}>
          {name}
        </a>
      </span>
      <span class="row-state">
        <span class={`badge badge-bidder-${bidder.state}`}>{t.states[bidder.state]}</span>
        {bidder.reason === undefined ? null : <span class="row-reason">{bidderReason(bidder.reason)}</span>}
      </span>
      <span class="row-figure">
        <small>{t.left}</small> {t.leftOf(formatCount(bidder.quantity), formatCount(bidder.of))}
      </span>
      {live ? <TimeLeft screen={screen} untilMs={bidder.untilMs} /> : null}
      {live ? <Stop api={api} bidder={bidder} name={name} /> : null}
      <details class="row-details" open={live}>
        <summary>{t.steps(formatCount(bidder.steps.length))}</summary>
        <Steps steps={bidder.steps} service={service} name={name} />
      </details>
    </li>
  )
}

function TimeLeft({ screen, untilMs }: { readonly screen: Screen; readonly untilMs: number }) {
  const now = useNow(1000)
  const { view } = screen
  return (
    <span class="row-figure">
      <small>{bidders.t.ends}</small> {formatLeft(untilMs - (view === null ? now : networkNow(view, now)))}
    </span>
  )
}

function Stop({ api, bidder, name }: { readonly api: ScreenApi; readonly bidder: BidderRow; readonly name: string }) {
  const { t } = bidders
  const [error, setError] = useState<string | undefined>()
  const stopping = bidder.state === 'stopping'
  const stop = async () => {
    setError(undefined)
    await api.stopBidder(bidder.bidderId).catch((reason) => setError(apiErrorOf(reason).message))
  }
  return (
    <span class="row-action">
      <button type="button" class="button button-small" disabled={stopping} aria-label={t.stopOne(name)} onClick={stop}>
        {stopping ? t.stopping : t.stop}
      </button>
      <FieldError id={`error-${bidder.bidderId}`} name="bidderId" error={error} />
    </span>
  )
}

interface StepsProps {
  readonly steps: readonly BidderStep[]
  readonly service: Service | undefined
  readonly name: string
}

/** It scrolls by itself, so it takes the focus, for those who scroll by keyboard. */
function Steps({ steps, service, name }: StepsProps) {
  const { t } = bidders
  if (steps.length === 0) return <p class="quiet">{t.noSteps}</p>
  const amount = (price: number) => formatAmount(price, service?.decimals ?? 0)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section class="bidder-steps" aria-label={t.stepsOf(name)} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {[t.time, t.bid, t.ask, t.price, t.outcome].map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {steps.map((step) => (
            <tr key={`${step.atMs} ${step.outcome}`}>
              <td>{timeText(step.atMs)}</td>
              <td>{step.bid > 0 ? amount(step.bid) : t.nobody}</td>
              <td>{Number.isFinite(step.ask) ? amount(step.ask) : t.nobody}</td>
              <td>{step.price === null ? t.noPrice : amount(step.price)}</td>
              <td>
                {t.outcomes[step.outcome]}
                {step.reason === undefined ? null : <span class="row-reason">: {bidderReason(step.reason)}</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function timeText(ms: number): string {
  return new Date(ms).toLocaleTimeString(language() === 'de' ? 'de-DE' : 'en-GB')
}
