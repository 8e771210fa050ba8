/**
 * The store on IndexedDB.
 * 1. A commit is exactly one transaction, answered once its end is known. Commits are carried out in the order they were asked for.
 * 2. What a person did (own, receipts) is flushed to the disk before it is answered (`strict`). Tables and the peer cache are handed to the
 *    operating system (`relaxed`): they survive the browser's death, and after a power cut other brokers have them; a flush a slot would wear disks.
 * 3. Nothing that the browser does is thrown: it is told as a reason, and the next commit tries again with a fresh connection.
 */
import type { Store } from '../peer/world.ts'
import type { StoredRecord, StoreName, Write } from '../wire/records.ts'
import { type Database, IdbDatabase } from './idb-database.ts'
import { seal, unseal } from './sealed-value.ts'
import { explain, STORE_NAMES } from './store-problems.ts'

/** Records read at start, a store: some times what a peer may own; more means that something went wrong, and the rest stays on the disk. */
const MOST_RECORDS: Record<StoreName, number> = { tables: 200_000, own: 20_000, receipts: 100_000, peers: 5_000 }
/** One request brings so many records: neither a request each nor all in one. */
const RECORDS_A_PAGE = 1_000

/** `databaseName` is the identity's. `onProblem`: what a person should know; it may be said again. */
export function openStore(databaseName: string, onProblem: (problem: string) => void): Store {
  return new IdbStore(new IdbDatabase(databaseName, onProblem), onProblem)
}

class IdbStore implements Store {
  readonly #database: IdbDatabase
  readonly #onProblem: (problem: string) => void
  #last: Promise<void> = Promise.resolve()
  #closed = false

  constructor(database: IdbDatabase, onProblem: (problem: string) => void) {
    this.#database = database
    this.#onProblem = onProblem
  }

  load(done: (records: readonly StoredRecord[], problem: string) => void): void {
    this.#queue(
      async () => {
        const { records, problem } = await this.#connected(readAll)
        return () => done(records, problem)
      },
      (reason) => done([], reason),
    )
  }

  commit(writes: readonly Write[], done: (ok: boolean, reason: string) => void): void {
    this.#queue(
      async () => {
        if (writes.length > 0) await this.#connected((database) => writeAll(database, writes))
        return () => done(true, '')
      },
      (reason) => done(false, reason),
    )
  }

  /** What was asked for before is still done and answered. */
  close(): void {
    this.#closed = true
    this.#last.then(() => this.#database.close())
  }

  /** `work` brings the answer to give; when it fails, `failed` gets the reason. Answers come in the order of the calls, each exactly once. */
  #queue(work: () => Promise<() => void>, failed: (reason: string) => void): void {
    const closed = this.#closed
    const result = this.#last.then(async () => {
      if (closed) return () => failed('The store is closed.')
      try {
        return await work()
      } catch (error) {
        const reason = explain(error)
        this.#onProblem(reason)
        return () => failed(reason)
      }
    })
    this.#last = result.then(() => {})
    // Apart, so that an error in the caller's own code shows up as such and does not stop the queue.
    result.then((answer) => answer())
  }

  /** Does the work with the open database, and once more with a fresh connection when the browser had closed this one. */
  async #connected<T>(work: (database: Database) => Promise<T>): Promise<T> {
    try {
      return await work(await this.#database.open())
    } catch (error) {
      if (!isConnectionGone(error)) throw error
      this.#database.reset()
      return await work(await this.#database.open())
    }
  }
}

/** The browser closed the connection before or while the transaction ran: nothing of it is stored, so it is safe to try once more. */
function isConnectionGone(error: unknown): boolean {
  return error instanceof DOMException && ['InvalidStateError', 'AbortError', 'UnknownError', 'NotFoundError'].includes(error.name)
}

async function writeAll(database: Database, writes: readonly Write[]): Promise<void> {
  const stores = STORE_NAMES.filter((name) => writes.some(({ store }) => store === name))
  const strict = stores.includes('own') || stores.includes('receipts')
  const transaction = database.transaction(stores, 'readwrite', { durability: strict ? 'strict' : 'relaxed' })
  const requests: Promise<unknown>[] = []
  try {
    for (const { store, key, value } of writes) {
      const objects = transaction.objectStore(store)
      requests.push(value === null ? objects.delete(key) : objects.put(seal({ store, key }, value), key))
    }
    transaction.commit()
  } catch (error) {
    abort(transaction)
    await Promise.allSettled([...requests, transaction.done])
    throw error
  }
  // The first request to fail has the reason; the transaction's own end may only say that it was aborted.
  const failure = (await Promise.allSettled(requests)).find((result) => result.status === 'rejected')
  const end = await transaction.done.then(
    () => null,
    (error: unknown) => ({ error }),
  )
  if (end !== null) throw failure?.reason ?? end.error ?? new DOMException('the transaction was aborted', 'AbortError')
}

function abort(transaction: { abort(): void }): void {
  try {
    transaction.abort()
  } catch {
    // It has ended already.
  }
}

async function readAll(database: Database): Promise<{ records: StoredRecord[]; problem: string }> {
  const records: StoredRecord[] = []
  const damaged: string[] = []
  const full: string[] = []
  for (const store of STORE_NAMES) {
    const complete = await readStore(database, store, (key, stored) => {
      const value = unseal({ store, key }, stored)
      if (value === null) damaged.push(`${store}/${key}`)
      else records.push({ store, key, value })
    })
    if (!complete) full.push(store)
  }
  const problems = [
    ...(damaged.length > 0 ? [`${damaged.length} stored records are damaged and were left out: ${damaged.slice(0, 3).join(', ')}.`] : []),
    ...(full.length > 0 ? [`More is stored than this page can use; the rest stays on the disk: ${full.join(', ')}.`] : []),
  ]
  return { records, problem: problems.join(' ') }
}

/** False when there is more than the bound. */
async function readStore(database: Database, store: StoreName, take: (key: string, stored: unknown) => void): Promise<boolean> {
  let after: string | null = null
  for (let read = 0; read < MOST_RECORDS[store]; read += RECORDS_A_PAGE) {
    const range: IDBKeyRange | null = after === null ? null : IDBKeyRange.lowerBound(after, true)
    const objects = database.transaction(store).store
    const [keys, values]: [string[], unknown[]] = await Promise.all([
      objects.getAllKeys(range, RECORDS_A_PAGE),
      objects.getAll(range, RECORDS_A_PAGE),
    ])
    for (const [index, key] of keys.entries()) take(key, values[index])
    after = keys.at(-1) ?? null
    if (keys.length < RECORDS_A_PAGE || after === null) return true
  }
  return false
}
