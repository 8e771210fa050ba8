/** A form's typed texts and its errors. What was typed stays whatever happens; an error goes when its field is changed. */
import { useState } from 'preact/hooks'
import type { FieldErrors } from './service-fields.ts'
import { apiErrorOf, formFieldOf } from './words.ts'

export interface Form<F> {
  readonly fields: F
  readonly errors: FieldErrors
  readonly sending: boolean
  change(part: Partial<F>): void
  /** Runs the task unless there are errors; what it is rejected with is shown at its field. */
  submit(event: Event, errors: FieldErrors, task: () => Promise<void>): Promise<void>
}

export function useForm<F extends object>(initial: F): Form<F> {
  const [fields, setFields] = useState(initial)
  const [errors, setErrors] = useState<FieldErrors>({})
  const [sending, setSending] = useState(false)
  const change = (part: Partial<F>) => {
    setFields((before) => ({ ...before, ...part }))
    setErrors((before) => Object.fromEntries(Object.entries(before).filter(([name]) => name !== 'form' && !(name in part))))
  }
  const fail = (form: HTMLFormElement, found: FieldErrors) => {
    setErrors(found)
    // After the errors are drawn, so that a screen reader reads the field with its error.
    setTimeout(() => focusFirst(form, found), 0)
  }
  const submit = async (event: Event, found: FieldErrors, task: () => Promise<void>) => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    if (sending) return
    if (Object.keys(found).length > 0) return fail(form, found)
    setErrors({})
    setSending(true)
    try {
      await task()
    } catch (error) {
      const failure = apiErrorOf(error)
      const field = formFieldOf(failure)
      fail(form, { [form.elements.namedItem(field) === null ? 'form' : field]: failure.message })
    } finally {
      setSending(false)
    }
  }
  return { fields, errors, sending, change, submit }
}

function focusFirst(form: HTMLFormElement, errors: FieldErrors): void {
  for (const element of form.elements) {
    const control = element as HTMLInputElement
    if (control.name in errors) return control.focus()
  }
}
