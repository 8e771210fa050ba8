import { BoundedMap } from '../base/bounded.ts'
import type { Id } from '../base/identity.ts'
import type { Sizes } from '../base/sizes.ts'
import { type Attestation, MAX_ATTESTATIONS, type Receipt } from '../market/receipt.ts'
import type { TraderPort } from '../wire/port.ts'
import type { BrokerDirectory } from './broker-directory.ts'
import { deadlineMs } from './checks.ts'
import type { Courier } from './courier.ts'
import type { Receipts } from './receipts.ts'

/** Whole receipts whose brokers are asked at once. At the bound the oldest is left with the attestations it has. */
export const MAX_CHASED = 64
/** After the deadline brokers are asked for this many slots more: who saw it in time says so when asked. */
const CHASE_SLOTS = 3

/**
 * Collects attestations of receipts that are whole (PROTOCOL 6). Until the deadline the receipt itself goes to every member of the set that has not
 * attested it, once a slot, as messages may be lost; after it they are asked.
 */
export class Attestations {
  readonly #port: TraderPort
  readonly #receipts: Receipts
  readonly #directory: BrokerDirectory
  readonly #courier: Courier
  readonly #chased = new BoundedMap<Id, Receipt>({ capacity: MAX_CHASED })
  /** Attestations that overtook their receipt: it is still being stored. */
  readonly #early = new BoundedMap<Id, readonly Attestation[]>({ capacity: MAX_CHASED })

  constructor(port: TraderPort, around: { readonly receipts: Receipts; readonly directory: BrokerDirectory; readonly courier: Courier }) {
    this.#port = port
    this.#receipts = around.receipts
    this.#directory = around.directory
    this.#courier = around.courier
  }

  /** See Sized. */
  sizes(): Sizes {
    return { chased: this.#chased.size, early: this.#early.size }
  }

  get isBusy(): boolean {
    return this.#chased.size > 0
  }

  chases(service: Id): boolean {
    return this.#chased.values().some((receipt) => receipt.service === service)
  }

  /** A receipt became whole, or was restored: nothing happens when its time is over. The buyer sends at once, the seller when a slot has passed. */
  chase(receipt: Receipt): void {
    if (this.#networkMs() >= this.#endMs(receipt)) return
    this.#chased.set(receipt.id, receipt)
    const early = this.#early.get(receipt.id) ?? []
    this.#early.delete(receipt.id)
    for (const attestation of early) this.onAttestation(attestation)
    if (receipt.buy.peer === this.#port.nodeId) this.#ask(receipt)
  }

  /** Once a slot. */
  tick(): void {
    for (const receipt of this.#chased.values()) {
      if (this.#networkMs() >= this.#endMs(receipt)) this.#chased.delete(receipt.id)
      else this.#ask(receipt)
    }
  }

  onAttestation(attestation: Attestation): void {
    const { broker, service } = attestation
    if (!attestation.seen || !this.#directory.isMember(service, broker)) return
    const receipt = this.#receipts.get(attestation.receipt)
    if (receipt === undefined) return this.#keepEarly(attestation)
    if (receipt.service === service) this.#receipts.attest(attestation, this.#directory.members(service).length)
  }

  #keepEarly(attestation: Attestation): void {
    const early = this.#early.get(attestation.receipt) ?? []
    if (early.length < MAX_ATTESTATIONS) this.#early.set(attestation.receipt, [...early, attestation])
  }

  #ask(receipt: Receipt): void {
    const isPast = this.#networkMs() >= deadlineMs(receipt.slot, this.#port.parameters.slot)
    this.#courier.toSet(receipt, isPast ? 'ask-attestation' : 'receipt', (broker) => this.#receipts.isAttestedBy(receipt.id, broker))
  }

  #endMs(receipt: Receipt): number {
    return deadlineMs(receipt.slot, this.#port.parameters.slot) + CHASE_SLOTS * this.#port.parameters.slot
  }

  #networkMs(): number {
    return this.#port.networkNowMs()
  }
}
