/**
 * Ed25519 (RFC 8032) by WebCrypto, which is fast, or by noble's points where a browser has none. Both give the same answers on every input:
 *
 * 1. A public key counts only when it is canonically encoded, on the curve, not of small order and free of torsion ({@link isSoundKey}).
 *    Checked with noble in both cases: WebCrypto accepts keys with which anyone forges any message (FIELD-NOTES).
 * 2. Verification is cofactorless: with S below the group order, S·B − k·A must encode to the very bytes of R. WebCrypto does just that;
 *    noble's own `verify` does not, so its points are used instead.
 */
import { etc, getPublicKeyAsync, hashes, Point, signAsync, utils } from '@noble/ed25519'
import { fromBase64url } from '../base/base64url.ts'
import { concat, equalBytes, fromHex, type Hex, toHex } from '../base/bytes.ts'

/** A CryptoKey that no script can read, or the 32 bytes of RFC 8032's seed where WebCrypto has no Ed25519. */
export type PrivateKey = CryptoKey | Uint8Array

export interface KeyPair {
  /** 32 bytes. */
  readonly publicKey: Hex
  readonly privateKey: PrivateKey
  /**
   * The same private key in a form that {@link seedOf} can read, for a backup. Apart from the one that signs, which stays in reach of the tab's code
   * all its life: what signs cannot give the key away. That does not stop a script that runs in this page, which could ask for a backup
   * as the person does; to wrap the seed with a second key kept beside it would not either.
   */
  readonly backupKey: PrivateKey
}

/** Checks signatures of one key. Never throws, whatever the bytes. */
export type Verify = (bytes: Uint8Array, signature: Uint8Array) => Promise<boolean>

export interface Ed25519 {
  readonly name: 'webcrypto' | 'noble'
  createKeyPair(): Promise<KeyPair>
  /** The key pair of RFC 8032's seed of 32 bytes. */
  keyPairOf(seed: Uint8Array): Promise<KeyPair>
  /** For a key that {@link isSoundKey}; the costly part of a verification that only depends on the key is done here, once. */
  verifier(publicKey: Hex): Promise<Verify>
}

const ALGORITHM = 'Ed25519'
const GROUP_ORDER = Point.CURVE().n

/** The types of the DOM tell apart what kind of buffer is behind an array; ours never share memory. */
function source(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes as Uint8Array<ArrayBuffer>
}

function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(bytes.slice().reverse())}`)
}

/** True for a key whose signatures mean something: see 1 above. About 2 ms; never throws. */
export function isSoundKey(publicKey: Hex): boolean {
  try {
    const bytes = fromHex(publicKey)
    const point = Point.fromBytes(bytes, false)
    // Encoding it again catches what a lenient decoder would let pass: y beyond the field, a sign on x = 0.
    return equalBytes(point.toBytes(), bytes) && !point.isSmallOrder() && point.isTorsionFree()
  } catch {
    return false
  }
}

/** A signature of 64 bytes, by whichever means the key is for. */
export async function signBytes(privateKey: PrivateKey, bytes: Uint8Array): Promise<Uint8Array> {
  if (privateKey instanceof Uint8Array) return await signAsync(bytes, privateKey)
  return new Uint8Array(await crypto.subtle.sign(ALGORITHM, privateKey, source(bytes)))
}

/** What comes before the seed in PKCS #8 (RFC 8410, section 7). */
const PKCS8_HEAD = fromHex('302e020100300506032b657004220420')

function importSeed(seed: Uint8Array, extractable: boolean): Promise<CryptoKey> {
  return crypto.subtle.importKey('pkcs8', source(concat(PKCS8_HEAD, seed)), ALGORITHM, extractable, ['sign'])
}

/** A field of a JWK (RFC 8037): 32 bytes. */
function jwkBytes(field: string | undefined): Uint8Array {
  const bytes = fromBase64url(field ?? '')
  if (bytes?.length !== 32) throw new Error('This browser does not give out the key as RFC 8037 has it.')
  return bytes
}

async function webCryptoPair(seed: Uint8Array, backupKey: CryptoKey): Promise<KeyPair> {
  const { x } = await crypto.subtle.exportKey('jwk', backupKey)
  return { publicKey: toHex(jwkBytes(x)), privateKey: await importSeed(seed, false), backupKey }
}

/** The seed of 32 bytes; null for a CryptoKey that no script can read. */
export async function seedOf(key: PrivateKey): Promise<Uint8Array | null> {
  if (key instanceof Uint8Array) return key.slice()
  return key.extractable ? jwkBytes((await crypto.subtle.exportKey('jwk', key)).d) : null
}

/** The key pair of a seed, by whichever means this browser has. */
export async function keyPairOf(seed: Uint8Array): Promise<KeyPair> {
  return (await detectEd25519()).keyPairOf(seed)
}

export const webCryptoEd25519: Ed25519 = {
  name: 'webcrypto',
  async createKeyPair() {
    const { privateKey } = (await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])) as CryptoKeyPair
    const jwk = await crypto.subtle.exportKey('jwk', privateKey)
    return webCryptoPair(jwkBytes(jwk.d), privateKey)
  },
  async keyPairOf(seed) {
    return webCryptoPair(seed, await importSeed(seed, true))
  },
  async verifier(publicKey) {
    const key = await crypto.subtle.importKey('raw', source(fromHex(publicKey)), ALGORITHM, false, ['verify'])
    return async (bytes, signature) => {
      try {
        return await crypto.subtle.verify(ALGORITHM, key, source(signature), source(bytes))
      } catch {
        return false
      }
    }
  },
}

/** S·B − k·A encodes to R, with S below the group order: see 2 above. */
function holds(A: Point, signature: Uint8Array, digest: Uint8Array): boolean {
  const S = littleEndian(signature.subarray(32))
  if (S >= GROUP_ORDER) return false
  const k = etc.mod(littleEndian(digest), GROUP_ORDER)
  const R = Point.BASE.multiply(S, false).subtract(A.multiply(k, false))
  return equalBytes(R.toBytes(), signature.subarray(0, 32))
}

export const nobleEd25519: Ed25519 = {
  name: 'noble',
  async createKeyPair() {
    return this.keyPairOf(utils.randomSecretKey())
  },
  async keyPairOf(seed) {
    const privateKey = seed.slice()
    return { publicKey: toHex(await getPublicKeyAsync(privateKey)), privateKey, backupKey: privateKey }
  },
  async verifier(publicKey) {
    const key = fromHex(publicKey)
    const A = Point.fromBytes(key, false)
    return async (bytes, signature) => {
      if (signature.length !== 64) return false
      return holds(A, signature, await hashes.sha512Async(etc.concatBytes(signature.subarray(0, 32), key, bytes)))
    }
  },
}

let detected: Promise<Ed25519> | undefined

/**
 * WebCrypto where it has Ed25519, noble elsewhere; asked once. Throws an Error for a person when the page has no WebCrypto at all,
 * as on plain http: neither hashes nor Web Locks exist there.
 */
export function detectEd25519(): Promise<Ed25519> {
  detected ??= detect()
  return detected
}

async function detect(): Promise<Ed25519> {
  if (globalThis.crypto?.subtle === undefined) {
    throw new Error(
      'This page was opened over plain http, where browsers offer no cryptography. Open it over https, or as http://localhost.',
    )
  }
  try {
    const { publicKey, privateKey } = await webCryptoEd25519.createKeyPair()
    const probe = new Uint8Array(1)
    const verify = await webCryptoEd25519.verifier(publicKey)
    return (await verify(probe, await signBytes(privateKey, probe))) ? webCryptoEd25519 : nobleEd25519
  } catch {
    return nobleEd25519
  }
}
