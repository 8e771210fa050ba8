/** Size and digest of a file, typed or worked out from the file itself, which never leaves this device. */
import { useState } from 'preact/hooks'
import { toHex } from '../base/bytes.ts'
import type { ServiceFields } from './service-fields.ts'
import { ServiceTextField } from './service-text-field.tsx'
import type { Form } from './use-form.ts'

/** crypto.subtle wants the whole file in memory. */
const LARGEST_HASHED = 1_000_000_000

export function FileFields({ form }: { readonly form: Form<ServiceFields> }) {
  const [progress, setProgress] = useState('')
  const choose = async (file: File | undefined) => {
    if (file === undefined) return
    form.change({ fileSize: String(file.size), fileSha256: '' })
    setProgress('Working out the SHA-256…')
    setProgress(await hashInto(form, file))
  }
  return (
    <fieldset class="file-fields">
      <legend>The file</legend>
      <div class="field">
        <label for="new-service-picker">Choose it to fill in both</label>
        <input
          id="new-service-picker"
          name="filePicker"
          type="file"
          aria-describedby="new-service-picker-hint"
          onChange={(event) => choose(event.currentTarget.files?.[0])}
        />
        <p class="field-hint" id="new-service-picker-hint" aria-live="polite">
          {progress === '' ? 'The file stays on this device.' : progress}
        </p>
      </div>
      <ServiceTextField form={form} name="fileSize" label="Size in bytes" hint="A whole number" numeric />
      <ServiceTextField form={form} name="fileSha256" label="SHA-256" hint="64 hex digits" />
    </fieldset>
  )
}

/** Fills in the digest; returns what to say about it. */
async function hashInto(form: Form<ServiceFields>, file: File): Promise<string> {
  if (file.size > LARGEST_HASHED) return 'Too large to read here (over 1 GB): paste the SHA-256 from a tool such as sha256sum.'
  if (globalThis.crypto.subtle === undefined) return 'This page is not on a secure address (https or localhost): paste the SHA-256.'
  try {
    const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer())
    form.change({ fileSha256: toHex(new Uint8Array(digest)) })
    return `Filled in from “${file.name}”.`
  } catch {
    return 'The file could not be read. Choose it again, or paste its SHA-256.'
  }
}
