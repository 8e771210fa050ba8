/** The depth chart's steps: cumulated quantities over prices, both sides in one frame. Only here amounts become fractions: of the drawing. */
import { extremes, type Level, type Levels } from './levels.ts'

export interface Frame {
  readonly width: number
  readonly height: number
}

export interface DepthSteps {
  /** SVG paths of the steps' outlines; empty for a side without offers. */
  readonly bids: string
  readonly asks: string
  /** Where the best prices are, in the frame's units; undefined for a side without offers. */
  readonly bidX: number | undefined
  readonly askX: number | undefined
  readonly lowest: bigint
  readonly highest: bigint
  readonly deepest: bigint
}

/** On either side, so that the worst prices' steps have a width too. */
const MARGIN = 0.05

/** undefined while the book is empty. */
export function depthSteps(levels: Levels, frame: Frame): DepthSteps | undefined {
  const all = [...levels.bids, ...levels.asks]
  if (all.length === 0) return undefined
  const [lowest, highest] = extremes(all.map(({ price }) => price))
  const [, deepest] = extremes(all.map(({ cumulated }) => cumulated))
  const [inset, span] = [frame.width * MARGIN, frame.width * (1 - 2 * MARGIN)]
  const x = (price: bigint) => (lowest === highest ? frame.width / 2 : inset + part(price - lowest, highest - lowest) * span)
  const y = (cumulated: bigint) => (1 - part(cumulated, deepest)) * frame.height
  const path = (side: readonly Level[], edge: number) => stepsPath(side, { x, y, edge, floor: frame.height })
  const bestX = (side: readonly Level[]) => (side[0] === undefined ? undefined : x(side[0].price))
  return {
    bids: path(levels.bids, 0),
    asks: path(levels.asks, frame.width),
    bidX: bestX(levels.bids),
    askX: bestX(levels.asks),
    lowest,
    highest,
    deepest,
  }
}

/** A ten-thousandth is finer than a pixel. */
function part(amount: bigint, whole: bigint): number {
  return Number((amount * 10_000n) / whole) / 10_000
}

interface Drawing {
  x(price: bigint): number
  y(cumulated: bigint): number
  /** Where the last step runs to. */
  readonly edge: number
  readonly floor: number
}

function stepsPath(levels: readonly Level[], { x, y, edge, floor }: Drawing): string {
  const [best] = levels
  if (best === undefined) return ''
  const steps = levels.map(({ price, cumulated }) => `H${rounded(x(price))}V${rounded(y(cumulated))}`)
  return `M${rounded(x(best.price))} ${rounded(floor)}${steps.join('')}H${rounded(edge)}V${rounded(floor)}Z`
}

function rounded(length: number): number {
  return Math.round(length * 10) / 10
}
