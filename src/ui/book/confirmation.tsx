/** Asks about terms that are most likely a slip, with both numbers, before they are sent. */
import type { Side } from '../../market/offer.ts'
import type { Service } from '../../market/service.ts'
import { formatCount, formatHalves } from '../amount.ts'
import { offerForm as texts } from '../text/en/offer-form.ts'
import type { Asking } from './offer-form.tsx'
import { percentApart, type Unusual } from './unusual.ts'

interface ConfirmationProps {
  readonly asking: Asking
  readonly side: Side
  readonly service: Service
}

export function Confirmation({ asking, side, service }: ConfirmationProps) {
  const { t } = texts
  return (
    <dialog ref={asking.dialog} class="confirmation" aria-labelledby="confirmation-title">
      <h4 id="confirmation-title">{t.unusual}</h4>
      {asking.unusual.map((unusual) => (
        <p key={unusual.kind}>{unusualWords(unusual, side, service)}</p>
      ))}
      <div class="confirmation-answers">
        <button type="button" class="button" onClick={asking.cancel}>
          {t.change}
        </button>
        <button type="button" class="button button-main" onClick={asking.confirm}>
          {t.sendAnyway}
        </button>
      </div>
    </dialog>
  )
}

function unusualWords(unusual: Unusual, side: Side, { decimals, currency }: Service): string {
  const { t } = texts
  const money = (amount: bigint) => `${formatHalves(amount, decimals)} ${currency}`
  if (unusual.kind === 'large') return t.large(money(unusual.total), money(unusual.bound))
  const other = unusual.kind === 'beyond' ? unusual.best : unusual.seen
  const percent = formatCount(percentApart(unusual.price, other))
  const words = unusual.kind === 'beyond' ? t.beyond[side] : unusual.price > other ? t.above : t.below
  return words(money(unusual.price), money(other), percent)
}
