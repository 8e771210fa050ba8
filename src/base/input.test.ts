import fc from 'fast-check'
import { expect, test } from 'vitest'
import { grouped, inWords, isIntegerWithin, isPlainText, isRecord, unknownField } from './input.ts'

test('any value in a few words, on one line', () => {
  const cases: [unknown, string][] = [
    [undefined, 'missing'],
    [null, 'null'],
    [true, 'true'],
    [-0.5, '-0.5'],
    [Number.NaN, 'NaN'],
    ['', '""'],
    ['a\nb\u202e', '"a\ufffdb\ufffd"'],
    [[1], 'a list'],
    [{ a: 1 }, 'an object'],
    [() => 1, 'a function'],
    [Symbol('x'), 'a symbol'],
    [1n, 'a bigint'],
  ]
  for (const [value, words] of cases) expect(inWords(value)).toBe(words)
  fc.assert(
    fc.property(fc.anything(), (value) => {
      expect(inWords(value).length).toBeLessThan(50)
    }),
  )
})

test('thousands', () => {
  expect([0, 999, 1_000, 2 ** 50 - 1].map(grouped)).toEqual(['0', '999', '1,000', '1,125,899,906,842,623'])
})

test('records and their fields', () => {
  expect([{}, { a: 1 }, Object.create(null), [], null, 'a', undefined, () => 1].map(isRecord)).toEqual([
    true,
    true,
    true,
    ...Array(5).fill(false),
  ])
  expect(unknownField({ a: 1, c: 2 }, ['a', 'b'])).toBe('c')
  expect(unknownField({ a: 1 }, ['a', 'b'])).toBeUndefined()
})

test('integers within bounds', () => {
  for (const value of [1, 2, 5]) expect(isIntegerWithin(value, 1, 5)).toBe(true)
  for (const value of [0, 6, 1.5, '2', 2n, Number.NaN, Number.POSITIVE_INFINITY, null]) expect(isIntegerWithin(value, 1, 5)).toBe(false)
  expect(isIntegerWithin(2 ** 53, 0, 2 ** 60)).toBe(false)
})

test('what no name may hold', () => {
  for (const text of ['', 'GB', 'Grüße, 世界 👩‍🚀', 'a\u00a0b']) expect(isPlainText(text)).toBe(true)
  for (const text of ['\0', 'a\nb', '\x7f', '\u0085', 'a\u2028', '\u202eb', '\ufeff', '\ud800', 'a\udc00', '\u202a', '\u2066', '\u2069']) {
    expect(isPlainText(text)).toBe(false)
    expect(isPlainText(text)).toBe(false)
  }
})
