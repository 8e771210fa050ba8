/** scrypt (RFC 7914), which makes trying out passphrases cost memory and time. For a Worker: it takes a second, and is loaded only when a key is backed up or restored. */
import { scrypt } from '@noble/hashes/scrypt.js'

/** What one try costs: 128 · N · r bytes of memory, p times. */
export interface ScryptWork {
  /** A power of two. */
  readonly N: number
  readonly r: number
  readonly p: number
}

/** 32 bytes. Throws RangeError or Error for work that scrypt does not know: check its bounds before. */
export function scryptKey(passphrase: Uint8Array, salt: Uint8Array, { N, r, p }: ScryptWork): Uint8Array {
  return scrypt(passphrase, salt, { N, r, p, dkLen: 32 })
}
