/**
 * Turns what the broker and the trader want stored into transactions.
 * Table writes: at most one transaction in flight, what comes meanwhile shares the next (DESIGN). Own offers and receipts: one each, at once.
 */
import type { Sizes } from '../base/sizes.ts'
import type { Write } from '../wire/records.ts'

type Done = ((ok: boolean) => void) | undefined

export interface StoreQueuePort {
  emit(transaction: number, writes: readonly Write[]): void
}

export class StoreQueue {
  readonly #port: StoreQueuePort
  readonly #inFlight = new Map<number, Done[]>()
  #tableTransaction: number | null = null
  /** The newest write of each key wins: keys are written in the order they were first named. */
  #waiting = new Map<string, Write>()
  #waitingDone: Done[] = []
  #nextTransaction = 1

  constructor(port: StoreQueuePort) {
    this.#port = port
  }

  /** See Sized. */
  sizes(): Sizes {
    return { inFlight: this.#inFlight.size, writes: this.#waiting.size, told: this.#waitingDone.length }
  }

  table(writes: readonly Write[], done: Done): void {
    for (const write of writes) this.#waiting.set(`${write.store} ${write.key}`, write)
    this.#waitingDone.push(done)
    this.#flushTable()
  }

  own(writes: readonly Write[], done: Done): void {
    this.#emit(writes, [done])
  }

  /** A transaction ended. Everyone who waits for it is told, then the next table transaction leaves. */
  stored(transaction: number, ok: boolean): void {
    const waiting = this.#inFlight.get(transaction)
    if (waiting === undefined) return
    this.#inFlight.delete(transaction)
    if (transaction === this.#tableTransaction) this.#tableTransaction = null
    for (const done of waiting) done?.(ok)
    this.#flushTable()
  }

  #flushTable(): void {
    if (this.#tableTransaction !== null || this.#waitingDone.length === 0) return
    const writes = [...this.#waiting.values()]
    const done = this.#waitingDone
    this.#waiting = new Map()
    this.#waitingDone = []
    this.#tableTransaction = this.#emit(writes, done)
  }

  #emit(writes: readonly Write[], done: Done[]): number {
    const transaction = this.#nextTransaction
    this.#nextTransaction += 1
    this.#inFlight.set(transaction, done)
    this.#port.emit(transaction, writes)
    return transaction
  }
}
