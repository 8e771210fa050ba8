import type { Id, NodeId } from '../base/identity.ts'
import { longest, type Sizes } from '../base/sizes.ts'
import { type Attestation, MAX_ATTESTATIONS, type Receipt, receiptPrice } from '../market/receipt.ts'
import type { Service } from '../market/service.ts'
import type { TraderPort } from '../wire/port.ts'
import { writeReceiptFile } from '../wire/receipt-file.ts'
import type { Write } from '../wire/records.ts'
import type { ReceiptRow } from './command.ts'
import { removalOf, type StoredReceipt, writeOf } from './records.ts'

/** Own receipts kept. At the bound the oldest is forgotten: it has long been traded. */
export const MAX_RECEIPTS = 2_048
/** Attestations come in bunches: one transaction for those of a moment, in ms. Lost ones can be asked for again. */
const SAVE_MS = 50

interface Entry {
  readonly receipt: Receipt
  /** By broker. */
  readonly attestations: Map<NodeId, Attestation>
  /** The most members of the set that this peer has seen itself; 0: none. */
  seen: number
  of: number
}

/**
 * Own receipts, whole, with the brokers' attestations.
 *
 * Invariants
 * 1. A receipt is in here once it is on the disk, and whole: signed by both.
 * 2. An attestation counts once a broker, and only "seen" ones.
 */
export class Receipts {
  readonly #port: TraderPort
  readonly #receipts = new Map<Id, Entry>()
  readonly #waiting = new Set<Id>()
  #saving = false

  constructor(port: TraderPort) {
    this.#port = port
  }

  /** See Sized. */
  sizes(): Sizes {
    const attestations = longest([...this.#receipts.values()].map((entry) => entry.attestations))
    return { kept: this.#receipts.size, unsaved: this.#waiting.size, attestations }
  }

  restore(stored: StoredReceipt): void {
    const attestations = new Map(stored.attestations.map((attestation) => [attestation.broker, attestation]))
    this.#receipts.set(stored.receipt.id, { receipt: stored.receipt, attestations, seen: 0, of: stored.of })
  }

  get(receiptId: Id): Receipt | undefined {
    return this.#receipts.get(receiptId)?.receipt
  }

  all(): Receipt[] {
    return [...this.#receipts.values()].map(({ receipt }) => receipt).sort(byAge)
  }

  /** The receipt over an offer, if one was made. */
  over(offerId: Id): Receipt | undefined {
    for (const { receipt } of this.#receipts.values()) if (receipt.buy.id === offerId || receipt.sell.id === offerId) return receipt
    return undefined
  }

  /** The write that keeps a receipt that has just become whole; `members`: of its set, as known. */
  writeOf(receipt: Receipt, members: number): Write {
    return writeOf(this.#port.network, { type: 'receipt', receipt, attestations: [], of: members })
  }

  /** Takes a receipt that is on the disk. */
  add(receipt: Receipt, members: number): void {
    if (this.#receipts.has(receipt.id)) return
    this.#receipts.set(receipt.id, { receipt, attestations: new Map(), seen: members, of: members })
    this.#port.changed()
    if (this.#receipts.size <= MAX_RECEIPTS) return
    const oldest = this.all()[0]
    if (oldest === undefined) return
    this.#receipts.delete(oldest.id)
    this.#waiting.delete(oldest.id)
    this.#port.storeNow([removalOf(this.#port.network, { type: 'receipt', receipt: oldest, attestations: [], of: 0 })])
  }

  /** Counts a member's attestation; `members`: of the set, as known. */
  attest(attestation: Attestation, members: number): void {
    const entry = this.#receipts.get(attestation.receipt)
    if (entry === undefined || !attestation.seen || entry.attestations.size >= MAX_ATTESTATIONS) return
    if (entry.attestations.has(attestation.broker)) return
    entry.attestations.set(attestation.broker, attestation)
    entry.seen = Math.max(entry.seen, members)
    entry.of = sizeOf(entry, this.#port.parameters.n)
    this.#port.changed()
    this.#waiting.add(attestation.receipt)
    this.#saveSoon()
  }

  /** True when this broker has attested the receipt. */
  isAttestedBy(receiptId: Id, broker: NodeId): boolean {
    return this.#receipts.get(receiptId)?.attestations.has(broker) ?? false
  }

  /** The receipt as a file that anyone can check (PROTOCOL N), `service`: its parameters when they are known; undefined: no such receipt. */
  file(receiptId: Id, serviceOf: (serviceId: Id) => Service | null): string | undefined {
    const entry = this.#receipts.get(receiptId)
    if (entry === undefined) return undefined
    const { receipt, attestations, of } = entry
    const { parameters } = this.#port
    return writeReceiptFile({
      parameters,
      service: serviceOf(receipt.service),
      receipt,
      attestations: [...attestations.values()],
      members: of,
    })
  }

  /** Newest first. */
  rows(): ReceiptRow[] {
    return this.all()
      .reverse()
      .map((receipt) => {
        const entry = this.#receipts.get(receipt.id)
        return {
          receiptId: receipt.id,
          serviceId: receipt.service,
          price: receiptPrice(receipt),
          quantity: receipt.quantity,
          buyer: receipt.buy.peer,
          seller: receipt.sell.peer,
          slot: receipt.slot,
          attestations: entry?.attestations.size ?? 0,
          of: entry?.of ?? 0,
        }
      })
  }

  #saveSoon(): void {
    if (this.#saving) return
    this.#saving = true
    this.#port.schedule.after(SAVE_MS, () => {
      this.#saving = false
      const writes = [...this.#waiting].flatMap((id) => {
        const entry = this.#receipts.get(id)
        if (entry === undefined) return []
        const { receipt, attestations, of } = entry
        return [writeOf(this.#port.network, { type: 'receipt', receipt, attestations: [...attestations.values()], of })]
      })
      this.#waiting.clear()
      if (writes.length > 0) this.#port.storeNow(writes)
    })
  }
}

/** Of how many members: as this peer has seen itself, else the median of what the attesters say, as one may lie. Never fewer than attested. */
function sizeOf({ attestations, seen }: Entry, n: number): number {
  const named = [...attestations.values()].map(({ members }) => members).sort((left, right) => left - right)
  const size = seen > 0 ? seen : (named[Math.floor((named.length - 1) / 2)] ?? 0)
  return Math.max(attestations.size, Math.min(n, size))
}

function byAge(left: Receipt, right: Receipt): number {
  return left.slot - right.slot || (left.id < right.id ? -1 : 1)
}
