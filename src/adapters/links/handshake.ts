/**
 * What both sides of a new channel say before it is a link: the bytes of hello, proof and ready (docs/protocol.md).
 * hello: who I claim to be, and a challenge · proof: my signature over both nodeIds, both challenges and both bindings · ready: your proof holds.
 */
import { type Hex, sha256, toHex } from '../../base/bytes.ts'
import {
  type Credentials,
  domainBytes,
  idSchema,
  type NodeId,
  nodeIdOf,
  publicKeySchema,
  type SignedPart,
  signatureSchema,
} from '../../base/identity.ts'
import { bool, type Decoded, decode, encode, hex, record, text, u8, u53, type ValueOf } from '../../base/schema.ts'

/** Version of frames and handshake. Its place, the first byte of a hello, never changes. */
export const LINK_VERSION = 1
/** Bytes of a challenge: no two sessions ever have the same. */
export const CHALLENGE_BYTES = 16
const MAX_NETWORK_BYTES = 300
const MAX_BINDING_BYTES = 200

const helloSchema = record({
  version: u8,
  network: text(MAX_NETWORK_BYTES),
  publicKey: publicKeySchema,
  nonce: u53,
  challenge: hex(CHALLENGE_BYTES),
})
export type Hello = ValueOf<typeof helloSchema>

/** `linked`: the sender has a direct link to the receiver, as far as it knows. */
export const proofSchema = record({ signature: signatureSchema, linked: bool })
/** `order`: 0 from the higher nodeId; from the lower, greater than for any earlier session of the two. */
export const readySchema = record({ order: u53 })

const claimSchema = record({
  initiator: bool,
  from: idSchema,
  to: idSchema,
  fromChallenge: hex(CHALLENGE_BYTES),
  toChallenge: hex(CHALLENGE_BYTES),
  fromBinding: text(MAX_BINDING_BYTES),
  toBinding: text(MAX_BINDING_BYTES),
})
/** What a proof signs, seen from its signer. `initiator` tells the two proofs of a session apart, so that none can be sent back as the other's. */
export type Claim = ValueOf<typeof claimSchema>

/** Who this peer is to others. */
export interface Identity {
  readonly nodeId: NodeId
  readonly credentials: Credentials
  readonly network: string
}

export function encodeHello(identity: Identity, challenge: Hex): Uint8Array {
  const { network, credentials } = identity
  return encode(helloSchema, { version: LINK_VERSION, network, publicKey: credentials.publicKey, nonce: credentials.nonce, challenge })
}

/** Reads a hello of this version. A reason that begins with "other version" is no fault of the sender's. */
export function decodeHello(bytes: Uint8Array): Decoded<Hello> {
  if (bytes.length > 0 && bytes[0] !== LINK_VERSION)
    return { ok: false, reason: `other version of the link protocol: ${bytes[0]}, ours is ${LINK_VERSION}` }
  return decode(helloSchema, bytes)
}

/** The nodeId that a hello's sender claims, in its own network. */
export function claimedNodeId(hello: Hello): NodeId {
  return nodeIdOf(hello.network, hello)
}

/** What is signed for a claim. */
export function claimBytes(network: string, claim: Claim): Uint8Array {
  return domainBytes('peermart/link', network, encode(claimSchema, claim))
}

/** The signature to check before a channel is a link. */
export function proofPart(
  identity: { readonly network: string; readonly credentials: Credentials },
  claim: Claim,
  signature: Hex,
): SignedPart {
  const { publicKey, nonce } = identity.credentials
  const bytes = claimBytes(identity.network, claim)
  return { key: `link/${toHex(sha256(bytes))}/${publicKey}/${nonce}/${signature}`, credentials: { publicKey, nonce }, bytes, signature }
}
