/** What the page and its puzzle worker say to each other. */
import type { Puzzle } from './puzzle-solver.ts'

/** Nonces tried between two messages: some 20 ms, so that a bar moves and stopping is quick. */
export const TRIES_A_SLICE = 32_768

export type PuzzleRequest = Puzzle
/** `nonce` null: not yet, after so many tries. */
export interface PuzzleReport {
  readonly tries: number
  readonly nonce: number | null
}
