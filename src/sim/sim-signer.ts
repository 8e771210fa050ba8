/**
 * The signer's cheap twin: a signature is a hash over the world's secret, the public key and the bytes.
 * Nobody has the secret but this module, so a peer can sign with its own key only: forging is impossible here too.
 */
import { BoundedMap } from '../base/bounded.ts'
import { concat, fromHex, type Hex, isHex, sha256, toHex, utf8 } from '../base/bytes.ts'
import { type Credentials, puzzleBits, type SignedPart } from '../base/identity.ts'
import type { Signer } from '../peer/world.ts'
import type { EventLoop } from './event-loop.ts'

/** What is judged: a part that nobody remembers needs no key for that. */
export type Signed = Omit<SignedPart, 'key'>

/** Makes keys, signs with them and checks what was signed: cheap (here) or real (real-authority.ts). */
export interface Authority {
  /** A new public key; its secret stays here. The same name gives the same key. */
  createKey(name: string): Hex
  /** For a key that was made here. */
  sign(publicKey: Hex, bytes: Uint8Array): Hex
  holds(part: Signed): boolean
}

/** Parts that were checked by some peer of a world and hold: checked again they would cost time and say the same. */
const MAX_CHECKED = 65_536

/** Remembers what holds, for all peers of a world at once. */
export class CheckedParts {
  readonly #authority: Authority
  readonly #held = new BoundedMap<string, true>({ capacity: MAX_CHECKED })

  constructor(authority: Authority) {
    this.#authority = authority
  }

  /** As the authority says. A key stands for one signature of one peer over the same bytes (SignedPart). */
  holds(part: SignedPart): boolean {
    const key = `${part.credentials.publicKey} ${part.key}`
    if (this.#held.has(key)) return true
    const holds = this.#authority.holds(part)
    if (holds) this.#held.set(key, true)
    return holds
  }
}

export class SignatureAuthority implements Authority {
  readonly #secret: Uint8Array

  constructor(seed: string) {
    this.#secret = sha256(utf8(`peermart/sim/${seed}`))
  }

  createKey(name: string): Hex {
    return toHex(sha256(this.#secret, utf8(`key ${name}`)))
  }

  sign(publicKey: Hex, bytes: Uint8Array): Hex {
    const half = sha256(this.#secret, fromHex(publicKey), bytes)
    return toHex(concat(half, sha256(half)))
  }

  holds(part: Signed): boolean {
    // Of another length, bytes of the key could pass for bytes of the message.
    return isHex(part.credentials.publicKey, 32) && this.sign(part.credentials.publicKey, part.bytes) === part.signature
  }
}

export interface SimSignerOptions {
  readonly loop: EventLoop
  readonly authority: Authority
  readonly checked: CheckedParts
  readonly credentials: Credentials
  readonly network: string
  /** Zero bits that a key's puzzle must have. */
  readonly puzzleBits: number
}

export class SimSigner implements Signer {
  readonly #options: SimSignerOptions

  constructor(options: SimSignerOptions) {
    this.#options = options
  }

  sign(bytes: Uint8Array, done: (signature: Hex) => void): void {
    const { authority, credentials, loop } = this.#options
    const signature = authority.sign(credentials.publicKey, bytes)
    loop.after(0, () => done(signature))
  }

  verify(parts: readonly SignedPart[], done: (valid: boolean) => void): void {
    const { checked, loop } = this.#options
    const valid = parts.every((part) => checked.holds(part) && this.#isPaid(part.credentials))
    loop.after(0, () => done(valid))
  }

  /** As `verify`, at once: for the links' twin, which does not wait. Not remembered, as a signal or proof is checked once. */
  holds(part: Signed): boolean {
    return this.#options.authority.holds(part) && this.#isPaid(part.credentials)
  }

  #isPaid(credentials: Credentials): boolean {
    const { network, puzzleBits: bits } = this.#options
    return bits === 0 || puzzleBits(network, credentials) >= bits
  }
}
