/** Draws at once, then at most once in a while: of what came in between only the newest is drawn. */

/** The least time between two drawings of the book, in ms. */
export const paces = [100, 250, 1000] as const
export type Pace = (typeof paces)[number]

export interface PaceClock {
  nowMs(): number
  /** Calls back once after so many ms; returns what stops it. */
  after(ms: number, run: () => void): () => void
}

export class Pacer<T> {
  readonly #clock: PaceClock
  readonly #draw: (newest: T) => void
  #paceMs: number
  #drawnAtMs = Number.NEGATIVE_INFINITY
  #waiting: { readonly newest: T; readonly stop: () => void } | undefined

  constructor(clock: PaceClock, paceMs: number, draw: (newest: T) => void) {
    this.#clock = clock
    this.#paceMs = paceMs
    this.#draw = draw
  }

  push(newest: T): void {
    this.#waiting?.stop()
    this.#waiting = undefined
    const dueMs = this.#drawnAtMs + this.#paceMs - this.#clock.nowMs()
    if (dueMs <= 0) return this.#drawNow(newest)
    this.#waiting = { newest, stop: this.#clock.after(dueMs, () => this.#drawNow(newest)) }
  }

  /** Another pace, from what waits on. */
  set paceMs(paceMs: number) {
    this.#paceMs = paceMs
    if (this.#waiting !== undefined) this.push(this.#waiting.newest)
  }

  /** Nothing is drawn any more. */
  stop(): void {
    this.#waiting?.stop()
    this.#waiting = undefined
  }

  #drawNow(newest: T): void {
    this.#waiting = undefined
    this.#drawnAtMs = this.#clock.nowMs()
    this.#draw(newest)
  }
}
