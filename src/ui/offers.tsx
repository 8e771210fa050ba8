/** Own offers, each with what has become of it and why. */
import { useState } from 'preact/hooks'
import type { OfferRow } from '../trader/command.ts'
import { formatAmount, formatCount } from './amount.ts'
import type { ScreenApi } from './api.ts'
import { FieldError } from './field.tsx'
import { hashOf } from './link.ts'
import { formatLeft, networkNow } from './time.ts'
import { type Screen, useNow } from './use-screen.ts'
import { apiErrorOf, isLive, offerStateWords, reasonWords, whyNotWithdraw } from './words.ts'
import './style/rows.css'

/** Finished offers shown before somebody asks for all. */
const FIRST_FINISHED = 5

export function Offers({ screen }: { readonly screen: Screen }) {
  const [all, setAll] = useState(false)
  const offers = screen.view?.offers ?? []
  const live = offers.filter(isLive)
  const finished = offers.filter((offer) => !isLive(offer)).sort((left, right) => right.validUntil - left.validUntil)
  const shown = [...live, ...(all ? finished : finished.slice(0, FIRST_FINISHED))]
  return (
    <section class="card" aria-labelledby="offers-title">
      <header class="section-head">
        <h2 id="offers-title">Your offers</h2>
        <p class="quiet">{live.length === 0 ? 'none open' : `${live.length} open`}</p>
      </header>
      <ul class="rows offer-rows" data-testid="offers">
        {shown.map((offer) => (
          <OfferItem key={offer.offerId} screen={screen} offer={offer} />
        ))}
        {shown.length === 0 ? <li class="empty">No offers yet. Open a service to make one.</li> : null}
      </ul>
      {finished.length > FIRST_FINISHED ? (
        <button type="button" class="link-button" onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show all ${finished.length} finished`}
        </button>
      ) : null}
    </section>
  )
}

function OfferItem({ screen, offer }: { readonly screen: Screen; readonly offer: OfferRow }) {
  const live = isLive(offer)
  return (
    <li class={`row ${live ? '' : 'row-finished'}`} data-offer={offer.offerId} data-state={offer.state}>
      <Terms screen={screen} offer={offer} />
      <span class="row-state">
        <span class={`badge badge-${offer.state}`}>{offerStateWords(offer.state)}</span>
        {offer.reason === undefined ? null : <span class="row-reason">{reasonWords(offer.reason)}</span>}
      </span>
      <span class="row-figure">
        {offer.of === 0 ? null : (
          <>
            <small>accepted by</small> {offer.accepted} of {offer.of}
          </>
        )}
      </span>
      <span class="row-figure">{live ? <TimeLeft screen={screen} offer={offer} /> : null}</span>
      <span class="row-action">{live ? <Withdraw api={screen.api} offer={offer} /> : null}</span>
    </li>
  )
}

function Terms({ screen, offer }: { readonly screen: Screen; readonly offer: OfferRow }) {
  const { serviceId, side, price, quantity } = offer
  const service = screen.api.service(serviceId)
  const decimals = service?.decimals ?? 0
  return (
    <span class="row-main">
      <span class="row-terms">
        <b class={`${side}-text`}>{side === 'buy' ? 'Buy' : 'Sell'}</b> {quantity > 0 ? `${formatCount(quantity)} × ` : ''}
        {service?.unit ?? 'unit'} at <b>{formatAmount(price, decimals)}</b> {service?.currency ?? 'smallest units'}
      </span>
      <a class="row-service" href={hashOf(serviceId, screen.api.link(serviceId))}>
        {service?.name ?? serviceId}
      </a>
    </span>
  )
}

function TimeLeft({ screen, offer }: { readonly screen: Screen; readonly offer: OfferRow }) {
  const now = useNow(500)
  const { view } = screen
  const left = offer.validUntil - (view === null ? now : networkNow(view, now))
  return (
    <>
      <small>time left</small> {formatLeft(left)}
    </>
  )
}

function Withdraw({ api, offer }: { readonly api: ScreenApi; readonly offer: OfferRow }) {
  const [asking, setAsking] = useState(false)
  const [error, setError] = useState<string | undefined>()
  const why = whyNotWithdraw(offer.state)
  const withdraw = async () => {
    setAsking(true)
    setError(undefined)
    await api.withdraw(offer.offerId).catch((reason) => setError(apiErrorOf(reason).message))
    setAsking(false)
  }
  const noteId = `why-${offer.offerId}`
  return (
    <>
      <button
        type="button"
        class="button button-small"
        disabled={asking || why !== undefined}
        title={why}
        aria-describedby={why === undefined ? undefined : noteId}
        onClick={withdraw}
      >
        {asking ? 'Withdrawing…' : 'Withdraw'}
      </button>
      {why === undefined ? null : (
        <span class="row-note" id={noteId}>
          {why}
        </span>
      )}
      <FieldError id={`error-${offer.offerId}`} name="offerId" error={error} />
    </>
  )
}
