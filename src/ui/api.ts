/**
 * What the screen is built on: `window.peermart`, which any bot has too, and a few words more about this tab.
 * Prices are integers in the currency's smallest unit, quantities whole units, ids hex.
 */
import type { Id } from '../base/identity.ts'
import type { TableInspection } from '../broker/view.ts'
import type { Service } from '../market/service.ts'
import type { View } from '../peer/view.ts'
import type {
  BidderRequest,
  BidderRow,
  BookAnswer,
  OfferAnswer,
  OfferRequest,
  OfferRow,
  PriceAnswer,
  ReceiptRow,
  ServiceRow,
} from '../trader/command.ts'
import type { ReceiptCheck } from '../wire/receipt-checks.ts'

/** What a call is rejected with; `message` is for a person, `field` names the wrong argument. */
export interface ApiError extends Error {
  readonly code: string
  readonly field?: string
}

export interface Status {
  /** Empty before the identity is there. */
  readonly nodeId: Id
  readonly state: string
  readonly peers: number
  /** Direct ones. */
  readonly links: number
  readonly network: string
  readonly clockOffsetMs: number
  /** Ids of the services brokered here. */
  readonly brokering: readonly Id[]
}

/** A service as a person describes it; `file` for kind `file` only. */
export type ServiceRequest = Omit<Service, 'file'> & { readonly file?: Service['file'] }

/** `window.peermart`. */
export interface PeerMart {
  /** Resolves in any ring, of one included. */
  readonly ready: Promise<void>
  status(): Status
  createService(service: ServiceRequest): Promise<{ readonly serviceId: Id; readonly link: string }>
  openService(serviceIdOrLink: string): Promise<{ readonly serviceId: Id }>
  /** Keeps an eye on a service that was made or opened here, over reloads; `false`: no longer. */
  watchService(serviceId: Id, watch?: boolean): Promise<ServiceRow>
  /** Takes a service from those made or opened here; rejected with offer-open while it is traded here. Its link opens it again. */
  forgetService(serviceId: Id): Promise<unknown>
  getPrice(serviceId: Id): Promise<PriceAnswer>
  sendOffer(serviceId: Id, offer: OfferRequest): Promise<OfferAnswer>
  withdraw(offerId: Id): Promise<unknown>
  orderBook(serviceId: Id): Promise<BookAnswer>
  offers(): Promise<readonly OfferRow[]>
  receipts(): Promise<readonly ReceiptRow[]>
  /** A whole receipt as a file that anyone can check offline: JSON text (PROTOCOL N). */
  receiptFile(receiptId: Id): Promise<string>
  /** Bids by PROTOCOL 11 until its quantity is traded, it is stopped, or its time is over. */
  startBidder(serviceId: Id, bidder: BidderRequest): Promise<{ readonly bidderId: Id }>
  stopBidder(bidderId: Id): Promise<unknown>
  bidders(): Promise<readonly BidderRow[]>
  /** Called with the new view after each change (null before there is one); returns the unsubscriber. */
  subscribe(listener: (view: View | null) => void): () => void
}

export interface StartupStep {
  readonly id: 'config' | 'identity' | 'puzzle' | 'store' | 'rendezvous' | 'ring'
  readonly label: string
  readonly state: 'waiting' | 'running' | 'done' | 'failed'
  readonly detail: string
  /** 0 to 1. */
  readonly progress?: number
}

export interface Startup {
  readonly steps: readonly StartupStep[]
  /** What stops this tab for good, and what to do; empty when nothing does. */
  readonly problem: string
  /** What a person should know but can trade with, such as blocked storage. */
  readonly notices: readonly string[]
  /** What only the person can say; nothing waits for the answer. */
  readonly question: { readonly text: string; yes(): void; no(): void } | null
}

/** What of the network's parameters (PROTOCOL 11) the screen shows or checks against. */
export interface NetworkParameters {
  readonly network: string
  readonly n: number
  readonly f: number
  readonly m: number
  /** Longest validity of an offer in ms. */
  readonly t: number
  /** A slot's length in ms. */
  readonly slot: number
  readonly s: number
  readonly p: number
  /** The bidder's usual learning rate, above 0 to 1. */
  readonly a: number
}

export interface ReceiptVerdict {
  /** Nothing that was checked fails. */
  readonly valid: boolean
  readonly checks: readonly ReceiptCheck[]
  /** What the file says of itself, when it could be read. */
  readonly receipt: (ReceiptRow & { readonly service: Service | null; readonly network: string }) | null
  /** Why it could not be read at all; empty when it could. */
  readonly problem: string
}

/** "Is it me or them?" Each part of the way to the market, nearest first. */
export interface Diagnosis {
  /** Whether this device says that it is online. */
  readonly online: boolean
  readonly servers: readonly {
    /** host:port/path */
    readonly address: string
    /** open: it answered when it was last asked. */
    readonly state: 'unused' | 'connecting' | 'open' | 'failed'
    /** Local clock of the last change. */
    readonly sinceMs: number
    readonly detail: string
  }[]
  /** Attempts to open links since the tab was opened, and how they ended; those given up did neither. */
  readonly attempts: { readonly begun: number; readonly opened: number; readonly failed: number; readonly refused: number }
  /** Kinds of ICE candidates that this device gathered: host, srflx (seen by a STUN server), relay (a TURN server's). */
  readonly candidates: Readonly<Record<'host' | 'srflx' | 'relay', number>>
  /** Messages and bytes over links since the tab was opened. */
  readonly traffic: { readonly sent: number; readonly received: number; readonly sentBytes: number; readonly receivedBytes: number }
}

/** What this browser uses beside config.json. A change is used from the next load on. */
export interface ConnectionSettings {
  /** host:port/path, with `s!` before it for https. */
  readonly servers: readonly string[]
  readonly ice: readonly { readonly urls: readonly string[]; readonly username?: string; readonly credential?: string }[]
  /** Links go over TURN servers only: others do not see this device's address. */
  readonly relayOnly: boolean
}

export interface StorageReport {
  /** Of all tabs of this page's address; null when the browser does not say. */
  readonly usedBytes: number | null
  readonly quotaBytes: number | null
  /** The browser will not remove the data by itself. */
  readonly persisted: boolean
  /** Nothing outlives this tab. */
  readonly memoryOnly: boolean
}

export interface ScreenApi extends PeerMart {
  diagnosis(): Diagnosis
  connectionSettings(): ConnectionSettings
  /** Rejects with the field that is wrong: servers[0], ice[0].urls, relayOnly and the like. */
  changeConnectionSettings(settings: ConnectionSettings): Promise<void>
  /** A newer version of the app is here and waits for the person's word. */
  isUpdateReady(): boolean
  /** Takes the newer version; the page loads anew. Nothing happens when there is none. */
  takeUpdate(): void
  /** Checks a receipt file; needs no network. */
  verifyReceipt(text: string): Promise<ReceiptVerdict>
  /** null before the peer exists. */
  view(): View | null
  startup(): Startup
  /** null before the config is read. */
  parameters(): NetworkParameters | null
  /** The person agreed to correct a clock that is off by more than a slot. */
  adjustClock(): Promise<void>
  storage(): Promise<StorageReport>
  /** Asks the browser not to remove the data by itself; false: it did not agree. */
  persistStorage(): Promise<boolean>
  /** This tab's key, encrypted with the passphrase: text for a file. */
  backupIdentity(passphrase: string): Promise<string>
  /** Puts the key of a backup in this browser; this tab runs it after its next load. */
  restoreIdentity(text: string, passphrase: string): Promise<{ readonly nodeId: Id }>
  /** Removes this tab's identity, offers and receipts from this device, then loads the page anew. */
  wipe(): Promise<void>
  /** undefined while this peer does not know the service. */
  service(serviceId: Id): Service | undefined
  /** The table that this tab keeps of the service as a broker; null when it keeps none. */
  table(serviceId: Id): TableInspection | null
  /** Messages over links since the tab was opened, and their bytes. */
  statistics(): { readonly sent: number; readonly received: number; readonly sentBytes: number; readonly receivedBytes: number }
  /** A link to this page that leads a newcomer to this peer. */
  invitation(): string
  /** The link that opens the service with no search; undefined while this peer does not know it. */
  link(serviceId: Id): string | undefined
}
