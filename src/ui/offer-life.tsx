/** The life of one own offer as a line of steps: what happened, when, and why. */
import type { OfferStep } from '../trader/command.ts'
import { formatCount } from './amount.ts'
import { formatMoment } from './moment.ts'
import { Sign } from './sign.tsx'
import { offers } from './text/en/offers.ts'
import { reasonWords } from './words.ts'
import './style/offers.css'

export function OfferLife({ steps, live }: { readonly steps: readonly OfferStep[]; readonly live: boolean }) {
  return (
    <ol class="life" aria-label={offers.t.life}>
      {steps.map((step, index) => (
        <Step key={`${index} ${step.state}`} step={step} current={live && index === steps.length - 1} />
      ))}
    </ol>
  )
}

function Step({ step, current }: { readonly step: OfferStep; readonly current: boolean }) {
  const { t } = offers
  const sign = signOf(step.state, current)
  return (
    <li class={`life-step life-${sign}`} aria-current={current ? 'step' : undefined}>
      {step.skipped === undefined ? null : <span class="life-skipped">… {t.skipped(step.skipped)} … </span>}
      <Sign name={sign} />
      <span class="life-name">{stepWords(step)}</span>{' '}
      {step.atMs === null ? (
        <span class="life-time">{t.before}</span>
      ) : (
        <time class="life-time" dateTime={new Date(step.atMs).toISOString()}>
          {formatMoment(step.atMs, Date.now())}
        </time>
      )}
      {step.reason === undefined ? null : <span class="life-reason"> {reasonWords(step.reason)}</span>}
    </li>
  )
}

function signOf(state: OfferStep['state'], current: boolean): 'done' | 'failed' | 'warning' | 'waiting' {
  if (state === 'dropped' || state === 'refused') return 'failed'
  if (state === 'expired') return 'warning'
  return current && state !== 'stored' && state !== 'forwarded' ? 'waiting' : 'done'
}

function stepWords({ state, accepted = 0, of = 0, quantity = 0 }: OfferStep): string {
  const { t } = offers
  if (state === 'sent') return t.sent(of)
  if (state === 'stored') return t.stored(accepted, of)
  return state === 'traded' ? t.traded(formatCount(quantity)) : t.steps[state]
}
