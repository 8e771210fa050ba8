import { BoundedMap } from '../../base/bounded.ts'
import type { SignedPart } from '../../base/identity.ts'
import { type Receipt, receiptSignatures } from '../../market/receipt.ts'
import { type Codec, createCodec, type Message } from '../../wire/messages.ts'
import type { SimWorld } from '../sim-world.ts'

/** Signatures whose outcome is remembered; one that was forgotten is checked again. */
const MAX_CHECKED = 65_536
const NONE: readonly Receipt[] = []

/** Finds the receipts in what peers say, and checks who signed what. */
export class SeenReceipts {
  readonly #world: SimWorld
  readonly #codec: Codec
  readonly #checked = new BoundedMap<string, boolean>({ capacity: MAX_CHECKED })

  constructor(world: SimWorld) {
    this.#world = world
    this.#codec = createCodec(world.networkId)
  }

  /** Every receipt in a message, in what it relays too. */
  in(message: Message): readonly Receipt[] {
    switch (message.type) {
      case 'receipt':
      case 'ask-attestation':
        return [message.receipt]
      case 'book':
      case 'handoff':
        return message.receipts
      case 'relay':
        return this.#relayed(message.payload)
      default:
        return NONE
    }
  }

  /** What is relayed in a message; the message itself when nothing is; null when it cannot be read. */
  inner(message: Message): Message | null {
    if (message.type !== 'relay') return message
    const decoded = this.#codec.decode(message.payload)
    return decoded.ok ? decoded.value : null
  }

  /** True when the trader of this side really signed the receipt. */
  isSigned(receipt: Receipt, side: 'buy' | 'sell'): boolean {
    const signature = side === 'buy' ? receipt.buyerSignature : receipt.sellerSignature
    if (signature === null) return false
    const key = `receipt ${receipt.id} ${receipt[side].peer} ${signature}`
    const known = this.#checked.get(key)
    if (known !== undefined) return known
    const part = receiptSignatures(this.#world.networkId, receipt).find((signed) => signed.key === key)
    return part !== undefined && this.holds(part)
  }

  /** True when the signature holds. */
  holds(part: SignedPart): boolean {
    const known = this.#checked.get(part.key)
    if (known !== undefined) return known
    const holds = this.#world.authority.holds(part)
    this.#checked.set(part.key, holds)
    return holds
  }

  #relayed(payload: Uint8Array): readonly Receipt[] {
    const decoded = this.#codec.decode(payload)
    return decoded.ok && decoded.value.type === 'receipt' ? [decoded.value.receipt] : NONE
  }
}
