/** A page that is no part of the first load: it comes when somebody goes there. */
import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { shell } from './text/en/shell.ts'
import type { Screen } from './use-screen.ts'

export type Page = ComponentType<{ readonly screen: Screen }>
type Load = () => Promise<Page>

/** Loaded once a visit. */
const loaded = new Map<Load, Page>()

export function LazyPage({ load, screen }: { readonly load: Load; readonly screen: Screen }) {
  const [, setArrived] = useState(0)
  const [failed, setFailed] = useState(false)
  const LoadedPage = loaded.get(load)
  const isWanted = LoadedPage === undefined && !failed
  useEffect(() => {
    if (!isWanted) return
    load().then(
      (page) => {
        loaded.set(load, page)
        setArrived((count) => count + 1)
      },
      () => setFailed(true),
    )
  }, [isWanted, load])
  return LoadedPage === undefined ? <Waiting failed={failed} /> : <LoadedPage screen={screen} />
}

/** A module that could not be loaded stays so while the page lives, so to try again is to load the page anew. */
function Waiting({ failed }: { readonly failed: boolean }) {
  const { t } = shell
  return (
    <div class="card" role="status">
      {failed ? (
        <>
          <p>{t.notLoaded}</p>
          <button type="button" class="button" onClick={() => location.reload()}>
            {t.again}
          </button>
        </>
      ) : (
        <p>
          <span class="spinner" aria-hidden="true" /> {t.loading}
        </p>
      )}
    </div>
  )
}
