/**
 * The trader of a peer: what the person or a bot here buys and sells (PROTOCOL 3 to 6).
 *
 * Invariants
 * 1. Every command ends exactly once, within COMMAND_MS, with a value or a failure that tells what to do.
 * 2. Nothing that a peer, a disk or a person gives makes it throw.
 * 3. It signs for its newest number only, at most one receipt a number, and sends nothing that is not on the disk.
 */
import { isHex } from '../base/bytes.ts'
import type { Id, NodeId } from '../base/identity.ts'
import { type Sizes, sizesOf } from '../base/sizes.ts'
import { checkOfferRequest } from '../market/offer-check.ts'
import type { Attestation } from '../market/receipt.ts'
import type { MarketMessage, Match, MessageOf } from '../wire/messages.ts'
import type { TraderPort } from '../wire/port.ts'
import type { StoredRecord } from '../wire/records.ts'
import { Asks } from './asks.ts'
import { Attestations } from './attestations.ts'
import { Bidders } from './bidders.ts'
import { Books } from './book.ts'
import { BrokerDirectory } from './broker-directory.ts'
import type { BidderRow, Command, OfferRow, ReceiptRow, ServiceRow } from './command.ts'
import { Courier } from './courier.ts'
import { COMMAND_MS } from './durations.ts'
import { failure, type Outcome } from './failures.ts'
import { Links } from './links.ts'
import { Marks } from './marks.ts'
import { Numbers } from './numbers.ts'
import { Offers } from './offers.ts'
import { OwnOffers } from './own-offers.ts'
import { Placement } from './placement.ts'
import { Receipts } from './receipts.ts'
import { restoreRecords, resumable } from './restore.ts'
import { Services, unknownFailure } from './services.ts'
import { Settlement } from './settlement.ts'
import { Watch } from './watch.ts'
import { Withdrawals } from './withdrawals.ts'

/** A command that this peer's trader handles. */
export type TraderCommand = Exclude<Command, { type: 'adjustClock' }>
type Done = (outcome: Outcome<unknown>) => void
/** Commands under way at once. At the bound a new one fails. */
export const MAX_COMMANDS = 1_024

export class Trader {
  readonly #port: TraderPort
  readonly #links: Links
  readonly #asks: Asks
  readonly #directory: BrokerDirectory
  readonly #numbers: Numbers
  readonly #own: OwnOffers
  readonly #receipts: Receipts
  readonly #services: Services
  readonly #placement: Placement
  readonly #watch: Watch
  readonly #offers: Offers
  readonly #attestations: Attestations
  readonly #settlement: Settlement
  readonly #marks: Marks
  readonly #books: Books
  readonly #bidders: Bidders
  #started = false
  #ticking = false
  #commands = 0

  constructor(port: TraderPort) {
    this.#port = port
    this.#own = new OwnOffers(port, () => this.#onOffersChanged())
    this.#receipts = new Receipts(port)
    this.#numbers = new Numbers(port)
    this.#links = new Links(port, (peer) => this.#own.isHolder(peer) || this.#asks.awaits(peer))
    this.#asks = new Asks(port, this.#links)
    const inUse = (service: Id): boolean => this.#own.liveOf(service) !== undefined || this.#attestations.chases(service)
    this.#directory = new BrokerDirectory(port, this.#asks, inUse)
    const { asks, directory } = { asks: this.#asks, directory: this.#directory }
    const courier = new Courier(port, { links: this.#links, directory })
    const isTraded = (service: Id): boolean => this.#own.liveOf(service) !== undefined || this.#bidders.trades(service)
    this.#services = new Services(port, { asks, directory, inUse: (service) => inUse(service) || isTraded(service), isTraded })
    this.#attestations = new Attestations(port, { receipts: this.#receipts, directory, courier })
    this.#marks = new Marks(port)
    this.#placement = new Placement(port, {
      asks,
      directory,
      marks: this.#marks,
      host: {
        parameters: (service) => this.#services.get(service),
        report: (own, broker, match) => this.#settlement.report(own, broker, match),
        gone: (own, reason) => this.#offers.gone(own, reason),
        stuck: (own) => this.#offers.reoffer(own, ''),
        changed: (own) => this.#offers.held(own),
        stored: (own, broker) => this.#watch.stored(own, broker),
      },
    })
    this.#watch = new Watch(port, { asks, directory, placement: this.#placement, marks: this.#marks })
    const withdrawals = new Withdrawals({ asks, directory })
    this.#offers = new Offers(port, { own: this.#own, numbers: this.#numbers, directory, placement: this.#placement, withdrawals })
    this.#settlement = new Settlement(port, {
      offers: this.#own,
      numbers: this.#numbers,
      directory,
      receipts: this.#receipts,
      courier,
      host: {
        reoffer: (own, reason) => this.#offers.reoffer(own, reason),
        completed: (whole) => this.#attestations.chase(whole),
        poll: (own) => this.#placement.poll(own),
        faulty: (own, broker) => this.#placement.faulty(own, broker),
      },
    })
    this.#books = new Books(port, { asks, directory, isOpen: (offer) => this.#isOpen(offer) })
    this.#bidders = new Bidders(port, { books: this.#books, own: this.#own, offers: this.#offers, services: this.#services })
  }

  /** Takes what the disk kept; signatures were verified. Returns how many records are damaged and were left out. */
  restore(records: readonly StoredRecord[]): number {
    return restoreRecords(records, {
      port: this.#port,
      services: this.#services,
      numbers: this.#numbers,
      own: this.#own,
      receipts: this.#receipts,
      bidders: this.#bidders,
    })
  }

  /** Once in a ring: takes up what was open before. */
  start(): void {
    if (this.#started) return
    this.#started = true
    const { offers, orphans } = resumable({ numbers: this.#numbers, own: this.#own, networkMs: this.#port.networkNowMs() })
    for (const own of offers) if (!this.#offers.endIfExpired(own)) this.#offers.resume(own)
    for (const orphan of orphans) this.#offers.withdrawOrphan(orphan)
    for (const receipt of this.#receipts.all()) this.#attestations.chase(receipt)
    this.#bidders.begin()
    this.#tickLater()
  }

  onMessage(from: NodeId, message: MarketMessage): void {
    switch (message.type) {
      case 'price':
      case 'offer-answer':
      case 'not-broker':
      case 'book':
        return this.#asks.onAnswer(from, message)
      case 'notify-offer':
        return this.#onMatch(from, message.match)
      case 'notify-drop':
        return this.#onDrop(from, message)
      case 'receipt':
        return this.#settlement.onReceipt(message.receipt)
      case 'attestation':
        return this.#onAttestation(from, message.attestation)
      case 'superseded':
        return this.#settlement.onSuperseded(message)
      default:
    }
  }

  /** `done` runs exactly once. */
  command(command: TraderCommand, done: Done): void {
    if (this.#commands >= MAX_COMMANDS) return done(failure('timeout', 'Too many requests at once. Wait for some to end, then try again.'))
    this.#commands += 1
    let ended = false
    const end: Done = (outcome) => {
      if (ended) return
      ended = true
      this.#commands -= 1
      timer.cancel()
      done(outcome)
    }
    const late = 'This took too long. Check the connection, then look at your offers before trying again.'
    const timer = this.#port.schedule.after(COMMAND_MS, () => end(failure('timeout', late)))
    this.#run(command, end)
  }

  onPeersChanged(): void {
    this.#directory.onPeersChanged()
  }

  /** `isFull`: it gave way to another's, and its peer lives; it is opened again when it is needed. */
  onLinkLost(peer: NodeId, isFull = false): void {
    if (!this.#links.lost(peer)) return
    this.#asks.lost(peer, isFull)
    if (isFull) return this.#stirUnlinked(peer)
    this.#directory.onLinkLost(peer)
    for (const own of this.#own.live()) if (own.state === 'open' && own.holdings.get(peer) === 'held') this.#placement.poll(own)
  }

  /**
   * One notice of a match is enough, so an offer of which half of the holders are linked still is left to its pause. With fewer, polls begin anew at their
   * shortest pause, and open the links again.
   */
  #stirUnlinked(peer: NodeId): void {
    for (const own of this.#own.live()) {
      const { holders } = own
      if (holders.includes(peer) && 2 * holders.filter((holder) => this.#links.isOpen(holder)).length < holders.length) own.stir()
    }
  }

  /** After a sleep: notices were missed, so brokers are asked at once. */
  onWake(): void {
    this.#directory.onWake()
    if (this.#started) for (const own of this.#own.live()) if (own.state === 'open') this.#placement.poll(own)
  }

  services(): ServiceRow[] {
    return this.#services.rows()
  }

  /** Newest first. */
  offers(): OfferRow[] {
    return this.#own.rows()
  }

  /** Newest first. */
  receipts(): ReceiptRow[] {
    return this.#receipts.rows()
  }

  /** Newest first. */
  bidders(): BidderRow[] {
    return this.#bidders.rows()
  }

  /** See Sized. */
  sizes(): Sizes {
    const known = { own: this.#own, receipts: this.#receipts, numbers: this.#numbers, services: this.#services, marks: this.#marks }
    const asked = { links: this.#links, asks: this.#asks, directory: this.#directory }
    const parts = { ...known, ...asked, offers: this.#offers, attestations: this.#attestations, bidders: this.#bidders }
    return { commands: this.#commands, ...sizesOf(parts) }
  }

  #run(command: TraderCommand, end: Done): void {
    if (command.type === 'createService') return this.#services.create(command.service, end)
    if (command.type === 'openService') return this.#openService(command, end)
    if (command.type === 'withdraw') return this.#withdraw(command.offerId, end)
    if (command.type === 'receiptFile') return this.#receiptFile(command.receiptId, end)
    if (command.type === 'stopBidder') return this.#stopBidder(command.bidderId, end)
    const { serviceId } = command
    if (!isHex(serviceId, 16)) return end(badId('serviceId'))
    if (command.type === 'watchService') return this.#services.watch(serviceId, command.watch, end)
    if (command.type === 'forgetService') return this.#services.forget(serviceId, end)
    if (command.type === 'sendOffer') return this.#sendOffer(serviceId, command.offer, end)
    if (!this.#started) return end(notJoined())
    if (command.type === 'startBidder') return this.#bidders.start(serviceId, command.bidder, end)
    if (command.type === 'getPrice') return this.#books.getPrice(serviceId, end)
    this.#books.orderBook(serviceId, end)
  }

  #openService({ serviceId, service }: Extract<Command, { type: 'openService' }>, end: Done): void {
    const isGiven = service !== undefined
    if (isGiven && (serviceId === undefined || serviceId === null)) return this.#services.openGiven(service, null, end)
    if (!isHex(serviceId, 16)) return end(badId('serviceId'))
    if (isGiven) return this.#services.openGiven(service, serviceId, end)
    if (!this.#started && this.#services.get(serviceId) === null) return end(notJoined())
    this.#services.open(serviceId, end)
  }

  #sendOffer(serviceId: Id, input: unknown, end: Done): void {
    const checked = checkOfferRequest(input, this.#port.parameters.t)
    if (!checked.ok) return end(failure('invalid-argument', checked.message, checked.field))
    if (this.#services.get(serviceId) === null) return end(unknownFailure())
    if (!this.#started) return end(notJoined())
    if (this.#bidders.trades(serviceId))
      return end(failure('offer-open', 'A bidder of yours trades this service. Stop it first, then offer by yourself.'))
    this.#offers.send(serviceId, checked.offer, end)
  }

  #withdraw(offerId: unknown, end: Done): void {
    if (!isHex(offerId, 16)) return end(badId('offerId'))
    const own = this.#own.get(offerId)
    if (own === undefined) return end(failure('unknown-offer', 'There is no offer of yours with this id.'))
    if (!this.#started) return end(notJoined())
    this.#offers.withdraw(own, end)
  }

  #receiptFile(receiptId: unknown, end: Done): void {
    if (!isHex(receiptId, 16)) return end(badId('receiptId'))
    const text = this.#receipts.file(receiptId, (serviceId) => this.#services.get(serviceId))
    end(text === undefined ? failure('unknown-receipt', 'There is no receipt of yours with this id.') : { ok: true, value: text })
  }

  #stopBidder(bidderId: unknown, end: Done): void {
    if (!isHex(bidderId, 16)) return end(badId('bidderId'))
    if (!this.#started) return end(notJoined())
    this.#bidders.stop(bidderId, end)
  }

  #onOffersChanged(): void {
    this.#tickLater()
    this.#bidders.lookSoon()
  }

  #onMatch(from: NodeId, match: Match): void {
    const mine = match.buy.peer === this.#port.nodeId ? match.buy : match.sell
    const own = this.#own.byNumber(mine.id)
    if (own !== undefined) this.#settlement.report(own, from, match)
  }

  #onDrop(from: NodeId, { offer, reason }: MessageOf<'notify-drop'>): void {
    const own = this.#own.byNumber(offer.id)
    if (own?.live) this.#placement.dropped(own, from, reason)
  }

  /** A broker signs for itself, and over its own link. */
  #onAttestation(from: NodeId, attestation: Attestation): void {
    if (from !== attestation.broker) return
    this.#settlement.onAttestation(attestation)
    this.#attestations.onAttestation(attestation)
  }

  /** What this peer knows better than brokers about an offer in a book. */
  #isOpen(offer: { readonly id: Id; readonly service: Id; readonly peer: NodeId }): boolean {
    if (this.#receipts.over(offer.id) !== undefined) return false
    if (offer.peer !== this.#port.nodeId) return true
    const own = this.#own.byNumber(offer.id)
    return own !== undefined && (own.state === 'open' || own.state === 'sending')
  }

  /** One timer for everything that happens once a slot, while there is anything. */
  #tickLater(): void {
    if (this.#ticking || !this.#started) return
    this.#ticking = true
    this.#port.schedule.after(this.#port.parameters.slot, () => {
      this.#ticking = false
      this.#tick()
      if (this.#own.live().length > 0 || this.#attestations.isBusy) this.#tickLater()
    })
  }

  #tick(): void {
    for (const own of this.#own.live()) {
      if (own.state === 'matched') this.#settlement.tick(own)
      else if (!this.#offers.endIfExpired(own) && own.state === 'open') {
        this.#watch.tick(own)
        this.#placement.tick(own)
      }
    }
    this.#attestations.tick()
  }
}

function badId(field: string): Outcome<never> {
  return failure('invalid-argument', `${field} must be 32 lower-case hex digits.`, field)
}

function notJoined(): Outcome<never> {
  return failure('not-joined', 'This tab is not in a ring yet. Wait until it has joined, then try again.')
}
