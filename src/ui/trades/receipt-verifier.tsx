/** Checks a receipt file that is dropped, chosen or pasted. It needs neither a ring nor a network. */
import { useRef, useState } from 'preact/hooks'
import type { ReceiptVerdict, ScreenApi } from '../api.ts'
import { trades } from '../text/en/trades.ts'
import { apiErrorOf } from '../words.ts'
import { Verdict } from './verdict.tsx'
import '../style/form.css'
import '../style/trades.css'

/** More than any receipt file has: of a larger one no more is read, and it is refused as too long. */
const MOST_BYTES = 262_144

type Outcome = { readonly verdict: ReceiptVerdict } | { readonly problem: string } | 'checking' | null

export function ReceiptVerifier({ api }: { readonly api: ScreenApi }) {
  const { t } = trades
  const [text, setText] = useState('')
  const [isOver, setOver] = useState(false)
  const { outcome, check, checkFile } = useCheck(api)
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    const [file] = event.dataTransfer?.files ?? []
    const dropped = event.dataTransfer?.getData('text/plain') ?? ''
    if (file !== undefined) checkFile(file)
    else if (dropped !== '') check(async () => dropped)
  }
  const over = (event: DragEvent) => {
    event.preventDefault()
    setOver(true)
  }
  const submit = (event: Event) => {
    event.preventDefault()
    check(async () => text)
  }
  return (
    <section
      class={`card form verifier${isOver ? ' verifier-over' : ''}`}
      aria-labelledby="verify-title"
      onDragOver={over}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <h2 id="verify-title">{t.verify.title}</h2>
      <p class="form-lead">{t.verify.lead}</p>
      <div class="field verifier-drop">
        <label for="verify-file">{t.verify.drop}</label>
        <input
          id="verify-file"
          type="file"
          accept=".json,application/json"
          onChange={(event) => {
            const [file] = event.currentTarget.files ?? []
            if (file !== undefined) checkFile(file)
            // The same file may be chosen again, after it was changed.
            event.currentTarget.value = ''
          }}
        />
      </div>
      <form class="field" onSubmit={submit}>
        <label for="verify-text">{t.verify.paste}</label>
        <textarea id="verify-text" rows={4} spellcheck={false} value={text} onInput={(event) => setText(event.currentTarget.value)} />
        <div class="form-foot">
          <button type="submit" class="button" disabled={text.trim() === ''}>
            {t.verify.check}
          </button>
        </div>
      </form>
      <OutcomeShown outcome={outcome} />
    </section>
  )
}

function OutcomeShown({ outcome }: { readonly outcome: Outcome }) {
  if (outcome === null) return null
  if (outcome === 'checking') return <p role="status">{trades.t.verify.checking}</p>
  if ('verdict' in outcome) return <Verdict verdict={outcome.verdict} />
  return (
    <p class="field-error" role="alert">
      {outcome.problem}
    </p>
  )
}

/** The last check that was begun is the one that is shown, whichever ends last. */
function useCheck(api: ScreenApi) {
  const [outcome, setOutcome] = useState<Outcome>(null)
  const latest = useRef(0)
  const check = async (read: () => Promise<string>) => {
    latest.current += 1
    const own = latest.current
    setOutcome('checking')
    const found = await outcomeOf(api, read)
    if (own === latest.current) setOutcome(found)
  }
  const checkFile = (file: File) => check(() => file.slice(0, MOST_BYTES).text())
  return { outcome, check, checkFile }
}

async function outcomeOf(api: ScreenApi, read: () => Promise<string>): Promise<Outcome> {
  let text: string
  try {
    text = await read()
  } catch {
    return { problem: trades.t.verify.unreadable }
  }
  try {
    return { verdict: await api.verifyReceipt(text) }
  } catch (error) {
    return { problem: trades.t.verify.failed(apiErrorOf(error).message) }
  }
}
