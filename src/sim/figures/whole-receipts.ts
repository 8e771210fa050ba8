import type { Id } from '../../base/identity.ts'
import type { Receipt } from '../../market/receipt.ts'
import type { PeerEvent } from '../../peer/event.ts'
import type { Observer } from '../observer.ts'
import type { SimNode } from '../sim-node.ts'

export interface WholeReceipt {
  readonly receipt: Receipt
  /** When the seller got it back whole, in ms of true time: then both traders have it. */
  readonly atMs: number
}

/** Receipts that both traders hold, from when it is so. */
export class WholeReceipts implements Observer {
  readonly #nowMs: () => number
  readonly #byBuy = new Map<Id, WholeReceipt>()

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  stepped(node: SimNode, event: PeerEvent): void {
    if (event.type !== 'message' || event.message.type !== 'receipt') return
    const { receipt } = event.message
    if (receipt.buyerSignature === null || receipt.sell.peer !== node.nodeId || this.#byBuy.has(receipt.buy.id)) return
    this.#byBuy.set(receipt.buy.id, { receipt, atMs: this.#nowMs() })
  }

  get count(): number {
    return this.#byBuy.size
  }

  /** By the id of the buying offer. */
  over(offerId: Id): WholeReceipt | undefined {
    return this.#byBuy.get(offerId)
  }

  /** In the order they became whole. */
  all(): WholeReceipt[] {
    return [...this.#byBuy.values()]
  }
}
