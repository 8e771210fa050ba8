/** The way into the lab: its page and the simulator are loaded only when somebody goes there. */
import { useEffect, useState } from 'preact/hooks'
import type { LabApi } from './lab-api.ts'
import type { Run } from './use-lab.ts'

export type LoadLab = () => Promise<LabApi>

interface Loaded {
  readonly api: LabApi
  readonly LabPage: typeof import('./lab-page.tsx').LabPage
}

async function load(loadLab: LoadLab): Promise<Loaded> {
  const [{ LabPage }, api] = await Promise.all([import('./lab-page.tsx'), loadLab()])
  return { LabPage, api }
}

/** `open`: the lab is what the address names. The runs of this visit outlive leaving it. */
export function LabDoor({ open, loadLab }: { readonly open: boolean; readonly loadLab: LoadLab }) {
  const [loaded, setLoaded] = useState<Loaded | null>(null)
  const [failed, setFailed] = useState(false)
  const [list, setList] = useState<readonly Run[]>([])
  const isWanted = open && loaded === null && !failed
  useEffect(() => {
    if (isWanted) load(loadLab).then(setLoaded, () => setFailed(true))
  }, [isWanted, loadLab])
  if (!open) return null
  if (loaded === null) return <Waiting failed={failed} again={() => setFailed(false)} />
  const add = (run: Run) => setList((before) => [...before, run])
  return <loaded.LabPage api={loaded.api} runs={{ list, add }} />
}

function Waiting({ failed, again }: { readonly failed: boolean; readonly again: () => void }) {
  return (
    <main class="page page-startup">
      <div class="card" role="status">
        {failed ? (
          <>
            <p>The lab could not be loaded. Once it is, it needs no network; until then this device must be online.</p>
            <button type="button" class="button" onClick={again}>
              Try again
            </button>
          </>
        ) : (
          <p>
            <span class="spinner" aria-hidden="true" /> Loading the lab…
          </p>
        )}
      </div>
    </main>
  )
}
