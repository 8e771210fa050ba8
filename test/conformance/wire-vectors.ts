/**
 * Makes the vectors of wire.json: everything that is hashed, signed or sent, as fields and as bytes, for a second implementation.
 * `UPDATE_VECTORS=1 npx vitest run test/conformance/wire.test.ts` writes the file; without it the test compares.
 *
 * Fields that hold bytes are written in hex. Ids, `peer` and `broker` are not sent: a reader computes them.
 * The signatures are real (RFC 8032). The secret keys are SHA-256 of "peermart/vector/<name>".
 */
import { getPublicKey, hashes, sign } from '@noble/ed25519'
import { sha512 } from '@noble/hashes/sha2.js'
import { signalBytes } from '../../src/adapters/links/signals.ts'
import { fromHex, sha256, toHex, utf8 } from '../../src/base/bytes.ts'
import { type Credentials, nodeIdOf, puzzleBits } from '../../src/base/identity.ts'
import { encode } from '../../src/base/schema.ts'
import { offerBytes, type Side, sealOffer, sealWithdrawal, withdrawalBytes } from '../../src/market/offer.ts'
import { attestationBytes, type Receipt, receiptBytes, receiptIdOf } from '../../src/market/receipt.ts'
import { type Service, serviceIdOf, serviceSchema, serviceToLinkText } from '../../src/market/service.ts'
import type { Signal } from '../../src/ring/messages.ts'
import { createCodec, type Message } from '../../src/wire/messages.ts'
import { networkId, type Parameters } from '../../src/wire/parameters.ts'

hashes.sha512 = sha512

const parameters: Parameters = { network: 'peermart', n: 8, f: 4, m: 64, t: 600_000, slot: 1_000, s: 16, p: 8, a: 0.1 }
const network = networkId(parameters)
export const codec = createCodec(network)

interface Peer extends Credentials {
  readonly name: string
  readonly secretKey: string
  readonly nodeId: string
  readonly puzzleBits: number
}

/** A peer whose nonce is the least that solves the puzzle. */
function peerOf(name: string): Peer {
  const secret = sha256(utf8(`peermart/vector/${name}`))
  const publicKey = toHex(getPublicKey(secret))
  let nonce = 0
  while (puzzleBits(network, { publicKey, nonce }) < parameters.p) nonce += 1
  const credentials = { publicKey, nonce }
  return {
    name,
    secretKey: toHex(secret),
    ...credentials,
    nodeId: nodeIdOf(network, credentials),
    puzzleBits: puzzleBits(network, credentials),
  }
}

const [buyer, seller, broker] = [peerOf('buyer'), peerOf('seller'), peerOf('broker')]

function signed(peer: Peer, bytes: Uint8Array): { signedBytes: string; signature: string } {
  return { signedBytes: toHex(bytes), signature: toHex(sign(bytes, fromHex(peer.secretKey))) }
}

const general: Service = {
  name: 'Disk space',
  kind: 'general',
  unit: 'GB',
  currency: 'EUR',
  decimals: 2,
  tags: ['disk', 'storage'],
  file: null,
}
const digest = toHex(sha256(utf8('The quick brown fox jumps over the lazy dog')))
const file: Service = {
  name: 'Grüße 🦊',
  kind: 'file',
  unit: 'copy',
  currency: '€',
  decimals: 0,
  tags: [],
  file: { size: 43, sha256: digest },
}
const service = serviceIdOf(network, general)

const START_MS = 1_700_000_000_000
/** An odd slot, in which the offers below were exchanged. */
const SLOT = START_MS / parameters.slot + 1

function offerOf(peer: Peer, side: Side, changes: { price: number; quantity: number; seq: number }) {
  const { publicKey, nonce } = peer
  const terms = { service, publicKey, nonce, side, ...changes, validUntil: START_MS + 600_000 }
  const { signedBytes, signature } = signed(peer, offerBytes(network, terms))
  return { signedBytes, offer: sealOffer(network, terms, signature) }
}

const buy = offerOf(buyer, 'buy', { price: 151, quantity: 3, seq: START_MS })
const sell = offerOf(seller, 'sell', { price: 150, quantity: 2 ** 50 - 1, seq: START_MS + 1 })
/** The seller's other offer under one number: an equivocation. */
const other = offerOf(seller, 'sell', { price: 149, quantity: 1, seq: START_MS + 1 })

const withdrawalTerms = { service, publicKey: buyer.publicKey, nonce: buyer.nonce, seq: START_MS + 2, validUntil: START_MS + 600_000 }
const withdrawalSigned = signed(buyer, withdrawalBytes(network, withdrawalTerms))
const withdrawal = sealWithdrawal(network, withdrawalTerms, withdrawalSigned.signature)

const receiptTerms = { service, buy: buy.offer, sell: sell.offer, quantity: 3, slot: SLOT }
const sellerSigned = signed(seller, receiptBytes(network, receiptTerms))
const half: Receipt = {
  ...receiptTerms,
  id: receiptIdOf(network, receiptTerms),
  sellerSignature: sellerSigned.signature,
  buyerSignature: null,
}
const whole: Receipt = { ...half, buyerSignature: signed(buyer, receiptBytes(network, receiptTerms)).signature }

const attestationTerms = { service, receipt: whole.id, publicKey: broker.publicKey, nonce: broker.nonce, seen: true, members: 8 }
const attestationSigned = signed(broker, attestationBytes(network, attestationTerms))
const attestation = { ...attestationTerms, signature: attestationSigned.signature, broker: broker.nodeId }

const signalBody: Omit<Signal, 'signature'> = {
  kind: 'offer',
  from: buyer.nodeId,
  to: seller.nodeId,
  purpose: 'trade',
  connection: '000102030405060708090a0b0c0d0e0f',
  sdp: 'v=0\r\n',
  publicKey: buyer.publicKey,
  nonce: buyer.nonce,
}
const signalSigned = signed(buyer, signalBytes(network, signalBody))
const signal: Signal = { ...signalBody, signature: signalSigned.signature }

const id = 0x01020304
const route = 'f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff'
const match = { buy: buy.offer, sell: sell.offer, slot: SLOT }
const members = [buyer.nodeId, seller.nodeId, broker.nodeId].sort()
const equivocation = { first: sell.offer, second: other.offer }
const matched = { seq: buy.offer.seq, state: 'matched' as const, match }
const unknown = { seq: 0, state: 'unknown' as const, match: null }
const [predecessors, successors] = [[seller.nodeId], [broker.nodeId, seller.nodeId]]
const request = codec.encode({ type: 'get-price', id, service })

const messages: Message[] = [
  { type: 'ping', id, time: START_MS },
  { type: 'pong', id, time: START_MS, clock: START_MS + 7 },
  { type: 'stabilize', id, predecessors, successors },
  { type: 'neighbours', id, predecessors, successors: [] },
  { type: 'leave', predecessors, successors },
  { type: 'unlink', reason: 'kein Bedarf – später' },
  { type: 'route', route, target: service, exact: false, hops: 0, body: { type: 'find' } },
  { type: 'route', route, target: seller.nodeId, exact: true, hops: 1, body: { type: 'signal', signal } },
  { type: 'route', route, target: service, exact: false, hops: 2, body: { type: 'request', payload: request } },
  { type: 'route-ack', route },
  { type: 'route-reply', route, body: { type: 'found', node: broker.nodeId, predecessors, successors, hops: 2 } },
  { type: 'route-reply', route, body: { type: 'signal', signal } },
  { type: 'route-reply', route, body: { type: 'response', node: broker.nodeId, payload: Uint8Array.of(0, 127, 255), hops: 2 } },
  { type: 'route-reply', route, body: { type: 'failed', reason: 'unreachable' } },
  { type: 'purpose', purpose: 'guest', needed: true },
  { type: 'relay', peer: seller.nodeId, outbound: true, hops: 0, payload: codec.encode({ type: 'receipt', receipt: half }) },
  { type: 'get-price', id, service },
  { type: 'price', id, service, bid: 301, ask: 0, slot: SLOT, state: matched, members },
  { type: 'send-offer', id, offer: buy.offer, parameters: general },
  { type: 'send-offer', id, offer: sell.offer, parameters: null },
  { type: 'withdraw', id, withdrawal },
  { type: 'offer-answer', id, service, refusal: null, state: { seq: buy.offer.seq, state: 'stored', match: null }, members },
  { type: 'offer-answer', id, service, refusal: 'service-unknown', state: unknown, members: [] },
  { type: 'not-broker', id, service, members },
  { type: 'get-book', id, service },
  {
    type: 'book',
    id,
    service,
    parameters: general,
    offers: [buy.offer, sell.offer],
    receipts: [whole],
    slot: SLOT,
    decision: { slot: SLOT, digest: route },
    members,
  },
  { type: 'announce', parameters: file },
  { type: 'exchange', service, slot: SLOT, offers: [buy.offer], withdrawals: [withdrawal], equivocations: [equivocation] },
  { type: 'exchange-ack', service, slot: SLOT, known: false },
  { type: 'notify-offer', match },
  { type: 'notify-drop', offer: buy.offer, reason: 'price' },
  { type: 'receipt', receipt: half },
  { type: 'receipt', receipt: whole },
  { type: 'attestation', attestation },
  { type: 'ask-attestation', receipt: whole },
  { type: 'superseded', receipt: whole.id, newest: { type: 'withdrawal', withdrawal } },
  { type: 'superseded', receipt: whole.id, newest: { type: 'offer', offer: other.offer } },
  {
    type: 'handoff',
    service,
    parameters: general,
    part: 0,
    parts: 1,
    memories: [
      { newest: { type: 'offer', offer: sell.offer }, state: 'matched', until: sell.offer.validUntil, match },
      { newest: { type: 'withdrawal', withdrawal }, state: 'withdrawn', until: withdrawal.validUntil, match: null },
    ],
    receipts: [whole],
    equivocations: [equivocation],
  },
  { type: 'handoff-ack', service, part: 0 },
]

/** The value as JSON can hold it: bytes become hex. */
export function toJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_, field) => (field instanceof Uint8Array ? toHex(field) : field)))
}

function messageVector(message: Message) {
  const { type, ...fields } = message
  const bytes = codec.encode(message)
  return { type, code: bytes[0], fields, bytes: toHex(bytes) }
}

/** The whole file. */
export const wireVectors = toJson({
  parameters,
  network,
  peers: [buyer, seller, broker],
  services: [general, file].map((fields) => {
    return {
      fields,
      bytes: toHex(encode(serviceSchema, fields)),
      serviceId: serviceIdOf(network, fields),
      linkText: serviceToLinkText(fields),
    }
  }),
  offers: [buy, sell, other].map(({ signedBytes, offer }) => ({ fields: offer, signedBytes })),
  withdrawals: [{ fields: withdrawal, signedBytes: withdrawalSigned.signedBytes }],
  receipts: [half, whole].map((fields) => ({ fields, signedBytes: sellerSigned.signedBytes })),
  attestations: [{ fields: attestation, signedBytes: attestationSigned.signedBytes }],
  signals: [{ fields: signal, signedBytes: signalSigned.signedBytes }],
  messages: messages.map(messageVector),
})
