/** Line charts as SVG text: a title, axes with units, points with their 95 % intervals, and a legend, on white so that they read on any page. */
import { log2, rounded } from './statistics.ts'

export interface Point {
  readonly x: number
  readonly y: number
  /** Of the 95 % interval; without them the point has none. */
  readonly low?: number
  readonly high?: number
}

export interface Series {
  readonly name: string
  /** Place in the palette: series that belong together share one. */
  readonly hue: number
  readonly line: 'solid' | 'dashed' | 'none'
  readonly points: readonly Point[]
}

export interface Axis {
  /** With the unit. */
  readonly label: string
  readonly from: number
  readonly to: number
  /** Where a line and a number stand. */
  readonly ticks: readonly number[]
  /** Equal steps are equal factors; `from` is above 0. */
  readonly logarithmic?: boolean
}

export interface Chart {
  readonly title: string
  /** One line below the title: what was measured how. */
  readonly subtitle: string
  readonly x: Axis
  readonly y: Axis
  readonly series: readonly Series[]
}

/** Of shares that end at 1: it begins at a round number below all of them, so that none is beyond its end. */
export function sharesAxis(label: string, values: readonly number[]): Axis {
  const least = Math.min(1, ...values)
  const step = STEPS.find((one) => 1 - 5 * one <= least) ?? 0.2
  const ticks = [5, 4, 3, 2, 1, 0].map((count) => rounded(1 - count * step))
  return { label, from: ticks[0] ?? 0, to: 1, ticks }
}

/** From 0 to a round number above all of them, so that none is beyond its end. Bounds of intervals count too. */
export function countsAxis(label: string, series: readonly Series[]): Axis {
  const most = Math.max(0, ...series.flatMap(({ points }) => points.flatMap(({ y, high = y }) => [y, high])))
  const step = Math.max(1, Math.ceil(most / 5))
  return { label, from: 0, to: 5 * step, ticks: [0, 1, 2, 3, 4, 5].map((count) => count * step) }
}

const WIDTH = 760
const HEIGHT = 460
const PLOT = { left: 72, top: 64, right: 520, bottom: 396 }
/** Told apart by people of all kinds of colour vision (Okabe and Ito). */
const PALETTE = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000', '#8a6d00', '#7f3fbf', '#666666']
const LEGEND_STEP = 19
/** Of the ticks of a {@link sharesAxis}, which has five. */
const STEPS = [0.02, 0.04, 0.1, 0.2]

export function chartSvg(chart: Chart): string {
  const { title, subtitle, series, x, y } = chart
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="13" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    `<text x="${PLOT.left}" y="26" font-size="17" font-weight="600" fill="#111111">${escaped(title)}</text>`,
    `<text x="${PLOT.left}" y="46" fill="#444444">${escaped(subtitle)}</text>`,
    ...gridOf(x, y),
    ...series.flatMap((one) => drawn(one, chart)),
    ...series.flatMap((one, index) => legendOf(one, index)),
    '</svg>',
  ]
  return `${parts.join('\n')}\n`
}

function gridOf(x: Axis, y: Axis): string[] {
  const middle = (PLOT.left + PLOT.right) / 2
  const half = (PLOT.top + PLOT.bottom) / 2
  return [
    ...y.ticks.flatMap((tick) => {
      const at = vertical(y, tick)
      return [
        `<line x1="${PLOT.left}" x2="${PLOT.right}" y1="${at}" y2="${at}" stroke="#dddddd"/>`,
        `<text x="${PLOT.left - 8}" y="${at + 4}" text-anchor="end" fill="#333333">${labelOf(tick)}</text>`,
      ]
    }),
    ...x.ticks.flatMap((tick) => {
      const at = horizontal(x, tick)
      return [
        `<line x1="${at}" x2="${at}" y1="${PLOT.bottom}" y2="${PLOT.bottom + 5}" stroke="#333333"/>`,
        `<text x="${at}" y="${PLOT.bottom + 20}" text-anchor="middle" fill="#333333">${labelOf(tick)}</text>`,
      ]
    }),
    `<line x1="${PLOT.left}" x2="${PLOT.right}" y1="${PLOT.bottom}" y2="${PLOT.bottom}" stroke="#333333"/>`,
    `<line x1="${PLOT.left}" x2="${PLOT.left}" y1="${PLOT.top}" y2="${PLOT.bottom}" stroke="#333333"/>`,
    `<text x="${middle}" y="${PLOT.bottom + 44}" text-anchor="middle" fill="#111111">${escaped(x.label)}</text>`,
    `<text transform="translate(20 ${half}) rotate(-90)" text-anchor="middle" fill="#111111">${escaped(y.label)}</text>`,
  ]
}

function drawn({ hue, line, points }: Series, { x, y }: Chart): string[] {
  const colour = PALETTE[hue % PALETTE.length]
  const places = points.map((point) => ({ point, at: horizontal(x, point.x), height: vertical(y, point.y) }))
  const dashes = line === 'dashed' ? ' stroke-dasharray="6 4"' : ''
  const path = places.map(({ at, height }) => `${at},${height}`).join(' ')
  const bars = places.flatMap(({ point, at }) => barOf(point, { at, y, colour: String(colour) }))
  const dots = line === 'dashed' ? [] : places.map(({ at, height }) => `<circle cx="${at}" cy="${height}" r="3" fill="${colour}"/>`)
  const through = line === 'none' ? [] : [`<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="1.6"${dashes}/>`]
  return [...through, ...bars, ...dots]
}

function barOf({ low, high }: Point, { at, y, colour }: { readonly at: number; readonly y: Axis; readonly colour: string }): string[] {
  if (low === undefined || high === undefined) return []
  const [top, bottom] = [vertical(y, high), vertical(y, low)]
  const cap = (height: number): string => `M${at - 3} ${height}H${at + 3}`
  return [`<path d="M${at} ${top}V${bottom}${cap(top)}${cap(bottom)}" stroke="${colour}" fill="none"/>`]
}

function legendOf({ hue, line, name }: Series, index: number): string[] {
  const height = PLOT.top + 8 + index * LEGEND_STEP
  const colour = PALETTE[hue % PALETTE.length]
  const left = PLOT.right + 18
  const dashes = line === 'dashed' ? ' stroke-dasharray="6 4"' : ''
  const dot = line === 'dashed' ? [] : [`<circle cx="${left + 12}" cy="${height}" r="3" fill="${colour}"/>`]
  const stroke =
    line === 'none'
      ? []
      : [`<line x1="${left}" x2="${left + 24}" y1="${height}" y2="${height}" stroke="${colour}" stroke-width="1.6"${dashes}/>`]
  return [...stroke, ...dot, `<text x="${left + 31}" y="${height + 4}" font-size="12" fill="#222222">${escaped(name)}</text>`]
}

function horizontal(axis: Axis, value: number): number {
  return pixels(PLOT.left + share(axis, value) * (PLOT.right - PLOT.left))
}

function vertical(axis: Axis, value: number): number {
  return pixels(PLOT.bottom - share(axis, value) * (PLOT.bottom - PLOT.top))
}

/** How far along the axis, 0 to 1; what is beyond an end stands at it. */
function share(axis: Axis, value: number): number {
  const { from, to, logarithmic = false } = axis
  const inside = Math.min(to, Math.max(from, value))
  return logarithmic ? log2(inside / from) / log2(to / from) : (inside - from) / (to - from)
}

function pixels(value: number): number {
  return Math.round(value * 10) / 10
}

function labelOf(value: number): string {
  const [whole = '', places] = String(Math.round(value * 1_000) / 1_000).split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return places === undefined ? grouped : `${grouped}.${places}`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
