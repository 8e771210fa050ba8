import type { Id } from '../../base/identity.ts'
import type { Offer } from '../../market/offer.ts'
import type { Receipt } from '../../market/receipt.ts'
import type { Effect } from '../../peer/effect.ts'
import type { PeerEvent } from '../../peer/event.ts'
import type { Checker, Scene } from '../run/scene.ts'
import type { SimNode } from '../sim-node.ts'
import { SeenReceipts } from './receipts-seen.ts'

/**
 * PROTOCOL 7.1: no offer of an honest trader is in two receipts that this trader signed, over the whole run, reloads included.
 * A half counts for its seller, a whole for both, in whatever message of whatever peer it is seen. Two ids an offer are kept to the end.
 */
class OneReceipt implements Checker {
  readonly name = 'one-receipt'
  readonly #scene: Scene
  readonly #seen: SeenReceipts
  /** The receipt over each offer that its trader signed. */
  readonly #over = new Map<Id, Id>()

  constructor(scene: Scene) {
    this.#scene = scene
    this.#seen = new SeenReceipts(scene.world)
  }

  /** What is heard was said by someone, so it is enough to look at what is said. */
  stepped(_node: SimNode, _event: PeerEvent, effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.type !== 'send') continue
      for (const receipt of this.#seen.in(effect.message)) this.#look(receipt)
    }
  }

  #look(receipt: Receipt): void {
    this.#signed(receipt, 'sell')
    if (receipt.buyerSignature !== null) this.#signed(receipt, 'buy')
  }

  #signed(receipt: Receipt, side: 'buy' | 'sell'): void {
    const offer: Offer = receipt[side]
    const known = this.#over.get(offer.id)
    if (known === receipt.id || !this.#scene.isHonest(offer.peer) || !this.#seen.isSigned(receipt, side)) return
    if (known === undefined) this.#over.set(offer.id, receipt.id)
    else this.#scene.violations.report(this.name, `${offer.peer} signed ${known} and ${receipt.id} over its offer ${offer.id}`)
  }
}

/** See {@link OneReceipt}. */
export function oneReceipt(scene: Scene): Checker {
  return new OneReceipt(scene)
}
