/**
 * What traders and brokers say to each other (PROTOCOL 3 to 6). Codes 32 and up of the wire's union.
 *
 * Requests carry an `id` that the answer repeats; notices carry none and may be lost.
 * Every offer, withdrawal, receipt and attestation in here is signed by its own peer, so it means the same whoever passes it on.
 */
import { idSchema } from '../base/identity.ts'
import { bool, choice, integer, list, nullable, record, type Schema, u16, u32, union, type ValueOf } from '../base/schema.ts'
import { MAX_AMOUNT, MAX_SEQ, offerSchema, withdrawalSchema } from '../market/offer.ts'
import { attestationSchema, receiptSchema } from '../market/receipt.ts'
import { serviceSchema } from '../market/service.ts'

/** Members of a set in one message: n is at most 32. */
export const MAX_MEMBERS = 64
/** Rows of a side in one book answer, and offers in one exchange or handoff part; more go in further messages. */
export const MAX_OFFERS = 128
/** Receipts and proofs in one message. */
export const MAX_RECEIPTS = 32

const slot = integer(0, 2 ** 50)
/** A price with a possible half, sent doubled. 0: none. */
const doubledPrice = integer(0, 2 * MAX_AMOUNT)

/** Why an offer, a withdrawal or a request was not taken. The first four are the table's (PROTOCOL 5). */
export const refusalSchema = choice(
  'price', // worse than the m/2-th
  'stale', // a number not above the newest known
  'expired',
  'validity', // valid for longer than t
  'not-broker', // the receiver is not in the set; `members` says who is, as it knows
  'service-unknown', // send it again with the service's parameters
  'tables-full', // the broker keeps as many tables as it can
  'services-full', // the peer trades s services already
  'equivocator', // it signed two offers under one number
  'phantom', // it let three matches go without a receipt within t
  'storage', // the broker's disk refused
  'busy',
)
export type Refusal = ValueOf<typeof refusalSchema>

/** By type, codes 32 and up. The schemas need the network, as ids are hashes that contain it. */
export function marketVariants(network: string) {
  return { ...tableVariants(network), ...setVariants(network), ...receiptVariants(network) }
}

/** Between a trader and brokers, about prices and tables. */
function tableVariants(network: string) {
  const offer = offerSchema(network)
  const withdrawal = withdrawalSchema(network)
  const receipt = receiptSchema(network)
  const members = list(idSchema, MAX_MEMBERS)
  const offerState = offerStateSchema(network)
  return {
    /** Quote and set in one: asked of brokers before and after an offer. */
    'get-price': [32, record({ id: u32, service: idSchema })],
    price: [33, record({ id: u32, service: idSchema, bid: doubledPrice, ask: doubledPrice, slot, state: offerState, members })],
    /** `parameters` makes the service known to the broker; it may be null when that broker is known to know it. */
    'send-offer': [34, record({ id: u32, offer, parameters: nullable(serviceSchema) })],
    withdraw: [35, record({ id: u32, withdrawal })],
    /** Answer to send-offer and withdraw, after the commit (DESIGN). `refusal` null: it is in the table, or withdrawn. */
    'offer-answer': [36, record({ id: u32, service: idSchema, refusal: nullable(refusalSchema), state: offerState, members })],
    /** Answer to any request about a service that the receiver does not broker. */
    'not-broker': [37, record({ id: u32, service: idSchema, members })],
    'get-book': [38, record({ id: u32, service: idSchema })],
    /** Best first, each side at most MAX_OFFERS. `decision`: the last one, as the first 128 bits of a hash over what it decided, in hex. */
    book: [
      39,
      record({
        id: u32,
        service: idSchema,
        parameters: nullable(serviceSchema),
        offers: list(offer, 2 * MAX_OFFERS),
        receipts: list(receipt, MAX_RECEIPTS),
        slot,
        decision: nullable(record({ slot, digest: idSchema })),
        members,
      }),
    ],
  } as const
}

/** Between the members of a set. */
function setVariants(network: string) {
  const offer = offerSchema(network)
  const equivocation = equivocationSchema(network)
  return {
    /** To the other members: this service is traded now. */
    announce: [40, record({ parameters: serviceSchema })],
    /** In an odd slot, to every other member (PROTOCOL 6). */
    exchange: [
      41,
      record({
        service: idSchema,
        slot,
        offers: list(offer, MAX_OFFERS),
        withdrawals: list(withdrawalSchema(network), MAX_OFFERS),
        equivocations: list(equivocation, MAX_RECEIPTS),
      }),
    ],
    /** `known` false: the receiver does not know the service; announce it and send again. */
    'exchange-ack': [42, record({ service: idSchema, slot, known: bool })],
    /** To a peer that enters the set: what this member knows, in `parts` messages. */
    handoff: [
      49,
      record({
        service: idSchema,
        parameters: serviceSchema,
        part: u16,
        parts: u16,
        memories: list(memorySchema(network), MAX_OFFERS),
        receipts: list(receiptSchema(network), MAX_RECEIPTS),
        equivocations: list(equivocation, MAX_RECEIPTS),
      }),
    ],
    'handoff-ack': [50, record({ service: idSchema, part: u16 })],
  } as const
}

/** About matches and what becomes of them: between traders, and with the set. */
function receiptVariants(network: string) {
  const offer = offerSchema(network)
  const receipt = receiptSchema(network)
  return {
    /** To the peer of an offer that the broker received from it: it matched. */
    'notify-offer': [43, record({ match: matchSchema(network) })],
    'notify-drop': [44, record({ offer, reason: refusalSchema })],
    /** A half from the seller to buyer and set; a whole from the buyer to seller and set. Answered by attestation after the deadline or when whole. */
    receipt: [45, record({ receipt })],
    attestation: [46, record({ attestation: attestationSchema(network) })],
    /** Asked of a broker after the deadline: did you see the whole in time? Answered with an attestation. */
    'ask-attestation': [47, record({ receipt })],
    /** Answer to a half by a trader that withdrew or re-priced meanwhile: its newer message. */
    superseded: [48, record({ receipt: idSchema, newest: newestSchema(offer, withdrawalSchema(network)) })],
  } as const
}

/** Two offers that brokers decided to trade with each other, and the odd slot at whose end they did. */
function matchSchema(network: string) {
  const offer = offerSchema(network)
  return record({ buy: offer, sell: offer, slot })
}

/** The asker's newest offer at this broker. `unknown`: seq is 0. `matched`: with the match. */
function offerStateSchema(network: string) {
  return record({
    seq: integer(0, MAX_SEQ),
    state: choice('unknown', 'stored', 'matched', 'dropped', 'withdrawn', 'expired'),
    match: nullable(matchSchema(network)),
  })
}

/** Two different offers of one peer under one number. Brokers keep it on disk in this form too. */
export function equivocationSchema(network: string) {
  const offer = offerSchema(network)
  return record({ first: offer, second: offer })
}

/** A peer's newest word on a service, with what became of it: a table's row or a tombstone. Brokers keep it on disk in this form too. */
export function memorySchema(network: string) {
  return record({
    newest: newestSchema(offerSchema(network), withdrawalSchema(network)),
    state: choice('stored', 'matched', 'dropped', 'withdrawn'),
    /** The latest validUntil seen from this peer: until then its number is remembered. */
    until: integer(0, 2 ** 50 - 1),
    match: nullable(matchSchema(network)),
  })
}

/** An offer or a withdrawal, told apart by a byte. */
function newestSchema<O extends object, W extends object>(offer: Schema<O>, withdrawal: Schema<W>) {
  return union<{ offer: { offer: O }; withdrawal: { withdrawal: W } }>({
    offer: [0, record<{ offer: O }>({ offer })],
    withdrawal: [1, record<{ withdrawal: W }>({ withdrawal })],
  })
}
