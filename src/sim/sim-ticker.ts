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

/**
 * The ticker's twin. As it is set after every step, mostly to a later time, an alarm that comes too early is set again rather than each time.
 * Invariant: while `#dueMs` is finite an alarm runs at that true time or before.
 */
export class SimTicker implements Ticker {
  readonly #loop: EventLoop
  readonly #clock: SimClock
  #listener: () => void = () => {}
  /** True time at which the listener is to be called; Infinity: not at all. */
  #dueMs = Number.POSITIVE_INFINITY
  /** When the next alarm runs; those for another time were set before and do nothing. */
  #alarmMs = Number.POSITIVE_INFINITY

  constructor(loop: EventLoop, clock: SimClock = new SimClock(loop)) {
    this.#loop = loop
    this.#clock = clock
  }

  nowMs(): number {
    return this.#clock.nowMs()
  }

  set(atMs: number): void {
    this.#dueMs = atMs === Number.POSITIVE_INFINITY ? atMs : this.#loop.nowMs + this.#clock.delayMs(atMs)
    if (this.#dueMs < this.#alarmMs) this.#setAlarm()
  }

  listen(listener: () => void): void {
    this.#listener = listener
  }

  close(): void {
    this.#dueMs = Number.POSITIVE_INFINITY
    this.#listener = () => {}
  }

  #setAlarm(): void {
    const alarmMs = this.#dueMs
    this.#alarmMs = alarmMs
    this.#loop.at(alarmMs, () => {
      if (this.#alarmMs !== alarmMs) return
      this.#alarmMs = Number.POSITIVE_INFINITY
      if (this.#dueMs > this.#loop.nowMs) {
        if (this.#dueMs !== Number.POSITIVE_INFINITY) this.#setAlarm()
        return
      }
      this.#dueMs = Number.POSITIVE_INFINITY
      this.#listener()
    })
  }
}
