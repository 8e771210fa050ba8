import { useState } from 'preact/hooks'
import { Field, FieldError } from '../field.tsx'
import { Notice } from '../startup.tsx'
import { identity } from '../text/en/identity.ts'
import { useForm } from '../use-form.ts'
import type { Screen } from '../use-screen.ts'
import { isLive } from '../words.ts'
import { worded } from './worded.ts'

/** So much of the node id must be typed: enough to know which key is meant. */
const CONFIRMED_CHARACTERS = 6

/** Removes the key and its data, after a second step that cannot be taken by mistake. */
export function WipeForm({ screen }: { readonly screen: Screen }) {
  const t = identity.t.wipe
  const [open, setOpen] = useState(false)
  return (
    <section class="card form" aria-labelledby="wipe-title">
      <h2 id="wipe-title">{t.title}</h2>
      <p class="form-lead">{t.lead}</p>
      {open ? (
        <Confirmation screen={screen} onCancel={() => setOpen(false)} />
      ) : (
        <div class="form-foot">
          <button type="button" class="button" onClick={() => setOpen(true)}>
            {t.start}
          </button>
        </div>
      )}
    </section>
  )
}

function Confirmation({ screen: { api, view }, onCancel }: { readonly screen: Screen; onCancel(): void }) {
  const t = identity.t.wipe
  const form = useForm({ confirmation: '' })
  const start = (view?.nodeId ?? '').slice(0, CONFIRMED_CHARACTERS)
  const live = view?.offers.filter(isLive).length ?? 0
  const isConfirmed = start !== '' && form.fields.confirmation.trim().toLowerCase() === start
  return (
    <form
      class="form"
      aria-labelledby="wipe-title"
      noValidate
      onSubmit={(event) => form.submit(event, isConfirmed ? {} : { confirmation: t.wrong(start) }, () => worded(api.wipe()))}
    >
      <Notice text={t.forever} />
      {live === 0 ? null : <Notice text={t.live(live)} />}
      <Field form="wipe" name="confirmation" label={t.confirm(start)} error={form.errors.confirmation}>
        {(control) => (
          <input
            {...control}
            autoComplete="off"
            spellcheck={false}
            value={form.fields.confirmation}
            onInput={(event) => form.change({ confirmation: event.currentTarget.value })}
          />
        )}
      </Field>
      <div class="form-foot">
        <button type="submit" class="button button-danger" disabled={form.sending}>
          {t.wipe}
        </button>
        <button type="button" class="button" disabled={form.sending} onClick={onCancel}>
          {t.cancel}
        </button>
        <p role="status">{form.sending ? t.working : ''}</p>
      </div>
      <FieldError id="wipe-form-error" name="form" error={form.errors.form} />
    </form>
  )
}
