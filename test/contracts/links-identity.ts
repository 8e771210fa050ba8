/** Real keys and signers for tests of the links, in Node and in a browser. */

import { nobleEd25519, type PrivateKey } from '../../src/adapters/ed25519.ts'
import { createSigner } from '../../src/adapters/signer.ts'
import { toHex } from '../../src/base/bytes.ts'
import { type Credentials, type NodeId, nodeIdOf } from '../../src/base/identity.ts'
import type { Signer } from '../../src/peer/world.ts'

export interface TestIdentity {
  readonly nodeId: NodeId
  readonly credentials: Credentials
  readonly network: string
  readonly signer: Signer
}

/** A key that many networks can be joined with. */
export interface TestKey {
  readonly publicKey: string
  readonly privateKey: PrivateKey
}

export function createKey(): Promise<TestKey> {
  return nobleEd25519.createKeyPair()
}

/** An identity of a network with a puzzle of no bits. */
export function identityOf(key: TestKey, network: string): TestIdentity {
  const credentials = { publicKey: key.publicKey, nonce: 0 }
  const signer = createSigner({ privateKey: key.privateKey, network, puzzleBits: 0 })
  return { nodeId: nodeIdOf(network, credentials), credentials, network, signer }
}

/** Identities of one network, by ascending nodeId. */
export async function createIdentities(count: number, network = 'test#0'): Promise<TestIdentity[]> {
  const keys = await Promise.all(Array.from({ length: count }, createKey))
  return keys.map((key) => identityOf(key, network)).sort((left, right) => (left.nodeId < right.nodeId ? -1 : 1))
}

export function randomHex(byteCount: number): string {
  return toHex(crypto.getRandomValues(new Uint8Array(byteCount)))
}
