/**
 * Receipts and attestations at one broker, for one service (PROTOCOL 6).
 *
 * Invariants
 * 1. Of a receipt a broker says `seen` or `unseen`, never both: its word is on disk before it leaves, and outlives a reload.
 * 2. A receipt is remembered until `forgetMs`, which follows from it alone; older ones are not heard, so forgetting cannot lead to a second word.
 */
import type { Id, NodeId } from '../base/identity.ts'
import { longest, type Sizes } from '../base/sizes.ts'
import { type Attestation, attestationBytes, RECEIPT_SLOTS, type Receipt } from '../market/receipt.ts'
import { isExchangeSlot } from '../market/slot.ts'
import type { Match } from '../wire/messages.ts'
import type { Book } from './book.ts'
import { type Host, slotEndMs } from './host.ts'
import type { TableRecordOf, Verdict } from './records.ts'

interface Entry {
  receipt: Receipt
  verdict: Verdict
  /** Size of the set when the verdict was given. */
  members: number
  attestation: Attestation | null
  signing: boolean
  /** The slot in which it was first seen, as a half or a whole, since the last reload. */
  readonly seenIn: number
  /** Who is to get the attestation once it is stored and signed. */
  readonly waiting: Set<NodeId>
}

/** Receipts a service at once. At the bound new ones are not heard: to forget one could lead to a second word on it. */
export const MAX_RECEIPTS_KEPT = 4096
/** From here on room is short: who has SHORT_OF_SELLER gets no more, so that no identity takes the room of all. So one seller has at most this many. */
export const MAX_OF_SELLER = MAX_RECEIPTS_KEPT / 2
const SHORT_OF_SELLER = 32
/** A peer has one offer, so one match, a slot. */
const MAX_OF_SELLER_A_SLOT = 2
/** Peers that wait for one attestation, both traders first; further ones must ask again. */
export const MAX_WAITING = 16

export class Receipts {
  readonly #host: Host
  readonly #book: Book
  readonly #entries = new Map<Id, Entry>()
  /** Decision slots of the receipts remembered of each seller. */
  readonly #bySeller = new Map<NodeId, number[]>()

  constructor(host: Host, book: Book) {
    this.#host = host
    this.#book = book
  }

  get size(): number {
    return this.#entries.size
  }

  /** See Sized. */
  sizes(): Sizes {
    const waiting = longest([...this.#entries.values()].map((entry) => entry.waiting))
    return { kept: this.#entries.size, ofSeller: longest(this.#bySeller.values()), waiting }
  }

  /** True for a seller of a receipt that is remembered: the seller makes it. */
  remembers(peer: NodeId): boolean {
    return this.#bySeller.has(peer)
  }

  /** True when no further receipt of this seller is heard: there is no room, or little, and it has enough of it. */
  isFull(seller: NodeId): boolean {
    const { size } = this.#entries
    return size >= MAX_RECEIPTS_KEPT || (size >= MAX_OF_SELLER && (this.#bySeller.get(seller)?.length ?? 0) >= SHORT_OF_SELLER)
  }

  /** Slot in which a receipt was first seen here; null for one that was not. */
  seenIn({ id }: Receipt): number | null {
    return this.#entries.get(id)?.seenIn ?? null
  }

  /** All that are remembered, in the order they came. */
  all(): Receipt[] {
    return [...this.#entries.values()].map(({ receipt }) => receipt)
  }

  /** Those over an offer that is still valid, so that someone might show it again; newest first, at most `most`. */
  current(most: number): Receipt[] {
    const nowMs = this.#host.port.networkNowMs()
    const replayable = ({ buy, sell }: Receipt): boolean => Math.max(buy.validUntil, sell.validUntil) > nowMs
    return this.all().filter(replayable).reverse().slice(0, most)
  }

  /** A receipt from a trader, or a question about one. Takes its offers out, passes it on, and answers when there is something to say. */
  take(receipt: Receipt, from: NodeId): void {
    const before = this.#entries.get(receipt.id)
    const wasWhole = before !== undefined && isWhole(before.receipt)
    const entry = this.#learn(receipt)
    if (entry === null) return
    if (before === undefined || wasWhole !== isWhole(entry.receipt)) this.#passOn(entry.receipt, from)
    // A trader that shows a half has lost the whole, or never got it.
    if (wasWhole && !isWhole(receipt) && [receipt.buy.peer, receipt.sell.peer].includes(from)) {
      this.#host.port.send(from, { type: 'receipt', receipt: entry.receipt })
    }
    const had = entry.verdict
    this.#judge(entry)
    if (entry.verdict === 'open') return
    const { buy, sell } = entry.receipt
    this.#attest(entry, had === 'open' && entry.verdict === 'seen' ? [buy.peer, sell.peer] : [from])
  }

  /** One that another broker hands over: learnt, and when it is whole in time, seen; nobody asked yet. */
  takeHandedOver(receipt: Receipt): void {
    const entry = this.#learn(receipt)
    if (entry !== null && !this.#isLate(receipt)) this.#judge(entry)
  }

  /** Lets go what is too old to be heard. */
  sweep(): void {
    const nowMs = this.#host.port.networkNowMs()
    for (const [id, entry] of [...this.#entries]) {
      if (this.#forgetMs(entry.receipt) > nowMs) continue
      this.#entries.delete(id)
      this.#uncount(entry.receipt)
      this.#host.journal.write(this.#host.records.remove(recordOf(entry)))
    }
  }

  /** From the disk; false when it is too old. */
  restore({ receipt, verdict, members }: TableRecordOf<'receipt'>): boolean {
    if (this.#forgetMs(receipt) <= this.#host.port.networkNowMs()) return false
    const rest = { attestation: null, signing: false, seenIn: this.#host.slot(), waiting: new Set<NodeId>() }
    this.#entries.set(receipt.id, { receipt, verdict, members, ...rest })
    this.#count(receipt)
    return true
  }

  /** Keeps a receipt that holds water, and takes its signers' offers out. Null for one that does not, or for which there is no room. */
  #learn(receipt: Receipt): Entry | null {
    if (!this.#isPlausible(receipt)) return null
    const known = this.#entries.get(receipt.id)
    if (known === undefined && !this.#hasRoom(receipt)) return null
    const rest = {
      verdict: 'open' as const,
      members: 0,
      attestation: null,
      signing: false,
      seenIn: this.#host.slot(),
      waiting: new Set<NodeId>(),
    }
    const entry: Entry = known ?? { receipt, ...rest }
    const news = known === undefined || (!isWhole(known.receipt) && isWhole(receipt))
    if (!news) {
      this.#secure(entry)
      return entry
    }
    entry.receipt = receipt
    this.#entries.set(receipt.id, entry)
    if (known === undefined) this.#count(receipt)
    const match: Match = { buy: receipt.buy, sell: receipt.sell, slot: receipt.slot }
    this.#book.conclude(receipt.sell, match, true)
    if (isWhole(receipt)) this.#book.conclude(receipt.buy, match, true)
    this.#persist(entry)
    return entry
  }

  #hasRoom({ sell, slot }: Receipt): boolean {
    if (this.isFull(sell.peer)) return false
    const ofSlot = (this.#bySeller.get(sell.peer) ?? []).filter((other) => other === slot)
    if (ofSlot.length >= MAX_OF_SELLER_A_SLOT) return false
    return this.remembers(sell.peer) || this.#book.remembers(sell.peer) || !this.#host.hasTooMany(sell.peer)
  }

  #count({ sell, slot }: Receipt): void {
    this.#bySeller.set(sell.peer, [...(this.#bySeller.get(sell.peer) ?? []), slot])
  }

  #uncount({ sell, slot }: Receipt): void {
    const slots = this.#bySeller.get(sell.peer) ?? []
    slots.splice(slots.indexOf(slot), 1)
    if (slots.length === 0) this.#bySeller.delete(sell.peer)
  }

  /** Would honest traders have signed it after a decision of honest brokers? Its signatures were checked before. */
  #isPlausible(receipt: Receipt): boolean {
    const { service, buy, sell, quantity, slot } = receipt
    const endMs = slotEndMs(this.#host, slot)
    const latestMs = endMs + this.#host.port.parameters.t
    const isHere = service === this.#book.service && buy.service === service && sell.service === service
    const crosses = buy.side === 'buy' && sell.side === 'sell' && buy.price >= sell.price && buy.peer !== sell.peer
    const wereValid = [buy, sell].every(({ validUntil }) => validUntil > endMs && validUntil <= latestMs)
    const isDecision = isExchangeSlot(slot) && slot <= this.#host.slot()
    const isRecent = this.#forgetMs(receipt) > this.#host.port.networkNowMs()
    return isHere && crosses && wereValid && isDecision && isRecent && quantity === Math.min(buy.quantity, sell.quantity)
  }

  #isLate({ slot }: Receipt): boolean {
    return this.#host.slot() > slot + RECEIPT_SLOTS
  }

  #forgetMs({ slot }: Receipt): number {
    return slotEndMs(this.#host, slot + RECEIPT_SLOTS) + this.#host.port.parameters.t
  }

  /** Gives this broker's word, once. Of a deadline that passed before it took the service on, or while it is out of the set, it has none. */
  #judge(entry: Entry): void {
    if (entry.verdict !== 'open') {
      this.#secure(entry)
      this.#host.journal.afterCommit(() => this.#answer(entry))
      return
    }
    if (!this.#book.serving) return
    const late = this.#isLate(entry.receipt)
    if (late && this.#book.since > entry.receipt.slot + RECEIPT_SLOTS) return
    if (!late && !isWhole(entry.receipt)) return
    entry.verdict = late ? 'unseen' : 'seen'
    entry.members = this.#book.members.length
    this.#persist(entry)
  }

  #persist(entry: Entry): void {
    this.#book.keep()
    this.#host.journal.write(this.#host.records.put(recordOf(entry)))
    if (entry.verdict !== 'open') this.#host.journal.afterCommit(() => this.#answer(entry))
  }

  /** What is said of it is to follow its commit, and that of the matches it proves: whoever handed it over may forget it then. */
  #secure(entry: Entry): void {
    this.#book.keep()
    this.#host.journal.secure(this.#keyOf(entry))
    this.#book.secure(entry.receipt.sell.peer)
    if (isWhole(entry.receipt)) this.#book.secure(entry.receipt.buy.peer)
  }

  #keyOf(entry: Entry): string {
    return this.#host.records.keyOf(recordOf(entry))
  }

  #attest(entry: Entry, peers: readonly NodeId[]): void {
    for (const peer of peers) if (entry.waiting.size < MAX_WAITING) entry.waiting.add(peer)
    if (entry.attestation !== null || entry.signing) return this.#answer(entry)
    entry.signing = true
    const { credentials, network, nodeId } = this.#host.port
    const { publicKey, nonce } = credentials
    const { receipt, verdict, members } = entry
    const terms = { publicKey, nonce, service: receipt.service, receipt: receipt.id, seen: verdict === 'seen', members }
    this.#host.port.sign(attestationBytes(network, terms), (signature) => {
      entry.signing = false
      entry.attestation = { ...terms, signature, broker: nodeId }
      this.#answer(entry)
    })
  }

  /** A disk that refused leaves them waiting: they ask again, and then it is tried again. */
  #answer(entry: Entry): void {
    if (entry.attestation === null || !this.#host.journal.isSure(this.#keyOf(entry))) return
    const { attestation } = entry
    for (const peer of [...entry.waiting].sort()) this.#host.port.send(peer, { type: 'attestation', attestation })
    entry.waiting.clear()
  }

  /** Seller and buyer may have no link: a half goes on to the buyer, a whole to the seller. */
  #passOn(receipt: Receipt, from: NodeId): void {
    const to = isWhole(receipt) ? receipt.sell.peer : receipt.buy.peer
    if (to !== from) this.#host.port.send(to, { type: 'receipt', receipt })
  }
}

function isWhole(receipt: Receipt): boolean {
  return receipt.buyerSignature !== null
}

function recordOf({ receipt, verdict, members }: Entry): TableRecordOf<'receipt'> {
  return { type: 'receipt', receipt, verdict, members }
}
