/** Offers found against the share of misbehaving brokers: the paper's closed form as a line, what was measured as dots with their intervals. */
import { foundByChance } from './closed-form.ts'
import { formatShare, type LabFields, modeWords } from './lab-fields.ts'
import type { Run } from './use-lab.ts'

const WIDTH = 420
const HEIGHT = 270
const LEFT = 46
const RIGHT = 24
const TOP = 12
const BOTTOM = 40
const TICKS = [0, 0.25, 0.5, 0.75, 1]
/** Of the caps of an interval, and of a dot. */
const CAP = 4
const DOT = 4.5

const xOf = (share: number): number => LEFT + share * (WIDTH - LEFT - RIGHT)
const yOf = (share: number): number => TOP + (1 - share) * (HEIGHT - TOP - BOTTOM)

interface ChartProps {
  readonly fields: LabFields
  /** What is being measured; null when nothing is. */
  readonly current: Run | null
  readonly runs: readonly Run[]
}

export function Chart({ fields, current, runs }: ChartProps) {
  const { f, n } = fields
  const isShown = ({ settings }: Run): boolean => settings.n === n && settings.f === f
  const shown = runs.filter(isShown)
  return (
    <figure class="card lab-chart" data-testid="lab-chart" aria-labelledby="lab-chart-title">
      <figcaption class="section-head">
        <h3 id="lab-chart-title">Offers found</h3>
        <p class="quiet">
          n = {n}, f = {f}
        </p>
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={chartWords(fields, shown)}>
        <Axes />
        <Curve n={n} f={f} />
        {shown.map((run, index) => (
          <Point key={index} run={run} />
        ))}
        {current !== null && isShown(current) ? <Point run={current} running /> : null}
      </svg>
      <ChartLegend hidden={runs.length - shown.length} />
    </figure>
  )
}

function chartWords({ n, f }: LabFields, shown: readonly Run[]): string {
  const ends = [0.25, 0.5, 0.75].map((share) => {
    const silent = Math.round(share * n)
    return `${formatShare(foundByChance({ n, f, silent }))} at ${formatShare(silent / n)}`
  })
  const runs = shown.length === 1 ? '1 run' : `${shown.length} runs`
  return `The closed form over the share of misbehaving brokers falls from 100 % at none: ${ends.join(', ')}. ${runs} of this visit, in the table below.`
}

function Axes() {
  return (
    <g class="chart-axes">
      {TICKS.map((tick) => (
        <g key={tick}>
          <line x1={LEFT} x2={WIDTH - RIGHT} y1={yOf(tick)} y2={yOf(tick)} />
          <text x={LEFT - 7} y={yOf(tick)} class="chart-left">
            {formatShare(tick)}
          </text>
          <text x={xOf(tick)} y={HEIGHT - BOTTOM + 16} class="chart-under">
            {formatShare(tick)}
          </text>
        </g>
      ))}
      <text x={xOf(0.5)} y={HEIGHT - 5} class="chart-under">
        misbehaving brokers of a set
      </text>
    </g>
  )
}

function Curve({ n, f }: { readonly n: number; readonly f: number }) {
  const points = Array.from({ length: n + 1 }, (_, silent) => `${xOf(silent / n)},${yOf(foundByChance({ n, f, silent }))}`)
  return <polyline points={points.join(' ')} class="chart-curve" />
}

function Point({ run, running = false }: { readonly run: Run; readonly running?: boolean }) {
  const { settings, state } = run
  const { interval, pairsDone, pairsFound } = state
  if (interval === null) return null
  const x = xOf(settings.malicious / settings.n)
  const y = yOf(pairsFound / pairsDone)
  const [low, high] = [yOf(interval.low), yOf(interval.high)]
  const kind = `${settings.watch ? 'chart-watch' : 'chart-once'} ${running ? 'chart-running' : ''}`
  return (
    <g class={`chart-point ${kind}`} data-testid="lab-point">
      <path d={`M${x} ${low}V${high}M${x - CAP} ${low}H${x + CAP}M${x - CAP} ${high}H${x + CAP}`} class="chart-interval" />
      <Mark watch={settings.watch} x={x} y={y} />
      <title>{`${modeWords(settings.watch)}: ${2 * pairsFound} of ${2 * pairsDone} offers found`}</title>
    </g>
  )
}

/** Told apart by shape as well as colour. */
function Mark({ watch, x, y }: { readonly watch: boolean; readonly x: number; readonly y: number }) {
  if (!watch) return <circle cx={x} cy={y} r={DOT} class="chart-mark" />
  const reach = DOT * 1.3
  return <path d={`M${x} ${y - reach}L${x + reach} ${y}L${x} ${y + reach}L${x - reach} ${y}Z`} class="chart-mark" />
}

function ChartLegend({ hidden }: { readonly hidden: number }) {
  return (
    <>
      <ul class="lab-legend">
        <li>
          <svg viewBox="0 0 20 12" width="20" height="12" aria-hidden="true">
            <line x1="1" x2="19" y1="6" y2="6" class="chart-curve" />
          </svg>
          (1 − C(b, f) / C(n, f))²: silent brokers, sent once
        </li>
        {[false, true].map((watch) => (
          <li key={String(watch)}>
            <svg viewBox="0 0 14 14" width="14" height="14" aria-hidden="true">
              <g class={`chart-point ${watch ? 'chart-watch' : 'chart-once'}`}>
                <Mark watch={watch} x={7} y={7} />
              </g>
            </svg>
            {modeWords(watch).toLowerCase()}, measured
          </li>
        ))}
      </ul>
      {hidden === 0 ? null : <p class="quiet">{hidden} more with other n or f in the table.</p>}
    </>
  )
}
