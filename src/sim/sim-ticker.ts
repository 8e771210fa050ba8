import type { Ticker } from '../peer/world.ts'
import type { EventLoop } from './event-loop.ts'

/** The ticker's twin, with a clock that may be off. */
export class SimTicker implements Ticker {
  readonly #loop: EventLoop
  readonly #offsetMs: number
  #listener: () => void = () => {}
  #setting = 0

  constructor(loop: EventLoop, offsetMs = 0) {
    this.#loop = loop
    this.#offsetMs = offsetMs
  }

  nowMs(): number {
    return Math.floor(this.#loop.nowMs + this.#offsetMs)
  }

  set(atMs: number): void {
    this.#setting += 1
    const setting = this.#setting
    if (atMs === Number.POSITIVE_INFINITY) return
    this.#loop.after(Math.max(0, atMs - this.nowMs()), () => {
      if (setting === this.#setting) this.#listener()
    })
  }

  listen(listener: () => void): void {
    this.#listener = listener
  }

  close(): void {
    this.#setting += 1
    this.#listener = () => {}
  }
}
