import type { Ticker } from '../peer/world.ts'
import type { EventLoop } from './event-loop.ts'

/**
 * A machine's clock. It may be off, run fast or slow, and jump; it belongs to the machine, so it outlives a reload. `coarseMs`: timers come
 * at multiples of this only, as browsers slow down those of hidden tabs (1,000, then 60,000); 0: on time.
 */
export class SimClock {
  readonly #loop: EventLoop
  coarseMs = 0
  #baseMs: number
  #sinceMs: number
  #rate = 1

  constructor(loop: EventLoop, offsetMs = 0) {
    this.#loop = loop
    this.#sinceMs = loop.nowMs
    this.#baseMs = loop.nowMs + offsetMs
  }

  nowMs(): number {
    return Math.floor(this.#baseMs + (this.#loop.nowMs - this.#sinceMs) * this.#rate)
  }

  /** How far the clock is ahead of true time, in ms. */
  get offsetMs(): number {
    return this.#baseMs + (this.#loop.nowMs - this.#sinceMs) * this.#rate - this.#loop.nowMs
  }

  /** True time until the clock shows `atMs`, with the coarseness of timers; 0 when that has passed. */
  delayMs(atMs: number): number {
    const exactMs = Math.max(0, atMs - this.nowMs()) / this.#rate
    if (this.coarseMs === 0) return exactMs
    const dueMs = Math.ceil((this.#loop.nowMs + exactMs) / this.coarseMs) * this.coarseMs
    return dueMs - this.#loop.nowMs
  }

  /** From now on the clock makes `rate` ms in one ms of true time, above 0. */
  drift(rate: number): void {
    this.#baseMs += (this.#loop.nowMs - this.#sinceMs) * this.#rate
    this.#sinceMs = this.#loop.nowMs
    this.#rate = rate
  }

  /** Shows true time again, and keeps it. */
  correct(): void {
    this.#baseMs = this.#loop.nowMs
    this.#sinceMs = this.#loop.nowMs
    this.#rate = 1
  }

  /** Set forward, or back. */
  jump(byMs: number): void {
    this.#baseMs += byMs
  }
}

/** The ticker's twin. */
export class SimTicker implements Ticker {
  readonly #loop: EventLoop
  readonly #clock: SimClock
  #listener: () => void = () => {}
  #setting = 0

  constructor(loop: EventLoop, clock: SimClock = new SimClock(loop)) {
    this.#loop = loop
    this.#clock = clock
  }

  nowMs(): number {
    return this.#clock.nowMs()
  }

  set(atMs: number): void {
    this.#setting += 1
    const setting = this.#setting
    if (atMs === Number.POSITIVE_INFINITY) return
    this.#loop.after(this.#clock.delayMs(atMs), () => {
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
