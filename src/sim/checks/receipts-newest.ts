import type { Id, NodeId } from '../../base/identity.ts'
import type { Receipt } from '../../market/receipt.ts'
import type { Effect } from '../../peer/effect.ts'
import type { PeerEvent } from '../../peer/event.ts'
import { type OwnRecord, readOwnRecord } from '../../trader/records.ts'
import type { Message, Newest } from '../../wire/messages.ts'
import type { Write } from '../../wire/records.ts'
import type { Checker, Scene } from '../run/scene.ts'
import type { SimNode } from '../sim-node.ts'
import type { SimDisk } from '../sim-store.ts'
import { SeenReceipts } from './receipts-seen.ts'

/** A number that a trader signed, and what it stands for. */
interface SignedNumber {
  readonly seq: number
  readonly id: Id
}

/** What a trader committed itself to, as far as it can know that itself. */
interface Ledger {
  disk: SimDisk
  /** The newest number of each service that is on disk, or was said. */
  readonly newest: Map<Id, SignedNumber>
  /** Numbers on their way to the disk, by transaction. */
  readonly pending: Map<number, { readonly service: Id; readonly number: SignedNumber }>
}

function numberOf(newest: Newest): { readonly service: Id; readonly peer: NodeId; readonly number: SignedNumber } {
  const { service, peer, seq, id } = newest.type === 'offer' ? newest.offer : newest.withdrawal
  return { service, peer, number: { seq, id } }
}

/**
 * PROTOCOL 7.3: an honest trader signs a receipt for its newest number only, never for one that it has withdrawn or superseded.
 *
 * A receipt counts as signed when its trader first stores or says it. A number counts from the moment on that it is to be stored, until the
 * disk refuses it; one that was said counts in any case. What was on a disk that is lost or damaged a trader cannot know: then it starts anew.
 * Ids of receipts are kept to the end, as a whole may be shown again at any time.
 */
class NewestOnly implements Checker {
  readonly name = 'newest-only'
  readonly #scene: Scene
  readonly #seen: SeenReceipts
  readonly #ledgers = new Map<NodeId, Ledger>()
  /** Receipts that were judged, by trader and receipt. */
  readonly #judged = new Set<string>()

  constructor(scene: Scene) {
    this.#scene = scene
    this.#seen = new SeenReceipts(scene.world)
  }

  stepped(node: SimNode, event: PeerEvent, effects: readonly Effect[]): void {
    if (event.type === 'start') this.#started(node, event)
    else if (event.type === 'stored') this.#stored(node, event)
    for (const effect of effects) {
      if (effect.type === 'send') this.#said(node, effect.message)
      else if (effect.type === 'store') for (const write of effect.writes) this.#storing(node, effect.transaction, write)
    }
  }

  /** What was not committed when it stopped is lost; what was may never have been told. */
  #started(node: SimNode, { records }: Extract<PeerEvent, { type: 'start' }>): void {
    const ledger = this.#ledgers.get(node.nodeId)
    if (ledger === undefined) return
    ledger.pending.clear()
    if (ledger.disk !== node.disk || node.disk.read().problem !== '') ledger.newest.clear()
    ledger.disk = node.disk
    for (const record of records) {
      if (record.store !== 'own' || !record.key.startsWith('number/')) continue
      const own = readOwnRecord(this.#scene.world.networkId, record)
      if (own?.type === 'number') this.#raise(ledger, own.service, numberOf(own.newest).number)
    }
  }

  #stored(node: SimNode, { transaction, ok }: Extract<PeerEvent, { type: 'stored' }>): void {
    const ledger = this.#ledgers.get(node.nodeId)
    const pending = ledger?.pending.get(transaction)
    if (ledger === undefined || pending === undefined) return
    ledger.pending.delete(transaction)
    if (ok) this.#raise(ledger, pending.service, pending.number)
  }

  #storing(node: SimNode, transaction: number, { store, key, value }: Write): void {
    const matters = store === 'receipts' || (store === 'own' && (key.startsWith('number/') || key.startsWith('offer/')))
    if (!matters || value === null || !this.#scene.isHonest(node.nodeId)) return
    const own: OwnRecord | null = readOwnRecord(this.#scene.world.networkId, { store, key, value })
    if (own?.type === 'number') {
      this.#ledgerOf(node).pending.set(transaction, { service: own.service, number: numberOf(own.newest).number })
    } else if (own?.type === 'offer' || own?.type === 'receipt') {
      if (own.receipt !== null) this.#signed(node, own.receipt)
    }
  }

  #said(node: SimNode, said: Message): void {
    const message = said.type === 'relay' && said.outbound ? this.#seen.inner(said) : said
    switch (message?.type) {
      case 'send-offer':
        return this.#told(node, { type: 'offer', offer: message.offer })
      case 'withdraw':
        return this.#told(node, { type: 'withdrawal', withdrawal: message.withdrawal })
      case 'superseded':
        return this.#told(node, message.newest)
      case 'receipt':
      case 'ask-attestation':
        return this.#signed(node, message.receipt)
      default:
    }
  }

  #told(node: SimNode, newest: Newest): void {
    const { service, peer, number } = numberOf(newest)
    if (peer === node.nodeId && this.#scene.isHonest(peer)) this.#raise(this.#ledgerOf(node), service, number)
  }

  /** The node's own signature is in the receipt: was it right to give it? */
  #signed(node: SimNode, receipt: Receipt): void {
    const side = receipt.sell.peer === node.nodeId ? 'sell' : 'buy'
    const offer = receipt[side]
    const key = `${node.nodeId} ${receipt.id}`
    if (offer.peer !== node.nodeId || this.#judged.has(key)) return
    if (!this.#scene.isHonest(node.nodeId) || !this.#seen.isSigned(receipt, side)) return
    this.#judged.add(key)
    const newest = this.#newestOf(this.#ledgerOf(node), receipt.service)
    if (newest === undefined || newest.id === offer.id || newest.seq < offer.seq) return
    const detail = `${node.nodeId} signed receipt ${receipt.id} for its number ${offer.seq}, though its newest is ${newest.seq}`
    this.#scene.violations.report(this.name, detail)
  }

  #newestOf(ledger: Ledger, service: Id): SignedNumber | undefined {
    let newest = ledger.newest.get(service)
    for (const pending of ledger.pending.values()) {
      if (pending.service === service && (newest === undefined || pending.number.seq > newest.seq)) newest = pending.number
    }
    return newest
  }

  #raise(ledger: Ledger, service: Id, number: SignedNumber): void {
    const known = ledger.newest.get(service)
    if (known === undefined || known.seq < number.seq) ledger.newest.set(service, number)
  }

  #ledgerOf(node: SimNode): Ledger {
    let ledger = this.#ledgers.get(node.nodeId)
    if (ledger === undefined) {
      ledger = { disk: node.disk, newest: new Map(), pending: new Map() }
      this.#ledgers.set(node.nodeId, ledger)
    }
    return ledger
  }
}

/** See {@link NewestOnly}. */
export function newestOnly(scene: Scene): Checker {
  return new NewestOnly(scene)
}
