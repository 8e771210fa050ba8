/**
 * Requests under way (DESIGN: every request has an id, a deadline and a cap, and ends exactly once).
 *
 * Invariants
 * 1. `onEnd` of every request runs exactly once: with its answer, at its deadline, when it is cancelled, or at once when there are too many.
 * 2. A request is closed before its `onEnd` runs, so that this may open, answer and cancel others.
 */
import { assert } from './assert.ts'
import type { Schedule, Timer } from './schedule.ts'

/** timeout: its deadline passed · full: as many requests as may be were open, and it was never opened · cancelled: nobody waits for it any more. */
export type Outcome<A> =
  | { readonly ok: true; readonly answer: A }
  | { readonly ok: false; readonly reason: 'timeout' | 'full' | 'cancelled' }

export interface RequestOptions<A> {
  /** From now on the local clock; at a wake-up it is put off with all other deadlines (see Schedule). */
  readonly timeoutMs: number
  /** Who alone may answer; anyone when it is left out. */
  readonly to?: string
  readonly onEnd: (outcome: Outcome<A>) => void
}

interface OpenRequest<A> extends RequestOptions<A> {
  readonly deadline: Timer
}

const MAX_ID = 0xffffffff

export class Requests<A> {
  readonly #schedule: Schedule
  readonly #capacity: number
  readonly #open = new Map<number, OpenRequest<A>>()
  #lastId = 0

  /** `capacity`: the most requests open at once; one more ends at once with `full`. */
  constructor(schedule: Schedule, { capacity }: { readonly capacity: number }) {
    assert(Number.isInteger(capacity) && capacity >= 1 && capacity < MAX_ID, 'requests have room for at least one')
    this.#schedule = schedule
    this.#capacity = capacity
  }

  /** Requests under way. */
  get size(): number {
    return this.#open.size
  }

  /** True while a request waits for its answer. */
  has(id: number): boolean {
    return this.#open.has(id)
  }

  /** Opens a request and gives its id, 1 to 2^32 − 1, unlike that of any other under way. When full, `onEnd` runs before this returns. */
  open(options: RequestOptions<A>): number {
    const id = this.#freeId()
    if (this.#open.size >= this.#capacity) {
      options.onEnd({ ok: false, reason: 'full' })
      return id
    }
    const deadline = this.#schedule.after(options.timeoutMs, () => this.#end(id, { ok: false, reason: 'timeout' }))
    this.#open.set(id, { ...options, deadline })
    return id
  }

  /** False when no such request waits, or it was for another peer to answer: late, repeated and forged answers change nothing. */
  answer(id: number, from: string, answer: A): boolean {
    const request = this.#open.get(id)
    if (request === undefined || (request.to !== undefined && request.to !== from)) return false
    return this.#end(id, { ok: true, answer })
  }

  /** False when no such request waits. */
  cancel(id: number): boolean {
    return this.#end(id, { ok: false, reason: 'cancelled' })
  }

  /** Cancels all that wait for this peer's answer, as when its link is lost; all there are when none is named. */
  cancelAll(to?: string): void {
    for (const [id, request] of [...this.#open]) if (to === undefined || request.to === to) this.cancel(id)
  }

  #end(id: number, outcome: Outcome<A>): boolean {
    const request = this.#open.get(id)
    if (request === undefined) return false
    this.#open.delete(id)
    request.deadline.cancel()
    request.onEnd(outcome)
    return true
  }

  #freeId(): number {
    do this.#lastId = this.#lastId === MAX_ID ? 1 : this.#lastId + 1
    while (this.#open.has(this.#lastId))
    return this.#lastId
  }
}
