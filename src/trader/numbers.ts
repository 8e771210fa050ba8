import type { Hex } from '../base/bytes.ts'
import type { Id } from '../base/identity.ts'
import { longest, type Sizes } from '../base/sizes.ts'
import {
  MAX_SEQ,
  type Offer,
  type OfferTerms,
  offerBytes,
  sealOffer,
  sealWithdrawal,
  type Withdrawal,
  type WithdrawalTerms,
  withdrawalBytes,
} from '../market/offer.ts'
import type { Newest } from '../wire/messages.ts'
import type { TraderPort } from '../wire/port.ts'
import type { Write } from '../wire/records.ts'
import { removalOf, type StoredNumber, writeOf } from './records.ts'

/** Services whose newest number is remembered. At the bound one whose brokers have forgotten it goes first, then the one that ends first. */
export const MAX_NUMBERS = 1_024
/** Numbers of one service that wait to be signed. At the bound a new one is refused. */
export const MAX_QUEUE = 16

/** What an offer says, but for what this file adds. */
export interface OfferContent {
  readonly side: OfferTerms['side']
  readonly price: number
  readonly quantity: number
  /** Network time in ms; the signed one is not below it. */
  readonly until: number
}

interface Task {
  /** Asked when its turn comes; null: no longer wanted, nothing is signed. */
  readonly content: () => OfferContent | 'withdrawal' | null
  /** What is stored together with the number, in one transaction. */
  readonly writes: (newest: Newest) => readonly Write[]
  readonly done: (newest: Newest | null, why: 'unwanted' | 'storage' | 'busy' | '') => void
}

/**
 * The numbers under which this peer signs offers and withdrawals (PROTOCOL 4).
 *
 * Invariants
 * 1. A service's numbers only grow, `max(last + 1, clock in ms)`; one is on the disk before `done` hands it out, so it is never sent unstored.
 * 2. A service's validUntil never goes back from one number to the next, unless it is further ahead than any broker takes: it was signed
 *    before the clock was set back. Else the peer could not trade the service for as long as its clock was wrong by.
 * 3. One number a service is in the making; the others wait their turn, in order.
 */
export class Numbers {
  readonly #port: TraderPort
  readonly #known = new Map<Id, StoredNumber>()
  /** Numbers that were signed, stored or not: none of them is used for anything else. */
  readonly #used = new Map<Id, number>()
  readonly #queues = new Map<Id, Task[]>()

  constructor(port: TraderPort) {
    this.#port = port
  }

  /** See Sized. */
  sizes(): Sizes {
    return { known: this.#known.size, used: this.#used.size, queue: longest(this.#queues.values()) }
  }

  restore(stored: StoredNumber): void {
    const known = this.#known.get(stored.service)
    if (known !== undefined && known.seq >= stored.seq) return
    this.#known.set(stored.service, stored)
    this.#used.set(stored.service, stored.seq)
  }

  /** Every service with a number, by id. */
  services(): Id[] {
    return [...this.#known.keys()].sort()
  }

  /** The newest number that may have been sent. */
  newest(service: Id): Newest | null {
    return this.#known.get(service)?.newest ?? null
  }

  /** True while a number is signed and stored: nothing may be signed over an older one. */
  busy(service: Id): boolean {
    return this.#queues.has(service)
  }

  issue(service: Id, task: Task): void {
    const queue = this.#queues.get(service)
    if (queue === undefined) {
      this.#queues.set(service, [task])
      return this.#run(service)
    }
    if (queue.length >= MAX_QUEUE) return task.done(null, 'busy')
    queue.push(task)
  }

  #run(service: Id): void {
    const task = this.#queues.get(service)?.[0]
    if (task === undefined) {
      this.#queues.delete(service)
      return
    }
    const content = task.content()
    if (content === null) return this.#next(service, () => task.done(null, 'unwanted'))
    const seq = Math.max((this.#used.get(service) ?? 0) + 1, Math.floor(this.#port.schedule.nowMs))
    if (seq > MAX_SEQ) return this.#next(service, () => task.done(null, 'storage'))
    this.#used.set(service, seq)
    const { network } = this.#port
    const terms = this.#terms(service, { seq, content })
    if ('side' in terms) {
      const seal = (signature: Hex): Newest => ({ type: 'offer', offer: sealOffer(network, terms, signature) })
      this.#port.sign(offerBytes(network, terms), (signature) => this.#store(service, { task, newest: seal(signature) }))
    } else {
      const seal = (signature: Hex): Newest => ({ type: 'withdrawal', withdrawal: sealWithdrawal(network, terms, signature) })
      this.#port.sign(withdrawalBytes(network, terms), (signature) => this.#store(service, { task, newest: seal(signature) }))
    }
  }

  #terms(service: Id, { seq, content }: { seq: number; content: OfferContent | 'withdrawal' }): OfferTerms | WithdrawalTerms {
    const { publicKey, nonce } = this.#port.credentials
    const least = this.#leastUntil(service)
    if (content === 'withdrawal') return { service, publicKey, nonce, seq, validUntil: least }
    const { side, price, quantity, until } = content
    return { service, publicKey, nonce, side, price, quantity, seq, validUntil: Math.max(least, until) }
  }

  /** What the next number's validUntil must not be below. Clocks may differ by a slot, both ways. */
  #leastUntil(service: Id): number {
    const { slot, t } = this.#port.parameters
    const newest = this.#known.get(service)?.validUntil ?? 0
    const latest = Math.floor(this.#port.networkNowMs()) + t
    return newest > latest + slot ? latest - slot : newest
  }

  #store(service: Id, { task, newest }: { task: Task; newest: Newest }): void {
    const signed = newest.type === 'offer' ? newest.offer : newest.withdrawal
    const number: StoredNumber = { service, seq: signed.seq, validUntil: signed.validUntil, newest }
    const { network } = this.#port
    const writes = [...task.writes(newest), writeOf(network, { type: 'number', ...number }), ...this.#makeRoom(service)]
    this.#port.storeNow(writes, (ok) => {
      if (ok) this.#known.set(service, number)
      this.#next(service, () => task.done(ok ? newest : null, ok ? '' : 'storage'))
    })
  }

  /** The next task's turn comes after this one's end was told: it sees what the end has changed. */
  #next(service: Id, tell: () => void): void {
    this.#queues.get(service)?.shift()
    tell()
    this.#run(service)
  }

  #makeRoom(service: Id): Write[] {
    if (this.#known.size < MAX_NUMBERS || this.#known.has(service)) return []
    let first: StoredNumber | undefined
    for (const number of this.#known.values()) {
      if (!this.#queues.has(number.service) && (first === undefined || number.validUntil < first.validUntil)) first = number
    }
    if (first === undefined) return []
    this.#known.delete(first.service)
    this.#used.delete(first.service)
    return [removalOf(this.#port.network, { type: 'number', ...first })]
  }
}

/** The offer in a newest number; null for a withdrawal. */
export function offerIn(newest: Newest | null): Offer | null {
  return newest?.type === 'offer' ? newest.offer : null
}

/** The withdrawal in a newest number; null for an offer. */
export function withdrawalIn(newest: Newest | null): Withdrawal | null {
  return newest?.type === 'withdrawal' ? newest.withdrawal : null
}
