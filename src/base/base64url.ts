/** base64url without padding (RFC 4648, section 5): bytes in a link. */

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const VALUES = new Map([...DIGITS].map((digit, value) => [digit, value]))

/** Four characters for three bytes. */
export function toBase64url(bytes: Uint8Array): string {
  let text = ''
  for (let index = 0; index < bytes.length; index += 3) {
    const [first = 0, second = 0, third = 0] = bytes.subarray(index, index + 3)
    const group = (first << 16) | (second << 8) | third
    for (let digit = 0; digit < Math.min(4, bytes.length - index + 1); digit += 1) text += DIGITS.charAt((group >> (18 - 6 * digit)) & 63)
  }
  return text
}

/** The bytes whose base64url the text is; undefined for any other text: bytes have one form, without padding and with zeros for unused bits. */
export function fromBase64url(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  let bits = 0
  let bitCount = 0
  let length = 0
  for (const digit of text) {
    const value = VALUES.get(digit)
    if (value === undefined) return undefined
    bits = ((bits << 6) | value) & 0xffff
    bitCount += 6
    if (bitCount < 8) continue
    bitCount -= 8
    bytes[length] = bits >> bitCount
    length += 1
  }
  const unused = bits & ((1 << bitCount) - 1)
  return unused === 0 && bitCount < 6 ? bytes : undefined
}
