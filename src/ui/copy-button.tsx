import { useEffect, useState } from 'preact/hooks'
import { Sign } from './sign.tsx'
import { copying } from './text/en/service.ts'

/** Copies a text, and says so; where the clipboard is closed to the page the text is selected in its field for the person to copy. */
export function CopyButton({ text, label, fieldId }: { readonly text: string; readonly label: string; readonly fieldId: string }) {
  const [said, setSaid] = useState<'' | 'copied' | 'selected'>('')
  useEffect(() => {
    if (said === '') return
    const timer = setTimeout(() => setSaid(''), 2500)
    return () => clearTimeout(timer)
  }, [said])
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setSaid('copied')
    } catch {
      const field = document.getElementById(fieldId) as HTMLInputElement | null
      field?.select()
      setSaid('selected')
    }
  }
  return (
    <button type="button" class="button button-small" onClick={copy}>
      <Sign name={said === 'copied' ? 'done' : 'copy'} />
      <span aria-live="polite">{said === '' ? label : copying.t[said]}</span>
    </button>
  )
}
