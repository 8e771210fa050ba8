/** Keys for who trades all day, and the list of them under `?`. The person may turn them off (WCAG 2.1.4). */
import { useEffect, useRef } from 'preact/hooks'
import { type Act, actKeys, actOf, pageKeys } from './keys.ts'
import { plainPages } from './link.ts'
import { currentSettings } from './state/settings.ts'
import { shell } from './text/en/shell.ts'
import { shortcuts } from './text/en/shortcuts.ts'
import './style/shortcuts.css'

/** So long a `g` waits for its letter. */
const WAIT_MS = 1_500

export function Shortcuts() {
  const { t } = shortcuts
  const dialog = useRef<HTMLDialogElement>(null)
  useKeys((act) => {
    if (act.type === 'help') dialog.current?.showModal()
    else carryOut(act)
  })
  useEffect(() => {
    // The list's own link leads to another page: nothing may lie over it.
    const close = () => dialog.current?.close()
    addEventListener('hashchange', close)
    return () => removeEventListener('hashchange', close)
  }, [])
  // Whether it is open is the element's to know: its `close` event comes late, and a copy of that state would close the next list.
  return (
    <dialog ref={dialog} class="shortcuts" aria-labelledby="shortcuts-title">
      <h2 id="shortcuts-title">{t.title}</h2>
      <dl>
        {Object.entries(actKeys).map(([act, key]) => (
          <Shortcut key={act} keys={[key]} words={t.acts[act as keyof typeof actKeys]} />
        ))}
        {(['home', ...plainPages] as const).map((page) => (
          <Shortcut key={page} keys={['g', pageKeys[page]]} words={t.go(shell.t.pages[page])} />
        ))}
      </dl>
      <p class="quiet">
        {t.off} <a href="#/settings">{shell.t.pages.settings}</a>
      </p>
      <button type="button" class="button" onClick={() => dialog.current?.close()}>
        {t.close}
      </button>
    </dialog>
  )
}

function Shortcut({ keys, words }: { readonly keys: readonly string[]; readonly words: string }) {
  return (
    <div>
      <dt>
        {keys.map((key) => (
          <kbd key={key}>{key}</kbd>
        ))}
      </dt>
      <dd>{words}</dd>
    </div>
  )
}

/** Keys pressed outside of fields and dialogs. */
function useKeys(onAct: (act: Act) => void): void {
  const latest = useRef(onAct)
  latest.current = onAct
  useEffect(() => {
    let waitsUntilMs = 0
    const listen = (event: KeyboardEvent) => {
      if (!currentSettings().shortcuts || event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return
      const act = actOf(event.key, event.timeStamp < waitsUntilMs)
      waitsUntilMs = act?.type === 'wait' ? event.timeStamp + WAIT_MS : 0
      if (act === undefined || act.type === 'wait') return
      event.preventDefault()
      latest.current(act)
    }
    addEventListener('keydown', listen)
    return () => removeEventListener('keydown', listen)
  }, [])
}

function isTyping({ target }: KeyboardEvent): boolean {
  const isField = target instanceof Element && target.closest('input:not([type=radio], [type=checkbox]), select, textarea') !== null
  return isField || document.querySelector('dialog[open]') !== null
}

function carryOut(act: Act): void {
  if (act.type === 'go') location.hash = act.page === 'home' ? '#/' : `#/${act.page}`
  else if (act.type === 'open') field('open-service-link')?.focus()
  else if (act.type === 'buy' || act.type === 'sell') {
    document.querySelector<HTMLInputElement>(`.offer-form input[name=side][value=${act.type}]`)?.click()
    field('offer-price')?.focus()
  }
}

function field(id: string): HTMLElement | null {
  return document.getElementById(id)
}
