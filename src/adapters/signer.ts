/** Signs for this peer and checks what others signed. The rules for keys and signatures are in ed25519.ts. */
import { fromHex, type Hex, isHex, toHex } from '../base/bytes.ts'
import { type Credentials, puzzleBits, type SignedPart } from '../base/identity.ts'
import type { Signer } from '../peer/world.ts'
import { BoundedCache } from './bounded-cache.ts'
import { detectEd25519, type Ed25519, isSoundKey, type PrivateKey, signBytes, type Verify } from './ed25519.ts'

/** Signatures found good; a broker sees each offer many times. About 100 bytes each. */
const MOST_GOOD = 20_000
/** Signatures found bad: apart from the good ones, so that a flood of forgeries does not push those out. */
const MOST_BAD = 2_000
/** Keys with the answer about them: more than the peers of any table. */
const MOST_KEYS = 5_000

export interface SignerOptions {
  readonly privateKey: PrivateKey
  /** The network's id, which the puzzle is solved for. */
  readonly network: string
  /** Leading zero bits that every peer's puzzle must show, 0 to 32. */
  readonly puzzleBits: number
  /** Found out when left out; tests name one. */
  readonly ed25519?: Ed25519
  /** Something a person should know; signing does not fail by what others do. */
  readonly onProblem?: (problem: string) => void
}

export function createSigner(options: SignerOptions): Signer {
  const checks = new SignatureChecks(options)
  return {
    sign(bytes, done) {
      // A copy: the caller may reuse its buffer before the signature is made.
      signBytes(options.privateKey, bytes.slice()).then(
        (signature) => done(toHex(signature)),
        (error) => options.onProblem?.(`This browser refused to sign: ${String(error)}. Reload the page.`),
      )
    },
    verify(parts, done) {
      checks.allHold(parts).then(done)
    },
  }
}

class SignatureChecks {
  readonly #options: SignerOptions
  readonly #good = new BoundedCache<string, true>(MOST_GOOD)
  readonly #bad = new BoundedCache<string, true>(MOST_BAD)
  /** Being checked now; no longer than what the callers have in flight. */
  readonly #pending = new Map<string, Promise<boolean>>()
  readonly #keys = new BoundedCache<string, Promise<Verify | null>>(MOST_KEYS)

  constructor(options: SignerOptions) {
    this.#options = options
  }

  async allHold(parts: readonly SignedPart[]): Promise<boolean> {
    const answers = await Promise.all(parts.map((part) => this.#holds(part)))
    return answers.every((answer) => answer)
  }

  #holds(part: SignedPart): Promise<boolean> {
    if (this.#good.get(part.key)) return Promise.resolve(true)
    if (this.#bad.get(part.key)) return Promise.resolve(false)
    const pending = this.#pending.get(part.key)
    if (pending) return pending
    const answer = this.#check(part).then((good) => {
      this.#pending.delete(part.key)
      ;(good ? this.#good : this.#bad).set(part.key, true)
      return good
    })
    this.#pending.set(part.key, answer)
    return answer
  }

  async #check({ credentials, bytes, signature }: SignedPart): Promise<boolean> {
    if (!isHex(signature, 64)) return false
    const verify = await this.#verifier(credentials)
    return verify !== null && (await verify(bytes, fromHex(signature)))
  }

  /** Null for a key that is not sound or did not pay its puzzle. The cheap test comes first. */
  #verifier(credentials: Credentials): Promise<Verify | null> {
    const id: Hex = `${credentials.publicKey}/${credentials.nonce}`
    const known = this.#keys.get(id)
    if (known) return known
    const answer = this.#admit(credentials)
    this.#keys.set(id, answer)
    return answer
  }

  async #admit(credentials: Credentials): Promise<Verify | null> {
    if (!isHex(credentials.publicKey, 32) || !isNonce(credentials.nonce)) return null
    if (puzzleBits(this.#options.network, credentials) < this.#options.puzzleBits || !isSoundKey(credentials.publicKey)) return null
    const ed25519 = this.#options.ed25519 ?? (await detectEd25519())
    return await ed25519.verifier(credentials.publicKey).catch(() => null)
  }
}

function isNonce(nonce: number): boolean {
  return Number.isSafeInteger(nonce) && nonce >= 0
}
