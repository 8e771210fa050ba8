/**
 * Session times as people have them: Weibull with a shape of 0.5 to 0.6 fits what was measured in peer-to-peer networks (Stutzbach and Rejaie,
 * "Understanding churn in peer-to-peer networks", 2006): many short ones, a few very long ones.
 * Logarithm and exponential are made of + − × ÷ only, so that all engines agree in the last bit (FIELD-NOTES).
 */
import type { Rng } from '../../base/rng.ts'

/** Terms until nothing changes in 53 bits: z is at most 1/3, so z^41 is below 2^-64; and 0.35^18 / 18! is below 2^-79. */
const ARTANH_TERMS = 20
const EXP_TERMS = 18
const SQRT_2 = Math.sqrt(2)
const LN_2 = 2 * artanh(1 / 3)

export interface Weibull {
  /** Above 0; below 1 the longer something lasted, the longer it will last. */
  readonly shape: number
  /** In ms: 63 % are shorter. */
  readonly scaleMs: number
}

/** The time in ms that a share `share` of all is shorter than, 0 ≤ share < 1. Exact to about 13 digits. */
export function weibullQuantile({ shape, scaleMs }: Weibull, share: number): number {
  const passed = -ln(1 - share)
  return passed <= 0 ? 0 : scaleMs * exp(ln(passed) / shape)
}

/** One such time, in ms. */
export function weibullMs(weibull: Weibull, rng: Rng): number {
  return weibullQuantile(weibull, rng.float())
}

/** The distribution of this shape of which half is shorter than `medianMs`. */
export function weibullOf(shape: number, medianMs: number): Weibull {
  return { shape, scaleMs: medianMs / weibullQuantile({ shape, scaleMs: 1 }, 0.5) }
}

/** The natural logarithm of a positive number: ln(m · 2^k) = k ln 2 + 2 artanh((m − 1) / (m + 1)) with m near 1. */
function ln(value: number): number {
  let mantissa = value
  let exponent = 0
  for (; mantissa > SQRT_2; exponent += 1) mantissa /= 2
  for (; mantissa < SQRT_2 / 2; exponent -= 1) mantissa *= 2
  return exponent * LN_2 + 2 * artanh((mantissa - 1) / (mantissa + 1))
}

/** z + z³/3 + z⁵/5 + …, for z up to 1/3 either way. */
function artanh(z: number): number {
  let sum = 0
  for (let term = ARTANH_TERMS; term >= 0; term -= 1) sum = sum * z * z + 1 / (2 * term + 1)
  return z * sum
}

/** e to a power between about −700 and 700: 2^k · e^r with a small r. */
function exp(power: number): number {
  const exponent = Math.round(power / LN_2)
  const rest = power - exponent * LN_2
  let sum = 1
  for (let term = EXP_TERMS; term >= 1; term -= 1) sum = 1 + (sum * rest) / term
  for (let count = 0; count < Math.abs(exponent); count += 1) sum = exponent > 0 ? sum * 2 : sum / 2
  return sum
}
