import { Field } from './field.tsx'
import type { ServiceFields } from './service-fields.ts'
import type { Form } from './use-form.ts'

interface TextFieldProps {
  readonly form: Form<ServiceFields>
  readonly name: Exclude<keyof ServiceFields, 'kind'>
  readonly label: string
  readonly hint: string
  readonly numeric?: boolean
}

export function ServiceTextField({ form, name, label, hint, numeric = false }: TextFieldProps) {
  return (
    <Field form="new-service" name={name} label={label} hint={hint} error={form.errors[name]}>
      {(control) => (
        <input
          {...control}
          type="text"
          inputMode={numeric ? 'numeric' : 'text'}
          autocomplete="off"
          value={form.fields[name]}
          onInput={(event) => form.change({ [name]: event.currentTarget.value })}
        />
      )}
    </Field>
  )
}
