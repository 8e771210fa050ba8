/** The bar on top: where this tab stands, in one line. */
import type { View } from '../peer/view.ts'
import { Sign } from './sign.tsx'
import { formatOffset } from './time.ts'
import type { Screen } from './use-screen.ts'
import { ringStateWords } from './words.ts'
import './style/status-bar.css'

interface StatusBarProps {
  readonly screen: Screen
  readonly offline: boolean
  readonly inLab: boolean
}

export function StatusBar({ screen, offline, inLab }: StatusBarProps) {
  const { view, startup, parameters } = screen
  const state = startup.problem === '' ? (view?.state ?? 'starting') : 'stopped'
  return (
    <header class="status-bar">
      <a class="brand" href="#/">
        <Mark />
        <h1>PeerMart</h1>
      </a>
      {parameters === null ? null : <span class="network-name">{parameters.network}</span>}
      <a class="lab-link" href="#/lab" aria-current={inLab ? 'page' : undefined}>
        Lab
      </a>
      <div class="status" data-testid="status" data-state={state}>
        <span class={`status-state status-${state}`} role="status">
          <span class="dot" aria-hidden="true" />
          {offline ? 'This device is offline' : ringStateWords(state)}
        </span>
        {view === null || inLab ? null : <Figures view={view} />}
      </div>
    </header>
  )
}

function Figures({ view }: { readonly view: View }) {
  return (
    <button type="button" class="figures" onClick={showNetwork} title="Show the network panel">
      <span>
        <b>{view.peers}</b> {view.peers === 1 ? 'peer' : 'peers'}
      </span>
      <span>
        <b>{view.links.length}</b> {view.links.length === 1 ? 'link' : 'links'}
      </span>
      <span class={view.clockOff ? 'clock-off' : ''}>
        {view.clockOff ? <Sign name="warning" /> : null}
        clock {view.clockOff ? `off by ${formatOffset(view.clockOffsetMs)}` : formatOffset(view.clockOffsetMs)}
      </span>
    </button>
  )
}

/** The address' hash is the page's route, so the panel is scrolled to by hand. */
function showNetwork(): void {
  const panel = document.getElementById('network')
  panel?.scrollIntoView({ block: 'start' })
  panel?.focus()
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
