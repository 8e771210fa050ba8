import type { Write } from '../wire/records.ts'

type AfterCommit = (ok: boolean) => void

/**
 * Collects what one handler wants on disk, so that each handled message or slot is one `storeTable`, and what may be said only after its commit.
 *
 * Invariant: an action given to `afterCommit` runs once, after the commit of every write that the same handler collected before it. Writes of earlier
 * handlers may still be under way: who needs them on disk writes them again.
 */
export class Journal {
  readonly #storeTable: (writes: readonly Write[], done: AfterCommit) => void
  #writes: Write[] = []
  #actions: AfterCommit[] = []

  constructor(storeTable: (writes: readonly Write[], done: AfterCommit) => void) {
    this.#storeTable = storeTable
  }

  /** Writes and actions not yet handed on: none between two handlers. */
  get size(): number {
    return this.#writes.length + this.#actions.length
  }

  write(write: Write): void {
    this.#writes.push(write)
  }

  /** `ok` false: the disk refused. */
  afterCommit(action: AfterCommit): void {
    this.#actions.push(action)
  }

  /** To be called at the end of every handler. Without writes there is no transaction, and the actions run at once. */
  flush(): void {
    const actions = this.#actions
    const writes = this.#writes
    if (actions.length === 0 && writes.length === 0) return
    this.#actions = []
    this.#writes = []
    const finish = (ok: boolean): void => {
      for (const action of actions) action(ok)
      this.flush()
    }
    if (writes.length === 0) finish(true)
    else this.#storeTable(writes, finish)
  }
}
