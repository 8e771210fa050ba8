/**
 * The core's deadlines. The shell has one timer, set to `nextMs()`; it calls `run` when that is due.
 *
 * Invariants
 * 1. Actions run in the order of their due times, equal ones in the order they were set. An action set during `run` for now or earlier runs in the same `run`.
 * 2. A `run` that comes more than `wakeMs` late is a wake-up: everything is put off by that lateness, so that no request is
 *    counted as unanswered for a time in which nobody listened, and `advance` returns true (DESIGN: accuse nobody, stabilise first).
 * 3. When the clock is set back, deadlines go back with it: nothing waits for the time to come that was already there. By more than `wakeMs` it is a
 *    wake-up too, as nothing that was noted on the old clock can be compared with the new one.
 * 4. What is cancelled goes from memory: at most half of what is kept, and some.
 * 5. `steadyMs` never goes back, and stays where deadlines would be: what was put off by 2 or 3 is as far from it as before.
 */
import { Heap } from './heap.ts'
import type { Sizes } from './sizes.ts'

/** A deadline that can be cancelled. */
export interface Timer {
  /** The action will not run. Harmless when it already ran. */
  cancel(): void
}

interface Entry extends Timer {
  dueMs: number
  readonly order: number
  action: (() => void) | null
}

/** A timer later than this is taken for a sleep of the machine or the tab: hidden tabs run at 1 Hz at worst when the ticker works (FIELD-NOTES). */
export const WAKE_MS = 5_000
/** A bound against an action that sets itself again without end; far above what a step needs. */
const MAX_ACTIONS_PER_RUN = 100_000
/** So many cancelled entries are left where they are, however few others there are. */
export const SPARE_CANCELLED = 64

export class Schedule {
  readonly #heap = new Heap<Entry>((left, right) => left.dueMs < right.dueMs || (left.dueMs === right.dueMs && left.order < right.order))
  #nextOrder = 0
  #nowMs: number
  #steadyMs: number
  /** Entries in the heap that were cancelled. */
  #cancelled = 0

  constructor(nowMs: number) {
    this.#nowMs = nowMs
    this.#steadyMs = nowMs
  }

  /** Local clock of the event being handled, ms since 1970. */
  get nowMs(): number {
    return this.#nowMs
  }

  /**
   * The time that this peer lived through, in ms: like `nowMs` at first, then without what it slept and without what the clock was set back.
   * For "how long ago": a moment noted on the local clock may be hours ahead after that was set right.
   */
  get steadyMs(): number {
    return this.#steadyMs
  }

  /** When `run` is wanted next; Infinity when nothing is set. */
  nextMs(): number {
    this.#dropCancelled()
    return this.#heap.peek()?.dueMs ?? Number.POSITIVE_INFINITY
  }

  /** Runs `action` at `dueMs`, at once in the next `run` when that has passed. */
  at(dueMs: number, action: () => void): Timer {
    const entry: Entry = { dueMs, order: this.#nextOrder, action, cancel: () => this.#cancel(entry) }
    this.#nextOrder += 1
    this.#heap.push(entry)
    return entry
  }

  /** Runs `action` `delayMs` from now. */
  after(delayMs: number, action: () => void): Timer {
    return this.at(this.#nowMs + delayMs, action)
  }

  /** Takes the time of an event, without running anything. Returns true when it is a wake-up; then all deadlines were moved. */
  advance(nowMs: number): boolean {
    const lateMs = nowMs - this.nextMs()
    const backMs = this.#nowMs - nowMs
    this.#nowMs = nowMs
    this.#steadyMs += Math.max(0, -backMs - (lateMs >= WAKE_MS ? lateMs : 0))
    if (backMs > 0) this.#rebuild(-backMs)
    if (lateMs >= WAKE_MS) this.#rebuild(lateMs)
    return lateMs >= WAKE_MS || backMs >= WAKE_MS
  }

  /** Runs what is due. Call `advance` first. */
  run(): void {
    for (let count = 0; count < MAX_ACTIONS_PER_RUN; count += 1) {
      if (this.nextMs() > this.#nowMs) return
      const entry = this.#heap.pop()
      const action = entry?.action
      if (entry !== undefined) entry.action = null
      action?.()
    }
  }

  /** Deadlines kept, and of them those that are still to come. */
  sizes(): Sizes {
    return { kept: this.#heap.size, set: this.#heap.size - this.#cancelled }
  }

  #cancel(entry: Entry): void {
    if (entry.action === null) return
    entry.action = null
    this.#cancelled += 1
    if (this.#cancelled > SPARE_CANCELLED && this.#cancelled * 2 > this.#heap.size) this.#rebuild(0)
  }

  /** All that is to come, `byMs` later; what was cancelled goes. */
  #rebuild(byMs: number): void {
    const entries: Entry[] = []
    for (let entry = this.#heap.pop(); entry !== undefined; entry = this.#heap.pop()) if (entry.action !== null) entries.push(entry)
    this.#cancelled = 0
    for (const entry of entries) {
      entry.dueMs += byMs
      this.#heap.push(entry)
    }
  }

  #dropCancelled(): void {
    while (this.#heap.peek()?.action === null) {
      this.#heap.pop()
      this.#cancelled -= 1
    }
  }
}
