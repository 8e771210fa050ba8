/** One service: what it is, its book, and the form to trade it. */
import { useCallback, useEffect, useMemo, useState } from 'preact/hooks'
import type { Service } from '../market/service.ts'
import { formatAmount, formatBytes, formatCount } from './amount.ts'
import type { ApiError, ScreenApi } from './api.ts'
import { OfferForm, type Pick } from './book/offer-form.tsx'
import { OrderBook } from './book/order-book.tsx'
import type { Pace } from './book/pace.ts'
import { useBook } from './book/use-book.ts'
import { CopyButton } from './copy-button.tsx'
import { hashOf, type Route, shortId } from './link.ts'
import { Sign } from './sign.tsx'
import { service as texts } from './text/en/service.ts'
import { TradeHistory } from './trade-history/trade-history.tsx'
import type { Screen } from './use-screen.ts'
import { apiErrorOf } from './words.ts'
import './style/service-page.css'

type ServiceRoute = Extract<Route, { page: 'service' }>

export function ServicePage({ screen, route }: { readonly screen: Screen; readonly route: ServiceRoute }) {
  const opening = useOpening(screen.api, route)
  const service = screen.api.service(route.serviceId)
  useFullAddress(screen.api, route)
  return (
    <div class="service-page">
      <a class="back" href="#/">
        <Sign name="back" /> {texts.t.back}
      </a>
      {service === undefined ? (
        <Unopened opening={opening} serviceId={route.serviceId} />
      ) : (
        <OpenService screen={screen} serviceId={route.serviceId} service={service} />
      )}
    </div>
  )
}

interface Opening {
  readonly error: ApiError | null
  retry(): void
}

/** Opens what the address names, again when it changes or the person asks. */
function useOpening(api: ScreenApi, { serviceId, hash }: ServiceRoute): Opening {
  const [error, setError] = useState<ApiError | null>(null)
  const [attempt, setAttempt] = useState(0)
  useEffect(() => {
    let current = true
    setError(null)
    api.openService(hash.includes('?') ? location.href : serviceId).catch((reason) => {
      if (current) setError(apiErrorOf(reason))
    })
    return () => {
      current = false
    }
  }, [api, serviceId, hash, attempt])
  return { error, retry: () => setAttempt((before) => before + 1) }
}

/** Once the service is known its parameters stand in the address, so that it can be copied from there. */
function useFullAddress(api: ScreenApi, { serviceId, hash }: ServiceRoute): void {
  const full = hashOf(serviceId, api.link(serviceId))
  useEffect(() => {
    if (full.length > hash.length) history.replaceState(history.state, '', full)
  }, [full, hash])
}

function Unopened({ opening, serviceId }: { readonly opening: Opening; readonly serviceId: string }) {
  if (opening.error === null) {
    return (
      <section class="card placeholder" role="status">
        <span class="spinner" aria-hidden="true" />
        <p>{texts.t.opening(shortId(serviceId))}</p>
      </section>
    )
  }
  return (
    <section class="card placeholder" role="alert">
      <h2>
        <Sign name="warning" /> {texts.t.notOpened}
      </h2>
      <p data-testid="error-link">{opening.error.message}</p>
      <button type="button" class="button" onClick={opening.retry}>
        {texts.t.again}
      </button>
    </section>
  )
}

interface OpenServiceProps {
  readonly screen: Screen
  readonly serviceId: string
  readonly service: Service
}

function OpenService({ screen, serviceId, service: given }: OpenServiceProps) {
  // A service never changes under its id: one object for it spares drawing its book anew with every view.
  const service = useMemo(() => given, [serviceId])
  const slotMs = screen.parameters?.slot ?? 1000
  const [paceMs, setPaceMs] = useState<Pace>(250)
  const [pick, setPick] = useState<Pick | null>(null)
  const onPick = useCallback((price: number) => setPick({ price }), [])
  const book = useBook(screen.api, { serviceId, pauseMs: Math.min(2000, Math.max(1000, slotMs)), paceMs })
  const market = { screen, serviceId, service, book, slotMs }
  return (
    <>
      <ServiceHead service={service} serviceId={serviceId} link={screen.api.link(serviceId)} />
      <div class="desk">
        <OrderBook key={`book ${serviceId}`} market={market} pace={paceMs} onPace={setPaceMs} onPick={onPick} />
        <OfferForm key={`form ${serviceId}`} market={market} pick={pick} />
      </div>
      <TradeHistory key={serviceId} {...market} />
    </>
  )
}

function ServiceHead({
  service,
  serviceId,
  link,
}: {
  readonly service: Service
  readonly serviceId: string
  readonly link: string | undefined
}) {
  const { t } = texts
  return (
    <header class="service-head">
      <h2 data-testid="service-title">{service.name}</h2>
      <dl class="facts">
        <Fact term={t.price}>{t.per(service.currency, service.unit)}</Fact>
        <Fact term={t.step}>
          {formatAmount(1, service.decimals)} {service.currency}
        </Fact>
        {service.file === null ? null : <FileFacts file={service.file} />}
        {service.tags.length === 0 ? null : <Fact term={t.tags}>{service.tags.join(', ')}</Fact>}
        <Fact term={t.id}>
          <code title={serviceId}>{shortId(serviceId)}</code>
        </Fact>
      </dl>
      {link === undefined ? null : <ShareLink link={link} />}
      <a href={`#/bidders?s=${serviceId}`}>{t.bidder}</a>
    </header>
  )
}

function FileFacts({ file }: { readonly file: NonNullable<Service['file']> }) {
  return (
    <>
      <Fact term={texts.t.file}>
        <span title={texts.t.bytes(formatCount(file.size))}>{formatBytes(file.size)}</span>
      </Fact>
      <Fact term="SHA-256">
        <code title={file.sha256}>{shortId(file.sha256)}</code>
      </Fact>
    </>
  )
}

function Fact({ term, children }: { readonly term: string; readonly children: preact.ComponentChildren }) {
  return (
    <div class="fact">
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function ShareLink({ link }: { readonly link: string }) {
  return (
    <div class="share">
      <label for="share-link">{texts.t.share}</label>
      <input id="share-link" name="shareLink" type="text" readOnly value={link} onFocus={(event) => event.currentTarget.select()} />
      <CopyButton text={link} label={texts.t.copy} fieldId="share-link" />
    </div>
  )
}
