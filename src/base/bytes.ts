/**
 * Bytes, hex and UTF-8, the same in every engine.
 * The core has no TextEncoder: what it hashes and signs must not depend on the world around it.
 */
import { sha256 as nobleSha256, sha512 as nobleSha512 } from '@noble/hashes/sha2.js'

/** Lower-case hex of whole bytes: ids, keys, signatures and digests are kept in this form, as it compares and hashes well. */
export type Hex = string

const HEX_PATTERN = /^(?:[0-9a-f]{2})*$/
/** Character codes of the sixteen digits, by their value. */
const DIGIT_CODES: readonly number[] = Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0))
/** Values of the digits, by character code; NO_DIGIT for all others. */
const DIGIT_VALUES = new Uint8Array(128).fill(0xff)
for (const [value, code] of DIGIT_CODES.entries()) DIGIT_VALUES[code] = value
const NO_DIGIT = 0xff
/** Bytes turned into text at once: engines bound the number of arguments. */
const PIECE_BYTES = 1_024

/** Hex digits of the bytes, two a byte, lower case. */
export function toHex(bytes: Uint8Array): Hex {
  if (bytes.length > PIECE_BYTES) return toHex(bytes.subarray(0, PIECE_BYTES)) + toHex(bytes.subarray(PIECE_BYTES))
  const codes: number[] = []
  for (const byte of bytes) codes.push(DIGIT_CODES[byte >> 4] as number, DIGIT_CODES[byte & 15] as number)
  return String.fromCharCode(...codes)
}

/** True for lower-case hex of exactly `byteCount` bytes. */
export function isHex(value: unknown, byteCount: number): value is Hex {
  return typeof value === 'string' && value.length === byteCount * 2 && HEX_PATTERN.test(value)
}

/** The bytes of lower-case hex digits; throws RangeError for anything else: check with {@link isHex} what comes from outside. */
export function fromHex(hex: Hex): Uint8Array {
  const bytes = new Uint8Array(hex.length >> 1)
  if (hex.length % 2 !== 0 || !writeHex(hex, bytes, 0)) throw new RangeError('not lower-case hex of whole bytes')
  return bytes
}

/** Writes the bytes of lower-case hex digits from `start` on; false, with part of them written, when there is another character. */
export function writeHex(hex: Hex, bytes: Uint8Array, start: number): boolean {
  for (let index = 0; index + 1 < hex.length; index += 2) {
    const high = DIGIT_VALUES[hex.charCodeAt(index)] ?? NO_DIGIT
    const low = DIGIT_VALUES[hex.charCodeAt(index + 1)] ?? NO_DIGIT
    if (high === NO_DIGIT || low === NO_DIGIT) return false
    bytes[start + (index >> 1)] = high * 16 + low
  }
  return true
}

/** All parts in one array. */
export function concat(...parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let offset = 0
  for (const part of parts) {
    whole.set(part, offset)
    offset += part.length
  }
  return whole
}

/** True when both hold the same bytes. Not constant in time: for public values only. */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index])
}

/** SHA-256 (FIPS 180-4) of the parts, one after the other: 32 bytes. */
export function sha256(...parts: Uint8Array[]): Uint8Array {
  const hash = nobleSha256.create()
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** SHA-512 (FIPS 180-4) of the parts, one after the other: 64 bytes. */
export function sha512(...parts: Uint8Array[]): Uint8Array {
  return nobleSha512(concat(...parts))
}

/** UTF-8 (RFC 3629) of a string; a lone surrogate becomes U+FFFD, as in the Encoding standard. */
export function utf8(text: string): Uint8Array {
  const bytes: number[] = []
  for (const character of text) {
    let point = character.codePointAt(0) ?? 0
    if (point >= 0xd800 && point <= 0xdfff) point = 0xfffd
    if (point < 0x80) bytes.push(point)
    else if (point < 0x800) bytes.push(0xc0 | (point >> 6), 0x80 | (point & 63))
    else if (point < 0x10000) bytes.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63))
    else bytes.push(0xf0 | (point >> 18), 0x80 | ((point >> 12) & 63), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63))
  }
  return Uint8Array.from(bytes)
}

/** The string whose UTF-8 the bytes are; undefined for bytes that are not well-formed UTF-8, overlong forms and surrogates included. */
export function fromUtf8(bytes: Uint8Array): string | undefined {
  let text = ''
  let index = 0
  while (index < bytes.length) {
    const lead = bytes[index] ?? 0
    const length = lead < 0x80 ? 1 : lead >= 0xc2 && lead < 0xe0 ? 2 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xf0 && lead < 0xf5 ? 4 : 0
    if (length === 0 || index + length > bytes.length) return undefined
    let point = length === 1 ? lead : lead & (0x7f >> length)
    for (let offset = 1; offset < length; offset += 1) {
      const byte = bytes[index + offset] ?? 0
      if ((byte & 0xc0) !== 0x80) return undefined
      point = (point << 6) | (byte & 63)
    }
    const least = [0, 0, 0x80, 0x800, 0x10000][length] ?? 0
    if (point < least || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return undefined
    text += String.fromCodePoint(point)
    index += length
  }
  return text
}
