import type { Write } from '../wire/records.ts'

type AfterCommit = (ok: boolean) => void

/** Writes that the disk refused and that go to it again at once: what has become possible shows in a few. */
const RETRIES = 256

/**
 * Collects what one handler wants on disk, so that each handled message or slot is one `storeTable`, and what may be said only after its commit.
 *
 * Invariants
 * 1. An action given to `afterCommit` runs once, after the commit of every write that the same handler collected before it. Writes of earlier
 *    handlers may still be under way: who needs one of them on disk says so (`secure`).
 * 2. The newest write of each key is either on disk or in `unsure`. What was refused stays there, and is written again, until a newer one takes its
 *    place; but for a removal: what is read again after it has expired is removed then.
 */
export class Journal {
  readonly #storeTable: (writes: readonly Write[], done: AfterCommit) => void
  #writes: Write[] = []
  #actions: AfterCommit[] = []
  /** By key, what is not known to be on disk: under way, or refused. As many as there are records, at most. */
  readonly #unsure = new Map<string, Write>()
  readonly #refused = new Set<string>()

  constructor(storeTable: (writes: readonly Write[], done: AfterCommit) => void) {
    this.#storeTable = storeTable
  }

  /** Writes and actions not yet handed on: none between two handlers. */
  get size(): number {
    return this.#writes.length + this.#actions.length
  }

  /** Records whose newest write is not known to be on disk. */
  get unsure(): number {
    return this.#unsure.size
  }

  write(write: Write): void {
    this.#writes.push(write)
    this.#unsure.set(write.key, write)
    this.#refused.delete(write.key)
  }

  /** True when the newest write of this key is on disk. */
  isSure(key: string): boolean {
    return !this.#unsure.has(key)
  }

  /** What this handler promises needs the newest write of this key on disk: written once more if it may not be there. */
  secure(key: string): void {
    const write = this.#unsure.get(key)
    if (write !== undefined && !this.#writes.includes(write)) this.#writes.push(write)
  }

  /** Once a slot: what the disk refused is written again. */
  retry(): void {
    for (const key of [...this.#refused].slice(0, RETRIES)) this.secure(key)
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
      for (const write of writes) this.#settle(write, ok)
      for (const action of actions) action(ok)
      this.flush()
    }
    if (writes.length === 0) finish(true)
    else this.#storeTable(writes, finish)
  }

  #settle(write: Write, ok: boolean): void {
    const { key, value } = write
    if (this.#unsure.get(key) !== write) return
    if (ok || value === null) {
      this.#unsure.delete(key)
      this.#refused.delete(key)
    } else this.#refused.add(key)
  }
}
