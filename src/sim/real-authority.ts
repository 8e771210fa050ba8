/**
 * Ed25519 itself (RFC 8032), by noble and synchronously, under the one rule of all peers: keys are canonical, not of small order and free of
 * torsion; verification is cofactorless (FIELD-NOTES). Some hundred times slower than the cheap twin.
 */
import { etc, getPublicKey, hashes, Point, sign } from '@noble/ed25519'
import { equalBytes, fromHex, type Hex, isHex, sha256, sha512, toHex, utf8 } from '../base/bytes.ts'
import type { Authority, Signed } from './sim-signer.ts'

hashes.sha512 = (bytes) => new Uint8Array(sha512(bytes))

const GROUP_ORDER = Point.CURVE().n

export class RealAuthority implements Authority {
  readonly #seed: Uint8Array
  readonly #secrets = new Map<Hex, Uint8Array>()
  readonly #sound = new Map<Hex, boolean>()

  constructor(seed: string) {
    this.#seed = sha256(utf8(`peermart/sim/${seed}`))
  }

  createKey(name: string): Hex {
    const secret = sha256(this.#seed, utf8(`key ${name}`))
    const publicKey = toHex(getPublicKey(secret))
    this.#secrets.set(publicKey, secret)
    return publicKey
  }

  /** Throws RangeError for a key that was not made here. */
  sign(publicKey: Hex, bytes: Uint8Array): Hex {
    const secret = this.#secrets.get(publicKey)
    if (secret === undefined) throw new RangeError('nobody here has the secret of this key')
    return toHex(sign(bytes, secret))
  }

  holds({ credentials, bytes, signature }: Signed): boolean {
    const { publicKey } = credentials
    return isHex(publicKey, 32) && isHex(signature, 64) && this.#isSound(publicKey) && verify(fromHex(publicKey), bytes, fromHex(signature))
  }

  #isSound(publicKey: Hex): boolean {
    const known = this.#sound.get(publicKey)
    if (known !== undefined) return known
    const sound = isSoundKey(fromHex(publicKey))
    this.#sound.set(publicKey, sound)
    return sound
  }
}

function isSoundKey(bytes: Uint8Array): boolean {
  try {
    const point = Point.fromBytes(bytes, false)
    return equalBytes(point.toBytes(), bytes) && !point.isSmallOrder() && point.isTorsionFree()
  } catch {
    return false
  }
}

/** S·B − k·A encodes to the very bytes of R, with S below the group order. */
function verify(publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean {
  const r = signature.subarray(0, 32)
  const s = littleEndian(signature.subarray(32))
  if (s >= GROUP_ORDER) return false
  const k = littleEndian(sha512(r, publicKey, bytes)) % GROUP_ORDER
  const point = (scalar: bigint, base: Point): Point => (scalar === 0n ? Point.ZERO : base.multiply(scalar, false))
  const difference = point(s, Point.BASE).subtract(point(k, Point.fromBytes(publicKey, false)))
  return equalBytes(difference.toBytes(), r)
}

function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${etc.bytesToHex(bytes.slice().reverse())}`)
}
