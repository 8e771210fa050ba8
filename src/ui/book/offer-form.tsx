/** Making an offer: what it would do now, whether it is what the person means, and what the brokers said to it. */

import type { RefObject } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Service } from '../../market/service.ts'
import type { OfferAnswer } from '../../trader/command.ts'
import { amountText, formatAmount } from '../amount.ts'
import { type ControlProps, Field, FieldError } from '../field.tsx'
import { checkOffer, type OfferFields } from '../offer-fields.ts'
import { fieldsOf } from '../offer-terms.ts'
import { SideChoice } from '../side-choice.tsx'
import { Sign } from '../sign.tsx'
import { useDraft } from '../state/draft.ts'
import { offerForm as texts } from '../text/en/offer-form.ts'
import { validityChoices } from '../time.ts'
import { type Form, useForm } from '../use-form.ts'
import { isLive } from '../words.ts'
import { Confirmation } from './confirmation.tsx'
import type { Market } from './market.ts'
import { OfferPreview } from './offer-preview.tsx'
import { type Unusual, unusualIn } from './unusual.ts'
import '../style/offer-form.css'

const DEFAULT_VALID_MS = 300_000
const DEFAULT_LONGEST_MS = 600_000

/** A price that was chosen in the book, in smallest units. A new object for every choice, so that the same price can be chosen again. */
export interface Pick {
  readonly price: number
}

interface OfferFormProps {
  readonly market: Market
  readonly pick: Pick | null
}

export function OfferForm({ market, pick }: OfferFormProps) {
  const { screen, service, serviceId } = market
  const { t } = texts
  const longestMs = screen.parameters?.t ?? DEFAULT_LONGEST_MS
  const choices = validityChoices(longestMs)
  const validFor = String(choices.includes(DEFAULT_VALID_MS) ? DEFAULT_VALID_MS : choices.at(-1))
  const form = useForm<OfferFields>({ side: 'buy', price: '', quantity: '', validFor })
  useDraft(serviceId, (terms) => form.change(fieldsOf(terms, service, longestMs)))
  const [sent, setSent] = useState<{ readonly answer: OfferAnswer; readonly fields: OfferFields } | null>(null)
  const { offer, errors } = checkOffer(form.fields, service, longestMs)
  const asking = useConfirmation(form.fields)
  usePick(form, pick, service)
  const send = async () => {
    setSent(null)
    if (offer !== undefined) setSent({ answer: await screen.api.sendOffer(serviceId, offer), fields: form.fields })
  }
  const submit = (event: Event) => {
    const unusual = offer === undefined || asking.isConfirmed() ? [] : unusualIn(offer, seenIn(market))
    event.preventDefault()
    if (unusual.length > 0) asking.ask(unusual, event.currentTarget as HTMLFormElement)
    else void form.submit(event, errors, send)
  }
  const { side } = form.fields
  // An answer belongs to what was sent, not to what is typed since.
  const answer = sent?.fields === form.fields && Object.keys(form.errors).length === 0 ? sent.answer : null
  return (
    <form class={`offer-form card form side-${side}`} data-testid="offer-form" aria-labelledby="offer-title" noValidate onSubmit={submit}>
      <h3 id="offer-title">{t.title}</h3>
      <SideChoice form={form} name="offer" texts={texts.t} />
      <PriceField form={form} market={market} />
      <PickedPrice form={form} pick={pick} service={service} />
      <div class="field-row">
        <QuantityField form={form} service={service} />
        <ValidityField form={form} choices={choices} longestMs={longestMs} />
      </div>
      <OfferPreview market={market} offer={offer} />
      <button type="submit" class={`button button-main button-${side}`} disabled={form.sending}>
        {form.sending ? t.sending : t.send[side]}
      </button>
      {offer === undefined ? null : <Confirmation asking={asking} side={side} service={service} />}
      <FieldError id="offer-form-error" name="form" error={form.errors.form} />
      <Answer answer={answer} />
      <OneOfferHint market={market} />
      <p class="plain-words">{t.noEscrow}</p>
    </form>
  )
}

type OfferFormState = Form<OfferFields>

/** What the terms are held against: the book of this moment, and this peer's latest trade. */
function seenIn({ screen, serviceId, service, book }: Market): Parameters<typeof unusualIn>[1] {
  const trades = (screen.view?.receipts ?? []).filter((receipt) => receipt.serviceId === serviceId)
  const latest = trades.toSorted((left, right) => right.slot - left.slot)[0]
  return { book: book.book, self: screen.view?.nodeId ?? '', lastPrice: latest?.price, decimals: service.decimals }
}

export interface Asking {
  /** The question's element, which alone knows whether it is open: its `close` event comes late, when the next question may be. */
  readonly dialog: RefObject<HTMLDialogElement | null>
  /** What is asked about, or was asked about last. */
  readonly unusual: readonly Unusual[]
  /** True while what stands in the fields is what the person agreed to. */
  isConfirmed(): boolean
  ask(unusual: readonly Unusual[], form: HTMLFormElement): void
  /** Sends the form with what was asked about. */
  confirm(): void
  cancel(): void
}

/** An agreement is for the very fields that were asked about: any change asks again. */
function useConfirmation(fields: OfferFields): Asking {
  const [question, setQuestion] = useState<{ readonly unusual: readonly Unusual[]; readonly form: HTMLFormElement } | null>(null)
  const dialog = useRef<HTMLDialogElement>(null)
  const agreed = useRef<OfferFields | null>(null)
  return {
    dialog,
    unusual: question?.unusual ?? [],
    isConfirmed: () => agreed.current === fields,
    ask: (unusual, form) => {
      setQuestion({ unusual, form })
      dialog.current?.showModal()
    },
    confirm: () => {
      dialog.current?.close()
      agreed.current = fields
      question?.form.requestSubmit()
      agreed.current = null
    },
    cancel: () => dialog.current?.close(),
  }
}

function usePick(form: OfferFormState, pick: Pick | null, { decimals }: Service): void {
  useEffect(() => {
    if (pick !== null) form.change({ price: amountText(pick.price, decimals) })
  }, [pick])
}

/** Said aloud, as the focus stays in the book. */
function PickedPrice({ form, pick, service }: { readonly form: OfferFormState; readonly pick: Pick | null; readonly service: Service }) {
  const isPicked = pick !== null && form.fields.price === amountText(pick.price, service.decimals)
  return (
    <p class="quiet picked-price" role="status">
      {isPicked ? texts.t.taken(formatAmount(pick.price, service.decimals)) : null}
    </p>
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
  const { t } = texts
  const { service, book } = market
  const { currency, unit, decimals } = service
  const best = [
    { words: t.useBid, price: book.book?.bids[0]?.price },
    { words: t.useAsk, price: book.book?.asks[0]?.price },
  ]
  const hint = best.map(({ words, price }) =>
    price === undefined ? null : (
      <button key={words('')} type="button" class="link-button" onClick={() => form.change({ price: amountText(price, decimals) })}>
        {words(formatAmount(price, decimals))}
      </button>
    ),
  )
  return (
    <Field form="offer" name="price" label={t.price(currency, unit)} hint={hint} error={form.errors.price} class="field-best">
      {(control) => numberInput(form, control, decimals)}
    </Field>
  )
}

function QuantityField({ form, service }: { readonly form: OfferFormState; readonly service: Service }) {
  const { t } = texts
  return (
    <Field form="offer" name="quantity" label={t.quantity(service.unit)} hint={t.wholeUnits} error={form.errors.quantity}>
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
  const { t } = texts
  return (
    <Field form="offer" name="validFor" label={t.validFor} hint={t.atMost(lengthWords(longestMs))} error={form.errors.validFor}>
      {(control) => (
        <select {...control} value={form.fields.validFor} onChange={(event) => form.change({ validFor: event.currentTarget.value })}>
          {choices.map((ms) => (
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
  const minutes = ms / 60_000
  return Number.isInteger(minutes) ? texts.t.minutes(minutes) : texts.t.seconds(ms / 1000)
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

function answerWords({ accepted, of, reason = '' }: OfferAnswer): string {
  const { t } = texts
  const reasons: Readonly<Record<string, string>> = t.reasons
  return accepted > 0 ? t.accepted(accepted, of) : t.refused(of, reasons[reason] ?? reason)
}

/** PROTOCOL 4: a peer has one live offer a service. */
function OneOfferHint({ market }: { readonly market: Market }) {
  const open = market.screen.view?.offers.find((offer) => offer.serviceId === market.serviceId && isLive(offer))
  return open === undefined ? null : <p class="quiet">{texts.t.replaces}</p>
}
