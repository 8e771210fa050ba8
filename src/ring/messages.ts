/**
 * What ring members say to each other (PROTOCOL 8). Every message comes over a link, so its sender is known and not in it.
 */
import { type Credentials, idSchema, type NodeId, publicKeySchema, signatureSchema, timeSchema } from '../base/identity.ts'
import { bool, bytes, choice, hex, integer, list, record, type Schema, text, u8, u32, u53, union, type ValueOf } from '../base/schema.ts'

/** Bounds of what a message may carry. */
export const MAX_LIST = 64
export const MAX_SDP_BYTES = 12_000
export const MAX_PAYLOAD_BYTES = 12_000
export const MAX_HOPS = 64

const purpose = choice('neighbour', 'finger', 'trade', 'guest')
/** What a link is for: admission is typed (PROTOCOL 8). */
export type LinkPurpose = ValueOf<typeof purpose>

/**
 * One message of the WebRTC signalling between two peers, signed by `from`. The ring only carries it and checks admission;
 * the link adapter makes, signs and verifies it.
 * ask: the higher nodeId asks the lower to initiate · offer, answer: the SDP of either side · refuse: no link, `sdp` holds the reason.
 */
export interface Signal extends Credentials {
  readonly kind: 'ask' | 'offer' | 'answer' | 'refuse'
  readonly from: NodeId
  readonly to: NodeId
  readonly purpose: LinkPurpose
  /** Chosen by the side that sends the first signal; the same in all signals of one attempt. */
  readonly connection: string
  readonly sdp: string
  readonly signature: string
}

export const signalSchema: Schema<Signal> = record({
  kind: choice('ask', 'offer', 'answer', 'refuse'),
  from: idSchema,
  to: idSchema,
  purpose,
  connection: hex(16),
  sdp: text(MAX_SDP_BYTES),
  publicKey: publicKeySchema,
  nonce: u53,
  signature: signatureSchema,
})

const nodeIds = list(idSchema, MAX_LIST)

/** A routed request's content. find: find_successor. signal: for exactly `target`. request: for the application, by whoever is responsible for `target`. */
const routeBodySchema = union({
  find: [0, record({})],
  signal: [1, record({ signal: signalSchema })],
  request: [2, record({ payload: bytes(MAX_PAYLOAD_BYTES) })],
})
export type RouteBody = ValueOf<typeof routeBodySchema>

/** What comes back along the way that a routed request went. */
const replyBodySchema = union({
  /** The node that answered: target's predecessor or itself the target, with its lists, nearest first. */
  found: [0, record({ node: idSchema, predecessors: nodeIds, successors: nodeIds, hops: u8 })],
  signal: [1, record({ signal: signalSchema })],
  response: [2, record({ node: idSchema, payload: bytes(MAX_PAYLOAD_BYTES), hops: u8 })],
  failed: [3, record({ reason: choice('no-route', 'unreachable', 'busy', 'refused', 'too-many-hops') })],
})
export type ReplyBody = ValueOf<typeof replyBodySchema>

/** Codes 0 to 31 of the wire's union. */
export const ringVariants = {
  /** Keep-alive, round trip and clock: `time` is the sender's local clock, given back in the pong. */
  ping: [0, record({ id: u32, time: timeSchema })],
  pong: [1, record({ id: u32, time: timeSchema, clock: timeSchema })],
  /** stabilize and notify in one: "here are my lists, tell me yours". Nearest first; only peers that the sender has an open direct link to. `id` is not 0. */
  stabilize: [2, record({ id: u32, predecessors: nodeIds, successors: nodeIds })],
  /** The answer to stabilize, with its id; with id 0 it is news, sent when the sender's links to neighbours changed. Not answered. */
  neighbours: [3, record({ id: u32, predecessors: nodeIds, successors: nodeIds })],
  /** Goodbye: the sender leaves the ring (pagehide). Its lists help to close the gap. */
  leave: [4, record({ predecessors: nodeIds, successors: nodeIds })],
  /** The link is no longer wanted; the sender stays in the ring. */
  unlink: [5, record({ reason: text(120) })],
  /** A recursive request. `exact`: only `target` itself may answer. `route` is chosen by the originator and unique for it. */
  route: [6, record({ route: hex(16), target: idSchema, exact: bool, hops: u8, body: routeBodySchema })],
  /** Hop acknowledgement: the receiver took the request over. */
  'route-ack': [7, record({ route: hex(16) })],
  'route-reply': [8, record({ route: hex(16), body: replyBodySchema })],
  /** What the link is for from now on, for the other side's admission; `needed` false: it may be closed. */
  purpose: [9, record({ purpose, needed: bool })],
  /** A few messages for a peer that the sender has no link to, through one that has; `from` is set by the relay (PROTOCOL 8). */
  relay: [10, record({ peer: idSchema, outbound: bool, hops: integer(0, 1), payload: bytes(MAX_PAYLOAD_BYTES) })],
} as const

/** For the wire's union and for tests of the ring alone. */
export const ringMessageSchema = union(ringVariants as unknown as RingVariants)
type RingVariants = { [K in keyof typeof ringVariants]: readonly [number, Schema<ValueOf<(typeof ringVariants)[K][1]>>] }
export type RingMessage = ValueOf<typeof ringMessageSchema>
