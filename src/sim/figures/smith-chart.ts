/** Smith's first chart (V. L. Smith, "An experimental study of competitive market behavior", 1962): 11 buyers, 11 sellers, limits 0.75 to 3.25. */
import type { Side } from '../../market/offer.ts'

export interface Role {
  readonly side: Side
  /** In hundredths of a cent, so that prices between two limits are fine enough. */
  readonly limit: number
}

const LEAST = 75
const STEP = 25
const TRADERS_A_SIDE = 11
const UNITS = 100

/** Buyers first, the keenest of each side first. */
export const ROLES: readonly Role[] = (['buy', 'sell'] as const).flatMap((side) =>
  Array.from({ length: TRADERS_A_SIDE }, (_, place) => {
    const limit = LEAST + STEP * (side === 'buy' ? TRADERS_A_SIDE - 1 - place : place)
    return { side, limit: UNITS * limit }
  }),
)

/** No quote is higher. */
export const MOST_PRICE = 400 * UNITS

/** What all traders can gain together: every buyer and seller that the price of 200 suits. */
export const MOST_GAIN = ROLES.reduce(
  (gain, { side, limit }) => gain + Math.max(0, side === 'buy' ? limit - middle() : middle() - limit),
  0,
)

function middle(): number {
  return 200 * UNITS
}
