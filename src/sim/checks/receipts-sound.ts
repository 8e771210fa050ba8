import { BoundedMap } from '../../base/bounded.ts'
import type { Hex } from '../../base/bytes.ts'
import type { Id, SignedPart } from '../../base/identity.ts'
import { TableRecords } from '../../broker/records.ts'
import { offerSignature } from '../../market/offer.ts'
import { type Receipt, receiptBytes } from '../../market/receipt.ts'
import { isExchangeSlot, slotEndMs } from '../../market/slot.ts'
import type { Effect } from '../../peer/effect.ts'
import type { PeerEvent } from '../../peer/event.ts'
import { readOwnRecord } from '../../trader/records.ts'
import type { Write } from '../../wire/records.ts'
import type { Checker, Scene } from '../run/scene.ts'
import type { SimNode } from '../sim-node.ts'
import { SeenReceipts } from './receipts-seen.ts'

/** Receipts that were found sound and need no second look; one that was forgotten is looked at again. */
const MAX_SOUND = 65_536
/** Nodes whose shown receipts are looked at in one virtual second, in turn. */
const MOST_A_LOOK = 16

/** What is wrong with a whole receipt, in words; null for a sound one. Signatures apart. */
function termsFault({ service, buy, sell, quantity, slot }: Receipt, slotMs: number): string | null {
  const endMs = slotEndMs(slot, slotMs)
  if (buy.service !== service || sell.service !== service) return 'its offers are of another service'
  if (buy.side !== 'buy' || sell.side !== 'sell') return 'it is not of a buy and a sell'
  if (buy.peer === sell.peer) return 'it is a trade with oneself'
  if (buy.price < sell.price) return 'its offers do not cross'
  if (quantity !== Math.min(buy.quantity, sell.quantity)) return 'its quantity is not the smaller one'
  if (!isExchangeSlot(slot)) return 'it was decided in an even slot'
  return Math.min(buy.validUntil, sell.validUntil) <= endMs ? 'an offer was not valid at its decision' : null
}

/** The four signatures that make a receipt whole, named here once more: the engine's own list may forget one. */
function partsOf(network: string, receipt: Receipt & { readonly buyerSignature: Hex }): SignedPart[] {
  const { id, buy, sell, buyerSignature, sellerSignature } = receipt
  const bytes = receiptBytes(network, receipt)
  return [
    offerSignature(network, buy),
    offerSignature(network, sell),
    { key: `receipt ${id} ${sell.peer} ${sellerSignature}`, credentials: sell, signature: sellerSignature, bytes },
    { key: `receipt ${id} ${buy.peer} ${buyerSignature}`, credentials: buy, signature: buyerSignature, bytes },
  ]
}

/**
 * PROTOCOL 7.2: every whole receipt that an honest peer says as its own word, or keeps as a broker or a trader, is sound, and its price the mean
 * of its two offers. What an honest peer merely hears, or carries for others unread, may be anything.
 */
class SoundReceipt implements Checker {
  readonly name = 'sound-receipt'
  readonly #scene: Scene
  readonly #seen: SeenReceipts
  readonly #records: TableRecords
  /** Prices by receipt, of those found sound; keyed by all its signatures too. */
  readonly #sound = new BoundedMap<string, true>({ capacity: MAX_SOUND })
  readonly #prices = new BoundedMap<Id, number>({ capacity: MAX_SOUND })
  /** Wrong prices, by node and receipt. */
  readonly #reported = new Set<string>()
  #turn = 0

  constructor(scene: Scene) {
    this.#scene = scene
    this.#seen = new SeenReceipts(scene.world)
    this.#records = new TableRecords(scene.world.networkId)
  }

  stepped(node: SimNode, _event: PeerEvent, effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.type === 'send') this.#said(node, effect)
      else if (effect.type === 'store') for (const write of effect.writes) this.#kept(node, write)
    }
  }

  /** What some traders show as their receipts. */
  look(): void {
    const { nodes } = this.#scene
    for (let count = 0; count < Math.min(MOST_A_LOOK, nodes.length); count += 1) {
      this.#shown(nodes[this.#turn % nodes.length] as SimNode)
      this.#turn += 1
    }
  }

  end(): void {
    for (const node of this.#scene.nodes) this.#shown(node)
  }

  #shown(node: SimNode): void {
    if (!node.running || !this.#scene.isHonest(node.nodeId)) return
    for (const { receiptId, price } of node.peer.view().receipts) {
      const mean = this.#prices.get(receiptId)
      const shown = `${node.nodeId} ${receiptId}`
      if (mean === undefined || mean === price || this.#reported.has(shown)) continue
      this.#reported.add(shown)
      this.#report(node, `shows ${receiptId} at ${price} instead of ${mean}`)
    }
  }

  #said(node: SimNode, { message }: Extract<Effect, { type: 'send' }>): void {
    if (message.type === 'relay' && !message.outbound) return
    for (const receipt of this.#seen.in(message)) this.#check(node, receipt)
  }

  #kept(node: SimNode, { store, key, value }: Write): void {
    if (value === null) return
    const { networkId } = this.#scene.world
    if (store === 'receipts') {
      const own = readOwnRecord(networkId, { store, key, value })
      if (own?.type === 'receipt') this.#check(node, own.receipt)
    } else if (store === 'tables' && key.startsWith('receipt/')) {
      const kept = this.#records.read({ store, key, value })
      if (kept?.type === 'receipt') this.#check(node, kept.receipt)
    }
  }

  #check(node: SimNode, receipt: Receipt): void {
    const { id, buy, sell, sellerSignature, buyerSignature } = receipt
    if (buyerSignature === null || !this.#scene.isHonest(node.nodeId)) return
    const key = `${id} ${sellerSignature} ${buyerSignature} ${buy.signature} ${sell.signature}`
    if (this.#sound.has(key)) return
    const fault = termsFault(receipt, this.#scene.world.parameters.slot) ?? this.#signatureFault({ ...receipt, buyerSignature })
    if (fault !== null) return this.#report(node, `says or keeps receipt ${id}, but ${fault}`)
    this.#sound.set(key, true)
    // Not by the engine's own words, which are what is judged.
    this.#prices.set(id, (buy.price + sell.price) / 2)
  }

  #signatureFault(receipt: Receipt & { readonly buyerSignature: Hex }): string | null {
    const broken = partsOf(this.#scene.world.networkId, receipt).find((part) => !this.#seen.holds(part))
    return broken === undefined ? null : `a signature does not hold: ${broken.key}`
  }

  #report(node: SimNode, what: string): void {
    this.#scene.violations.report(this.name, `${node.nodeId} ${what}`)
  }
}

/** See {@link SoundReceipt}. */
export function soundReceipt(scene: Scene): Checker {
  return new SoundReceipt(scene)
}
