/**
 * The core's deadlines. The shell has one timer, set to `nextMs()`; it calls `run` when that is due.
 *
 * Invariants
 * 1. Actions run in the order of their due times, equal ones in the order they were set. An action set during `run` for now or earlier runs in the same `run`.
 * 2. A `run` that comes more than `wakeMs` late is a wake-up: everything is put off by that lateness, so that no request is
 *    counted as unanswered for a time in which nobody listened, and `run` returns true (DESIGN: accuse nobody, stabilise first).
 */
import { Heap } from './heap.ts'

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
const WAKE_MS = 5_000
/** A bound against an action that sets itself again without end; far above what a step needs. */
const MAX_ACTIONS_PER_RUN = 100_000

export class Schedule {
  readonly #heap = new Heap<Entry>((left, right) => left.dueMs < right.dueMs || (left.dueMs === right.dueMs && left.order < right.order))
  #nextOrder = 0
  #nowMs: number

  constructor(nowMs: number) {
    this.#nowMs = nowMs
  }

  /** Local clock of the event being handled, ms since 1970. */
  get nowMs(): number {
    return this.#nowMs
  }

  /** When `run` is wanted next; Infinity when nothing is set. */
  nextMs(): number {
    this.#dropCancelled()
    return this.#heap.peek()?.dueMs ?? Number.POSITIVE_INFINITY
  }

  /** Runs `action` at `dueMs`, at once in the next `run` when that has passed. */
  at(dueMs: number, action: () => void): Timer {
    const entry: Entry = {
      dueMs,
      order: this.#nextOrder,
      action,
      cancel() {
        entry.action = null
      },
    }
    this.#nextOrder += 1
    this.#heap.push(entry)
    return entry
  }

  /** Runs `action` `delayMs` from now. */
  after(delayMs: number, action: () => void): Timer {
    return this.at(this.#nowMs + delayMs, action)
  }

  /** Takes the time of an event, without running anything. Returns true when it is a wake-up; then all deadlines were put off. */
  advance(nowMs: number): boolean {
    const lateMs = nowMs - this.nextMs()
    this.#nowMs = nowMs
    if (lateMs < WAKE_MS) return false
    const entries: Entry[] = []
    for (let entry = this.#heap.pop(); entry !== undefined; entry = this.#heap.pop()) entries.push(entry)
    for (const entry of entries) {
      entry.dueMs += lateMs
      this.#heap.push(entry)
    }
    return true
  }

  /** Runs what is due. Call `advance` first. */
  run(): void {
    for (let count = 0; count < MAX_ACTIONS_PER_RUN; count += 1) {
      if (this.nextMs() > this.#nowMs) return
      const action = this.#heap.pop()?.action
      action?.()
    }
  }

  #dropCancelled(): void {
    while (this.#heap.peek()?.action === null) this.#heap.pop()
  }
}
