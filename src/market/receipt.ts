/**
 * Receipts and their attestations (PROTOCOL 6). A half carries the seller's signature, a whole both.
 */
import type { Hex } from '../base/bytes.ts'
import {
  type Credentials,
  domainBytes,
  domainId,
  type Id,
  idSchema,
  type NodeId,
  nodeIdOf,
  publicKeySchema,
  type SignedPart,
  signatureSchema,
} from '../base/identity.ts'
import { bool, encode, integer, map, nullable, record, type Schema, u16, u53, type ValueOf } from '../base/schema.ts'
import { MAX_AMOUNT, type Offer, offerSchema, offerSignature } from './offer.ts'

/** A receipt's deadline is this many slots after its decision slot. */
export const RECEIPT_SLOTS = 4

/** Attestations kept or listed of one receipt. One a broker counts, and a set has at most 32. */
export const MAX_ATTESTATIONS = 64

/** What both traders sign. */
export interface ReceiptTerms {
  readonly service: Id
  readonly buy: Offer
  readonly sell: Offer
  /** The smaller of both quantities. */
  readonly quantity: number
  /** Number of the odd slot at whose end the brokers decided; the deadline is slot + RECEIPT_SLOTS. */
  readonly slot: number
}

export interface Receipt extends ReceiptTerms {
  readonly id: Id
  readonly sellerSignature: Hex
  /** null while it is a half. */
  readonly buyerSignature: Hex | null
}

/** A broker's signed word on whether it saw the whole receipt by the deadline. */
export interface Attestation extends Credentials {
  readonly service: Id
  readonly receipt: Id
  readonly seen: boolean
  /** S: live members of the set as this broker sees it, 1 to 65,535. */
  readonly members: number
  readonly signature: Hex
  /** The broker: follows from the credentials. */
  readonly broker: NodeId
}

const slotSchema = integer(0, 2 ** 50)

const signedTermsSchema = record({ service: idSchema, buy: idSchema, sell: idSchema, quantity: integer(1, MAX_AMOUNT), slot: slotSchema })

const attestationTermsSchema = record({
  service: idSchema,
  receipt: idSchema,
  publicKey: publicKeySchema,
  nonce: u53,
  seen: bool,
  members: u16,
})

/** The mean of the two offers' prices: exact, and may end in .5. */
export function receiptPrice(terms: Pick<ReceiptTerms, 'buy' | 'sell'>): number {
  return (terms.buy.price + terms.sell.price) / 2
}

function termsBody(terms: ReceiptTerms): Uint8Array {
  return encode(signedTermsSchema, { ...terms, buy: terms.buy.id, sell: terms.sell.id })
}

/** The bytes that both traders sign; the offers are in it by their ids. */
export function receiptBytes(network: string, terms: ReceiptTerms): Uint8Array {
  return domainBytes('peermart/receipt', network, termsBody(terms))
}

export function receiptIdOf(network: string, terms: ReceiptTerms): Id {
  return domainId('peermart/receipt', network, termsBody(terms))
}

/** The bytes that an attesting broker signs. */
export function attestationBytes(network: string, attestation: Omit<Attestation, 'signature' | 'broker'>): Uint8Array {
  return domainBytes('peermart/attestation', network, encode(attestationTermsSchema, attestation))
}

export function receiptSchema(network: string): Schema<Receipt> {
  const offer = offerSchema(network)
  const fields = record({
    service: idSchema,
    buy: offer,
    sell: offer,
    quantity: integer(1, MAX_AMOUNT),
    slot: slotSchema,
    sellerSignature: signatureSchema,
    buyerSignature: nullable(signatureSchema),
  })
  return map(fields, {
    decode: (value: ValueOf<typeof fields>) => ({ ...value, id: receiptIdOf(network, value) }),
    encode: (receipt: Receipt) => receipt,
  })
}

export function attestationSchema(network: string): Schema<Attestation> {
  const fields = record({ terms: attestationTermsSchema, signature: signatureSchema })
  return map(fields, {
    decode: ({ terms, signature }: ValueOf<typeof fields>) => ({ ...terms, signature, broker: nodeIdOf(network, terms) }),
    encode: (attestation: Attestation) => ({ terms: attestation, signature: attestation.signature }),
  })
}

/** What the shell must check before the core may see a receipt: both offers and the traders' signatures on it. */
export function receiptSignatures(network: string, receipt: Receipt): SignedPart[] {
  const part = (credentials: Offer, signature: Hex): SignedPart => ({
    key: `receipt ${receipt.id} ${credentials.peer} ${signature}`,
    credentials,
    signature,
    get bytes() {
      return receiptBytes(network, receipt)
    },
  })
  const parts = [offerSignature(network, receipt.buy), offerSignature(network, receipt.sell), part(receipt.sell, receipt.sellerSignature)]
  if (receipt.buyerSignature !== null) parts.push(part(receipt.buy, receipt.buyerSignature))
  return parts
}

export function attestationSignature(network: string, attestation: Attestation): SignedPart {
  const { broker, service, receipt, seen, members, signature } = attestation
  const key = `attestation ${broker} ${service} ${receipt} ${seen} ${members} ${signature}`
  return {
    key,
    credentials: attestation,
    signature,
    get bytes() {
      return attestationBytes(network, attestation)
    },
  }
}
