/** The ring as a drawing. Each kind of peer has a shape of its own, each kind of link a line of its own; colour only adds to that. */
import type { Id } from '../../base/identity.ts'
import { network } from '../text/en/network.ts'
import type { Screen } from '../use-screen.ts'
import { placeOf, pointAt, type RingPeer } from './ring-peers.ts'

const RADIUS = 100
/** Round trips stand outside the circle, where there is room for them. */
const LABEL_RADIUS = 112
const MOST_LABELS = 12
const VIEW_BOX = '-150 -124 300 248'

interface RingDrawingProps {
  readonly screen: Screen
  readonly peers: readonly RingPeer[]
  /** The service whose brokers are marked; empty for none. */
  readonly chosen: Id
  readonly choose: (serviceId: Id) => void
}

export function RingDrawing({ screen, peers, chosen, choose }: RingDrawingProps) {
  const t = network.t.ring
  const services = screen.view?.services ?? []
  const count = (which: (peer: RingPeer) => boolean) => peers.filter(which).length
  const words = t.words({
    peers: peers.length,
    links: count(({ link }) => link !== null),
    fingers: count(({ isFinger }) => isFinger),
    brokers: count(({ isBroker }) => isBroker),
  })
  return (
    <section class="card ring-card" aria-labelledby="ring-title">
      <h2 id="ring-title">{t.title}</h2>
      <p class="quiet">{t.intro}</p>
      <div class="field">
        <label for="ring-service">{t.service}</label>
        <select id="ring-service" value={chosen} onChange={(event) => choose(event.currentTarget.value)}>
          <option value="">{t.noService}</option>
          {services.map(({ serviceId, service }) => (
            <option key={serviceId} value={serviceId}>
              {service.name}
            </option>
          ))}
        </select>
      </div>
      <svg class="ring-drawing" viewBox={VIEW_BOX} role="img" aria-label={words}>
        <circle r={RADIUS} class="ring-circle" />
        <Links peers={peers} />
        {chosen === '' ? null : <ServiceMark place={placeOf(chosen)} />}
        {peers.map((peer) => (
          <PeerMark key={peer.peer} peer={peer} />
        ))}
      </svg>
      <Legend />
    </section>
  )
}

function Links({ peers }: { readonly peers: readonly RingPeer[] }) {
  const own = pointAt(peers.find(({ isSelf }) => isSelf)?.place ?? 0, RADIUS)
  const linked = peers.filter(({ link }) => link !== null)
  return (
    <>
      {linked.map(({ peer, place, link }) => {
        const [x, y] = pointAt(place, RADIUS)
        return <line key={peer} x1={own[0]} y1={own[1]} x2={x} y2={y} class={`ring-link ring-link-${link?.transport}`} />
      })}
      {linked.length > MOST_LABELS ? null : linked.map((peer) => <RoundTrip key={peer.peer} peer={peer} />)}
    </>
  )
}

function RoundTrip({ peer }: { readonly peer: RingPeer }) {
  const [x, y] = pointAt(peer.place, LABEL_RADIUS)
  const ms = peer.link?.roundTripMs ?? null
  return ms === null ? null : (
    <text x={x} y={y} text-anchor={x < 0 ? 'end' : 'start'} class="ring-label">
      {Math.round(ms)} ms
    </text>
  )
}

function ServiceMark({ place }: { readonly place: number }) {
  const [x1, y1] = pointAt(place, RADIUS - 9)
  const [x2, y2] = pointAt(place, RADIUS + 9)
  return <line x1={x1} y1={y1} x2={x2} y2={y2} class="ring-service-mark" />
}

type Kind = 'self' | 'neighbour' | 'finger' | 'other'

function kindOf({ isSelf, successor, predecessor, isFinger }: RingPeer): Kind {
  if (isSelf) return 'self'
  if (successor + predecessor > 0) return 'neighbour'
  return isFinger ? 'finger' : 'other'
}

function PeerMark({ peer }: { readonly peer: RingPeer }) {
  const [x, y] = pointAt(peer.place, RADIUS)
  return (
    <g transform={`translate(${x} ${y})`}>
      <title>{peer.peer}</title>
      <Shape kind={kindOf(peer)} />
      {peer.isBroker ? <circle r="9" class="ring-broker-mark" /> : null}
    </g>
  )
}

const shapes: Readonly<Record<Kind, string>> = {
  self: 'M0-6.5L6.5 0L0 6.5L-6.5 0Z',
  neighbour: 'M-4-4H4V4H-4Z',
  finger: 'M0-5L4.8 3.8H-4.8Z',
  other: 'M-3.5 0A3.5 3.5 0 1 0 3.5 0A3.5 3.5 0 1 0-3.5 0Z',
}

function Shape({ kind }: { readonly kind: Kind }) {
  return <path d={shapes[kind]} class={`ring-mark ring-mark-${kind}`} />
}

function Legend() {
  const t = network.t.ring.legend
  const kinds = ['self', 'neighbour', 'finger', 'other'] as const
  return (
    <ul class="ring-legend">
      {kinds.map((kind) => (
        <LegendItem key={kind} words={t[kind]}>
          <Shape kind={kind} />
        </LegendItem>
      ))}
      <LegendItem words={t.broker}>
        <circle r="8" class="ring-broker-mark" />
      </LegendItem>
      <LegendItem words={t.service}>
        <line y1="-8" y2="8" class="ring-service-mark" />
      </LegendItem>
      {(['direct', 'rendezvous'] as const).map((transport) => (
        <LegendItem key={transport} words={t[transport]}>
          <line x1="-9" x2="9" class={`ring-link ring-link-${transport}`} />
        </LegendItem>
      ))}
    </ul>
  )
}

function LegendItem({ words, children }: { readonly words: string; readonly children: preact.ComponentChildren }) {
  return (
    <li>
      <svg viewBox="-10 -10 20 20" width="18" height="18" aria-hidden="true">
        {children}
      </svg>
      {words}
    </li>
  )
}
