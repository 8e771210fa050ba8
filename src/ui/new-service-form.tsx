/** What a person fills in for a new service. */
import type { ScreenApi } from './api.ts'
import { Field, FieldError } from './field.tsx'
import { FileFields } from './file-fields.tsx'
import { hashOf } from './link.ts'
import { emptyServiceFields, type ServiceFields, serviceErrors, serviceRequest } from './service-fields.ts'
import { ServiceTextField } from './service-text-field.tsx'
import { type Form, useForm } from './use-form.ts'

export function NewServiceForm({ api }: { readonly api: ScreenApi }) {
  const form = useForm<ServiceFields>(emptyServiceFields)
  const create = async () => {
    const { serviceId, link } = await api.createService(serviceRequest(form.fields))
    location.hash = hashOf(serviceId, link)
  }
  return (
    <form
      class="card form"
      data-testid="new-service-form"
      aria-labelledby="new-service-title"
      noValidate
      onSubmit={(event) => form.submit(event, serviceErrors(form.fields), create)}
    >
      <h2 id="new-service-title">New service</h2>
      <p class="form-lead">
        What is traded, fixed for good: its id is made from these words, so whoever enters the same opens the same market. Only price and
        quantity vary.
      </p>
      <ServiceTextField form={form} name="name" label="Name" hint="What is offered, up to 100 characters" />
      <KindField form={form} />
      {form.fields.kind === 'file' ? <FileFields form={form} /> : null}
      <MoneyFields form={form} />
      <ServiceTextField form={form} name="tags" label="Tags" hint="Up to 8, with commas between; may be empty" />
      <footer class="form-foot">
        <button type="submit" class="button button-main" disabled={form.sending}>
          {form.sending ? 'Creating…' : 'Create service'}
        </button>
        <FieldError id="new-service-form-error" name="form" error={form.errors.form} />
      </footer>
    </form>
  )
}

function MoneyFields({ form }: { readonly form: Form<ServiceFields> }) {
  return (
    <div class="field-row">
      <ServiceTextField form={form} name="unit" label="Unit" hint="What one of it is: GB, hour" />
      <ServiceTextField form={form} name="currency" label="Currency" hint="EUR, or any other label" />
      <ServiceTextField form={form} name="decimals" label="Decimals" hint="Of the currency, 0 to 8" numeric />
    </div>
  )
}

function KindField({ form }: { readonly form: Form<ServiceFields> }) {
  return (
    <Field form="new-service" name="kind" label="Kind" error={form.errors.kind}>
      {(control) => (
        <select
          {...control}
          value={form.fields.kind}
          onChange={(event) => form.change({ kind: event.currentTarget.value === 'file' ? 'file' : 'general' })}
        >
          <option value="general">General: measured in units</option>
          <option value="file">File: known by its SHA-256</option>
        </select>
      )}
    </Field>
  )
}
