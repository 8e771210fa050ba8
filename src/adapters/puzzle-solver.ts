/**
 * Finds the puzzle's nonce (PROTOCOL 1). A general SHA-256 spends most of its time on what is the same in every try; here the state after
 * the fixed bytes is kept, and only the block with the nonce is hashed: four times as many tries a second. An answer is checked with
 * `puzzleBits`, so a mistake here could cost time, never a wrong identity.
 */
import { assert } from '../base/assert.ts'
import { concat, fromHex, type Hex, utf8 } from '../base/bytes.ts'
import { puzzleBits } from '../base/identity.ts'

export interface Puzzle {
  readonly network: string
  readonly publicKey: Hex
  /** Leading zero bits wanted, 0 to 32. */
  readonly bits: number
}

/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes, as in FIPS 180-4. */
const K = roots(64, 3n)
/** And of the square roots of the first eight. */
const START = roots(8, 2n)

/** Tries nonces from `from` on, `tries` of them: the one that solves the puzzle, or null. */
export function createSolver(puzzle: Puzzle): (from: number, tries: number) => number | null {
  const { network, publicKey, bits } = puzzle
  assert(Number.isInteger(bits) && bits >= 0 && bits <= 32, 'a puzzle has 0 to 32 bits')
  const fixed = concat(utf8(`peermart/puzzle\n${network}\n`), fromHex(publicKey))
  const hashFrom = fixed.length - (fixed.length % 64)
  const state = START.slice()
  for (let offset = 0; offset < hashFrom; offset += 64) compress(state, schedule(fixed.subarray(offset, offset + 64)))
  const tail = new Tail(fixed.subarray(hashFrom), fixed.length + 8)
  // The shift by 32 would be one by 0.
  const solved = bits === 0 ? () => true : (word: number) => word >>> (32 - bits) === 0
  return (from, tries) => {
    for (let nonce = from; nonce < from + tries; nonce += 1) {
      if (!solved(tail.firstWord(state, nonce))) continue
      assert(puzzleBits(network, { publicKey, nonce }) >= bits, 'the solver hashes as everyone else does')
      return nonce
    }
    return null
  }
}

/** What follows the whole blocks of the fixed bytes: their rest, the nonce, the padding. One block or two. */
class Tail {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #nonceAt: number
  readonly #words = new Int32Array(64)
  readonly #state = new Int32Array(8)

  constructor(rest: Uint8Array, totalBytes: number) {
    this.#nonceAt = rest.length
    this.#bytes = new Uint8Array(rest.length + 8 + 9 <= 64 ? 64 : 128)
    this.#bytes.set(rest)
    this.#bytes[rest.length + 8] = 0x80
    this.#view = new DataView(this.#bytes.buffer)
    this.#view.setUint32(this.#bytes.length - 4, totalBytes * 8)
  }

  /** The hash's first 32 bits. */
  firstWord(from: Int32Array, nonce: number): number {
    this.#view.setUint32(this.#nonceAt, Math.floor(nonce / 2 ** 32))
    this.#view.setUint32(this.#nonceAt + 4, nonce % 2 ** 32)
    this.#state.set(from)
    for (let offset = 0; offset < this.#bytes.length; offset += 64) {
      for (let index = 0; index < 16; index += 1) this.#words[index] = this.#view.getInt32(offset + index * 4)
      compress(this.#state, this.#words)
    }
    return this.#state[0] as number
  }
}

function schedule(block: Uint8Array): Int32Array {
  const view = new DataView(block.buffer, block.byteOffset, 64)
  return Int32Array.from({ length: 64 }, (_, index) => (index < 16 ? view.getInt32(index * 4) : 0))
}

/** One block of SHA-256; `words` holds the block in its first 16. */
function compress(state: Int32Array, words: Int32Array): void {
  for (let index = 16; index < 64; index += 1) {
    const x = words[index - 15] as number
    const y = words[index - 2] as number
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10)
    words[index] = ((words[index - 16] as number) + s0 + (words[index - 7] as number) + s1) | 0
  }
  let a = state[0] as number
  let b = state[1] as number
  let c = state[2] as number
  let d = state[3] as number
  let e = state[4] as number
  let f = state[5] as number
  let g = state[6] as number
  let h = state[7] as number
  for (let index = 0; index < 64; index += 1) {
    const S1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))
    const t1 = (h + S1 + ((e & f) ^ (~e & g)) + (K[index] as number) + (words[index] as number)) | 0
    const S0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))
    const t2 = (S0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g
    g = f
    f = e
    e = (d + t1) | 0
    d = c
    c = b
    b = a
    a = (t1 + t2) | 0
  }
  // An Int32Array adds modulo 2^32 by itself.
  state[0] = (state[0] as number) + a
  state[1] = (state[1] as number) + b
  state[2] = (state[2] as number) + c
  state[3] = (state[3] as number) + d
  state[4] = (state[4] as number) + e
  state[5] = (state[5] as number) + f
  state[6] = (state[6] as number) + g
  state[7] = (state[7] as number) + h
}

/** The first 32 bits after the point of the roots of the first primes. */
function roots(count: number, degree: bigint): Int32Array {
  const words: number[] = []
  for (let candidate = 2; words.length < count; candidate += 1) {
    if (!isPrime(candidate)) continue
    words.push(Number(root(BigInt(candidate) << (32n * degree), degree) & 0xffffffffn))
  }
  return Int32Array.from(words, (word) => word | 0)
}

function isPrime(value: number): boolean {
  for (let divisor = 2; divisor * divisor <= value; divisor += 1) if (value % divisor === 0) return false
  return true
}

/** The largest integer whose power is at most `value`. */
function root(value: bigint, degree: bigint): bigint {
  let low = 0n
  let high = 1n << 40n
  while (high - low > 1n) {
    const middle = (low + high) / 2n
    if (middle ** degree <= value) low = middle
    else high = middle
  }
  return low
}
