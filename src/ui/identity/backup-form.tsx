import { useState } from 'preact/hooks'
import { LEAST_PASSPHRASE, MOST_PASSPHRASE } from '../../base/passphrase.ts'
import type { ScreenApi } from '../api.ts'
import { download } from '../download.ts'
import { Field, FieldError } from '../field.tsx'
import type { FieldErrors } from '../service-fields.ts'
import { identity } from '../text/en/identity.ts'
import { type Form, useForm } from '../use-form.ts'
import { passphraseStrength } from './passphrase-strength.ts'
import { worded } from './worded.ts'

interface BackupFields {
  readonly passphrase: string
  readonly repeat: string
}

const empty: BackupFields = { passphrase: '', repeat: '' }

/** Saves this tab's key as a file that only the passphrase opens. */
export function BackupForm({ api }: { readonly api: ScreenApi }) {
  const t = identity.t.backup
  const form = useForm(empty)
  const [saved, setSaved] = useState('')
  const save = async () => {
    setSaved('')
    const text = await worded(api.backupIdentity(form.fields.passphrase))
    const name = `peermart-key-${api.status().nodeId.slice(0, 8)}.json`
    download(name, { text, type: 'application/json' })
    form.change(empty)
    setSaved(name)
  }
  return (
    <form class="card form" aria-labelledby="backup-title" noValidate onSubmit={(event) => form.submit(event, errorsIn(form.fields), save)}>
      <h2 id="backup-title">{t.title}</h2>
      <p class="form-lead">{t.lead}</p>
      <Passphrase form={form} name="passphrase" label={t.passphrase} hint={hintOf(form.fields.passphrase)} />
      <Passphrase form={form} name="repeat" label={t.repeat} hint={t.repeatHint} />
      <div class="form-foot">
        <button type="submit" class="button button-main" disabled={form.sending}>
          {t.save}
        </button>
        <p role="status">{form.sending ? t.working : saved === '' ? '' : t.saved(saved)}</p>
      </div>
      <FieldError id="backup-form-error" name="form" error={form.errors.form} />
    </form>
  )
}

interface PassphraseProps {
  readonly form: Form<BackupFields>
  readonly name: keyof BackupFields
  readonly label: string
  readonly hint: string
}

function Passphrase({ form, name, label, hint }: PassphraseProps) {
  return (
    <Field form="backup" name={name} label={label} hint={hint} error={form.errors[name]}>
      {(control) => (
        <input
          {...control}
          type="password"
          autoComplete="new-password"
          value={form.fields[name]}
          onInput={(event) => form.change({ [name]: event.currentTarget.value })}
        />
      )}
    </Field>
  )
}

function hintOf(passphrase: string): string {
  const t = identity.t.backup
  if (passphrase === '') return t.missing(LEAST_PASSPHRASE)
  return passphrase.length < LEAST_PASSPHRASE ? t.short(LEAST_PASSPHRASE - passphrase.length) : t.strengths[passphraseStrength(passphrase)]
}

function errorsIn({ passphrase, repeat }: BackupFields): FieldErrors {
  const t = identity.t.backup
  if (passphrase.length < LEAST_PASSPHRASE) return { passphrase: t.short(LEAST_PASSPHRASE - passphrase.length) }
  if (passphrase.length > MOST_PASSPHRASE) return { passphrase: t.long(MOST_PASSPHRASE) }
  return passphrase === repeat ? {} : { repeat: t.differs }
}
