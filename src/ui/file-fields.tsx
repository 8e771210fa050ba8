/** Size and digest of a file, typed or worked out from the file itself, which never leaves this device. */
import { useState } from 'preact/hooks'
import { toHex } from '../base/bytes.ts'
import type { ServiceFields } from './service-fields.ts'
import { ServiceTextField } from './service-text-field.tsx'
import { home } from './text/en/home.ts'
import type { Form } from './use-form.ts'

/** crypto.subtle wants the whole file in memory. */
const LARGEST_HASHED = 1_000_000_000

export function FileFields({ form }: { readonly form: Form<ServiceFields> }) {
  const t = home.t.file
  const [progress, setProgress] = useState('')
  const choose = async (file: File | undefined) => {
    if (file === undefined) return
    form.change({ fileSize: String(file.size), fileSha256: '' })
    setProgress(t.working)
    setProgress(await hashInto(form, file))
  }
  return (
    <fieldset class="file-fields">
      <legend>{t.legend}</legend>
      <div class="field">
        <label for="new-service-picker">{t.choose}</label>
        <input
          id="new-service-picker"
          name="filePicker"
          type="file"
          aria-describedby="new-service-picker-hint"
          onChange={(event) => choose(event.currentTarget.files?.[0])}
        />
        <p class="field-hint" id="new-service-picker-hint" aria-live="polite">
          {progress === '' ? t.stays : progress}
        </p>
      </div>
      <ServiceTextField form={form} name="fileSize" label={t.size} hint={t.sizeHint} numeric />
      <ServiceTextField form={form} name="fileSha256" label={t.sha256} hint={t.sha256Hint} />
    </fieldset>
  )
}

/** Fills in the digest; returns what to say about it. */
async function hashInto(form: Form<ServiceFields>, file: File): Promise<string> {
  const t = home.t.file
  if (file.size > LARGEST_HASHED) return t.tooLarge
  if (globalThis.crypto.subtle === undefined) return t.notSecure
  try {
    const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer())
    form.change({ fileSha256: toHex(new Uint8Array(digest)) })
    return t.filled(file.name)
  } catch {
    return t.unreadable
  }
}
