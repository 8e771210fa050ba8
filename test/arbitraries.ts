/** Arbitrary messages of every variant, for tests with fast-check. */
import fc from 'fast-check'
import { toHex, utf8 } from '../src/base/bytes.ts'
import { nodeIdOf } from '../src/base/identity.ts'
import { MAX_AMOUNT, MAX_SEQ, sealOffer, sealWithdrawal } from '../src/market/offer.ts'
import { receiptIdOf } from '../src/market/receipt.ts'
import type { Service } from '../src/market/service.ts'
import { type Codec, createCodec, type Message, type MessageOf } from '../src/wire/messages.ts'

/** The network of all messages made here. */
export const NETWORK = 'test#0123456789abcdef'
export const codec: Codec = createCodec(NETWORK)

export const hexOf = (byteCount: number): fc.Arbitrary<string> => fc.uint8Array({ minLength: byteCount, maxLength: byteCount }).map(toHex)
const id = hexOf(16)
const u32 = fc.nat(0xffffffff)
const u8 = fc.nat(255)
const slot = fc.oneof(fc.nat(2 ** 31 - 1), fc.constant(2 ** 50))
const time = fc.nat(2 ** 31 - 1).map((value) => value * 500_000)
const amount = fc.oneof(fc.integer({ min: 1, max: MAX_AMOUNT }), fc.constantFrom(1, MAX_AMOUNT))
const seq = fc.oneof(fc.integer({ min: 1, max: MAX_SEQ }), fc.constantFrom(1, MAX_SEQ))
const credentials = { publicKey: hexOf(32), nonce: fc.maxSafeNat() }
const signature = hexOf(64)
const textOf = (mostBytes: number): fc.Arbitrary<string> => {
  return fc.string({ unit: 'binary', maxLength: 20 }).filter((value) => utf8(value).length <= mostBytes)
}
const few = <T>(item: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(item, { maxLength: 3 })

export const offerTerms = fc.record({
  service: id,
  ...credentials,
  side: fc.constantFrom('buy' as const, 'sell' as const),
  price: amount,
  quantity: amount,
  seq,
  validUntil: time,
})
export const offer = fc.tuple(offerTerms, signature).map(([terms, signed]) => sealOffer(NETWORK, terms, signed))
export const withdrawal = fc
  .tuple(fc.record({ service: id, ...credentials, seq, validUntil: time }), signature)
  .map(([terms, signed]) => sealWithdrawal(NETWORK, terms, signed))
export const receipt = fc
  .record({
    service: id,
    buy: offer,
    sell: offer,
    quantity: amount,
    slot,
    sellerSignature: signature,
    buyerSignature: fc.option(signature),
  })
  .map((terms) => ({ ...terms, id: receiptIdOf(NETWORK, terms) }))
export const attestation = fc
  .record({ service: id, receipt: id, ...credentials, seen: fc.boolean(), members: fc.nat(65_535), signature })
  .map((terms) => ({ ...terms, broker: nodeIdOf(NETWORK, terms) }))
const service: fc.Arbitrary<Service> = fc.record({
  name: textOf(400),
  kind: fc.constantFrom('general' as const, 'file' as const),
  unit: textOf(120),
  currency: textOf(48),
  decimals: fc.nat(8),
  tags: fc.array(textOf(120), { maxLength: 8 }),
  file: fc.option(fc.record({ size: fc.maxSafeNat(), sha256: hexOf(32) })),
})

const members = fc.array(id, { maxLength: 64, size: 'medium' })
const match = fc.record({ buy: offer, sell: offer, slot })
const state = fc.record({
  seq: fc.oneof(fc.constant(0), seq),
  state: fc.constantFrom(
    'unknown' as const,
    'stored' as const,
    'matched' as const,
    'dropped' as const,
    'withdrawn' as const,
    'expired' as const,
  ),
  match: fc.option(match),
})
const newest = fc.oneof(
  fc.record({ type: fc.constant('offer' as const), offer }),
  fc.record({ type: fc.constant('withdrawal' as const), withdrawal }),
)
const memory = fc.record({
  newest,
  state: fc.constantFrom('stored' as const, 'matched' as const, 'dropped' as const, 'withdrawn' as const),
  until: time,
  match: fc.option(match),
})
const equivocation = fc.record({ first: offer, second: offer })
const refusal = fc.constantFrom('price' as const, 'stale' as const, 'expired' as const, 'not-broker' as const, 'busy' as const)
const doubledPrice = fc.oneof(fc.constant(0), fc.constant(2 * MAX_AMOUNT), fc.nat(2 ** 31 - 1))
const purpose = fc.constantFrom('neighbour' as const, 'finger' as const, 'trade' as const, 'guest' as const)
const signal = fc.record({
  kind: fc.constantFrom('ask' as const, 'offer' as const, 'answer' as const, 'refuse' as const),
  from: id,
  to: id,
  purpose,
  connection: id,
  sdp: textOf(12_000),
  ...credentials,
  signature,
})
const payload = fc.uint8Array({ maxLength: 50 })
const lists = { predecessors: few(id), successors: few(id) }
const routeBody = fc.oneof(
  fc.record({ type: fc.constant('find' as const) }),
  fc.record({ type: fc.constant('signal' as const), signal }),
  fc.record({ type: fc.constant('request' as const), payload }),
)
const replyBody = fc.oneof(
  fc.record({ type: fc.constant('found' as const), node: id, ...lists, hops: u8 }),
  fc.record({ type: fc.constant('signal' as const), signal }),
  fc.record({ type: fc.constant('response' as const), node: id, payload, hops: u8 }),
  fc.record({
    type: fc.constant('failed' as const),
    reason: fc.constantFrom('no-route' as const, 'unreachable' as const, 'too-many-hops' as const),
  }),
)

/** By type. The compiler wants every type here, so a new variant cannot be forgotten. */
const bodies: { [T in Exclude<Message['type'], 'relay'>]: fc.Arbitrary<Omit<MessageOf<T>, 'type'>> } = {
  ping: fc.record({ id: u32, time }),
  pong: fc.record({ id: u32, time, clock: time }),
  stabilize: fc.record({ id: u32, ...lists }),
  neighbours: fc.record({ id: u32, ...lists }),
  leave: fc.record(lists),
  unlink: fc.record({ reason: textOf(120) }),
  route: fc.record({ route: id, target: id, exact: fc.boolean(), hops: u8, body: routeBody }),
  'route-ack': fc.record({ route: id }),
  'route-reply': fc.record({ route: id, body: replyBody }),
  purpose: fc.record({ purpose, needed: fc.boolean() }),
  'get-price': fc.record({ id: u32, service: id }),
  price: fc.record({ id: u32, service: id, bid: doubledPrice, ask: doubledPrice, slot, state, members }),
  'send-offer': fc.record({ id: u32, offer, parameters: fc.option(service) }),
  withdraw: fc.record({ id: u32, withdrawal }),
  'offer-answer': fc.record({ id: u32, service: id, refusal: fc.option(refusal), state, members }),
  'not-broker': fc.record({ id: u32, service: id, members }),
  'get-book': fc.record({ id: u32, service: id }),
  book: fc.record({
    id: u32,
    service: id,
    parameters: fc.option(service),
    offers: few(offer),
    receipts: few(receipt),
    slot,
    decision: fc.option(fc.record({ slot, digest: id })),
    members,
  }),
  announce: fc.record({ parameters: service }),
  exchange: fc.record({ service: id, slot, offers: few(offer), withdrawals: few(withdrawal), equivocations: few(equivocation) }),
  'exchange-ack': fc.record({ service: id, slot, known: fc.boolean() }),
  'notify-offer': fc.record({ match }),
  'notify-drop': fc.record({ offer, reason: refusal }),
  receipt: fc.record({ receipt }),
  attestation: fc.record({ attestation }),
  'ask-attestation': fc.record({ receipt }),
  superseded: fc.record({ receipt: id, newest }),
  handoff: fc.record({
    service: id,
    parameters: service,
    part: fc.nat(65_535),
    parts: fc.nat(65_535),
    memories: few(memory),
    receipts: few(receipt),
    equivocations: few(equivocation),
  }),
  'handoff-ack': fc.record({ service: id, part: fc.nat(65_535) }),
}

const relayed = Object.entries(bodies).map(([type, body]) =>
  (body as fc.Arbitrary<object>).map((fields) => ({ type, ...fields }) as Message),
)
/** A relay carries a whole message, or garbage. */
const relay = fc.record({
  type: fc.constant('relay' as const),
  peer: id,
  outbound: fc.boolean(),
  hops: fc.constantFrom(0, 1),
  payload: fc.oneof(
    payload,
    fc.oneof(...relayed).map((message) => codec.encode(message)),
  ),
})

/** An arbitrary message for each type. */
export const messages: ReadonlyMap<Message['type'], fc.Arbitrary<Message>> = new Map<Message['type'], fc.Arbitrary<Message>>([
  ...Object.keys(bodies).map((type, index) => [type as Message['type'], relayed[index] as fc.Arbitrary<Message>] as const),
  ['relay', relay],
])
export const message: fc.Arbitrary<Message> = fc.oneof(...messages.values())
