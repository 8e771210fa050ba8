/** The ring as it lives: peers at their true places on the circle of 2^128, growing clockwise from the top. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { labRing } from '../text/en/lab.ts'
import { useMedia } from '../use-screen.ts'
import type { LabPair, LabPeer, LabState } from './lab-api.ts'
import type { Lab } from './use-lab.ts'

const RADIUS = 100
/** Traders' letters and the service's mark stand outside the circle. */
const OUTER = 117
const VIEW = `${-OUTER - 7} ${-OUTER - 7} ${2 * OUTER + 14} ${2 * OUTER + 14}`
/** Peers share the circle; with few of them a mark need not be larger. */
const MARK_SHARE = 0.4
const MARKS = { least: 1.3, most: 4 }
/** Liars stand a little outside the circle, so that they are told apart without colour. */
const LIAR_STEP = 1.6
/** Least way between two letters, as a share of the circle. */
const LETTER_WAY = 0.02
/** Between pictures for those who want little motion. */
const CALM_MS = 2_000

export function Ring({ lab }: { readonly lab: Lab }) {
  const { t } = labRing
  const state = useCalm(lab.report?.state ?? null)
  return (
    <figure class="card lab-ring" data-testid="lab-ring" aria-labelledby="lab-ring-title">
      <figcaption class="section-head">
        <h3 id="lab-ring-title">{t.title}</h3>
        <p class="quiet">{state === null ? t.none : pairWords(state.pair)}</p>
      </figcaption>
      <svg viewBox={VIEW} role="img" aria-label={state === null ? t.empty : ringWords(state)}>
        <circle r={RADIUS} class="ring-line" />
        {state === null ? null : <Picture state={state} />}
      </svg>
      <Legend />
    </figure>
  )
}

/** The newest state, or with reduced motion one every two seconds and the last. */
function useCalm(state: LabState | null): LabState | null {
  const isCalm = useMedia('(prefers-reduced-motion: reduce)')
  const [shown, setShown] = useState(state)
  const shownAt = useRef(0)
  const isDue = !isCalm || state === null || state.phase === 'over' || Date.now() - shownAt.current >= CALM_MS
  useEffect(() => {
    if (!isDue) return
    shownAt.current = Date.now()
    setShown(state)
  }, [state, isDue])
  return isDue ? state : shown
}

function pairWords(pair: LabPair | null): string {
  const { t } = labRing
  return pair === null ? t.joining : t.pair(pair.number, t.results[pair.result])
}

function ringWords({ peers, joined, links, pair }: LabState): string {
  const { t } = labRing
  const ring = t.ring(peers.length, joined, links.length)
  return pair === null ? ring : `${ring} ${t.trades(pair.number, pair.brokers.length, pair.liars.length)}`
}

function pointAt(place: number, radius: number): [number, number] {
  const angle = 2 * Math.PI * place
  return [Math.sin(angle) * radius, -Math.cos(angle) * radius]
}

const rounded = (value: number): string => value.toFixed(1)

function Picture({ state }: { readonly state: LabState }) {
  const { peers, links, pair } = state
  const size = Math.min(MARKS.most, Math.max(MARKS.least, ((2 * Math.PI * RADIUS) / peers.length) * MARK_SHARE))
  return (
    <>
      <path d={chords(peers, links)} class="ring-links" />
      {pair === null ? null : <PairLines peers={peers} pair={pair} />}
      {peers.map((peer, index) => (
        <Peer key={peer.nodeId} peer={peer} role={roleOf(pair, index)} size={size} />
      ))}
      {pair === null ? null : <PairMarks peers={peers} pair={pair} />}
    </>
  )
}

function chords(peers: readonly LabPeer[], links: LabState['links']): string {
  const points = peers.map(({ place }) => pointAt(place, RADIUS).map(rounded).join(' '))
  return links.map(([from, to]) => `M${points[from]}L${points[to]}`).join('')
}

type Role = 'peer' | 'broker' | 'liar' | 'buyer' | 'seller'

function roleOf(pair: LabPair | null, index: number): Role {
  if (pair === null) return 'peer'
  if (pair.liars.includes(index)) return 'liar'
  if (pair.brokers.includes(index)) return 'broker'
  if (pair.buyer === index) return 'buyer'
  return pair.seller === index ? 'seller' : 'peer'
}

function Peer({ peer, role, size }: { readonly peer: LabPeer; readonly role: Role; readonly size: number }) {
  const isLiar = role === 'liar'
  const [x, y] = pointAt(peer.place, RADIUS + (isLiar ? LIAR_STEP * size : 0))
  const kind = peer.state === 'joined' ? role : peer.state
  return (
    <g class={`ring-peer ring-${kind}`} data-role={role} data-state={peer.state} transform={`translate(${rounded(x)} ${rounded(y)})`}>
      {isLiar && peer.state === 'joined' ? <Cross size={size} /> : <circle r={rounded(role === 'peer' ? size * 0.8 : size)} />}
    </g>
  )
}

function Cross({ size }: { readonly size: number }) {
  const arm = rounded(size * 0.95)
  return <path class="ring-cross" d={`M-${arm} -${arm}L${arm} ${arm}M${arm} -${arm}L-${arm} ${arm}`} stroke-width={size * 0.55} />
}

/** From the traders to the service's brokers: whom their offers can go to. */
function PairLines({ peers, pair }: { readonly peers: readonly LabPeer[]; readonly pair: LabPair }) {
  const at = (index: number) =>
    pointAt(peers[index]?.place ?? 0, RADIUS)
      .map(rounded)
      .join(' ')
  const fan = (trader: number) => pair.brokers.map((broker) => `M${at(trader)}L${at(broker)}`).join('')
  return (
    <>
      <path d={fan(pair.buyer)} class="ring-fan ring-fan-buyer" />
      <path d={fan(pair.seller)} class="ring-fan ring-fan-seller" />
    </>
  )
}

function PairMarks({ peers, pair }: { readonly peers: readonly LabPeer[]; readonly pair: LabPair }) {
  const [buyer, seller] = apart(peers[pair.buyer]?.place ?? 0, peers[pair.seller]?.place ?? 0)
  const [inner, outer] = [pointAt(pair.place, RADIUS - 7), pointAt(pair.place, RADIUS + 7)].map((point) => point.map(rounded))
  return (
    <>
      <line x1={inner?.[0]} y1={inner?.[1]} x2={outer?.[0]} y2={outer?.[1]} class="ring-service" />
      <Letter place={buyer} trader="buyer" />
      <Letter place={seller} trader="seller" />
    </>
  )
}

/** Both places, moved away from each other until their letters are. */
function apart(first: number, second: number): [number, number] {
  // The shorter way around from the first to the second, from -0.5 to 0.5.
  const way = ((second - first + 1.5) % 1) - 0.5
  const step = Math.max(0, LETTER_WAY - Math.abs(way)) / 2
  const direction = way < 0 ? -1 : 1
  return [first - direction * step, second + direction * step]
}

function Letter({ place, trader }: { readonly place: number; readonly trader: 'buyer' | 'seller' }) {
  const [x, y] = pointAt(place, OUTER - 2)
  return (
    <text x={rounded(x)} y={rounded(y)} class={`ring-letter ring-letter-${trader}`}>
      {labRing.t.letters[trader]}
    </text>
  )
}

const legend = ['waiting', 'joining', 'peer', 'broker', 'liar', 'buyer', 'seller'] as const

function Legend() {
  const { t } = labRing
  return (
    <ul class="lab-legend">
      {legend.map((kind) => (
        <li key={kind}>
          <svg viewBox="-6 -6 12 12" width="14" height="14" aria-hidden="true">
            <g class={`ring-peer ring-${kind}`}>{kind === 'liar' ? <Cross size={4} /> : <circle r={kind === 'peer' ? 3.2 : 4} />}</g>
          </svg>
          {t.kinds[kind]}
        </li>
      ))}
      <li>
        <svg viewBox="-6 -6 12 12" width="14" height="14" aria-hidden="true">
          <line y1="-5" y2="5" class="ring-service" />
        </svg>
        {t.service}
      </li>
    </ul>
  )
}
