/**
 * What the trader keeps on disk. Stores: own — `service/<serviceId>`, `number/<serviceId>`, `offer/<offerId>`, `bidder/<bidderId>`; receipts — `<receiptId>`.
 * A record whose key does not follow from its content is damaged, like one that cannot be read.
 */
import { type Id, idSchema, type SignedPart, timeSchema } from '../base/identity.ts'
import {
  bool,
  choice,
  decode,
  encode,
  integer,
  list,
  map,
  nullable,
  record,
  refine,
  type Schema,
  text,
  u16,
  u53,
  union,
} from '../base/schema.ts'
import { isLearningRate } from '../market/bidder-check.ts'
import { MAX_AMOUNT, MAX_SEQ, offerSchema, offerSignature, withdrawalSchema, withdrawalSignature } from '../market/offer.ts'
import {
  type Attestation,
  attestationSchema,
  attestationSignature,
  MAX_ATTESTATIONS,
  type Receipt,
  receiptSchema,
  receiptSignatures,
} from '../market/receipt.ts'
import { type Service, serviceIdOf, serviceSchema } from '../market/service.ts'
import type { Newest } from '../wire/messages.ts'
import type { StoredRecord, StoreName, Write } from '../wire/records.ts'
import { MAX_BIDDER_OFFERS, MAX_BIDDER_STEPS, type StoredBidder } from './own-bidder.ts'
import { MAX_HOLDERS, type StoredOffer } from './own-offer.ts'

/** A service that this peer made or opened. */
export interface StoredService {
  readonly service: Service
  /** Local time of its creation or first opening, in ms. */
  readonly openedMs: number
  /** Whether the person here entered its parameters, or came by a link, an id or a search. */
  readonly origin: 'made' | 'opened'
  /** The person wants to keep an eye on it. */
  readonly watched: boolean
}

/** The newest number that this peer signed for a service, stored before it was sent (PROTOCOL 4). */
export interface StoredNumber {
  readonly service: Id
  readonly seq: number
  /** The latest validUntil it ever signed for the service: it never goes back. */
  readonly validUntil: number
  readonly newest: Newest
}

/** An own receipt, whole, with the attestations collected so far. */
export interface StoredReceipt {
  readonly receipt: Receipt
  readonly attestations: readonly Attestation[]
  /** Members of the set, as the trader and those who attested see it. */
  readonly of: number
}

export type OwnRecord =
  | ({ readonly type: 'service' } & StoredService)
  | ({ readonly type: 'number' } & StoredNumber)
  | ({ readonly type: 'offer' } & StoredOffer)
  | ({ readonly type: 'receipt' } & StoredReceipt)
  | ({ readonly type: 'bidder' } & StoredBidder)

/** A service as it was kept before origin and watching were. */
interface UntoldService extends Pick<StoredService, 'service' | 'openedMs'> {
  readonly type: 'untold-service'
}
const UNTOLD = { origin: 'opened', watched: false } as const

const cache = new Map<string, Schema<OwnRecord>>()

/** Schemas are the same for a network, and making one is not free. */
function schemaOf(network: string): Schema<OwnRecord> {
  let schema = cache.get(network)
  if (schema === undefined) {
    schema = makeSchema(network)
    cache.clear()
    cache.set(network, schema)
  }
  return schema
}

const amount = integer(1, MAX_AMOUNT)
/** Prices of brokers are means of two and may end in .5. */
const halves = map(integer(0, 2 * MAX_AMOUNT), {
  decode: (doubled: number) => doubled / 2,
  encode: (price: number) => Math.round(2 * price),
})
const askOrNone = map(nullable(halves), {
  decode: (price: number | null) => price ?? Number.POSITIVE_INFINITY,
  encode: (price: number) => (Number.isFinite(price) ? price : null),
})
/** A number that is no integer, as its shortest decimal text. */
const rate = refine(map(text(32), { decode: Number, encode: String }), isLearningRate, 'a learning rate')
const reason = text(1_000)
const stepReason = map(nullable(reason), {
  decode: (words: string | null) => words ?? undefined,
  encode: (words: string | undefined) => words ?? null,
})
const stepSchema = record({
  atMs: timeSchema,
  bid: halves,
  ask: askOrNone,
  price: nullable(amount),
  outcome: choice('offered', 'kept', 'traded', 'refused', 'unanswered'),
  reason: stepReason,
})
const bidderSchema = record({
  bidderId: idSchema,
  service: idSchema,
  side: choice('buy', 'sell'),
  limit: amount,
  of: amount,
  left: integer(0, MAX_AMOUNT),
  learningRate: rate,
  created: u53,
  until: timeSchema,
  state: choice('bidding', 'stopping', 'done', 'stopped', 'expired', 'failed'),
  reason,
  offers: list(idSchema, MAX_BIDDER_OFFERS),
  offering: bool,
  steps: list(stepSchema, MAX_BIDDER_STEPS),
})

function makeSchema(network: string): Schema<OwnRecord> {
  const offer = offerSchema(network)
  const receipt = receiptSchema(network)
  const newest = union({ offer: [0, record({ offer })], withdrawal: [1, record({ withdrawal: withdrawalSchema(network) })] })
  const variants = {
    // Read, never written any more.
    'untold-service': [0, record({ service: serviceSchema, openedMs: u53 })],
    service: [5, record({ service: serviceSchema, openedMs: u53, origin: choice('made', 'opened'), watched: bool })],
    number: [1, record({ service: idSchema, seq: integer(1, MAX_SEQ), validUntil: timeSchema, newest })],
    offer: [
      2,
      record({
        offerId: idSchema,
        created: u53,
        until: timeSchema,
        quantity: integer(0, MAX_AMOUNT),
        state: choice('sending', 'open', 'matched', 'traded', 'withdrawing', 'withdrawn', 'expired', 'dropped', 'refused'),
        reason: text(1_000),
        offer,
        receipt: nullable(receipt),
        holders: list(idSchema, MAX_HOLDERS),
        of: u16,
      }),
    ],
    receipt: [3, record({ receipt, attestations: list(attestationSchema(network), MAX_ATTESTATIONS), of: u16 })],
    bidder: [4, bidderSchema],
  }
  const stored = union(variants as never) as unknown as Schema<OwnRecord | UntoldService>
  return map(stored, {
    decode: (read): OwnRecord => (read.type === 'untold-service' ? { ...read, ...UNTOLD, type: 'service' } : read),
    encode: (own) => own,
  })
}

function placeOf(network: string, own: OwnRecord): { readonly store: StoreName; readonly key: string } {
  switch (own.type) {
    case 'service':
      return { store: 'own', key: `service/${serviceIdOf(network, own.service)}` }
    case 'number':
      return { store: 'own', key: `number/${own.service}` }
    case 'offer':
      return { store: 'own', key: `offer/${own.offerId}` }
    case 'receipt':
      return { store: 'receipts', key: own.receipt.id }
    case 'bidder':
      return { store: 'own', key: `bidder/${own.bidderId}` }
  }
}

/** The write that keeps a record. */
export function writeOf(network: string, own: OwnRecord): Write {
  return { ...placeOf(network, own), value: encode(schemaOf(network), own) }
}

/** The write that removes a record. */
export function removalOf(network: string, own: OwnRecord): Write {
  return { ...placeOf(network, own), value: null }
}

/** The record, or null when it is damaged. */
export function readOwnRecord(network: string, stored: StoredRecord): OwnRecord | null {
  const decoded = decode(schemaOf(network), stored.value)
  if (!decoded.ok) return null
  const place = placeOf(network, decoded.value)
  return place.store === stored.store && place.key === stored.key && isSound(decoded.value) ? decoded.value : null
}

/** What the parts of a record say of each other. */
function isSound(own: OwnRecord): boolean {
  if (own.type === 'receipt')
    return own.receipt.buyerSignature !== null && own.attestations.every(({ receipt }) => receipt === own.receipt.id)
  if (own.type === 'bidder') return own.left <= own.of && (!own.offering || own.offers.length > 0)
  if (own.type === 'number') {
    const newest = own.newest.type === 'offer' ? own.newest.offer : own.newest.withdrawal
    return newest.service === own.service && newest.seq <= own.seq && newest.validUntil <= own.validUntil
  }
  if (own.type !== 'offer' || own.receipt === null) return true
  return own.receipt.buy.id === own.offer.id || own.receipt.sell.id === own.offer.id
}

/** What the shell must verify before the trader may restore a record of the stores `own` and `receipts`; null when it is damaged. */
export function ownRecordSignatures(network: string, stored: StoredRecord): SignedPart[] | null {
  const own = readOwnRecord(network, stored)
  switch (own?.type) {
    case undefined:
      return null
    case 'service':
    case 'bidder':
      return []
    case 'number':
      return [own.newest.type === 'offer' ? offerSignature(network, own.newest.offer) : withdrawalSignature(network, own.newest.withdrawal)]
    case 'offer':
      return [offerSignature(network, own.offer), ...(own.receipt === null ? [] : receiptSignatures(network, own.receipt))]
    case 'receipt':
      return [
        ...receiptSignatures(network, own.receipt),
        ...own.attestations.map((attestation) => attestationSignature(network, attestation)),
      ]
  }
}
