/** What a person fills in for a new service. */
import { formatAmount } from './amount.ts'
import type { ScreenApi } from './api.ts'
import { Field, FieldError } from './field.tsx'
import { FileFields } from './file-fields.tsx'
import { hashOf } from './link.ts'
import { emptyServiceFields, type ServiceFields, serviceErrors, serviceRequest } from './service-fields.ts'
import { ServiceTextField } from './service-text-field.tsx'
import { home } from './text/en/home.ts'
import { type Form, useForm } from './use-form.ts'

export function NewServiceForm({ api }: { readonly api: ScreenApi }) {
  const t = home.t.make
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
      <h2 id="new-service-title">{t.title}</h2>
      <p class="form-lead">{t.lead}</p>
      <ServiceTextField form={form} name="name" label={t.name} hint={t.nameHint} />
      <KindField form={form} />
      {form.fields.kind === 'file' ? <FileFields form={form} /> : null}
      <MoneyFields form={form} />
      <Example fields={form.fields} />
      <ServiceTextField form={form} name="tags" label={t.tags} hint={t.tagsHint} />
      <footer class="form-foot">
        <button type="submit" class="button button-main" disabled={form.sending}>
          {form.sending ? t.creating : t.create}
        </button>
        <FieldError id="new-service-form-error" name="form" error={form.errors.form} />
      </footer>
    </form>
  )
}

/** What a price will read like, with what is typed so far. */
function Example({ fields: { unit, currency, decimals } }: { readonly fields: ServiceFields }) {
  const places = /^[0-8]$/.test(decimals.trim()) ? Number(decimals) : 0
  if (unit.trim() === '' || currency.trim() === '') return null
  return (
    <p class="form-lead">
      {home.t.make.example(
        unit.trim(),
        formatAmount(10 ** places * 12 + (places === 0 ? 0 : 5 * 10 ** (places - 1)), places),
        currency.trim(),
      )}
    </p>
  )
}

function MoneyFields({ form }: { readonly form: Form<ServiceFields> }) {
  const t = home.t.make
  return (
    <div class="field-row">
      <ServiceTextField form={form} name="unit" label={t.unit} hint={t.unitHint} />
      <ServiceTextField form={form} name="currency" label={t.currency} hint={t.currencyHint} />
      <ServiceTextField form={form} name="decimals" label={t.decimals} hint={t.decimalsHint} numeric />
    </div>
  )
}

function KindField({ form }: { readonly form: Form<ServiceFields> }) {
  const t = home.t.make
  return (
    <Field form="new-service" name="kind" label={t.kind} error={form.errors.kind}>
      {(control) => (
        <select
          {...control}
          value={form.fields.kind}
          onChange={(event) => form.change({ kind: event.currentTarget.value === 'file' ? 'file' : 'general' })}
        >
          <option value="general">{t.kindGeneral}</option>
          <option value="file">{t.kindFile}</option>
        </select>
      )}
    </Field>
  )
}
