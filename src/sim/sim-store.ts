/** The store's twin: a disk that outlives its peer, with commits that take time and can be refused. */
import type { Store } from '../peer/world.ts'
import type { StoredRecord, Write } from '../wire/records.ts'
import type { EventLoop } from './event-loop.ts'

/** What stays when a peer crashes: only committed records. */
export class SimDisk {
  readonly #records = new Map<string, StoredRecord>()
  /** While true every commit is refused, as by a full disk. */
  full = false

  apply(writes: readonly Write[]): void {
    for (const { store, key, value } of writes) {
      if (value === null) this.#records.delete(`${store} ${key}`)
      else this.#records.set(`${store} ${key}`, { store, key, value: value.slice() })
    }
  }

  records(): StoredRecord[] {
    return [...this.#records.values()].map((record) => ({ ...record, value: record.value.slice() }))
  }

  /** Flips a bit of a stored value, as a bad sector would. False when there is no such record. */
  damage(store: string, key: string): boolean {
    const record = this.#records.get(`${store} ${key}`)
    if (record?.value[0] === undefined) return false
    record.value[0] ^= 0xff
    return true
  }
}

const COMMIT_MS = 2

export class SimStore implements Store {
  readonly #loop: EventLoop
  readonly #disk: SimDisk
  #closed = false

  constructor(loop: EventLoop, disk: SimDisk) {
    this.#loop = loop
    this.#disk = disk
  }

  load(done: (records: readonly StoredRecord[], problem: string) => void): void {
    this.#loop.after(COMMIT_MS, () => {
      if (!this.#closed) done(this.#disk.records(), '')
    })
  }

  commit(writes: readonly Write[], done: (ok: boolean, reason: string) => void): void {
    this.#loop.after(COMMIT_MS, () => {
      if (this.#closed) return
      const { full } = this.#disk
      if (!full) this.#disk.apply(writes)
      done(!full, full ? 'The disk is full: free some space, then try again.' : '')
    })
  }

  close(): void {
    this.#closed = true
  }
}
