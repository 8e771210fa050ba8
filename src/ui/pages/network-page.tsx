/** This tab's place in the network: who it is, whom it knows, what hinders it, and by what it reaches others. */
import { useState } from 'preact/hooks'
import type { View } from '../../peer/view.ts'
import { Brokering, ParameterLine } from '../network/brokering.tsx'
import { ConnectionForm } from '../network/connection-form.tsx'
import { DiagnosisPanel } from '../network/diagnosis.tsx'
import { PeersTable } from '../network/peers-table.tsx'
import { Place } from '../network/place.tsx'
import { RingDrawing } from '../network/ring-drawing.tsx'
import { ringPeers } from '../network/ring-peers.ts'
import { network } from '../text/en/network.ts'
import { type Screen, useNow } from '../use-screen.ts'
import '../style/network.css'

/** How often ages are drawn anew. */
const TICK_MS = 1_000

export function NetworkPage({ screen }: { readonly screen: Screen }) {
  const { api, view, parameters } = screen
  const nowMs = useNow(TICK_MS)
  return (
    <div class="network" data-testid="network">
      <DiagnosisPanel screen={screen} nowMs={nowMs} />
      {view === null ? <p class="card quiet">{network.t.notUp}</p> : <RingParts screen={screen} view={view} nowMs={nowMs} />}
      <ConnectionForm api={api} />
      {parameters === null ? null : <ParameterLine parameters={parameters} view={view} />}
    </div>
  )
}

function RingParts({ screen, view, nowMs }: { readonly screen: Screen; readonly view: View; readonly nowMs: number }) {
  const [chosen, choose] = useState('')
  const peers = ringPeers(view, chosen === '' ? null : { serviceId: chosen, n: screen.parameters?.n ?? 1 })
  return (
    <>
      <div class="network-columns">
        <RingDrawing screen={screen} peers={peers} chosen={chosen} choose={choose} />
        <div class="network-side">
          <Place screen={screen} view={view} />
          <Brokering screen={screen} view={view} />
        </div>
      </div>
      <PeersTable peers={peers} nowMs={nowMs} />
    </>
  )
}
