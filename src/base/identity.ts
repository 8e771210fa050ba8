/**
 * Who a peer is: its key, the puzzle's nonce and the place on the ring that follows from both (PROTOCOL 1).
 * In base, as the ring and the market both speak of peers and do not see each other.
 */
import { BoundedMap } from './bounded.ts'
import { concat, fromHex, type Hex, sha256, toHex, utf8 } from './bytes.ts'
import { encode, hex, hexId, integer, u53 } from './schema.ts'

/** A place on the circle of 2^128: 32 lower-case hex digits. NodeIds and serviceIds are such. */
export type Id = Hex

/** A peer's place on the ring. */
export type NodeId = Id

/** What proves that a nodeId was paid for: whoever holds it can compute the nodeId. */
export interface Credentials {
  /** Ed25519 public key (RFC 8032), 32 bytes in hex. */
  readonly publicKey: Hex
  /** The puzzle's solution, 0 to 2^53 − 1. */
  readonly nonce: number
}

export const idSchema = hexId()
export const publicKeySchema = hex(32)
export const signatureSchema = hex(64)
/** A moment in ms since 1970, below 2^50. */
export const timeSchema = integer(0, 2 ** 50 - 1)

function hashOf(domain: string, network: string, credentials: Credentials): Uint8Array {
  return sha256(utf8(`${domain}\n${network}\n`), fromHex(credentials.publicKey), encode(u53, credentials.nonce))
}

/** Credentials whose nodeId is remembered; every offer that is read brings its peer's. */
const MAX_KNOWN = 16_384
const known = new BoundedMap<string, NodeId>({ capacity: MAX_KNOWN })

/** The nodeId: the first 128 bits of SHA-256("peermart/node" ‖ network ‖ publicKey ‖ nonce). */
export function nodeIdOf(network: string, credentials: Credentials): NodeId {
  const key = `${network} ${credentials.publicKey} ${credentials.nonce}`
  const before = known.get(key)
  if (before !== undefined) return before
  const nodeId = toHex(hashOf('peermart/node', network, credentials).subarray(0, 16))
  known.set(key, nodeId)
  return nodeId
}

/** How many zero bits the puzzle's hash begins with; at least p of them solve it. */
export function puzzleBits(network: string, credentials: Credentials): number {
  let bits = 0
  for (const byte of hashOf('peermart/puzzle', network, credentials)) {
    if (byte !== 0) return bits + Math.clz32(byte) - 24
    bits += 8
  }
  return bits
}

/**
 * The bytes that are signed or hashed for a purpose: a domain that no other purpose has, the network, and the canonical encoding,
 * so that no signature can be used for another thing or in another network.
 */
export function domainBytes(domain: string, network: string, body: Uint8Array): Uint8Array {
  return concat(utf8(`${domain}\n${network}\n`), body)
}

/** The first 128 bits of SHA-256 over {@link domainBytes}. */
export function domainId(domain: string, network: string, body: Uint8Array): Id {
  return toHex(sha256(domainBytes(domain, network, body)).subarray(0, 16))
}

/** One signature to check before a message may be believed. The shell does it, once for each `key`. */
export interface SignedPart {
  /** The same key always means the same bytes, signature and signer: it may be cached. */
  readonly key: string
  readonly credentials: Credentials
  readonly signature: Hex
  /** A getter where they take work: made only when the signature has to be checked, as most were checked before. */
  readonly bytes: Uint8Array
}

/** The same ids in the same order. */
export function isSame(left: readonly Id[], right: readonly Id[]): boolean {
  return left === right || (left.length === right.length && left.every((id, index) => id === right[index]))
}
