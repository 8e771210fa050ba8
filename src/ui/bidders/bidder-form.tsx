/** Starting a bidder: which service, which side, the limit, how much, how eagerly and how long. */

import { useState } from 'preact/hooks'
import type { View } from '../../peer/view.ts'
import { formatCount } from '../amount.ts'
import { type ControlProps, Field, FieldError } from '../field.tsx'
import { SideChoice } from '../side-choice.tsx'
import { bidders } from '../text/en/bidders.ts'
import { type Form, useForm } from '../use-form.ts'
import type { Screen } from '../use-screen.ts'
import { BIDDING_CHOICES, type BidderFields, checkBidder, percentText } from './bidder-fields.ts'

const USUAL_RATE = 0.1

type KnownService = View['services'][number]

interface BidderFormProps {
  readonly screen: Screen
  /** At least one. */
  readonly services: readonly KnownService[]
  /** The service to begin with, when it is a known one. */
  readonly wanted: string | undefined
}

export function BidderForm({ screen, services, wanted }: BidderFormProps) {
  const { t } = bidders
  const usual = screen.parameters?.a ?? USUAL_RATE
  const first = services.find(({ serviceId }) => serviceId === wanted) ?? services[0]
  const serviceId = first?.serviceId ?? ''
  const terms = { limit: '', quantity: '1', learningRate: percentText(usual), forMs: String(BIDDING_CHOICES[1]) }
  const form = useForm<BidderFields>({ serviceId, side: 'buy', ...terms })
  const [started, setStarted] = useState(false)
  const chosen = services.find((known) => known.serviceId === form.fields.serviceId) ?? first
  if (chosen === undefined) return null
  const { service } = chosen
  const { bidder, errors } = checkBidder(form.fields, service.decimals)
  const start = async () => {
    setStarted(false)
    if (bidder !== undefined) await screen.api.startBidder(chosen.serviceId, bidder)
    setStarted(true)
  }
  const { side } = form.fields
  return (
    <form class="card form bidder-form" aria-labelledby="bidder-title" noValidate onSubmit={(event) => form.submit(event, errors, start)}>
      <h2 id="bidder-title">{t.title}</h2>
      <p class="form-lead">{t.lead}</p>
      <ServiceField form={form} services={services} />
      <SideChoice form={form} name="bidder" texts={bidders.t} />
      <div class="field-row">
        <TextField
          form={form}
          name="limit"
          label={(side === 'buy' ? t.limitBuy : t.limitSell)(service.currency, service.unit)}
          hint={t.limitHint}
        />
        <TextField form={form} name="quantity" label={t.quantity(service.unit)} />
      </div>
      <div class="field-row">
        <TextField form={form} name="learningRate" label={t.rate} hint={t.rateHint(`${percentText(usual)} %`)} />
        <DurationField form={form} />
      </div>
      <button type="submit" class={`button button-main button-${side}`} disabled={form.sending}>
        {form.sending ? t.starting : t.start}
      </button>
      <FieldError id="bidder-form-error" name="form" error={form.errors.form} />
      <p role="status">{started && !form.sending && Object.keys(form.errors).length === 0 ? t.started : null}</p>
      <p class="quiet">{t.oneOffer}</p>
      <p class="plain-words">{t.noEscrow}</p>
    </form>
  )
}

type BidderFormState = Form<BidderFields>

function ServiceField({ form, services }: { readonly form: BidderFormState; readonly services: readonly KnownService[] }) {
  return (
    <Field form="bidder" name="serviceId" label={bidders.t.service} error={form.errors.serviceId}>
      {(control) => (
        <select {...control} value={form.fields.serviceId} onChange={(event) => form.change({ serviceId: event.currentTarget.value })}>
          {services.map(({ serviceId, service }) => (
            <option key={serviceId} value={serviceId}>
              {service.name} · {service.currency}/{service.unit} · {serviceId.slice(0, 6)}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

interface TextFieldProps {
  readonly form: BidderFormState
  readonly name: 'limit' | 'quantity' | 'learningRate'
  readonly label: string
  readonly hint?: string
}

function TextField({ form, name, label, hint }: TextFieldProps) {
  const input = (control: ControlProps) => (
    <input
      {...control}
      type="text"
      inputMode={name === 'quantity' ? 'numeric' : 'decimal'}
      autocomplete="off"
      value={form.fields[name]}
      onInput={(event) => form.change({ [name]: event.currentTarget.value })}
    />
  )
  return (
    <Field form="bidder" name={name} label={label} error={form.errors[name]} {...(hint === undefined ? {} : { hint })}>
      {input}
    </Field>
  )
}

function DurationField({ form }: { readonly form: BidderFormState }) {
  return (
    <Field form="bidder" name="forMs" label={bidders.t.duration} error={form.errors.forMs}>
      {(control) => (
        <select {...control} value={form.fields.forMs} onChange={(event) => form.change({ forMs: event.currentTarget.value })}>
          {BIDDING_CHOICES.map((ms) => (
            <option key={ms} value={String(ms)}>
              {lengthWords(ms)}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

function lengthWords(ms: number): string {
  const { t } = bidders
  const minutes = ms / 60_000
  if (minutes < 60) return t.minutes(formatCount(minutes))
  return minutes < 24 * 60 ? t.hours(formatCount(minutes / 60)) : t.days(formatCount(minutes / (24 * 60)))
}
