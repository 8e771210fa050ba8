/** Virtual time: everything that happens in a simulated world is an action at a time, run in order. */
import { Heap } from '../base/heap.ts'

interface Action {
  readonly atMs: number
  readonly order: number
  readonly run: () => void
}

export class EventLoop {
  readonly #heap = new Heap<Action>((left, right) => left.atMs < right.atMs || (left.atMs === right.atMs && left.order < right.order))
  #nowMs: number
  #order = 0
  #count = 0

  /** `startMs`: true time at the start, ms since 1970. */
  constructor(startMs: number) {
    this.#nowMs = startMs
  }

  /** True time, which no peer sees: each has a clock of its own. */
  get nowMs(): number {
    return this.#nowMs
  }

  /** Actions run so far. */
  get count(): number {
    return this.#count
  }

  /** Runs `run` after `delayMs`, 0 or more; never within this call. */
  after(delayMs: number, run: () => void): void {
    this.at(this.#nowMs + delayMs, run)
  }

  /** Runs `run` at a true time, or as soon as possible when that has passed; never within this call. */
  at(atMs: number, run: () => void): void {
    this.#heap.push({ atMs: Math.max(this.#nowMs, atMs), order: this.#order, run })
    this.#order += 1
  }

  /** Runs the next action. False when there is none at or before `untilMs`; time is then `untilMs`. */
  runNext(untilMs: number): boolean {
    const next = this.#heap.peek()
    if (next === undefined || next.atMs > untilMs) {
      this.#nowMs = Math.max(this.#nowMs, untilMs)
      return false
    }
    this.#heap.pop()
    this.#nowMs = next.atMs
    this.#count += 1
    next.run()
    return true
  }
}
