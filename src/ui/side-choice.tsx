/** Buy or sell, in the forms that ask for it. */
import type { Side } from '../market/offer.ts'
import { FieldError } from './field.tsx'
import type { Form } from './use-form.ts'

interface SideChoiceProps<F extends { readonly side: Side }> {
  readonly form: Form<F>
  /** Tells the errors of two forms apart. */
  readonly name: string
  readonly texts: { readonly side: string; readonly buy: string; readonly sell: string }
}

export function SideChoice<F extends { readonly side: Side }>({ form, name, texts }: SideChoiceProps<F>) {
  return (
    <fieldset class="segments">
      <legend>{texts.side}</legend>
      {(['buy', 'sell'] as const).map((side) => (
        <label key={side} class={`segment segment-${side}`}>
          <input
            type="radio"
            name="side"
            value={side}
            checked={form.fields.side === side}
            onChange={() => form.change({ side } as Partial<F>)}
          />
          <span>{texts[side]}</span>
        </label>
      ))}
      <FieldError id={`${name}-side-error`} name="side" error={form.errors.side} />
    </fieldset>
  )
}
