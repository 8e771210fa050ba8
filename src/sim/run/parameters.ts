import type { Parameters } from '../../wire/parameters.ts'

/** The parameters of the paper and of PROTOCOL 11, but no puzzle, which only costs time here, and a validity short enough to see offers expire. */
export const DEFAULT_PARAMETERS: Parameters = { network: 'sim', n: 8, f: 4, m: 64, t: 60_000, slot: 1_000, s: 16, p: 0, a: 0.1 }
