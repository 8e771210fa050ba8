/** The services known here, each with its prices when they were asked lately. */
import { useEffect, useState } from 'preact/hooks'
import type { Id } from '../base/identity.ts'
import type { View } from '../peer/view.ts'
import type { PriceAnswer } from '../trader/command.ts'
import { formatAmount } from './amount.ts'
import type { ScreenApi } from './api.ts'
import { hashOf } from './link.ts'
import { Sign } from './sign.tsx'
import { home } from './text/en/home.ts'
import type { Screen } from './use-screen.ts'
import './style/service-list.css'

type Known = View['services'][number]

interface ListProps {
  readonly screen: Screen
  readonly current: Id | null
}

export function ServiceList({ screen, current }: ListProps) {
  const services = screen.view?.services ?? []
  const prices = usePrices(screen.api, services)
  return (
    <section class="services" aria-labelledby="services-title">
      <header class="section-head">
        <h2 id="services-title">{home.t.list.title}</h2>
        <a class="button button-small" href="#/" aria-current={current === null ? 'page' : undefined}>
          <Sign name="add" /> {home.t.list.newOrOpen}
        </a>
      </header>
      <ul class="service-list" data-testid="service-list">
        {services.map((known) => (
          <ServiceItem key={known.serviceId} known={known} price={prices[known.serviceId]} link={itemLink(screen, known, current)} />
        ))}
        {services.length === 0 ? <li class="empty">{home.t.list.none}</li> : null}
      </ul>
    </section>
  )
}

function itemLink(screen: Screen, { serviceId }: Known, current: Id | null) {
  return { href: hashOf(serviceId, screen.api.link(serviceId)), current: serviceId === current }
}

interface ItemProps {
  readonly known: Known
  readonly price: PriceAnswer | undefined
  readonly link: { readonly href: string; readonly current: boolean }
}

function ServiceItem({ known, price, link }: ItemProps) {
  const { name, unit, currency, kind } = known.service
  return (
    <li>
      <a class="service-item" href={link.href} aria-current={link.current ? 'page' : undefined} data-service={known.serviceId}>
        <span class="service-name">{name}</span>
        <span class="service-unit">
          {home.t.list.per(currency, unit)}
          {kind === 'file' ? ` · ${home.t.list.file}` : ''}
        </span>
        {price === undefined ? null : <Prices price={price} decimals={known.service.decimals} />}
      </a>
    </li>
  )
}

function Prices({ price, decimals }: { readonly price: PriceAnswer; readonly decimals: number }) {
  return (
    <span class="service-prices">
      <span class="buy-text">
        <small>{home.t.list.bid}</small> {price.bid > 0 ? formatAmount(price.bid, decimals) : '–'}
      </span>
      <span class="sell-text">
        <small>{home.t.list.ask}</small> {Number.isFinite(price.ask) ? formatAmount(price.ask, decimals) : '–'}
      </span>
    </span>
  )
}

/** One service's price is asked at a time, each a few seconds after the one before: a list must not flood the brokers. */
const PRICE_PAUSE_MS = 2500

function usePrices(api: ScreenApi, services: readonly Known[]): Readonly<Record<Id, PriceAnswer>> {
  const [prices, setPrices] = useState<Readonly<Record<Id, PriceAnswer>>>({})
  const ids = services.map(({ serviceId }) => serviceId).join(' ')
  useEffect(() => {
    const queue = ids.split(' ').filter((id) => id !== '')
    let timer: ReturnType<typeof setTimeout> | undefined
    let stopped = false
    const next = async (turn: number) => {
      const id = queue[turn % queue.length]
      if (id === undefined || stopped) return
      if (!document.hidden) {
        const price = await api.getPrice(id).catch(() => undefined)
        if (stopped) return
        setPrices((before) => withPrice(before, id, price))
      }
      const firstRound = turn < queue.length - 1
      timer = setTimeout(() => next(turn + 1), firstRound ? 100 : PRICE_PAUSE_MS)
    }
    next(0)
    return () => {
      stopped = true
      clearTimeout(timer)
    }
  }, [api, ids])
  return prices
}

/** A price that cannot be had any more is not shown on. */
function withPrice(prices: Readonly<Record<Id, PriceAnswer>>, id: Id, price: PriceAnswer | undefined) {
  const { [id]: _old, ...others } = prices
  return price === undefined ? others : { ...others, [id]: price }
}
