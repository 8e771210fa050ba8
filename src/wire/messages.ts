/**
 * The wire: one tagged union of everything that goes over a link, with its codec and the signatures to check in it.
 */
import type { SignedPart } from '../base/identity.ts'
import { type Decoded, decode, encode, type Schema, union, type ValueOf } from '../base/schema.ts'
import { type Offer, offerSignature, type Withdrawal, withdrawalSignature } from '../market/offer.ts'
import { attestationSignature, receiptSignatures } from '../market/receipt.ts'
import { type RingMessage, ringVariants } from '../ring/messages.ts'
import { marketVariants } from './market-messages.ts'

type Bodies<V> = { [K in keyof V]: V[K] extends readonly [number, infer S] ? ValueOf<S> : never }
type Variants = typeof ringVariants & ReturnType<typeof marketVariants>
type Tagged<V> = { [K in keyof V & string]: { readonly type: K } & V[K] }[keyof V & string]

/** Any message over a link. */
export type Message = Tagged<Bodies<Variants>>
/** The message of a type. */
export type MessageOf<T extends Message['type']> = Extract<Message, { type: T }>
/** Messages between traders and brokers. */
export type MarketMessage = Tagged<Bodies<ReturnType<typeof marketVariants>>>

export type OfferState = MessageOf<'price'>['state']
export type Match = MessageOf<'notify-offer'>['match']
export type Memory = MessageOf<'handoff'>['memories'][number]
export type Newest = MessageOf<'superseded'>['newest']
export type Equivocation = MessageOf<'exchange'>['equivocations'][number]

/** True for what the ring handles, false for what brokers and traders do. */
export function isRingMessage(message: Message): message is RingMessage {
  return message.type in ringVariants
}

/** Larger messages are refused by sender and receiver. */
export const MAX_MESSAGE_BYTES = 256 * 1024

/** Writes and reads the messages of one network. */
export interface Codec {
  encode(message: Message): Uint8Array
  /** Never throws; the reason is for the log and for cutting the link. */
  decode(bytes: Uint8Array): Decoded<Message>
  /** Signatures that must hold before the core may see the message. */
  signatures(message: Message): SignedPart[]
}

/** The last codec made: all peers of a process are mostly of one network, and what a codec is made of is large. */
let latest: { readonly network: string; readonly codec: Codec } | null = null

/** The codec of a network (see {@link networkId}). It has no state, so it may be shared. */
export function createCodec(network: string): Codec {
  if (latest?.network !== network) latest = { network, codec: makeCodec(network) }
  return latest.codec
}

function makeCodec(network: string): Codec {
  const schema = union({ ...ringVariants, ...marketVariants(network) } as never) as unknown as Schema<Message>
  return {
    encode: (message) => encode(schema, message),
    decode: (bytes) => (bytes.length > MAX_MESSAGE_BYTES ? { ok: false, reason: 'message too long' } : decode(schema, bytes)),
    signatures(message) {
      if (message.type !== 'relay') return signaturesOf(network, message)
      const inner = decode(schema, message.payload)
      return inner.ok && inner.value.type !== 'relay' ? signaturesOf(network, inner.value) : []
    },
  }
}

function newestSignature(network: string, newest: Newest): SignedPart {
  return newest.type === 'offer' ? offerSignature(network, newest.offer) : withdrawalSignature(network, newest.withdrawal)
}

/** What must hold before anything that brokers hand over, or keep on disk in the same form, may be believed. */
export function handoffSignatures(
  network: string,
  { memories, receipts, equivocations }: Pick<MessageOf<'handoff'>, 'memories' | 'receipts' | 'equivocations'>,
): SignedPart[] {
  const offers = (values: readonly Offer[]): SignedPart[] => values.map((offer) => offerSignature(network, offer))
  return [
    ...memories.map(({ newest }) => newestSignature(network, newest)),
    ...memories.flatMap(({ match }) => (match === null ? [] : offers([match.buy, match.sell]))),
    ...receipts.flatMap((receipt) => receiptSignatures(network, receipt)),
    ...equivocations.flatMap(({ first, second }) => offers([first, second])),
  ]
}

function signaturesOf(network: string, message: Message): SignedPart[] {
  const offers = (values: readonly Offer[]): SignedPart[] => values.map((offer) => offerSignature(network, offer))
  const withdrawals = (values: readonly Withdrawal[]): SignedPart[] => values.map((value) => withdrawalSignature(network, value))
  const pairs = (values: readonly Equivocation[]): SignedPart[] => values.flatMap(({ first, second }) => offers([first, second]))
  const states = (state: OfferState): SignedPart[] => (state.match === null ? [] : offers([state.match.buy, state.match.sell]))
  switch (message.type) {
    case 'send-offer':
    case 'notify-drop':
      return offers([message.offer])
    case 'withdraw':
      return withdrawals([message.withdrawal])
    case 'price':
    case 'offer-answer':
      return states(message.state)
    case 'book':
      return [...offers(message.offers), ...message.receipts.flatMap((receipt) => receiptSignatures(network, receipt))]
    case 'exchange':
      return [...offers(message.offers), ...withdrawals(message.withdrawals), ...pairs(message.equivocations)]
    case 'notify-offer':
      return offers([message.match.buy, message.match.sell])
    case 'receipt':
    case 'ask-attestation':
      return receiptSignatures(network, message.receipt)
    case 'attestation':
      return [attestationSignature(network, message.attestation)]
    case 'superseded':
      return [newestSignature(network, message.newest)]
    case 'handoff':
      return handoffSignatures(network, message)
    default:
      return []
  }
}
