import type { Write } from '../wire/records.ts'

type AfterCommit = (ok: boolean) => void

/** Writes that go again to a disk that refused them, in one transaction. Halved each time it refuses, as a disk that is nearly full has room for few. */
const MOST_RETRIED = 256
/** Removals that the disk refused and that are tried again. Beyond, the oldest is left to the next reading: what has expired is removed then. */
export const MAX_REMOVALS = 4_096

/** What is not known to be on disk: under way, or refused. */
interface Unsure {
  readonly write: Write
  /** The older write of its key that promises as much; 'disk' once that is there; null: none does. */
  standsOn: Write | 'disk' | null
}

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
  /** By key. As many as there are records, and removals. */
  readonly #unsure = new Map<string, Unsure>()
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
    this.#put(write, null)
  }

  /** A write that promises no more of what others ask for than the last one of its key did: the key is as sure as before. */
  amend(write: Write): void {
    const before = this.#unsure.get(write.key)
    this.#put(write, before === undefined ? 'disk' : (before.standsOn ?? before.write))
  }

  /** True when the newest write of this key is on disk, or the one that it amends. */
  isSure(key: string): boolean {
    const unsure = this.#unsure.get(key)
    return unsure === undefined || unsure.standsOn === 'disk'
  }

  /** What this handler promises needs the newest write of this key on disk: written once more if it may not be there. */
  secure(key: string): void {
    const unsure = this.#unsure.get(key)
    if (unsure !== undefined) this.#writes.add(unsure.write)
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

  #put(write: Write, standsOn: Unsure['standsOn']): void {
    this.#writes.add(write)
    this.#unsure.set(write.key, { write, standsOn })
    this.#forgive(write.key)
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
    const writes = keys.flatMap((key) => this.#unsure.get(key)?.write ?? [])
    if (writes.length === 0) return
    this.#store(writes, (ok) => {
      this.#retriedAtOnce = ok ? MOST_RETRIED : Math.max(1, writes.length >> 1)
      this.flush()
    })
  }

  #settle(write: Write, ok: boolean): void {
    const { key, value } = write
    const unsure = this.#unsure.get(key)
    if (unsure?.write !== write) {
      if (ok && unsure?.standsOn === write) unsure.standsOn = 'disk'
      return
    }
    this.#forgive(key)
    if (ok) this.#unsure.delete(key)
    else if (value !== null) this.#refused.puts.add(key)
    else this.#refuseRemoval(key)
  }

  #refuseRemoval(key: string): void {
    const { removals } = this.#refused
    removals.add(key)
    const [oldest] = removals
    if (removals.size <= MAX_REMOVALS || oldest === undefined) return
    removals.delete(oldest)
    this.#unsure.delete(oldest)
  }

  #forgive(key: string): void {
    this.#refused.puts.delete(key)
    this.#refused.removals.delete(key)
  }
}
