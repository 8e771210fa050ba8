/** Solves the puzzle in a Worker, so that the page stays responsive; in slices on the page itself where no Worker starts. */
import { type PuzzleReport, TRIES_A_SLICE } from './puzzle-messages.ts'
import { createSolver, type Puzzle } from './puzzle-solver.ts'

export interface PuzzleProgress {
  readonly tries: number
  /** How many tries it takes on average, 2^bits. There is no last one: after as many, 37 % are still trying. */
  readonly expectedTries: number
  readonly triesPerSecond: number
}

export interface PuzzleOptions extends Puzzle {
  readonly onProgress?: (progress: PuzzleProgress) => void
  /** Stops the work; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal
}

/** The nonce that solves the puzzle. */
export function solvePuzzle(options: PuzzleOptions): Promise<number> {
  const { signal } = options
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const work = new Work(options, resolve)
    signal?.addEventListener('abort', () => {
      work.stop()
      reject(signal.reason)
    })
  })
}

class Work {
  readonly #options: PuzzleOptions
  readonly #done: (nonce: number) => void
  readonly #startMs = performance.now()
  #worker: Worker | null = null
  #stopped = false

  constructor(options: PuzzleOptions, done: (nonce: number) => void) {
    this.#options = options
    this.#done = done
    try {
      this.#startWorker()
    } catch {
      this.#solveHere()
    }
  }

  stop(): void {
    this.#stopped = true
    this.#worker?.terminate()
    this.#worker = null
  }

  #startWorker(): void {
    const worker = new Worker(new URL('./puzzle-worker.ts', import.meta.url), { type: 'module' })
    this.#worker = worker
    worker.addEventListener('message', (event: MessageEvent<PuzzleReport>) => this.#report(event.data))
    // Loading fails with an event, not with an exception.
    worker.addEventListener('error', () => {
      if (this.#worker !== worker) return
      worker.terminate()
      this.#worker = null
      this.#solveHere()
    })
    const { network, publicKey, bits } = this.#options
    worker.postMessage({ network, publicKey, bits })
  }

  #solveHere(): void {
    const solve = createSolver(this.#options)
    let tries = 0
    const slice = () => {
      if (this.#stopped) return
      const nonce = solve(tries, TRIES_A_SLICE)
      tries += TRIES_A_SLICE
      this.#report({ tries: nonce === null ? tries : nonce + 1, nonce })
      if (nonce === null) setTimeout(slice)
    }
    setTimeout(slice)
  }

  #report({ tries, nonce }: PuzzleReport): void {
    if (this.#stopped) return
    const elapsedMs = Math.max(1, performance.now() - this.#startMs)
    this.#options.onProgress?.({ tries, expectedTries: 2 ** this.#options.bits, triesPerSecond: Math.round((tries * 1000) / elapsedMs) })
    if (nonce === null) return
    this.stop()
    this.#done(nonce)
  }
}
