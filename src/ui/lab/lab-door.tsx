/** The way into the lab. Its page and the simulator are no part of the first load: they come when somebody goes there, or else when the tab has nothing to do. */
import { useEffect, useState } from 'preact/hooks'
import { labDoor } from '../text/en/lab-door.ts'
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

interface LabDoorProps {
  /** The lab is what the address names. */
  readonly open: boolean
  /** This tab's start is over, well or not: what is loaded now slows it down no more. */
  readonly started: boolean
  readonly loadLab: LoadLab
}

/** The runs of this visit outlive leaving the lab. Loaded ahead, it opens without a network. */
export function LabDoor({ open, started, loadLab }: LabDoorProps) {
  const [loaded, setLoaded] = useState<Loaded | null>(null)
  const [failed, setFailed] = useState(false)
  const [list, setList] = useState<readonly Run[]>([])
  const isWanted = open && loaded === null && !failed
  const isAhead = started && !open && loaded === null
  useEffect(() => {
    if (isWanted) load(loadLab).then(setLoaded, () => setFailed(true))
  }, [isWanted, loadLab])
  useEffect(() => {
    if (!isAhead) return undefined
    // When that fails nobody need know: it is tried again when the lab is opened.
    return whenIdle(() => load(loadLab).then(setLoaded, () => undefined))
  }, [isAhead, loadLab])
  if (!open) return null
  if (loaded === null) return <Waiting failed={failed} />
  const add = (run: Run) => setList((before) => [...before, run])
  return <loaded.LabPage api={loaded.api} runs={{ list, add }} />
}

/** Where the browser does not say when it is idle. */
const IDLE_MS = 2_000

/** Returns what calls it off. */
function whenIdle(run: () => void): () => void {
  if (!('requestIdleCallback' in window)) {
    const timer = setTimeout(run, IDLE_MS)
    return () => clearTimeout(timer)
  }
  const request = requestIdleCallback(run)
  return () => cancelIdleCallback(request)
}

function Waiting({ failed }: { readonly failed: boolean }) {
  return (
    <main class="page page-startup">
      <div class="card" role="status">
        {failed ? (
          <Failed />
        ) : (
          <p>
            <span class="spinner" aria-hidden="true" /> {labDoor.t.loading}
          </p>
        )}
      </div>
    </main>
  )
}

function Failed() {
  const { t } = labDoor
  const [tries, setTries] = useState<'none' | 'running' | 'in vain'>('none')
  const again = () => {
    setTries('running')
    reloadWhenReached().catch(() => setTries('in vain'))
  }
  return (
    <>
      <p>{t.failed}</p>
      {tries === 'in vain' ? <p>{t.inVain}</p> : null}
      <button type="button" class="button" disabled={tries === 'running'} onClick={again}>
        {t.again}
      </button>
    </>
  )
}

/**
 * A module that could not be loaded may stay so for as long as the page lives, so the page starts anew, at the same address. It is asked for before: without a network
 * nothing would come of it but the loss of this tab. Rejects when it cannot be had.
 */
async function reloadWhenReached(): Promise<void> {
  const { ok, status } = await fetch(location.pathname, { method: 'HEAD', cache: 'no-store' })
  if (!ok) throw new Error(`The server answered ${status}.`)
  location.reload()
}
