/** Asks before a newer version of the app takes over: the page loads anew, and what is being typed is lost. */
import type { ScreenApi } from './api.ts'
import { Sign } from './sign.tsx'
import { update } from './text/en/update.ts'
import './style/update.css'

export function UpdateNotice({ api }: { readonly api: ScreenApi }) {
  const { t } = update
  return (
    <div role="status">
      {api.isUpdateReady() ? (
        <div class="notice question update-notice">
          <Sign name="warning" /> <p>{t.ready}</p>
          <button type="button" class="button button-small" onClick={() => api.takeUpdate()}>
            {t.take}
          </button>
        </div>
      ) : null}
    </div>
  )
}
