/** Counts and intervals for the figures. Only exact arithmetic and square roots: the same numbers in every engine. */

/** The 97.5 % point of the normal distribution: two-sided 95 % intervals. */
export const NORMAL_95 = 1.959_963_984_540_054
/** The same of Student's distribution, from one degree of freedom on; beyond them the normal one is near enough. */
const STUDENT_95 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11, 2.101, 2.093, 2.086,
  2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
]

export interface Interval {
  readonly low: number
  readonly high: number
}

/** Number of ways to choose `count` of `total`; 0 when there are none. Exact up to 2^53. */
export function choose(total: number, count: number): number {
  if (count < 0 || count > total) return 0
  let ways = 1
  for (let index = 1; index <= count; index += 1) ways = (ways * (total - count + index)) / index
  return Math.round(ways)
}

/** PROTOCOL 7: both offers of a pair reach a broker that forwards, when `silent` of `n` do not and each offer goes to `f` at random. */
export function matchedByChance({ n, f, silent }: { readonly n: number; readonly f: number; readonly silent: number }): number {
  const reached = 1 - choose(silent, f) / choose(n, f)
  return reached * reached
}

/** Wilson's 95 % interval of a share: `hits` of `trials`, 1 trial or more. The ends are exactly 0 and 1 where nothing or everything hit. */
export function wilson(hits: number, trials: number): Interval {
  const share = hits / trials
  const square = NORMAL_95 * NORMAL_95
  const middle = (share + square / (2 * trials)) / (1 + square / trials)
  const half = (NORMAL_95 * Math.sqrt((share * (1 - share)) / trials + square / (4 * trials * trials))) / (1 + square / trials)
  return { low: hits === 0 ? 0 : Math.max(0, middle - half), high: hits === trials ? 1 : Math.min(1, middle + half) }
}

/** Of one value or more. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** The 95 % interval of a mean of one value or more that do not depend on each other, by Student's distribution; of one value the value itself. */
export function meanInterval(values: readonly number[]): Interval {
  const middle = mean(values)
  if (values.length < 2) return { low: middle, high: middle }
  const variance = values.reduce((sum, value) => sum + (value - middle) * (value - middle), 0) / (values.length - 1)
  const half = (STUDENT_95[values.length - 2] ?? NORMAL_95) * Math.sqrt(variance / values.length)
  return { low: middle - half, high: middle + half }
}

/** The value that `share` of the values do not exceed; null of none. */
export function quantile(values: readonly number[], share: number): number | null {
  const sorted = [...values].sort((left, right) => left - right)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null
}

/** To `places` decimal places. */
export function rounded(value: number, places = 4): number {
  let scale = 1
  for (let place = 0; place < places; place += 1) scale *= 10
  return Math.round(value * scale) / scale
}

/** log2 of a number of 1 or more, to 30 binary digits after the point. */
export function log2(value: number): number {
  let power = 0
  let rest = value
  while (rest >= 2) {
    rest /= 2
    power += 1
  }
  return refined(rest, power)
}

/** The binary digits of a logarithm, by squaring: 30 of them. `rest` is from 1 to 2. */
function refined(start: number, power: number): number {
  let rest = start
  let result = power
  let digit = 0.5
  for (let count = 0; count < 30; count += 1) {
    rest *= rest
    if (rest >= 2) {
      rest /= 2
      result += digit
    }
    digit /= 2
  }
  return result
}
