import { useState } from 'preact/hooks'
import type { Id } from '../../base/identity.ts'
import type { ScreenApi } from '../api.ts'
import { Field, FieldError } from '../field.tsx'
import { shortId } from '../link.ts'
import type { FieldErrors } from '../service-fields.ts'
import { identity } from '../text/en/identity.ts'
import { useForm } from '../use-form.ts'
import { worded } from './worded.ts'

interface RestoreFields {
  readonly backup: File | null
  readonly passphrase: string
}

const empty: RestoreFields = { backup: null, passphrase: '' }
/** Backups have less than a thousand bytes: what is larger is none, and is not read. */
const LARGEST_FILE = 100_000

/** Takes a backup's key into this browser; the page then loads anew as that peer. */
export function RestoreForm({ api }: { readonly api: ScreenApi }) {
  const t = identity.t.restore
  const form = useForm(empty)
  const [restored, setRestored] = useState<Id | null>(null)
  const { backup, passphrase } = form.fields
  const restore = async () => {
    if (backup === null) return
    const text = backup.size > LARGEST_FILE ? '' : await backup.text().catch(() => Promise.reject(unreadable()))
    setRestored((await worded(api.restoreIdentity(text, passphrase))).nodeId)
    form.change(empty)
  }
  if (restored !== null) return <Restored nodeId={restored} />
  return (
    <form
      class="card form"
      aria-labelledby="restore-title"
      noValidate
      onSubmit={(event) => form.submit(event, errorsIn(form.fields), restore)}
    >
      <h2 id="restore-title">{t.title}</h2>
      <p class="form-lead">{t.lead}</p>
      <BackupPicker file={backup} error={form.errors.backup} onChoose={(file) => form.change({ backup: file })} />
      <Field form="restore" name="passphrase" label={t.passphrase} error={form.errors.passphrase}>
        {(control) => (
          <input
            {...control}
            type="password"
            autoComplete="current-password"
            value={passphrase}
            onInput={(event) => form.change({ passphrase: event.currentTarget.value })}
          />
        )}
      </Field>
      <div class="form-foot">
        <button type="submit" class="button button-main" disabled={form.sending}>
          {t.restore}
        </button>
        <p role="status">{form.sending ? t.working : ''}</p>
      </div>
      <FieldError id="restore-form-error" name="form" error={form.errors.form} />
    </form>
  )
}

interface PickerProps {
  readonly file: File | null
  readonly error: string | undefined
  onChoose(file: File | null): void
}

/** Browsers let a file be dropped on such a field: it is drawn large enough for that. */
function BackupPicker({ file, error, onChoose }: PickerProps) {
  const t = identity.t.restore
  return (
    <Field form="restore" name="backup" label={t.file} hint={file === null ? t.fileHint : t.chosen(file.name)} error={error}>
      {(control) => (
        <input
          {...control}
          class="drop-zone"
          type="file"
          accept=".json,application/json"
          onChange={(event) => onChoose(event.currentTarget.files?.[0] ?? null)}
        />
      )}
    </Field>
  )
}

function Restored({ nodeId }: { readonly nodeId: Id }) {
  const t = identity.t.restore
  return (
    <section class="card form" aria-labelledby="restore-title">
      <h2 id="restore-title">{t.title}</h2>
      <p role="status">{t.done(shortId(nodeId))}</p>
      <p class="quiet">{t.offers}</p>
      <div class="form-foot">
        <button type="button" class="button button-main" onClick={() => location.reload()}>
          {t.reload}
        </button>
      </div>
    </section>
  )
}

function errorsIn({ backup, passphrase }: RestoreFields): FieldErrors {
  const t = identity.t.restore
  if (backup === null) return { backup: t.fileMissing }
  return passphrase === '' ? { passphrase: t.passphraseMissing } : {}
}

function unreadable(): Error {
  return Object.assign(new Error(identity.t.restore.unreadable), { code: 'unreadable', field: 'backup' })
}
