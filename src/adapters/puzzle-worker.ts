/** Solves one puzzle and reports how far it is. The page ends it. */
import { type PuzzleReport, type PuzzleRequest, TRIES_A_SLICE } from './puzzle-messages.ts'
import { createSolver } from './puzzle-solver.ts'

addEventListener('message', (event: MessageEvent<PuzzleRequest>) => {
  const solve = createSolver(event.data)
  for (let tries = 0; ; tries += TRIES_A_SLICE) {
    const nonce = solve(tries, TRIES_A_SLICE)
    const report: PuzzleReport = { tries: nonce === null ? tries + TRIES_A_SLICE : nonce + 1, nonce }
    postMessage(report)
    if (nonce !== null) return
  }
})
