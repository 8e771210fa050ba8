/** The bar on top: where this tab stands, in one line. */
import type { View } from '../peer/view.ts'
import { Sign } from './sign.tsx'
import { shell } from './text/en/shell.ts'
import { formatOffset } from './time.ts'
import type { Screen } from './use-screen.ts'
import './style/status-bar.css'

interface StatusBarProps {
  readonly screen: Screen
  readonly offline: boolean
  readonly inLab: boolean
}

export function StatusBar({ screen, offline, inLab }: StatusBarProps) {
  const { t } = shell
  const { view, startup, parameters } = screen
  const state = startup.problem === '' ? (view?.state ?? 'starting') : 'stopped'
  return (
    <header class="status-bar">
      <a class="brand" href="#/">
        <Mark />
        <h1>PeerMart</h1>
      </a>
      {parameters === null ? null : <span class="network-name">{parameters.network}</span>}
      <div class="status" data-testid="status" data-state={state}>
        <span class={`status-state status-${state}`} role="status">
          <span class="dot" aria-hidden="true" />
          {offline ? t.offline : (t.states[state] ?? state)}
        </span>
        {view === null || inLab ? null : <Figures view={view} />}
      </div>
    </header>
  )
}

function Figures({ view }: { readonly view: View }) {
  const { t } = shell
  const offset = formatOffset(view.clockOffsetMs)
  return (
    <a href="#/network" class="figures" title={t.showNetwork}>
      <span>
        <b>{view.peers}</b> {t.peers(view.peers)}
      </span>
      <span>
        <b>{view.links.length}</b> {t.links(view.links.length)}
      </span>
      <span class={view.clockOff ? 'clock clock-off' : 'clock'}>
        {view.clockOff ? <Sign name="warning" /> : null}
        {view.clockOff ? t.clockOff(offset) : t.clock(offset)}
      </span>
    </a>
  )
}

/** Two offers that meet. */
function Mark() {
  return (
    <svg viewBox="0 0 32 32" width="24" height="24" aria-hidden="true">
      <rect width="32" height="32" rx="7" class="mark-ground" />
      <path d="M7 11h10M7 16h6M7 21h3" class="mark-buy" />
      <path d="M25 21H15M25 16h-6M25 11h-3" class="mark-sell" />
    </svg>
  )
}
