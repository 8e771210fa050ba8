/**
 * `window.peermart`: the core's commands as Promises. The screen is built on it, and a bot can do all that the screen does.
 *
 * Invariants
 * 1. Every Promise settles: with the command's value, or with an `ApiError` whose `code` is for programs and whose message is for a person.
 * 2. Commands given early wait: for the store, and those that need other peers for the ring.
 */
import type { Id } from '../base/identity.ts'
import type { TableInspection } from '../broker/view.ts'
import type { Service } from '../market/service.ts'
import type { Driver, Statistics } from '../peer/driver.ts'
import type { View } from '../peer/view.ts'
import type {
  BidderRow,
  BookAnswer,
  Command,
  OfferAnswer,
  OfferRow,
  PriceAnswer,
  ReceiptRow,
  ServiceAnswer,
  ServiceRow,
} from '../trader/command.ts'
import type { Parameters } from '../wire/parameters.ts'
import { ApiError } from './api-error.ts'
import { openCommand, plainCopy } from './call-arguments.ts'
import { Connection } from './connection.ts'
import type { Diagnosis } from './connection-log.ts'
import type { ConnectionSettings } from './connection-settings.ts'
import type { IdentityKeeper, StorageReport } from './identity-keeper.ts'
import { type Invitation, invitationHash, linkHash } from './invite.ts'
import type { ReceiptVerdict } from './receipt-verifier.ts'
import { Startup, type StartupView } from './startup.ts'
import { Updates } from './updates.ts'

export interface Status {
  /** Empty before the identity is there. */
  readonly nodeId: Id
  readonly state: string
  /** Others known to be alive. */
  readonly peers: number
  /** Direct ones to other tabs; those of the rendezvous, for a moment when peers join, are not counted. */
  readonly links: number
  readonly network: string
  readonly clockOffsetMs: number
  /** Ids of the services brokered here. */
  readonly brokering: readonly Id[]
}

/** The peer once it runs. */
export interface Running {
  readonly driver: Driver
  readonly parameters: Parameters
  readonly network: string
  /** What this tab's links say besides the service. */
  readonly invitation: Invitation
  readonly keeper: IdentityKeeper
}

type Listener = (view: View | null) => void

/** Views reach listeners at most this often: ten a second is as fast as a person reads. */
const NOTIFY_MS = 100

export class PeerMart {
  /** Resolves in any ring, of one included. Rejects when this tab cannot start. */
  readonly ready: Promise<void>
  /** For the tab's start to ask, and for the world to report to. */
  readonly connection = new Connection()
  readonly #startup: Startup
  readonly #updates = new Updates(() => this.#notify())
  readonly #listeners = new Set<Listener>()
  readonly #running: Promise<Running>
  #begin: (running: Running) => void = () => {}
  #abort: (error: ApiError) => void = () => {}
  #joined: () => void = () => {}
  #neverJoined: (error: ApiError) => void = () => {}
  #now: Running | null = null
  #view: View | null = null
  #notifyWaits = false

  constructor() {
    this.#startup = new Startup(() => this.#notify())
    this.#running = new Promise((resolve, reject) => {
      this.#begin = resolve
      this.#abort = reject
    })
    const joined = new Promise<void>((resolve, reject) => {
      this.#joined = resolve
      this.#neverJoined = reject
    })
    this.ready = this.#running.then(() => joined)
    // Whoever awaits `ready` sees the error; nobody has to.
    this.ready.catch(() => {})
    joined.catch(() => {})
  }

  // What the tab's start reports.

  /** For the tab's start to report on. */
  get progress(): Startup {
    return this.#startup
  }

  /** From now on the app is kept on this device, and newer versions are looked for. */
  keepApp(): void {
    this.#updates.start()
  }

  begin(running: Running): void {
    this.#now = running
    this.#beginWithView()
    this.#notify()
  }

  /** This tab cannot start. Every call from now on is rejected with the problem. */
  fail(problem: string): void {
    this.#startup.fail(problem)
    this.#abort(new ApiError({ code: 'stopped', message: problem }))
  }

  show(view: View): void {
    this.#view = view
    this.#beginWithView()
    if (view.state === 'joined') this.#joined()
    if (view.state === 'stopped')
      this.#neverJoined(new ApiError({ code: 'stopped', message: view.notice || 'This tab has left the market.' }))
    this.#notify()
  }

  // What the screen and bots use.

  status(): Status {
    const view = this.#view
    return {
      nodeId: view?.nodeId ?? '',
      state: view?.state ?? (this.#startup.view.problem === '' ? 'starting' : 'stopped'),
      peers: view?.peers ?? 0,
      links: view?.links.filter(({ transport }) => transport === 'direct').length ?? 0,
      network: this.#now?.network ?? '',
      clockOffsetMs: view?.clockOffsetMs ?? 0,
      brokering: view?.brokering.map(({ serviceId }) => serviceId) ?? [],
    }
  }

  async createService(service: unknown): Promise<{ serviceId: Id; link: string }> {
    const answer = (await this.#command({ type: 'createService', service: plainCopy(service, 'service') })) as ServiceAnswer
    return { serviceId: answer.serviceId, link: this.#linkOf(answer) }
  }

  /** Takes an id, a link, or a link's hash. */
  async openService(serviceIdOrLink: unknown): Promise<{ serviceId: Id; service: Service }> {
    const { network } = await this.#running
    return (await this.#command(openCommand(serviceIdOrLink, network))) as ServiceAnswer
  }

  /** Keeps an eye on a service that was made or opened here, or no longer. */
  async watchService(serviceId: unknown, watch: unknown = true): Promise<ServiceRow> {
    return (await this.#command({ type: 'watchService', serviceId, watch })) as ServiceRow
  }

  /** Takes a service from those made or opened here. Its link opens it again. */
  async forgetService(serviceId: unknown): Promise<unknown> {
    return this.#command({ type: 'forgetService', serviceId })
  }

  async getPrice(serviceId: unknown): Promise<PriceAnswer> {
    return (await this.#inRing({ type: 'getPrice', serviceId })) as PriceAnswer
  }

  async sendOffer(serviceId: unknown, offer: unknown): Promise<OfferAnswer> {
    return (await this.#inRing({ type: 'sendOffer', serviceId, offer: plainCopy(offer, 'offer') })) as OfferAnswer
  }

  async withdraw(offerId: unknown): Promise<unknown> {
    return this.#inRing({ type: 'withdraw', offerId })
  }

  async orderBook(serviceId: unknown): Promise<BookAnswer> {
    return (await this.#inRing({ type: 'orderBook', serviceId })) as BookAnswer
  }

  async offers(): Promise<readonly OfferRow[]> {
    await this.#running
    return this.#freshView().offers
  }

  async receipts(): Promise<readonly ReceiptRow[]> {
    await this.#running
    return this.#freshView().receipts
  }

  async receiptFile(receiptId: unknown): Promise<string> {
    return (await this.#command({ type: 'receiptFile', receiptId })) as string
  }

  /** Needs neither a ring nor a peer: it works before there is one. */
  async verifyReceipt(text: unknown): Promise<ReceiptVerdict> {
    const { verifyReceiptText } = await import('./receipt-verifier.ts')
    return verifyReceiptText(text, this.#now?.network ?? null)
  }

  async startBidder(serviceId: unknown, bidder: unknown): Promise<{ bidderId: Id }> {
    return (await this.#inRing({ type: 'startBidder', serviceId, bidder: plainCopy(bidder, 'bidder') })) as { bidderId: Id }
  }

  async stopBidder(bidderId: unknown): Promise<unknown> {
    return this.#inRing({ type: 'stopBidder', bidderId })
  }

  async bidders(): Promise<readonly BidderRow[]> {
    await this.#running
    return this.#freshView().bidders
  }

  /** Calls `listener` with the new view after changes; null before there is one. Returns the unsubscriber. */
  subscribe(listener: Listener): () => void {
    if (typeof listener !== 'function')
      throw new ApiError({ code: 'invalid-argument', field: 'listener', message: 'subscribe wants a function.' })
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  // What the screen uses besides.

  view(): View | null {
    return this.#view
  }

  isUpdateReady(): boolean {
    return this.#updates.ready
  }

  takeUpdate(): void {
    this.#updates.take()
  }

  startup(): StartupView {
    return this.#startup.view
  }

  parameters(): Parameters | null {
    return this.#now?.parameters ?? null
  }

  /** The table that this tab keeps of the service as a broker; null when it keeps none. */
  table(serviceId: Id): TableInspection | null {
    return this.#now?.driver.table(serviceId) ?? null
  }

  /** Messages sent and received over links since the tab was opened. */
  statistics(): Statistics {
    return this.#now?.driver.statistics() ?? { sent: 0, received: 0, sentBytes: 0, receivedBytes: 0 }
  }

  diagnosis(): Diagnosis {
    return this.connection.diagnosis(this.statistics())
  }

  connectionSettings(): ConnectionSettings {
    return this.connection.settings
  }

  async changeConnectionSettings(settings: unknown): Promise<void> {
    const failure = this.connection.change(plainCopy(settings, 'settings'))
    if (failure !== null) throw new ApiError(failure)
  }

  async adjustClock(): Promise<void> {
    await this.#command({ type: 'adjustClock' })
  }

  /** Space on this device, and whether the browser keeps what is there. */
  async storage(): Promise<StorageReport> {
    return (await this.#running).keeper.storage()
  }

  /** Asks the browser not to remove the data by itself; false: it did not agree. */
  async persistStorage(): Promise<boolean> {
    return (await this.#running).keeper.persist()
  }

  /** This tab's key, encrypted with the passphrase: text for a file. */
  async backupIdentity(passphrase: unknown): Promise<string> {
    return (await this.#running).keeper.backup(passphrase)
  }

  /** Puts the key of a backup in this browser; this tab runs it after its next load. */
  async restoreIdentity(text: unknown, passphrase: unknown): Promise<{ nodeId: Id }> {
    return (await this.#running).keeper.restore(text, passphrase)
  }

  /** Removes this tab's key, offers and receipts from this device, then loads the page anew. */
  async wipe(): Promise<void> {
    await (await this.#running).keeper.wipe()
  }

  service(serviceId: Id): Service | undefined {
    return this.#view?.services.find((known) => known.serviceId === serviceId)?.service
  }

  link(serviceId: Id): string | undefined {
    const service = this.service(serviceId)
    return service === undefined ? undefined : this.#linkOf({ serviceId, service })
  }

  /** A link to this page that tells a newcomer whom to ask for the ring. */
  invitation(): string {
    return pageAddress() + invitationHash(this.#invitation)
  }

  /** A link to this page that opens a service with no search, and tells a newcomer whom to ask for the ring. */
  #linkOf(service: { readonly serviceId: Id; readonly service: Service }): string {
    return pageAddress() + linkHash(service, this.#invitation)
  }

  get #invitation(): Invitation {
    return this.#now?.invitation ?? { network: null, inviter: null, servers: [] }
  }

  /** Views are published with a delay; a caller that asks wants what is true now. */
  #freshView(): View {
    const view = this.#now?.driver.view()
    if (view === undefined) throw new ApiError({ code: 'stopped', message: 'This tab has no peer.' })
    return view
  }

  async #inRing(command: Command): Promise<unknown> {
    await this.ready
    return this.#command(command)
  }

  async #command(command: Command): Promise<unknown> {
    const { driver } = await this.#running
    return new Promise((resolve, reject) => {
      driver.command(command, (outcome) => (outcome.ok ? resolve(outcome.value) : reject(new ApiError(outcome.failure))))
    })
  }

  /** The first view says that the store is read: only now does the peer take commands, and is its view whole. */
  #beginWithView(): void {
    if (this.#now !== null && this.#view !== null) this.#begin(this.#now)
  }

  #notify(): void {
    if (this.#notifyWaits) return
    this.#notifyWaits = true
    setTimeout(() => {
      this.#notifyWaits = false
      for (const listener of [...this.#listeners]) this.#tell(listener)
    }, NOTIFY_MS)
  }

  /** A listener that throws is its owner's to see; the others are told all the same. */
  #tell(listener: Listener): void {
    try {
      listener(this.#view)
    } catch (error) {
      reportError(error)
    }
  }
}

function pageAddress(): string {
  return location.href.split('#')[0] ?? ''
}
