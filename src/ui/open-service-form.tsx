import type { ScreenApi } from './api.ts'
import { Field, FieldError } from './field.tsx'
import { hashOf, routeOfText } from './link.ts'
import { home } from './text/en/home.ts'
import { useForm } from './use-form.ts'

/** Opens a service by what somebody passed on: its link or its id. */
export function OpenServiceForm({ api }: { readonly api: ScreenApi }) {
  const t = home.t.open
  const form = useForm({ link: '' })
  const text = form.fields.link.trim()
  const route = routeOfText(text)
  const open = async () => {
    const { serviceId } = await api.openService(route?.hash.includes('?') ? text : (route?.serviceId ?? text))
    location.hash = hashOf(serviceId, api.link(serviceId) ?? route?.hash)
  }
  const errors: Record<string, string> = route === undefined ? { link: text === '' ? t.empty : t.neither } : {}
  return (
    <form
      class="card form"
      data-testid="open-service-form"
      aria-labelledby="open-service-title"
      noValidate
      onSubmit={(event) => form.submit(event, errors, open)}
    >
      <h2 id="open-service-title">{t.title}</h2>
      <Field form="open-service" name="link" label={t.link} hint={t.linkHint} error={form.errors.link}>
        {(control) => (
          <input
            {...control}
            type="text"
            autocomplete="off"
            spellcheck={false}
            value={form.fields.link}
            onInput={(event) => form.change({ link: event.currentTarget.value })}
          />
        )}
      </Field>
      <footer class="form-foot">
        <button type="submit" class="button button-main" disabled={form.sending}>
          {form.sending ? t.looking : t.open}
        </button>
        <FieldError id="open-service-form-error" name="form" error={form.errors.form} />
      </footer>
    </form>
  )
}
