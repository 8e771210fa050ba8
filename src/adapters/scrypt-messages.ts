/** What the page and its scrypt worker say to each other. The answer is the key's 32 bytes. */
import type { ScryptWork } from '../base/scrypt.ts'

export interface ScryptRequest {
  readonly passphrase: Uint8Array
  readonly salt: Uint8Array
  readonly work: ScryptWork
}
