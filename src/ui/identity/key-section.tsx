import { CopyButton } from '../copy-button.tsx'
import { identity } from '../text/en/identity.ts'
import type { Screen } from '../use-screen.ts'

/** Who this tab is. */
export function KeySection({ screen: { view, api } }: { readonly screen: Screen }) {
  const t = identity.t.key
  return (
    <section class="card form" aria-labelledby="key-title">
      <h2 id="key-title">{t.title}</h2>
      <p class="form-lead">{t.lead}</p>
      {view === null ? (
        <p role="status">{t.making}</p>
      ) : (
        <>
          <div class="field">
            <label for="node-id">{t.nodeId}</label>
            <div class="node-id">
              <input id="node-id" readOnly value={view.nodeId} />
              <CopyButton text={view.nodeId} label={t.copy} fieldId="node-id" />
            </div>
          </div>
          <p class="quiet">
            {t.network}: <code>{api.status().network}</code>
          </p>
        </>
      )}
    </section>
  )
}
