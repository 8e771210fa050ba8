/** One labelled control with its hint and its error, tied together for screen readers. */
import type { ComponentChildren } from 'preact'
import './style/form.css'

/** What the control inside must carry. */
export interface ControlProps {
  readonly id: string
  readonly name: string
  readonly 'aria-invalid': boolean
  readonly 'aria-describedby': string
}

interface FieldProps {
  /** Tells the fields of two forms apart. */
  readonly form: string
  readonly name: string
  readonly label: string
  readonly hint?: ComponentChildren
  readonly error: string | undefined
  readonly class?: string
  readonly children: (control: ControlProps) => ComponentChildren
}

export function Field({ form, name, label, hint, error, class: kind = '', children }: FieldProps) {
  const id = `${form}-${name}`
  return (
    <div class={`field ${kind}`}>
      <label for={id}>{label}</label>
      {children({ id, name, 'aria-invalid': error !== undefined, 'aria-describedby': `${id}-hint ${id}-error` })}
      {hint === undefined ? null : (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <FieldError id={`${id}-error`} name={name} error={error} />
    </div>
  )
}

/** The place of an error is always there, so that its text is announced when it appears. */
export function FieldError({ id, name, error }: { readonly id: string; readonly name: string; readonly error: string | undefined }) {
  return (
    <p class="field-error" id={id} aria-live="polite">
      {error === undefined ? null : <span data-testid={`error-${name}`}>{error}</span>}
    </p>
  )
}
