/** One IndexedDB database that is opened when it is needed, and again after the browser closed it. */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import { STORE_NAMES } from './store-problems.ts'

/** Raised only when the shape of the object stores changes; what is in the values has its own versions. */
const VERSION = 1
/** An upgrade that another tab blocks, or a disk that does not answer: then the caller is told, and it may ask again. */
const OPEN_TIMEOUT_MS = 5_000

interface Value {
  readonly key: string
  readonly value: Uint8Array
}

export interface Schema extends DBSchema {
  tables: Value
  own: Value
  receipts: Value
  peers: Value
}

export type Database = IDBPDatabase<Schema>

export class IdbDatabase {
  readonly #name: string
  readonly #onProblem: (problem: string) => void
  #opening: Promise<Database> | null = null
  /** It was open before, so a new one means that the browser removed what was there. */
  #known = false
  #closed = false

  constructor(name: string, onProblem: (problem: string) => void) {
    this.#name = name
    this.#onProblem = onProblem
  }

  /** The open database; rejects when it does not open in time. */
  open(): Promise<Database> {
    if (this.#closed) return Promise.reject(new Error('The store is closed.'))
    this.#opening ??= this.#start()
    return inTime(this.#opening, OPEN_TIMEOUT_MS)
  }

  /** Forgets the connection: the next {@link open} makes a new one. Transactions under way end first. */
  reset(): void {
    const opening = this.#opening
    this.#opening = null
    opening?.then(
      (database) => database.close(),
      () => {},
    )
  }

  close(): void {
    this.#closed = true
    this.reset()
  }

  #start(): Promise<Database> {
    const opening = openDB<Schema>(this.#name, VERSION, {
      upgrade: (database, oldVersion) => {
        if (oldVersion === 0 && this.#known)
          this.#onProblem('The browser removed the stored data of this page. What this tab still holds goes on.')
        for (const store of STORE_NAMES) if (!database.objectStoreNames.contains(store)) database.createObjectStore(store)
      },
      blocked: () => this.#onProblem('Another tab with an older version of this page keeps the store busy. Close or reload that tab.'),
      // Another tab wants to upgrade or remove the database: it cannot while this one holds it.
      blocking: () => this.#lose(opening),
      terminated: () => this.#lose(opening),
    })
    opening.then(
      () => {
        this.#known = true
      },
      // A failed opening is not kept: the next one tries anew.
      () => this.#lose(opening),
    )
    return opening
  }

  /** Only this connection: a late event of an old one must not close the new one. */
  #lose(opening: Promise<Database>): void {
    if (this.#opening === opening) this.reset()
    else opening.then((database) => database.close()).catch(() => {})
  }
}

function inTime<T>(promise: Promise<T>, timeoutMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new DOMException('the store did not open in time', 'TimeoutError')), timeoutMs)
    promise.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
