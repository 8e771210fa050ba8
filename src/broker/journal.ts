import type { Write } from '../wire/records.ts'

type AfterCommit = (ok: boolean) => void

/** Writes that go again to a disk that refused them, in one transaction. Halved each time it refuses, as a disk that is nearly full has room for few. */
const MOST_RETRIED = 256
/** Removals that the disk refused and that are tried again. Beyond, the oldest is left to the next reading: what has expired is removed then. */
export const MAX_REMOVALS = 4_096

/**
 * Collects what one handler wants on disk, so that each handled message or slot is one `storeTable`, and what may be said only after its commit.
 *
 * Invariants
 * 1. An action given to `afterCommit` runs once, after the commit of every write that the same handler collected before it. Writes of earlier
 *    handlers may still be under way: who needs one of them on disk says so (`secure`).
 * 2. The newest write of each key is either on disk or in `unsure`. What was refused stays there, and is written again, until a newer one takes its place.
 * 3. What is written again goes alone: nothing new is refused for its sake, and removals go before all else, as they make room.
 */
export class Journal {
  readonly #storeTable: (writes: readonly Write[], done: AfterCommit) => void
  #writes = new Set<Write>()
  #actions: AfterCommit[] = []
  /** By key, what is not known to be on disk: under way, or refused. As many as there are records, and removals. */
  readonly #unsure = new Map<string, Write>()
  /** Keys of those of which an older write is on disk that promises as much. */
  readonly #amended = new Set<string>()
  /** Keys of those that the disk refused; the one that was tried last comes last. */
  readonly #refused = { puts: new Set<string>(), removals: new Set<string>() }
  /** Transactions that have not ended. */
  #underWay = 0
  #isRetryDue = false
  #retriedAtOnce = MOST_RETRIED

  constructor(storeTable: (writes: readonly Write[], done: AfterCommit) => void) {
    this.#storeTable = storeTable
  }

  /** Writes and actions not yet handed on: none between two handlers. */
  get size(): number {
    return this.#writes.size + this.#actions.length
  }

  /** Records whose newest write is not known to be on disk. */
  get unsure(): number {
    return this.#unsure.size
  }

  /** Those of them that the disk refused when it was last asked. */
  get refused(): number {
    return this.#refused.puts.size + this.#refused.removals.size
  }

  write(write: Write): void {
    this.#writes.add(write)
    this.#unsure.set(write.key, write)
    this.#amended.delete(write.key)
    this.#forgive(write.key)
  }

  /** A write that promises no more than the last one of its key did: the key is as sure as before. */
  amend(write: Write): void {
    const isSure = this.isSure(write.key)
    this.write(write)
    if (isSure) this.#amended.add(write.key)
  }

  /** True when the newest write of this key is on disk, or one that promises as much. */
  isSure(key: string): boolean {
    return !this.#unsure.has(key) || this.#amended.has(key)
  }

  /** What this handler promises needs the newest write of this key on disk: written once more if it may not be there. */
  secure(key: string): void {
    const write = this.#unsure.get(key)
    if (write !== undefined && !this.isSure(key)) this.#writes.add(write)
  }

  /** Once a slot: what the disk refused is written again, after the handler's end and as soon as nothing else is under way. */
  retry(): void {
    this.#isRetryDue = true
  }

  /** `ok` false: the disk refused. */
  afterCommit(action: AfterCommit): void {
    this.#actions.push(action)
  }

  /** To be called at the end of every handler. Without writes there is no transaction, and the actions run at once. */
  flush(): void {
    const actions = this.#actions
    const writes = [...this.#writes]
    if (actions.length === 0 && writes.length === 0) return this.#retryWhenIdle()
    this.#actions = []
    this.#writes = new Set()
    const finish = (ok: boolean): void => {
      for (const action of actions) action(ok)
      this.flush()
    }
    if (writes.length === 0) finish(true)
    else this.#store(writes, finish)
  }

  #store(writes: readonly Write[], finish: AfterCommit): void {
    this.#underWay += 1
    this.#storeTable(writes, (ok) => {
      this.#underWay -= 1
      for (const write of writes) this.#settle(write, ok)
      finish(ok)
    })
  }

  #retryWhenIdle(): void {
    if (!this.#isRetryDue || this.#underWay > 0 || this.size > 0) return
    this.#isRetryDue = false
    const { puts, removals } = this.#refused
    const keys = [...(removals.size > 0 ? removals : puts)].slice(0, this.#retriedAtOnce)
    const writes = keys.flatMap((key) => this.#unsure.get(key) ?? [])
    if (writes.length === 0) return
    this.#store(writes, (ok) => {
      this.#retriedAtOnce = ok ? MOST_RETRIED : Math.max(1, writes.length >> 1)
      this.flush()
    })
  }

  #settle(write: Write, ok: boolean): void {
    const { key, value } = write
    if (this.#unsure.get(key) !== write) return
    this.#forgive(key)
    if (ok) this.#end(key)
    else if (value !== null) this.#refused.puts.add(key)
    else this.#refuseRemoval(key)
  }

  #refuseRemoval(key: string): void {
    const { removals } = this.#refused
    removals.add(key)
    const [oldest] = removals
    if (removals.size <= MAX_REMOVALS || oldest === undefined) return
    removals.delete(oldest)
    this.#end(oldest)
  }

  #end(key: string): void {
    this.#unsure.delete(key)
    this.#amended.delete(key)
  }

  #forgive(key: string): void {
    this.#refused.puts.delete(key)
    this.#refused.removals.delete(key)
  }
}
