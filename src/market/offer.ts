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
  timeSchema,
} from '../base/identity.ts'
import { choice, encode, integer, map, record, type Schema, u53, type ValueOf } from '../base/schema.ts'

/** Prices and quantities lie from 1 to this (PROTOCOL 4): sums and means of two stay exact in a double. */
export const MAX_AMOUNT = 2 ** 50 - 1
/** Sequence numbers lie from 1 to this. */
export const MAX_SEQ = 2 ** 50 - 1

export type Side = 'buy' | 'sell'

/** What a peer signs when it offers (PROTOCOL 4). */
export interface OfferTerms extends Credentials {
  readonly service: Id
  readonly side: Side
  /** In the currency's smallest units, 1 to MAX_AMOUNT. */
  readonly price: number
  /** In whole units of the service, 1 to MAX_AMOUNT. */
  readonly quantity: number
  /** Only a peer's newest number counts. */
  readonly seq: number
  /** Valid while network time is below this, in ms since 1970. */
  readonly validUntil: number
}

/** A signed offer. `peer` and `id` follow from the terms, and are computed when it is read. */
export interface Offer extends OfferTerms {
  readonly signature: Hex
  readonly peer: NodeId
  /** Hash of the signed bytes without the signature, so the same terms have one id however often they are signed. */
  readonly id: Id
}

/** What a peer signs to take its offer out: a newer number and no terms (PROTOCOL 4). */
export interface WithdrawalTerms extends Credentials {
  readonly service: Id
  readonly seq: number
  /** Not below the withdrawn offer's validUntil: brokers remember the number until then. */
  readonly validUntil: number
}

export interface Withdrawal extends WithdrawalTerms {
  readonly signature: Hex
  readonly peer: NodeId
  readonly id: Id
}

const credentialsFields = { publicKey: publicKeySchema, nonce: u53 }

const amount = integer(1, MAX_AMOUNT)

const offerTermsSchema = record({
  service: idSchema,
  ...credentialsFields,
  side: choice('buy', 'sell'),
  price: amount,
  quantity: amount,
  seq: integer(1, MAX_SEQ),
  validUntil: timeSchema,
})

const withdrawalTermsSchema = record({ service: idSchema, ...credentialsFields, seq: integer(1, MAX_SEQ), validUntil: timeSchema })

/** The bytes that an offer's signature covers. */
export function offerBytes(network: string, terms: OfferTerms): Uint8Array {
  return domainBytes('peermart/offer', network, encode(offerTermsSchema, terms))
}

/** The bytes that a withdrawal's signature covers. */
export function withdrawalBytes(network: string, terms: WithdrawalTerms): Uint8Array {
  return domainBytes('peermart/withdrawal', network, encode(withdrawalTermsSchema, terms))
}

/** The offer that these terms and this signature make. */
export function sealOffer(network: string, terms: OfferTerms, signature: Hex): Offer {
  const id = domainId('peermart/offer', network, encode(offerTermsSchema, terms))
  return { ...terms, signature, peer: nodeIdOf(network, terms), id }
}

/** The withdrawal that these terms and this signature make. */
export function sealWithdrawal(network: string, terms: WithdrawalTerms, signature: Hex): Withdrawal {
  const id = domainId('peermart/withdrawal', network, encode(withdrawalTermsSchema, terms))
  return { ...terms, signature, peer: nodeIdOf(network, terms), id }
}

/** Reads and writes offers of a network; `peer` and `id` are not sent but computed. */
export function offerSchema(network: string): Schema<Offer> {
  const signed = record({ terms: offerTermsSchema, signature: signatureSchema })
  return map(signed, {
    decode: ({ terms, signature }: ValueOf<typeof signed>) => sealOffer(network, terms, signature),
    encode: (offer: Offer) => ({ terms: offer, signature: offer.signature }),
  })
}

/** Reads and writes withdrawals of a network. */
export function withdrawalSchema(network: string): Schema<Withdrawal> {
  const signed = record({ terms: withdrawalTermsSchema, signature: signatureSchema })
  return map(signed, {
    decode: ({ terms, signature }: ValueOf<typeof signed>) => sealWithdrawal(network, terms, signature),
    encode: (withdrawal: Withdrawal) => ({ terms: withdrawal, signature: withdrawal.signature }),
  })
}

/** What the shell must check before the core may see an offer. */
export function offerSignature(network: string, offer: Offer): SignedPart {
  const { id, signature } = offer
  return {
    key: `offer ${id} ${signature}`,
    credentials: offer,
    signature,
    get bytes() {
      return offerBytes(network, offer)
    },
  }
}

/** What the shell must check before the core may see a withdrawal. */
export function withdrawalSignature(network: string, withdrawal: Withdrawal): SignedPart {
  const { id, signature } = withdrawal
  return {
    key: `withdrawal ${id} ${signature}`,
    credentials: withdrawal,
    signature,
    get bytes() {
      return withdrawalBytes(network, withdrawal)
    },
  }
}
