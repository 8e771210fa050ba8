/** What the offer would do now, in words, before it is sent. */
import type { OfferRequest } from '../../trader/command.ts'
import { formatAmount, formatCount, formatTotal } from '../amount.ts'
import { offerForm as texts } from '../text/en/offer-form.ts'
import { useNow } from '../use-screen.ts'
import type { Market } from './market.ts'
import { previewOf } from './preview.ts'
import { qualityOf } from './quality.ts'

/** As public/config.json is shipped; only until the config is read. */
const DEFAULT_ROWS = 64
const TICK_MS = 1000

export function OfferPreview({ market, offer }: { readonly market: Market; readonly offer: OfferRequest | undefined }) {
  const { t } = texts
  const { decimals, currency } = market.service
  if (offer === undefined) return <p class="preview quiet">{t.fill}</p>
  return (
    <div class="preview" data-testid="preview">
      <p class="preview-total">
        <span>{t.total[offer.side]}</span>
        <b>
          {formatTotal(offer.price, offer.quantity, decimals)} {currency}
        </b>
      </p>
      <Outcome market={market} offer={offer} />
    </div>
  )
}

function Outcome({ market, offer }: { readonly market: Market; readonly offer: OfferRequest }) {
  const { t } = texts
  const now = useNow(TICK_MS)
  const { service, screen, book: state, slotMs } = market
  if (state.book === null) return <p class="quiet">{t.noBook}</p>
  const money = (units: number) => `${formatAmount(units, service.decimals)} ${service.currency}`
  const preview = previewOf(state.book, offer, { self: screen.view?.nodeId ?? '', rows: screen.parameters?.m ?? DEFAULT_ROWS })
  const isGood = qualityOf(state.book, state.book.ageMs + now - state.receivedAtMs, slotMs) === 'good'
  return (
    <>
      {preview.kind === 'match' ? (
        <p>
          {t.match(formatCount(preview.quantity), service.unit)} <b>{t.matchAt(money(preview.price))}</b>
        </p>
      ) : null}
      {preview.kind === 'match' && preview.rest > 0 ? <p class="quiet">{t.rest(formatCount(preview.rest), service.unit)}</p> : null}
      {preview.kind === 'wait' ? <p>{t.wait[offer.side](preview.rank, preview.rows)}</p> : null}
      {preview.kind === 'drop' ? <p class="preview-drop">{t.drop[offer.side](preview.rows, money(preview.lastPrice))}</p> : null}
      {isGood ? null : <p class="quiet">{t.oldBook}</p>}
    </>
  )
}
