import type { Rng } from '../../base/rng.ts'

const UNIFORMS = 12

/**
 * Normally distributed by the sum of twelve uniform numbers, which has variance 1: no logarithm, so the same in every engine. It ends at
 * ±6 deviations and has slightly thin tails, which no figure looks at.
 */
export function normal(rng: Rng, middle: number, deviation: number): number {
  let sum = -UNIFORMS / 2
  for (let count = 0; count < UNIFORMS; count += 1) sum += rng.float()
  return middle + deviation * sum
}
