/** Offers found against the share of misbehaving brokers: the paper's closed form as a line, what was measured as dots with their intervals. */
import type { RefObject } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { labRuns, lab as texts } from '../text/en/lab.ts'
import { foundByChance } from './closed-form.ts'
import type { LabSettings } from './lab-api.ts'
import { formatShare, type LabFields, modeWords } from './lab-fields.ts'
import type { Run } from './use-lab.ts'
import './chart.css'

/** Drawn as wide as it is shown, so that its texts have the same size on every screen. */
const WIDTH = { least: 220, most: 560, first: 420 }
const HEIGHT_SHARE = 0.64
const LEFT = 46
const RIGHT = 24
const TOP = 12
const BOTTOM = 40
const TICKS = [0, 0.25, 0.5, 0.75, 1]
/** Of the caps of an interval, and of a dot. */
const CAP = 4
const DOT = 4.5
/** Between marks that stand beside each other. */
const ASIDE = 12

/** Where shares lie in the picture, and its size. */
interface Frame {
  readonly width: number
  readonly height: number
  readonly xOf: (share: number) => number
  readonly yOf: (share: number) => number
}

function frameOf(shownWidth: number): Frame {
  const width = Math.min(WIDTH.most, Math.max(WIDTH.least, shownWidth))
  const height = Math.round(width * HEIGHT_SHARE)
  return {
    width,
    height,
    xOf: (share) => LEFT + share * (width - LEFT - RIGHT),
    yOf: (share) => TOP + (1 - share) * (height - TOP - BOTTOM),
  }
}

interface ChartProps {
  readonly fields: LabFields
  /** What is being measured; null when nothing is. */
  readonly current: Run | null
  readonly runs: readonly Run[]
}

export function Chart({ fields, current, runs }: ChartProps) {
  const { f, n } = fields
  const svg = useRef<SVGSVGElement>(null)
  const frame = frameOf(useWidth(svg))
  const isShown = ({ settings }: Run): boolean => settings.n === n && settings.f === f
  const shown = runs.filter(isShown)
  const isOther = ({ settings }: Run): boolean => settings.kind !== fields.kind || settings.watch !== fields.watch
  const others = shown.filter(isOther)
  return (
    <figure class="card lab-chart" data-testid="lab-chart" aria-labelledby="lab-chart-title">
      <figcaption class="section-head">
        <h3 id="lab-chart-title">{texts.t.offersFound}</h3>
        <p class="quiet">
          n = {n}, f = {f}
        </p>
      </figcaption>
      <svg ref={svg} viewBox={`0 0 ${frame.width} ${frame.height}`} role="img" aria-label={chartWords(fields, shown)}>
        <Axes frame={frame} />
        <Curve frame={frame} n={n} f={f} />
        {others.map((run) => (
          <Point key={runs.indexOf(run)} frame={frame} run={run} look="other" aside={asideOf(run, others)} />
        ))}
        {shown.map((run) => (isOther(run) ? null : <Point key={runs.indexOf(run)} frame={frame} run={run} look="" />))}
        {current !== null && isShown(current) ? <Point frame={frame} run={current} look="running" /> : null}
      </svg>
      <ChartLegend fields={fields} others={others.length} hidden={runs.length - shown.length} />
    </figure>
  )
}

/** In px, to the right or left: a run of another way than is chosen stands beside its share, and so apart from those of yet other ways. */
function asideOf({ settings }: Run, others: readonly Run[]): number {
  const wayOf = ({ kind, watch }: LabSettings): string => `${kind} ${watch}`
  const atShare = others.filter((other) => other.settings.malicious === settings.malicious)
  const ways = [...new Set(atShare.map((other) => wayOf(other.settings)))]
  const rank = ways.indexOf(wayOf(settings))
  return ASIDE * (Math.floor(rank / 2) + 1) * (rank % 2 === 0 ? 1 : -1)
}

/** The width at which an element is shown, in px. */
function useWidth(element: RefObject<SVGSVGElement | null>): number {
  const [width, setWidth] = useState(WIDTH.first)
  useLayoutEffect(() => {
    const shown = element.current
    if (shown === null) return
    const measure = () => setWidth(Math.round(shown.getBoundingClientRect().width) || WIDTH.first)
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(shown)
    return () => observer.disconnect()
  }, [element])
  return width
}

function chartWords({ n, f }: LabFields, shown: readonly Run[]): string {
  const ends = [0.25, 0.5, 0.75].map((share) => {
    const silent = Math.round(share * n)
    return labRuns.t.shareAt(formatShare(foundByChance({ n, f, silent })), formatShare(silent / n))
  })
  return labRuns.t.summary(ends, shown.length)
}

interface Framed {
  readonly frame: Frame
}

function Axes({ frame: { width, height, xOf, yOf } }: Framed) {
  return (
    <g class="chart-axes">
      {TICKS.map((tick) => (
        <g key={tick}>
          <line x1={LEFT} x2={width - RIGHT} y1={yOf(tick)} y2={yOf(tick)} />
          <text x={LEFT - 7} y={yOf(tick)} class="chart-left">
            {formatShare(tick)}
          </text>
          <text x={xOf(tick)} y={height - BOTTOM + 16} class="chart-under">
            {formatShare(tick)}
          </text>
        </g>
      ))}
      <text x={xOf(0.5)} y={height - 5} class="chart-under">
        {labRuns.t.axis}
      </text>
    </g>
  )
}

function Curve({ frame: { xOf, yOf }, n, f }: Framed & { readonly n: number; readonly f: number }) {
  const points = Array.from({ length: n + 1 }, (_, silent) => `${xOf(silent / n)},${yOf(foundByChance({ n, f, silent }))}`)
  return <polyline points={points.join(' ')} class="chart-curve" />
}

interface PointProps extends Framed {
  readonly run: Run
  /** other: of another kind or mode than is chosen. */
  readonly look: 'running' | 'other' | ''
  readonly aside?: number
}

function Point({ frame: { xOf, yOf }, run: { settings, state }, look, aside = 0 }: PointProps) {
  const { interval, pairsDone, pairsFound } = state
  const { kind, malicious, n, watch } = settings
  if (interval === null) return null
  const x = xOf(malicious / n) + aside
  const y = yOf(pairsFound / pairsDone)
  const [low, high] = [yOf(interval.low), yOf(interval.high)]
  return (
    <g class={`chart-point ${markClass(watch)} ${look === '' ? '' : `chart-${look}`}`} data-testid="lab-point">
      <path d={`M${x} ${low}V${high}M${x - CAP} ${low}H${x + CAP}M${x - CAP} ${high}H${x + CAP}`} class="chart-interval" />
      <Mark watch={watch} x={x} y={y} />
      <title>{labRuns.t.point(texts.t.malice[kind].name, modeWords(watch), texts.t.countOf(2 * pairsFound, 2 * pairsDone))}</title>
    </g>
  )
}

function markClass(watch: boolean): string {
  return watch ? 'chart-watch' : 'chart-once'
}

/** Told apart by shape as well as colour. */
function Mark({ watch, x, y }: { readonly watch: boolean; readonly x: number; readonly y: number }) {
  if (!watch) return <circle cx={x} cy={y} r={DOT} class="chart-mark" />
  const reach = DOT * 1.3
  return <path d={`M${x} ${y - reach}L${x + reach} ${y}L${x} ${y + reach}L${x - reach} ${y}Z`} class="chart-mark" />
}

interface LegendProps {
  readonly fields: LabFields
  /** Points of other kinds or modes. */
  readonly others: number
  /** Runs with other n or f. */
  readonly hidden: number
}

function ChartLegend({ fields: { kind, watch }, others, hidden }: LegendProps) {
  const { t } = labRuns
  return (
    <>
      <ul class="lab-legend">
        <li>
          <svg viewBox="0 0 20 12" width="20" height="12" aria-hidden="true">
            <line x1="1" x2="19" y1="6" y2="6" class="chart-curve" />
          </svg>
          <span>
            {texts.t.closedForm}: <span class="lab-formula">(1 − C(b, f) / C(n, f))²</span>
          </span>
        </li>
        <li>
          <LegendMark watch={watch} look="" />
          {t.measured(texts.t.malice[kind].name, modeWords(watch))}
        </li>
        {others === 0 ? null : (
          <li>
            <LegendMark watch={false} look="chart-other" />
            <LegendMark watch look="chart-other" />
            {t.others(others)}
          </li>
        )}
      </ul>
      {hidden === 0 ? null : <p class="quiet">{t.hidden(hidden)}</p>}
    </>
  )
}

function LegendMark({ watch, look }: { readonly watch: boolean; readonly look: string }) {
  return (
    <svg viewBox="0 0 14 14" width="14" height="14" aria-hidden="true">
      <g class={`chart-point ${markClass(watch)} ${look}`}>
        <Mark watch={watch} x={7} y={7} />
      </g>
    </svg>
  )
}
