import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { concat, equalBytes, fromHex, fromUtf8, isHex, sha256, toHex, utf8 } from './bytes.ts'

const bytes = fc.uint8Array({ maxLength: 200 })
/** All that a JavaScript string can hold, halves of surrogate pairs too. */
const anyText = fc.string({
  unit: fc.oneof(
    fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
    fc.string({ unit: 'binary', maxLength: 2 }),
  ),
})

test('hex as Node writes it, and back', () => {
  fc.assert(
    fc.property(bytes, (value) => {
      expect(toHex(value)).toBe(Buffer.from(value).toString('hex'))
      expect(fromHex(toHex(value))).toEqual(value)
      expect(isHex(toHex(value), value.length)).toBe(true)
      expect(isHex(toHex(value), value.length + 1)).toBe(false)
    }),
  )
})

test('no other hex', () => {
  for (const text of ['0', 'AB', '0g', ' 00', '00\n', '0x00', 'é0']) {
    expect(() => fromHex(text)).toThrow(RangeError)
    expect(isHex(text, 1)).toBe(false)
  }
  for (const value of [undefined, null, 5, ['ab'], new String('ab')]) expect(isHex(value, 1)).toBe(false)
})

test('UTF-8 as the Encoding standard writes it', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(utf8(text)).toEqual(new Uint8Array(new TextEncoder().encode(text)))
    }),
    { numRuns: 1_000 },
  )
})

/** What the standard's strict decoder gives, without its removal of the byte order mark. */
function standard(value: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value)
  } catch {
    return undefined
  }
}

test('UTF-8 is read as the standard reads it, or refused as there', () => {
  // Leads and continuations often enough that well-formed, overlong, surrogate and too large forms all come.
  const byte = fc.oneof(
    fc.nat(255),
    fc.integer({ min: 0x80, max: 0xbf }),
    fc.constantFrom(0xc0, 0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0x9f, 0xa0, 0x8f, 0x90),
  )
  let refused = 0
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 8 }), (values) => {
      const value = Uint8Array.from(values)
      const text = fromUtf8(value)
      expect(text).toBe(standard(value))
      if (text === undefined) refused += 1
      else expect(utf8(text)).toEqual(value)
    }),
    { numRuns: 5_000 },
  )
  expect(refused).toBeGreaterThan(500)
  expect(refused).toBeLessThan(5_000)
})

test.each([
  ['an overlong slash', 'c0af'],
  ['a surrogate', 'eda080'],
  ['past the last code point', 'f4908080'],
  ['a lone continuation', '80'],
  ['an end too early', 'e282'],
  ['a lead that does not exist', 'ff'],
])('refuses %s', (_, hex) => {
  expect(fromUtf8(fromHex(hex))).toBeUndefined()
})

test('every code point, there and back', () => {
  for (let point = 0; point <= 0x10ffff; point += point < 0x1_0000 ? 1 : 61) {
    if (point >= 0xd800 && point <= 0xdfff) continue
    const text = String.fromCodePoint(point)
    if (fromUtf8(utf8(text)) !== text) throw new Error(`U+${point.toString(16)}`)
  }
})

test('parts together, and comparison', () => {
  fc.assert(
    fc.property(fc.array(bytes, { maxLength: 5 }), (parts) => {
      const whole = new Uint8Array(Buffer.concat(parts))
      expect(concat(...parts)).toEqual(whole)
      expect(sha256(...parts)).toEqual(new Uint8Array(createHash('sha256').update(whole).digest()))
      expect(equalBytes(whole, Uint8Array.from(whole))).toBe(true)
      expect(equalBytes(whole, concat(whole, Uint8Array.of(0)))).toBe(false)
      if (whole.length > 0)
        expect(
          equalBytes(
            whole,
            whole.map((value, index) => (index === 0 ? value ^ 1 : value)),
          ),
        ).toBe(false)
    }),
  )
})
