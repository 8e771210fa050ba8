// The ground styles come first, so that each component's own may change them.
import './style/base.css'
import './style/layout.css'
import { render } from 'preact'
import type { ScreenApi } from './api.ts'
import { App } from './app.tsx'
import type { LoadLab } from './lab/lab-door.tsx'

/** Draws the screen into the root; it keeps itself up to date. Returns what takes it away again. */
export function mountScreen(root: HTMLElement, api: ScreenApi, loadLab: LoadLab): () => void {
  root.replaceChildren()
  render(<App api={api} loadLab={loadLab} />, root)
  return () => render(null, root)
}
