/** The clock and the one timer of a peer. The timer runs in a Worker, so that a hidden tab keeps its slots; on the page where none starts. */
import type { Ticker } from '../peer/world.ts'
import type { TickerRequest } from './ticker-messages.ts'

/** setTimeout takes no longer delay (2^31 − 1 ms); a longer one is asked for in parts. */
const LONGEST_DELAY_MS = 2 ** 31 - 1
/** A timer that comes this much too early was not early: the clock was set back. */
const SET_BACK_MS = 5_000

export function createTicker(): Ticker {
  return new WorkerTicker()
}

class WorkerTicker implements Ticker {
  #listener: () => void = () => {}
  #worker: Worker | null = null
  #timer: ReturnType<typeof setTimeout> | undefined
  /** When to call, or null: nothing is set. */
  #atMs: number | null = null
  #request = 0
  /** What was asked for is a part of a longer delay. */
  #isPart = false

  constructor() {
    try {
      const worker = new Worker(new URL('./ticker-worker.ts', import.meta.url), { type: 'module' })
      worker.addEventListener('message', (event: MessageEvent<number>) => this.#due(event.data))
      // Loading fails with an event, not with an exception; what was asked for meanwhile is asked of the page.
      worker.addEventListener('error', () => this.#leaveWorker())
      this.#worker = worker
    } catch {
      this.#worker = null
    }
  }

  nowMs(): number {
    return Date.now()
  }

  listen(listener: () => void): void {
    this.#listener = listener
  }

  set(atMs: number): void {
    this.#atMs = atMs
    this.#arm()
  }

  close(): void {
    this.#atMs = null
    this.#request += 1
    clearTimeout(this.#timer)
    this.#worker?.terminate()
    this.#worker = null
    this.#listener = () => {}
  }

  #arm(): void {
    if (this.#atMs === null) return
    this.#request += 1
    const request: TickerRequest = {
      request: this.#request,
      delayMs: Math.min(LONGEST_DELAY_MS, Math.max(0, Math.ceil(this.#atMs - this.nowMs()))),
    }
    this.#isPart = request.delayMs === LONGEST_DELAY_MS
    if (this.#worker) {
      this.#worker.postMessage(request)
      return
    }
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#due(request.request), request.delayMs)
  }

  #due(request: number): void {
    if (request !== this.#request || this.#atMs === null) return
    // Timers count on another clock than Date: they may come a little early, and the parts of a long delay do.
    const earlyMs = this.#atMs - this.nowMs()
    // After the clock was set back nobody waits until it shows the old time again: who listens moves its deadlines (src/base/schedule.ts).
    if (earlyMs > 0 && (earlyMs < SET_BACK_MS || this.#isPart)) {
      this.#arm()
      return
    }
    this.#atMs = null
    this.#listener()
  }

  #leaveWorker(): void {
    this.#worker?.terminate()
    this.#worker = null
    this.#arm()
  }
}
