import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromBase64url, toBase64url } from './base64url.ts'

test('as Node writes it, and back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => {
      const text = toBase64url(bytes)
      expect(text).toBe(Buffer.from(bytes).toString('base64url'))
      expect(fromBase64url(text)).toEqual(bytes)
    }),
  )
})

test('RFC 4648, section 10', () => {
  const texts = ['', 'f', 'fo', 'foo', 'foob', 'fooba', 'foobar'].map((text) => toBase64url(Buffer.from(text)))
  expect(texts).toEqual(['', 'Zg', 'Zm8', 'Zm9v', 'Zm9vYg', 'Zm9vYmE', 'Zm9vYmFy'])
})

test('bytes have one form: no padding, no other alphabet, zeros for unused bits, no single character', () => {
  for (const text of ['Zg==', 'Zm8=', 'Zh', 'Zm9', 'Z', 'Zm9vY', 'Zm 9v', '+/+/', 'Zm9v\n', 'é', '😀'])
    expect(fromBase64url(text)).toBeUndefined()
  const text = fc.string({ unit: fc.constantFrom(...'ABCDEFGHZabcz0189-_=+/ '), maxLength: 12 })
  fc.assert(
    fc.property(text, (given) => {
      const bytes = fromBase64url(given)
      if (bytes !== undefined) expect(toBase64url(bytes)).toBe(given)
    }),
    { numRuns: 2_000 },
  )
})
