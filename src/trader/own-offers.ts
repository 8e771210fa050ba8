import type { Id, NodeId } from '../base/identity.ts'
import { largestSizes, type Sizes } from '../base/sizes.ts'
import type { TraderPort } from '../wire/port.ts'
import type { Write } from '../wire/records.ts'
import type { OfferRow } from './command.ts'
import type { OwnOffer, StoredOffer } from './own-offer.ts'
import { removalOf, writeOf } from './records.ts'

/** Own offers kept, for the person's eyes and for brokers' late words. At the bound the oldest that is over is forgotten, live ones never: at most s are live. */
export const MAX_OFFERS = 512
/** Acknowledgements come in bunches: one transaction for those of a moment, in ms. A crash within it costs a question to brokers, no promise. */
const SAVE_MS = 50

/**
 * All own offers, and their records on the disk.
 *
 * Invariants
 * 1. At most one live offer a service.
 * 2. An ordinary save never overtakes a transaction that carries a new number or a receipt (`frozen`).
 */
export class OwnOffers {
  readonly #port: TraderPort
  readonly #onChange: () => void
  readonly #offers = new Map<Id, OwnOffer>()
  readonly #waiting = new Set<OwnOffer>()
  #saving = false

  /** `onChange`: runs whenever an offer may have become live or may need attention. */
  constructor(port: TraderPort, onChange: () => void) {
    this.#port = port
    this.#onChange = onChange
  }

  /** See Sized. */
  sizes(): Sizes {
    const live = this.live().length
    return { kept: this.#offers.size, live, unsaved: this.#waiting.size, ...largestSizes(this.#offers.values()) }
  }

  get(offerId: Id): OwnOffer | undefined {
    return this.#offers.get(offerId)
  }

  /** The one live offer of a service. */
  liveOf(service: Id): OwnOffer | undefined {
    for (const own of this.#offers.values()) if (own.live && own.service === service) return own
    return undefined
  }

  /** The offer whose present number this is, live or not. */
  byNumber(id: Id): OwnOffer | undefined {
    for (const own of this.#offers.values()) if (own.offer.id === id) return own
    return undefined
  }

  /** Live ones, oldest first. */
  live(): OwnOffer[] {
    return [...this.#offers.values()].filter((own) => own.live).sort(byAge)
  }

  /** Newest first. */
  rows(): OfferRow[] {
    return [...this.#offers.values()].sort((left, right) => byAge(right, left)).map((own) => own.row())
  }

  /** A broker that a live offer is, or may be, stored at: its notices come over a link. */
  isHolder(peer: NodeId): boolean {
    return this.live().some((own) => own.holdings.has(peer))
  }

  /** Takes a new offer, whose record is stored already. */
  add(own: OwnOffer): void {
    this.#offers.set(own.offerId, own)
    this.#onChange()
    if (this.#offers.size <= MAX_OFFERS) return
    const over = [...this.#offers.values()].filter(({ live }) => !live).sort(byAge)[0]
    if (over === undefined) return
    this.#offers.delete(over.offerId)
    this.#waiting.delete(over)
    this.#port.storeNow([removalOf(this.#port.network, { type: 'offer', ...over.stored() })])
  }

  /** The write of an offer as it will be. */
  writeOf(own: OwnOffer, changes: Partial<StoredOffer> = {}): Write {
    return writeOf(this.#port.network, { type: 'offer', ...own.stored(), ...changes })
  }

  /** Stores what is promised by what follows; ordinary saves wait for it. */
  commit(own: OwnOffer, writes: readonly Write[], done: (ok: boolean) => void): void {
    own.frozen += 1
    this.#port.storeNow(writes, (ok) => {
      own.frozen -= 1
      done(ok)
    })
  }

  /** Something changed that the screen shows and the disk should keep, and that nothing was promised on. */
  changed(own: OwnOffer): void {
    this.#port.changed()
    this.#onChange()
    this.#waiting.add(own)
    this.#saveSoon()
  }

  #saveSoon(): void {
    if (this.#saving) return
    this.#saving = true
    this.#port.schedule.after(SAVE_MS, () => {
      this.#saving = false
      const ready = [...this.#waiting].filter(({ frozen }) => frozen === 0)
      for (const own of ready) this.#waiting.delete(own)
      if (ready.length > 0) this.#port.storeNow(ready.map((own) => this.writeOf(own)))
      if (this.#waiting.size > 0) this.#saveSoon()
    })
  }
}

function byAge(left: OwnOffer, right: OwnOffer): number {
  return left.created - right.created || (left.offerId < right.offerId ? -1 : 1)
}
