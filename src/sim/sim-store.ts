/** The store's twin: a disk that outlives its peer, with commits that take time and can be refused. */
import type { Store } from '../peer/world.ts'
import type { StoredRecord, Write } from '../wire/records.ts'
import type { EventLoop } from './event-loop.ts'

/** What stays when a peer crashes: only committed records. */
export class SimDisk {
  readonly #records = new Map<string, StoredRecord>()
  /** Keys of records whose check sum is wrong. */
  readonly #damaged = new Set<string>()
  /** While true every commit with a value is refused, as by a full disk. */
  full = false
  /** Commits that were refused because it is full. */
  refusals = 0
  /** Commits that were under way when the power went. */
  lost = 0

  /** False when there is no room: then nothing is changed. */
  apply(writes: readonly Write[]): boolean {
    if (this.full && writes.some(({ value }) => value !== null)) {
      this.refusals += 1
      return false
    }
    for (const { store, key, value } of writes) {
      const place = placeOf(store, key)
      this.#damaged.delete(place)
      if (value === null) this.#records.delete(place)
      else this.#records.set(place, { store, key, value: value.slice() })
    }
    return true
  }

  /** The sound ones; damaged ones are reported. */
  read(): { readonly records: readonly StoredRecord[]; readonly problem: string } {
    const sound = [...this.#records].filter(([place]) => !this.#damaged.has(place))
    const records = sound.map(([, record]) => ({ ...record, value: record.value.slice() }))
    const damaged = [...this.#damaged]
    const problem = `${damaged.length} stored records are damaged and were left out: ${damaged.slice(0, 3).join(', ')}.`
    return { records, problem: damaged.length > 0 ? problem : '' }
  }

  /** A bad sector: the record does not agree with its check sum any more. False when there is no such record. */
  damage(store: StoredRecord['store'], key: string): boolean {
    const place = placeOf(store, key)
    if (this.#records.has(place)) this.#damaged.add(place)
    return this.#records.has(place)
  }
}

function placeOf(store: StoredRecord['store'], key: string): string {
  return `${store}/${key}`
}

const COMMIT_MS = 2
const FULL = 'The disk is full: free some space, then try again.'
const CLOSED = 'The store is closed.'

export interface SimStoreOptions {
  readonly loop: EventLoop
  readonly disk: SimDisk
  /** What a person should know. */
  onProblem(problem: string): void
}

export class SimStore implements Store {
  readonly #options: SimStoreOptions
  #closed = false
  #vanished = false
  /** Commits under way. */
  #open = 0

  constructor(options: SimStoreOptions) {
    this.#options = options
  }

  load(done: (records: readonly StoredRecord[], problem: string) => void): void {
    this.#later((isRefused) => {
      const { records, problem } = isRefused ? { records: [], problem: CLOSED } : this.#options.disk.read()
      done(records, problem)
    })
  }

  commit(writes: readonly Write[], done: (ok: boolean, reason: string) => void): void {
    this.#open += 1
    this.#later((isRefused) => {
      this.#open -= 1
      if (isRefused) return done(false, CLOSED)
      if (this.#options.disk.apply(writes)) return done(true, '')
      this.#options.onProblem(FULL)
      done(false, FULL)
    })
  }

  /** What was asked for before is still done and answered. */
  close(): void {
    this.#closed = true
  }

  /** As when the machine loses power: what is under way is lost. */
  vanish(): void {
    if (!this.#vanished) this.#options.disk.lost += this.#open
    this.#vanished = true
  }

  #later(act: (isRefused: boolean) => void): void {
    const isRefused = this.#closed
    this.#options.loop.after(COMMIT_MS, () => {
      if (!this.#vanished) act(isRefused)
    })
  }
}
