/** Chance for the core: seeded, so that a run can be repeated. Not for secrets. */
export class Rng {
  #state: [number, number, number, number]

  /** `seed`: four 32-bit words; all zero is replaced, as that state never changes. */
  constructor(seed: readonly [number, number, number, number]) {
    const [a, b, c, d] = seed
    this.#state = [a >>> 0, b >>> 0, c >>> 0, (a | b | c | d) === 0 ? 1 : d >>> 0]
  }

  /** 32 random bits: xoshiro128** (Blackman and Vigna 2018). */
  uint32(): number {
    let [a, b, c, d] = this.#state
    const product = Math.imul(b, 5)
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = (d << 11) | (d >>> 21)
    this.#state = [a >>> 0, b >>> 0, c >>> 0, d >>> 0]
    return result
  }

  /** Evenly from 0 (included) to 1 (excluded), with 53 random bits. */
  float(): number {
    return ((this.uint32() >>> 5) * 2 ** 26 + (this.uint32() >>> 6)) / 2 ** 53
  }

  /** An integer evenly from 0 to `bound` − 1. */
  below(bound: number): number {
    return Math.floor(this.float() * bound)
  }

  /** `count` different values in random order, all when there are fewer. The array is not changed. */
  sample<T>(values: readonly T[], count: number): T[] {
    const pool = [...values]
    const most = Math.min(count, pool.length)
    for (let index = 0; index < most; index += 1) {
      const other = index + this.below(pool.length - index)
      ;[pool[index], pool[other]] = [pool[other] as T, pool[index] as T]
    }
    return pool.slice(0, most)
  }

  /** `byteCount` random bytes in hex, for ids of requests. */
  hex(byteCount: number): string {
    let text = ''
    while (text.length < byteCount * 2) text += this.uint32().toString(16).padStart(8, '0')
    return text.slice(0, byteCount * 2)
  }
}
