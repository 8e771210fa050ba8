/**
 * A peer's part as a broker (PROTOCOL 3 to 7): its auctions, one a service, and who is told what of them.
 *
 * Invariants
 * 1. Slots are handled before anything that arrives in a later one, however late the timer is.
 * 2. Every handler ends with one flush of the journal: what it changed is one `storeTable`, and what it promises is said after that commit.
 * 3. Nothing that a peer sends throws.
 */
import type { Id, NodeId } from '../base/identity.ts'
import type { Timer } from '../base/schedule.ts'
import { largestSizes, type Sizes } from '../base/sizes.ts'
import { checkService, type Service, serviceIdOf } from '../market/service.ts'
import { slotNumber } from '../market/slot.ts'
import type { Refusal } from '../wire/market-messages.ts'
import type { MarketMessage, MessageOf } from '../wire/messages.ts'
import type { BrokerPort } from '../wire/port.ts'
import type { StoredRecord } from '../wire/records.ts'
import { bookAnswer, notBroker, priceAnswer } from './answers.ts'
import { Auction } from './auction.ts'
import { type Host, slotEndMs } from './host.ts'
import { Journal } from './journal.ts'
import { Misconduct } from './misconduct.ts'
import { TableRecords } from './records.ts'
import { restoreAuctions } from './restore.ts'
import type { BrokeredView, TableInspection } from './view.ts'

/** Tables of one broker. At the bound an empty one makes room; without such a new service is refused (`tables-full`). */
export const MAX_TABLES = 256

/** Services in which one peer is remembered at once, in multiples of s: one that goes from service to service leaves memories for up to t. */
const SERVICES_REMEMBERED = 4

export class Broker {
  readonly #port: BrokerPort
  readonly #host: Host
  readonly #auctions = new Map<Id, Auction>()
  #order = 0
  #slot: number
  #timer: Timer | null = null
  /** The slot at whose end the timer is due. */
  #timerSlot = 0

  constructor(port: BrokerPort) {
    this.#port = port
    const slot = (): number => slotNumber(port.networkNowMs(), port.parameters.slot)
    this.#host = {
      port,
      journal: new Journal((writes, done) => port.storeTable(writes, done)),
      records: new TableRecords(port.network),
      misconduct: new Misconduct(port.parameters.t),
      slot,
      hasTooMany: (peer) => this.#hasTooMany(peer),
      nextOrder: () => {
        this.#order += 1
        return this.#order
      },
    }
    this.#slot = slot()
  }

  /** Takes back what is on disk: verified, but perhaps damaged or expired; what is not taken is deleted. Returns the number of damaged records. */
  restore(records: readonly StoredRecord[]): number {
    const { auctions, damaged, order } = restoreAuctions(this.#host, records, MAX_TABLES)
    for (const auction of auctions) this.#auctions.set(auction.book.service, auction)
    this.#order = Math.max(this.#order, order)
    this.#end()
    return damaged
  }

  onMessage(from: NodeId, message: MarketMessage): void {
    this.#advance()
    this.#handle(from, message)
    this.#end()
  }

  /** A first request that came over the ring, from an unknown peer. */
  answerFirst(message: MarketMessage): MarketMessage | null {
    return message.type === 'get-price' ? this.#price(null, message) : null
  }

  /** Sets are fixed until the next even slot's start, so there is nothing to do but what is due. */
  onPeersChanged(): void {
    this.#advance()
    this.#end()
  }

  /** The machine slept: timers were put off, slots were not. */
  onWake(): void {
    this.#timer?.cancel()
    this.#timer = null
    this.#advance()
    this.#end()
  }

  /** The services that this peer brokers now. */
  view(): BrokeredView[] {
    const nowMs = this.#port.networkNowMs()
    const serving = this.#sorted().filter(({ book }) => book.serving)
    return serving.map(({ book }) => ({
      serviceId: book.service,
      name: book.parameters.name,
      buys: book.table.bids(nowMs).length,
      sells: book.table.asks(nowMs).length,
      members: book.members.length,
    }))
  }

  /** Every table as it is, serving or not, or that of one service. Changes nothing. */
  inspect(only?: Id): TableInspection[] {
    const nowMs = this.#port.networkNowMs()
    const auctions = this.#sorted().filter(({ book }) => only === undefined || book.service === only)
    return auctions.map(({ book, decided }) => ({
      serviceId: book.service,
      parameters: book.parameters,
      serving: book.serving,
      since: book.since,
      members: book.members,
      bids: book.table.bids(nowMs),
      asks: book.table.asks(nowMs),
      decision: book.decision,
      decided,
      memories: new Map(book.entries().map(({ peer }) => [peer, book.stateOf(peer)])),
    }))
  }

  /** See Sized; of its tables the largest one of each kind of list. */
  sizes(): Sizes {
    const { journal, misconduct } = this.#host
    const { size, unsure, refused } = journal
    const own = { tables: this.#auctions.size, journal: size, unsure, refused, misconduct: misconduct.size }
    return { ...own, ...largestSizes(this.#auctions.values()) }
  }

  #handle(from: NodeId, message: MarketMessage): void {
    switch (message.type) {
      case 'get-price':
        this.#port.send(from, this.#price(from, message))
        return
      case 'get-book':
        return this.#sendBook(from, message)
      case 'send-offer':
        return this.#sendOffer(from, message)
      case 'withdraw':
        return this.#withdraw(from, message)
      case 'superseded':
        return this.#superseded(from, message)
      case 'receipt':
      case 'ask-attestation':
        return this.#auctions.get(message.receipt.service)?.receipts.take(message.receipt, from)
      case 'announce':
      case 'exchange':
      case 'exchange-ack':
      case 'handoff':
      case 'handoff-ack':
        return this.#handleMember(from, message)
      default:
    }
  }

  /** What other brokers send. */
  #handleMember(from: NodeId, message: MessageOf<'announce' | 'exchange' | 'exchange-ack' | 'handoff' | 'handoff-ack'>): void {
    switch (message.type) {
      case 'announce':
        return this.#announced(from, message.parameters)
      case 'exchange':
        return this.#exchange(from, message)
      case 'exchange-ack':
        return this.#auctions.get(message.service)?.exchange.acknowledged(from, message)
      case 'handoff':
        return this.#handoff(from, message)
      case 'handoff-ack':
        return this.#auctions.get(message.service)?.handoffs.acknowledged(from, message.part)
    }
  }

  #price(asker: NodeId | null, { id, service }: MessageOf<'get-price'>): MarketMessage {
    const auction = this.#auctions.get(service)
    if (!this.#serves(service)) return notBroker(this.#host, auction, { id, service })
    return priceAnswer(this.#host, auction, { id, service, asker })
  }

  #sendBook(from: NodeId, { id, service }: MessageOf<'get-book'>): void {
    const auction = this.#auctions.get(service)
    const answer = this.#serves(service)
      ? bookAnswer(this.#host, auction, { id, service })
      : notBroker(this.#host, auction, { id, service })
    this.#port.send(from, answer)
  }

  #sendOffer(from: NodeId, { id, offer, parameters }: MessageOf<'send-offer'>): void {
    const { service } = offer
    if (!this.#serves(service)) {
      this.#port.send(from, notBroker(this.#host, this.#auctions.get(service), { id, service }))
      return
    }
    const auction = this.#auctions.get(service) ?? this.#open(service, parameters)
    if (typeof auction === 'string') return this.#answer(from, { id, service, refusal: auction })
    if (this.#isTooBusy(offer.peer, auction)) return this.#answer(from, { id, service, refusal: 'services-full' })
    const isNew = !auction.book.knows(offer)
    const refusal = auction.book.takeOffer(offer, from === offer.peer ? 'peer' : 'other')
    this.#host.journal.afterCommit((ok) => {
      if (!ok && isNew) auction.book.takeBack(offer)
      this.#answer(from, { id, service, refusal: ok ? refusal : 'storage' })
    })
  }

  #withdraw(from: NodeId, { id, withdrawal }: MessageOf<'withdraw'>): void {
    const { service } = withdrawal
    const auction = this.#auctions.get(service)
    if (!this.#serves(service)) {
      this.#port.send(from, notBroker(this.#host, auction, { id, service }))
      return
    }
    if (auction === undefined) return this.#answer(from, { id, service, refusal: 'service-unknown' })
    const refusal = auction.book.takeWithdrawal(withdrawal, from === withdrawal.peer ? 'peer' : 'other')
    this.#host.journal.afterCommit((ok) => this.#answer(from, { id, service, refusal: ok ? refusal : 'storage' }))
  }

  #superseded(from: NodeId, { newest }: MessageOf<'superseded'>): void {
    const { service, peer } = newest.type === 'offer' ? newest.offer : newest.withdrawal
    const auction = this.#auctions.get(service)
    if (auction?.book.serving !== true) return
    const source = from === peer ? 'peer' : 'other'
    if (newest.type === 'offer') auction.book.takeOffer(newest.offer, source)
    else auction.book.takeWithdrawal(newest.withdrawal, source)
  }

  #answer(to: NodeId, { id, service, refusal }: { id: number; service: Id; refusal: Refusal | null }): void {
    const book = this.#auctions.get(service)?.book
    const state = book?.stateOf(to) ?? { seq: 0, state: 'unknown' as const, match: null }
    const members = book?.members ?? this.#port.closest(service)
    this.#port.send(to, { type: 'offer-answer', id, service, refusal, state, members })
  }

  /** Another member says that a service is traded. */
  #announced(from: NodeId, parameters: Service): void {
    const service = this.#idOf(parameters)
    if (service === null) return
    const members = this.#port.closest(service)
    if (this.#auctions.has(service) || !members.includes(from) || !members.includes(this.#port.nodeId)) return
    this.#make(service, parameters)
  }

  #exchange(from: NodeId, message: MessageOf<'exchange'>): void {
    const { service, slot } = message
    const auction = this.#auctions.get(service)
    if (!this.#serves(service)) return
    if (auction === undefined) this.#port.send(from, { type: 'exchange-ack', service, slot, known: false })
    else if (auction.isMember(from)) auction.exchange.receive(from, message)
  }

  #handoff(from: NodeId, message: MessageOf<'handoff'>): void {
    const { service, parameters } = message
    const members = this.#port.closest(service)
    if (this.#idOf(parameters) !== service || !members.includes(this.#port.nodeId)) return
    const known = this.#auctions.get(service)
    // Whoever is no member, perhaps as it just left, opens no table here. A set of one has no other member: there it must be heard.
    if (known === undefined && members.length > 1 && !members.includes(from)) return
    const auction = known ?? this.#make(service, parameters)
    auction?.takeHandoff(from, message)
  }

  /** Among the brokers of a service: by the set as it was fixed, or for a new service as it is now. */
  #serves(service: Id): boolean {
    return this.#auctions.get(service)?.book.serving ?? this.#port.closest(service).includes(this.#port.nodeId)
  }

  /** Null for parameters that no honest peer would trade under: out of their limits, or in another than the one form. */
  #idOf(parameters: Service): Id | null {
    const checked = checkService(parameters)
    const id = serviceIdOf(this.#port.network, parameters)
    return checked.ok && serviceIdOf(this.#port.network, checked.service) === id ? id : null
  }

  /** The first offer makes a service known, here and to the other members. */
  #open(service: Id, parameters: Service | null): Auction | Refusal {
    if (parameters === null || this.#idOf(parameters) !== service) return 'service-unknown'
    const auction = this.#make(service, parameters)
    if (auction === null) return 'tables-full'
    for (const member of auction.book.others()) this.#port.send(member, { type: 'announce', parameters })
    return auction
  }

  #make(service: Id, parameters: Service): Auction | null {
    if (this.#auctions.size >= MAX_TABLES) {
      const empty = this.#sorted().find(({ isEmpty }) => isEmpty)
      if (empty === undefined) return null
      this.#remove(empty)
    }
    const auction = new Auction(this.#host, { service, parameters, since: this.#host.slot() })
    this.#auctions.set(service, auction)
    this.#port.changed()
    return auction
  }

  #remove({ book }: Auction): void {
    book.erase()
    this.#auctions.delete(book.service)
    this.#port.changed()
  }

  /** A peer trades at most s services at once. */
  #isTooBusy(peer: NodeId, auction: Auction): boolean {
    if (auction.book.trades(peer)) return false
    const { s } = this.#port.parameters
    return [...this.#auctions.values()].filter(({ book }) => book.trades(peer)).length >= s
  }

  #hasTooMany(peer: NodeId): boolean {
    const most = SERVICES_REMEMBERED * this.#port.parameters.s
    return [...this.#auctions.values()].filter((auction) => auction.remembers(peer)).length >= most
  }

  #sorted(): Auction[] {
    return [...this.#auctions.values()].sort((left, right) => (left.book.service < right.book.service ? -1 : 1))
  }

  /** Handles the slots that have begun since. */
  #advance(): void {
    const slot = this.#host.slot()
    const before = this.#slot
    if (slot === before) return
    this.#slot = slot
    if (slot < before) {
      for (const auction of this.#sorted()) auction.restart(slot)
      return
    }
    // Who is found a phantom in one service now was none when the slot ended: brokers that do not serve that one too must decide the others alike.
    for (const auction of this.#sorted()) auction.decide(slot)
    const phantoms = this.#sorted().flatMap((auction) => auction.advance(before, slot))
    for (const auction of this.#sorted()) {
      for (const peer of phantoms) auction.book.dropPeer(peer, 'phantom')
      if (auction.isOver) this.#remove(auction)
    }
    this.#host.journal.retry()
  }

  /** Ends a handler. The timer rests while there is no table. */
  #end(): void {
    this.#host.journal.flush()
    if (this.#timer !== null && this.#timerSlot === this.#slot) return
    this.#timer?.cancel()
    this.#timer = null
    if (this.#auctions.size === 0) return
    this.#timerSlot = this.#slot
    this.#timer = this.#port.schedule.after(Math.max(1, slotEndMs(this.#host, this.#slot) - this.#port.networkNowMs()), () => {
      this.#timer = null
      this.#advance()
      this.#end()
    })
  }
}
