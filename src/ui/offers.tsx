/** Own offers, open and finished, each with what has become of it, and what can be done with it. */
import { useState } from 'preact/hooks'
import type { OfferRow } from '../trader/command.ts'
import { formatAmount, formatCount } from './amount.ts'
import { hashOf } from './link.ts'
import { OfferActions } from './offer-actions.tsx'
import { OfferLife } from './offer-life.tsx'
import { news } from './text/en/news.ts'
import { offers as texts } from './text/en/offers.ts'
import { formatLeft, networkNow } from './time.ts'
import { type Screen, useNow } from './use-screen.ts'
import { isLive, shownState } from './words.ts'
import './style/rows.css'
import './style/offers.css'

/** Finished offers shown before somebody asks for all. */
const FIRST_FINISHED = 5

export function Offers({ screen }: { readonly screen: Screen }) {
  const { t } = texts
  const [all, setAll] = useState(false)
  const [said, say] = useState('')
  const offers = screen.view?.offers ?? []
  const live = offers.filter(isLive)
  const finished = offers.filter((offer) => !isLive(offer)).sort((left, right) => right.validUntil - left.validUntil)
  return (
    <section class="card offers" aria-labelledby="offers-title">
      <header class="section-head">
        <h2 id="offers-title">{t.title}</h2>
        <p class="quiet">{t.count(live.length)}</p>
      </header>
      <p class="offers-said" role="status">
        {said}
      </p>
      {offers.length === 0 ? <p class="empty">{t.none}</p> : null}
      {offers.length === 0 ? null : <OfferList screen={screen} name="open" offers={live} say={say} />}
      {finished.length === 0 ? null : (
        <OfferList screen={screen} name="finished" offers={all ? finished : finished.slice(0, FIRST_FINISHED)} say={say} />
      )}
      {finished.length > FIRST_FINISHED ? (
        <button type="button" class="link-button" onClick={() => setAll(!all)}>
          {all ? t.fewer : t.all(finished.length)}
        </button>
      ) : null}
    </section>
  )
}

interface OfferListProps {
  readonly screen: Screen
  readonly name: 'open' | 'finished'
  readonly offers: readonly OfferRow[]
  readonly say: (words: string) => void
}

function OfferList({ screen, name, offers, say }: OfferListProps) {
  const { t } = texts
  const titleId = `offers-${name}`
  return (
    <section class="offer-list" aria-labelledby={titleId}>
      <h3 id={titleId}>{t[name]}</h3>
      {offers.length === 0 ? <p class="empty">{t.noneOpen}</p> : null}
      {offers.map((offer) => (
        <OfferItem key={offer.offerId} screen={screen} offer={offer} say={say} />
      ))}
    </section>
  )
}

interface OfferItemProps extends Omit<OfferListProps, 'name' | 'offers'> {
  readonly offer: OfferRow
}

function OfferItem({ screen, offer, say }: OfferItemProps) {
  const { t } = texts
  const live = isLive(offer)
  const state = shownState(offer)
  const labelId = `terms-${offer.offerId}`
  return (
    <article class={`offer-item ${live ? '' : 'row-finished'}`} aria-labelledby={labelId}>
      <div class="offer-head">
        <Terms screen={screen} offer={offer} labelId={labelId} />
        <span class={`badge badge-${state}`}>{t.states[state]}</span>
        {live ? (
          <span class="offer-figures">
            {offer.of === 0 ? null : `${t.accepted(offer.accepted, offer.of)} · `}
            <TimeLeft screen={screen} offer={offer} />
          </span>
        ) : null}
      </div>
      <OfferLife steps={offer.steps} live={live} />
      <OfferActions screen={screen} offer={offer} labelId={labelId} say={say} />
    </article>
  )
}

function Terms({ screen, offer, labelId }: { readonly screen: Screen; readonly offer: OfferRow; readonly labelId: string }) {
  const { t } = news
  const { serviceId, side, price, quantity } = offer
  const service = screen.api.service(serviceId)
  return (
    <span class="row-main">
      <span class="row-terms" id={labelId}>
        <b class={`${side}-text`}>{t[side]}</b> {quantity > 0 ? `${formatCount(quantity)} × ` : ''}
        {service?.unit ?? '?'} {t.at} <b>{formatAmount(price, service?.decimals ?? 0)}</b> {service?.currency ?? ''}
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
      {texts.t.left} {formatLeft(left)}
    </>
  )
}
