/** Commands that have not ended. Each ends exactly once, at the latest when the peer stops. */
import { assert } from '../base/assert.ts'
import type { Failure } from '../trader/command.ts'
import type { Effect } from './effect.ts'

type Outcome = Extract<Effect, { type: 'result' }>['outcome']

/** What a command gets from a peer that left. */
export const STOPPED: Failure = { code: 'stopped', message: 'This tab has left the market. Reload the page to come back.' }

export class Commands {
  readonly #emit: (effect: Effect) => void
  readonly #open = new Set<number>()

  constructor(emit: (effect: Effect) => void) {
    this.#emit = emit
  }

  /** Commands under way. */
  get size(): number {
    return this.#open.size
  }

  /** What ends the command. After a stop it is ended already, and what comes late is dropped. */
  begin(request: number): (outcome: Outcome) => void {
    let ended = false
    this.#open.add(request)
    return (outcome) => {
      assert(!ended, 'a command ends once')
      ended = true
      if (this.#open.delete(request)) this.#emit({ type: 'result', request, outcome })
    }
  }

  /** The peer stops: nothing else will answer. */
  stop(): void {
    for (const request of [...this.#open].sort((left, right) => left - right)) this.refuse(request)
    this.#open.clear()
  }

  /** A command after the stop. */
  refuse(request: number): void {
    this.#emit({ type: 'result', request, outcome: { ok: false, failure: STOPPED } })
  }
}
