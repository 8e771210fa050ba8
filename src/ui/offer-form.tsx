/** Making an offer: what it would meet now, what it would cost, and what the brokers said to it. */
import { useState } from 'preact/hooks'
import type { Service } from '../market/service.ts'
import type { OfferAnswer, OfferRequest } from '../trader/command.ts'
import { amountText, formatAmount, formatCount, formatTotal } from './amount.ts'
import type { Market } from './book.tsx'
import { previewOf } from './depth.ts'
import { type ControlProps, Field, FieldError } from './field.tsx'
import { checkOffer, type OfferFields } from './offer-fields.ts'
import { Sign } from './sign.tsx'
import { formatLength, validityChoices } from './time.ts'
import { type Form, useForm } from './use-form.ts'
import { isLive, reasonWords } from './words.ts'
import './style/offer-form.css'

const DEFAULT_VALID_MS = 300_000
const DEFAULT_LONGEST_MS = 600_000

export function OfferForm(market: Market) {
  const { screen, service, serviceId } = market
  const longestMs = screen.parameters?.t ?? DEFAULT_LONGEST_MS
  const choices = validityChoices(longestMs)
  const validFor = String(choices.includes(DEFAULT_VALID_MS) ? DEFAULT_VALID_MS : choices.at(-1))
  const form = useForm<OfferFields>({ side: 'buy', price: '', quantity: '', validFor })
  const [sent, setSent] = useState<{ readonly answer: OfferAnswer; readonly fields: OfferFields } | null>(null)
  const { offer, errors } = checkOffer(form.fields, service, longestMs)
  const send = async () => {
    setSent(null)
    if (offer !== undefined) setSent({ answer: await screen.api.sendOffer(serviceId, offer), fields: form.fields })
  }
  const { side } = form.fields
  // An answer belongs to what was sent, not to what is typed since.
  const answer = sent?.fields === form.fields && Object.keys(form.errors).length === 0 ? sent.answer : null
  return (
    <form
      class={`offer-form card form side-${side}`}
      data-testid="offer-form"
      aria-labelledby="offer-title"
      noValidate
      onSubmit={(event) => form.submit(event, errors, send)}
    >
      <h3 id="offer-title">Make an offer</h3>
      <SideChoice form={form} />
      <PriceField form={form} market={market} />
      <div class="field-row">
        <QuantityField form={form} service={service} />
        <ValidityField form={form} choices={choices} longestMs={longestMs} />
      </div>
      <Preview market={market} offer={offer} />
      <button type="submit" class={`button button-main button-${side}`} disabled={form.sending}>
        {form.sending ? 'Sending to brokers…' : `Offer to ${side}`}
      </button>
      <FieldError id="offer-form-error" name="form" error={form.errors.form} />
      <Answer answer={answer} />
      <OneOfferHint market={market} />
      <p class="plain-words">This is no escrow and no payment: you deal with the other side yourself.</p>
    </form>
  )
}

type OfferFormState = Form<OfferFields>

function SideChoice({ form }: { readonly form: OfferFormState }) {
  return (
    <fieldset class="segments">
      <legend>Side</legend>
      {(['buy', 'sell'] as const).map((side) => (
        <label key={side} class={`segment segment-${side}`}>
          <input type="radio" name="side" value={side} checked={form.fields.side === side} onChange={() => form.change({ side })} />
          <span>{side === 'buy' ? 'Buy' : 'Sell'}</span>
        </label>
      ))}
      <FieldError id="offer-side-error" name="side" error={form.errors.side} />
    </fieldset>
  )
}

function numberInput(form: OfferFormState, control: ControlProps, decimals: number) {
  const name = control.name as 'price' | 'quantity'
  return (
    <input
      {...control}
      type="text"
      inputMode={decimals > 0 ? 'decimal' : 'numeric'}
      autocomplete="off"
      value={form.fields[name]}
      onInput={(event) => form.change({ [name]: event.currentTarget.value })}
    />
  )
}

function PriceField({ form, market }: { readonly form: OfferFormState; readonly market: Market }) {
  const { service, book } = market
  const { currency, unit, decimals } = service
  const best = [
    { name: 'bid', price: book.book?.bids[0]?.price },
    { name: 'ask', price: book.book?.asks[0]?.price },
  ]
  const hint = best.map(({ name, price }) =>
    price === undefined ? null : (
      <button key={name} type="button" class="link-button" onClick={() => form.change({ price: amountText(price, decimals) })}>
        Use {name} {formatAmount(price, decimals)}
      </button>
    ),
  )
  return (
    <Field form="offer" name="price" label={`Price in ${currency} per ${unit}`} hint={hint} error={form.errors.price} class="field-best">
      {(control) => numberInput(form, control, decimals)}
    </Field>
  )
}

function QuantityField({ form, service }: { readonly form: OfferFormState; readonly service: Service }) {
  return (
    <Field form="offer" name="quantity" label={`Quantity in ${service.unit}`} hint="Whole units" error={form.errors.quantity}>
      {(control) => numberInput(form, control, 0)}
    </Field>
  )
}

interface ValidityProps {
  readonly form: OfferFormState
  readonly choices: readonly number[]
  readonly longestMs: number
}

function ValidityField({ form, choices, longestMs }: ValidityProps) {
  return (
    <Field form="offer" name="validFor" label="Valid for" hint={`At most ${formatLength(longestMs)}`} error={form.errors.validFor}>
      {(control) => (
        <select {...control} value={form.fields.validFor} onChange={(event) => form.change({ validFor: event.currentTarget.value })}>
          {choices.map((ms) => (
            <option key={ms} value={String(ms)}>
              {formatLength(ms)}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

function Preview({ market, offer }: { readonly market: Market; readonly offer: OfferRequest | undefined }) {
  const { service, screen, book } = market
  const { decimals, currency, unit } = service
  if (offer === undefined) return <p class="preview quiet">Enter a price and a quantity to see the total.</p>
  const match = book.book === null ? undefined : previewOf(book.book, screen.view?.nodeId ?? '', offer)
  const rest = match === undefined ? 0 : offer.quantity - match.quantity
  return (
    <div class="preview" data-testid="preview">
      <p class="preview-total">
        <span>{offer.side === 'buy' ? 'Total at most' : 'Total at least'}</span>
        <b>
          {formatTotal(offer.price, offer.quantity, decimals)} {currency}
        </b>
      </p>
      {match === undefined ? (
        <p>No match now: it would wait in the book.</p>
      ) : (
        <p>
          Would match now:{' '}
          <b>
            {formatCount(match.quantity)} × {unit} at about {formatAmount(match.price, decimals)} {currency}
          </b>
        </p>
      )}
      {rest === 0 ? null : (
        <p class="quiet">
          The other {formatCount(rest)} × {unit} would be offered again by itself.
        </p>
      )}
    </div>
  )
}

function Answer({ answer }: { readonly answer: OfferAnswer | null }) {
  return (
    <p class="answer" role="status" data-testid="offer-answer">
      {answer === null ? null : (
        <span class={answer.accepted > 0 ? 'answer-good' : 'answer-bad'}>
          <Sign name={answer.accepted > 0 ? 'done' : 'failed'} /> {answerWords(answer)}
        </span>
      )}
    </p>
  )
}

function answerWords({ accepted, of, reason }: OfferAnswer): string {
  const why = reason === undefined ? '' : `: ${reasonWords(reason)}`
  const brokers = of === 1 ? 'broker' : 'brokers'
  return accepted > 0 ? `Accepted by ${accepted} of ${of} ${brokers}.` : `Not accepted by any of ${of} ${brokers}${why}.`
}

/** PROTOCOL 4: a peer has one live offer a service. */
function OneOfferHint({ market }: { readonly market: Market }) {
  const open = market.screen.view?.offers.find((offer) => offer.serviceId === market.serviceId && isLive(offer))
  if (open === undefined) return null
  return <p class="quiet">You have an offer here. A peer has one live offer a service: a new one takes its place.</p>
}
