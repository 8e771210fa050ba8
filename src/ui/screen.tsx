// The ground styles come first, so that each component's own may change them.
import './style/base.css'
import './style/layout.css'
import { render } from 'preact'
import type { ScreenApi } from './api.ts'
import { App } from './app.tsx'
import type { LoadLab } from './lab/lab-door.tsx'
import { loadSettings } from './state/settings.ts'

/** Draws the screen into the root, in the person's language; it keeps itself up to date. Resolves once it can be seen, with what takes it away again. */
export async function mountScreen(root: HTMLElement, api: ScreenApi, loadLab: LoadLab): Promise<() => void> {
  await loadSettings()
  root.replaceChildren()
  render(<App api={api} loadLab={loadLab} />, root)
  await painted()
  return () => render(null, root)
}

/** A tab in the background paints nothing; then there is nothing to wait for. */
const LONGEST_PAINT_MS = 200

function painted(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve))
    setTimeout(resolve, LONGEST_PAINT_MS)
  })
}
