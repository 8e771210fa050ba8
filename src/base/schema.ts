/**
 * Binary schemas: one description gives the writer, the checked reader and the TypeScript type of a value.
 *
 * Invariants
 * 1. A value has one encoding, and `decode` accepts no other: no padding, no long forms, no bytes left over. So encodings can be hashed and signed.
 * 2. Numbers are unsigned, big-endian, of fixed width. Texts, bytes and lists carry their length first and have a bound.
 * 3. `decode` never throws, whatever the bytes; `encode` throws AssertionError for a value outside its bounds, as that is our own bug.
 */
import { AssertionError } from './assert.ts'
import { fromUtf8, type Hex, toHex, utf8, writeHex } from './bytes.ts'

/** For a schema's own `decode` to refuse what it reads; {@link decode} turns it into a reason. It never leaves this mechanism. */
export class DecodeError extends Error {}

/** Grows as needed; only schemas write to it. */
export class Writer {
  #bytes = new Uint8Array(1_024)
  #length = 0

  /** Room for `count` more bytes; returns where they start. */
  #reserve(count: number): number {
    const start = this.#length
    this.#length += count
    if (this.#length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length))
      larger.set(this.#bytes)
      this.#bytes = larger
    }
    return start
  }

  /** Big-endian, an integer of at most `width` bytes. */
  uint(value: number, width: 1 | 2 | 4 | 8): void {
    const start = this.#reserve(width)
    let rest = value
    for (let index = start + width - 1; index >= start; index -= 1) {
      this.#bytes[index] = rest % 256
      rest = Math.floor(rest / 256)
    }
  }

  raw(bytes: Uint8Array): void {
    const start = this.#reserve(bytes.length)
    this.#bytes.set(bytes, start)
  }

  /** The bytes of hex digits; false when there is another character. */
  hex(digits: Hex): boolean {
    const start = this.#reserve(digits.length >> 1)
    return writeHex(digits, this.#bytes, start)
  }

  /** A copy of what was written so far. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length)
  }

  /** Empty again, for another value. */
  clear(): void {
    this.#length = 0
  }
}

/** Walks over received bytes; throws DecodeError, which `decode` catches, when they end early. */
export class Reader {
  readonly #bytes: Uint8Array
  #offset = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get left(): number {
    return this.#bytes.length - this.#offset
  }

  #take(count: number): number {
    if (count > this.left) throw new DecodeError('the bytes end too early')
    const start = this.#offset
    this.#offset += count
    return start
  }

  /** Big-endian. */
  uint(width: 1 | 2 | 4 | 8): number {
    const start = this.#take(width)
    let value = 0
    for (let index = start; index < start + width; index += 1) value = value * 256 + (this.#bytes[index] as number)
    return value
  }

  /** A copy of the next bytes. */
  raw(count: number): Uint8Array {
    const start = this.#take(count)
    return this.#bytes.slice(start, start + count)
  }

  /** The next bytes in hex digits. */
  hex(count: number): Hex {
    const start = this.#take(count)
    return toHex(this.#bytes.subarray(start, start + count))
  }
}

/** How values of T are written and read. */
export interface Schema<T> {
  write(writer: Writer, value: T): void
  read(reader: Reader): T
}

/** The type of the values of a schema. */
export type ValueOf<S> = S extends Schema<infer T> ? T : never

/** What {@link decode} gives: the value, or why the bytes are not one. */
export type Decoded<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string }

/** A writer that nobody uses, as making its room costs more than most messages. Null while one is encoded, and after a large one. */
let idleWriter: Writer | null = null
const MOST_KEPT_BYTES = 16_384

/** The one encoding of a value. Throws AssertionError when the value breaks the schema's bounds. */
export function encode<T>(schema: Schema<T>, value: T): Uint8Array {
  const writer = idleWriter ?? new Writer()
  idleWriter = null
  schema.write(writer, value)
  const bytes = writer.finish()
  writer.clear()
  if (bytes.length <= MOST_KEPT_BYTES) idleWriter = writer
  return bytes
}

/** The value whose encoding the bytes are, all of them. Never throws. */
export function decode<T>(schema: Schema<T>, bytes: Uint8Array): Decoded<T> {
  const reader = new Reader(bytes)
  try {
    const value = schema.read(reader)
    return reader.left === 0 ? { ok: true, value } : { ok: false, reason: `${reader.left} bytes too many` }
  } catch (error) {
    if (error instanceof DecodeError) return { ok: false, reason: error.message }
    throw error
  }
}

function uint(width: 1 | 2 | 4 | 8, most: number): Schema<number> {
  return {
    write(writer, value) {
      if (!Number.isInteger(value) || value < 0 || value > most) throw new AssertionError(`${value} is no integer from 0 to ${most}`)
      writer.uint(value, width)
    },
    read(reader) {
      const value = reader.uint(width)
      if (value > most) throw new DecodeError(`a number above ${most}`)
      return value
    },
  }
}

/** Integers of 1, 2 and 4 bytes, and up to 2^53 − 1 in 8 bytes. */
export const u8 = uint(1, 0xff)
export const u16 = uint(2, 0xffff)
export const u32 = uint(4, 0xffffffff)
export const u53 = uint(8, Number.MAX_SAFE_INTEGER)

/** Integers within bounds, in 8 bytes. */
export function integer(least: number, most: number): Schema<number> {
  return refine(u53, (value) => value >= least && value <= most, `an integer from ${least} to ${most}`)
}

/** One byte, 0 or 1. */
export const bool: Schema<boolean> = map(
  refine(u8, (value) => value < 2, 'a byte 0 or 1'),
  { decode: (value) => value === 1, encode: (value) => (value ? 1 : 0) },
)

/** Exactly `byteCount` bytes, held as lower-case hex. */
export function hex(byteCount: number): Schema<Hex> {
  return {
    write(writer, value) {
      if (typeof value !== 'string' || value.length !== 2 * byteCount || !writer.hex(value))
        throw new AssertionError(`not hex of ${byteCount} bytes`)
    },
    read: (reader) => reader.hex(byteCount),
  }
}

/** Slots of {@link hexId}: a power of two, and several times the ids that a large network has in use. */
const ID_SLOTS = 32_768

/**
 * Like hex(16), for ids that come in message after message: texts read before are given again rather than made anew.
 * Invariant: a slot holds the text of the four words beside it, or an empty one. Another id of the same slot takes its place.
 */
export function hexId(): Schema<Hex> {
  const plain = hex(16)
  const words = new Uint32Array(ID_SLOTS * 4)
  const texts: Hex[] = new Array(ID_SLOTS).fill('')
  return {
    write: plain.write,
    read(reader) {
      const [a, b, c, d] = [reader.uint(4), reader.uint(4), reader.uint(4), reader.uint(4)]
      const slot = d % ID_SLOTS
      const at = slot * 4
      const held = texts[slot] as Hex
      if (held !== '' && words[at] === a && words[at + 1] === b && words[at + 2] === c && words[at + 3] === d) return held
      const text = [a, b, c, d].map((word) => word.toString(16).padStart(8, '0')).join('')
      words.set([a, b, c, d], at)
      texts[slot] = text
      return text
    },
  }
}

/** At most `most` bytes, after their count in four bytes. */
export function bytes(most: number): Schema<Uint8Array> {
  return {
    write(writer, value) {
      if (value.length > most) throw new AssertionError(`${value.length} bytes where at most ${most} fit`)
      writer.uint(value.length, 4)
      writer.raw(value)
    },
    read(reader) {
      const count = reader.uint(4)
      if (count > most) throw new DecodeError(`${count} bytes where at most ${most} are allowed`)
      return reader.raw(count)
    },
  }
}

/** A text of at most `most` bytes of UTF-8. */
export function text(most: number): Schema<string> {
  return map(bytes(most), {
    decode(value) {
      const decoded = fromUtf8(value)
      if (decoded === undefined) throw new DecodeError('a text that is not UTF-8')
      return decoded
    },
    encode: utf8,
  })
}

/** One of a few words, as one byte: its place in the list. */
export function choice<const W extends readonly string[]>(...words: W): Schema<W[number]> {
  return map(
    refine(u8, (value) => value < words.length, `one of ${words.join(', ')}`),
    { decode: (value) => words[value] as W[number], encode: (value) => words.indexOf(value) },
  )
}

/** At most `most` values, after their count in two bytes. */
export function list<T>(item: Schema<T>, most: number): Schema<readonly T[]> {
  return {
    write(writer, values) {
      if (values.length > most) throw new AssertionError(`${values.length} values where at most ${most} fit`)
      writer.uint(values.length, 2)
      for (const value of values) item.write(writer, value)
    },
    read(reader) {
      const count = reader.uint(2)
      if (count > most) throw new DecodeError(`${count} values where at most ${most} are allowed`)
      const values: T[] = []
      for (let index = 0; index < count; index += 1) values.push(item.read(reader))
      return values
    },
  }
}

/** A value or null, after one byte that tells which. */
export function nullable<T>(item: Schema<T>): Schema<T | null> {
  return {
    write(writer, value) {
      bool.write(writer, value !== null)
      if (value !== null) item.write(writer, value)
    },
    read: (reader) => (bool.read(reader) ? item.read(reader) : null),
  }
}

/** The fields one after the other, in the order given here. */
export function record<T extends object>(fields: { readonly [K in keyof T]: Schema<T[K]> }): Schema<{ readonly [K in keyof T]: T[K] }> {
  const entries = Object.entries(fields) as unknown as [string, Schema<unknown>][]
  return {
    write(writer, value) {
      for (const [name, field] of entries) field.write(writer, (value as Record<string, unknown>)[name])
    },
    read(reader) {
      const value: Record<string, unknown> = {}
      for (const [name, field] of entries) value[name] = field.read(reader)
      return value as { readonly [K in keyof T]: T[K] }
    },
  }
}

type Tagged<V> = { [K in keyof V & string]: { readonly type: K } & V[K] }[keyof V & string]

/** Records told apart by `type`: one byte for the variant, then its fields. Codes are the wire's and never change their meaning. */
export function union<V extends Record<string, object>>(
  variants: { readonly [K in keyof V]: readonly [number, Schema<V[K]>] },
): Schema<Tagged<V>> {
  const byType = new Map<string, [number, Schema<unknown>]>()
  const byCode = new Map<number, [string, Schema<unknown>]>()
  for (const [type, [code, body]] of Object.entries(variants) as unknown as [string, [number, Schema<unknown>]][]) {
    byType.set(type, [code, body])
    byCode.set(code, [type, body])
  }
  return {
    write(writer, value) {
      const variant = byType.get(value.type)
      if (variant === undefined) throw new AssertionError(`no variant ${value.type}`)
      u8.write(writer, variant[0])
      variant[1].write(writer, value)
    },
    read(reader) {
      const code = u8.read(reader)
      const variant = byCode.get(code)
      if (variant === undefined) throw new DecodeError(`unknown message ${code}`)
      return { type: variant[0], ...(variant[1].read(reader) as object) } as Tagged<V>
    },
  }
}

/** The same bytes, narrowed by a check. */
export function refine<T>(schema: Schema<T>, accept: (value: T) => boolean, what: string): Schema<T> {
  return {
    write(writer, value) {
      if (!accept(value)) throw new AssertionError(`not ${what}`)
      schema.write(writer, value)
    },
    read(reader) {
      const value = schema.read(reader)
      if (!accept(value)) throw new DecodeError(`not ${what}`)
      return value
    },
  }
}

/** The same bytes, held in another form. */
export function map<A, B>(schema: Schema<A>, form: { decode(value: A): B; encode(value: B): A }): Schema<B> {
  return {
    write: (writer, value) => schema.write(writer, form.encode(value)),
    read: (reader) => form.decode(schema.read(reader)),
  }
}
