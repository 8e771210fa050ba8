import type { Schedule } from '../base/schedule.ts'

/** When a view is due: at most one in `publishMs`, and none while nothing that it shows has changed. Infinity: never. */
export class Publisher {
  readonly #schedule: Schedule
  readonly #publishMs: number
  #dirty = true
  #waits = false
  #publishedMs = Number.NEGATIVE_INFINITY

  constructor(schedule: Schedule, publishMs: number) {
    this.#schedule = schedule
    this.#publishMs = publishMs
  }

  /** Something that views show has changed. */
  changed(): void {
    this.#dirty = true
  }

  /** The next view is the last: it waits for nothing. */
  hurry(): void {
    this.#dirty = true
    this.#publishedMs = Number.NEGATIVE_INFINITY
  }

  /** True when a view is due now, which counts as published. One that must wait wakes the schedule. */
  isDue(): boolean {
    if (!this.#dirty || this.#publishMs === Number.POSITIVE_INFINITY) return false
    const waitMs = this.#publishedMs + this.#publishMs - this.#schedule.steadyMs
    if (waitMs > 0) this.#wait(waitMs)
    else {
      this.#dirty = false
      this.#publishedMs = this.#schedule.steadyMs
    }
    return waitMs <= 0
  }

  #wait(waitMs: number): void {
    if (this.#waits) return
    this.#waits = true
    this.#schedule.after(waitMs, () => {
      this.#waits = false
    })
  }
}
