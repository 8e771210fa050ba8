/**
 * The fingerprint of a run: everything that was sent and everything that happened to a peer, in order. Two runs with one fingerprint went
 * the same way. Cheap, and good against accident, not against intent: two lanes of FNV-1a with different starts and multipliers.
 */

const FIRST = { start: 0x811c9dc5, factor: 16_777_619 }
const SECOND = { start: 0x9747b28c, factor: 0x5bd1e995 }

export class Trace {
  #first = FIRST.start
  #second = SECOND.start
  readonly #double = new DataView(new ArrayBuffer(8))

  /** Any number; its 64 bits count, as all engines have the same (IEEE 754). */
  number(value: number): void {
    this.#double.setFloat64(0, value)
    this.#word(this.#double.getUint32(0))
    this.#word(this.#double.getUint32(4))
  }

  text(text: string): void {
    this.#word(text.length)
    for (let index = 0; index < text.length; index += 1) this.#word(text.charCodeAt(index))
  }

  bytes(bytes: Uint8Array): void {
    let first = this.#first
    let second = this.#second
    for (let index = 0; index < bytes.length; index += 1) {
      const byte = bytes[index] as number
      first = Math.imul(first ^ byte, FIRST.factor)
      second = Math.imul(second ^ byte, SECOND.factor) ^ (second >>> 15)
    }
    this.#first = first
    this.#second = second
  }

  /** 64 bits in hex. */
  get hash(): string {
    return [this.#first, this.#second].map((lane) => (lane >>> 0).toString(16).padStart(8, '0')).join('')
  }

  #word(word: number): void {
    this.#first = Math.imul(this.#first ^ word, FIRST.factor) ^ (this.#first >>> 13)
    this.#second = Math.imul(this.#second ^ word, SECOND.factor) ^ (this.#second >>> 15)
  }
}
