import { assert, integer, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MAX_AMOUNT } from '../market/offer.ts'
import { amountText, formatAmount, formatBytes, formatCount, formatHalves, formatTotal, parseAmount, parseQuantity } from './amount.ts'

const amounts = integer({ min: 1, max: MAX_AMOUNT })
const places = integer({ min: 0, max: 8 })

describe('typed prices', () => {
  test.each([
    ['28.35', 2, 2835],
    ['28.3', 2, 2830],
    ['28', 2, 2800],
    ['28.', 2, 2800],
    ['.05', 2, 5],
    ['0028.35', 2, 2835],
    [' 12\u202f345.67 ', 2, 1234567],
    ['1.15', 2, 115],
    ['0.00000001', 8, 1],
    ['11258999.06842623', 8, MAX_AMOUNT],
    ['7', 0, 7],
  ])('%s with %i decimals is %i', (text, decimals, value) => {
    expect(parseAmount(text, decimals)).toEqual({ ok: true, value })
  })

  test.each([
    ['', 2, 'Enter a price'],
    ['   ', 2, 'Enter a price'],
    ['.', 2, 'Enter a number'],
    ['abc', 2, 'Enter a number'],
    ['1e3', 2, 'Enter a number'],
    ['1.2.3', 2, 'Enter a number'],
    ['+1', 2, 'Enter a number'],
    ['٣', 2, 'Enter a number'],
    ['1,5', 2, 'Use a point'],
    ['-1', 2, 'above zero'],
    ['1.005', 2, 'At most 2 decimals'],
    ['1.5', 0, 'Whole numbers only'],
    ['0', 2, 'The least is 0.01'],
    ['0.00', 2, 'The least is 0.01'],
    ['1125899906842624', 0, 'The most is 1\u202f125\u202f899\u202f906\u202f842\u202f623'],
    ['9'.repeat(60), 2, 'The most is'],
  ])('%s with %i decimals is refused: %s', (text, decimals, reason) => {
    expect(parseAmount(text, decimals)).toEqual({ ok: false, reason: expect.stringContaining(reason) })
  })

  test('what is shown reads back as the same amount', () => {
    assert(
      property(amounts, places, (value, decimals) => {
        expect(parseAmount(formatAmount(value, decimals), decimals)).toEqual({ ok: true, value })
        expect(parseAmount(amountText(value, decimals), decimals)).toEqual({ ok: true, value })
      }),
    )
  })
})

describe('where a comma stands before the decimals', () => {
  test('amounts are read and shown with it, and a point is refused', () => {
    expect(parseAmount('12\u202f345,67', 2, ',')).toEqual({ ok: true, value: 1234567 })
    expect(parseAmount('1.50', 2, ',')).toEqual({ ok: false, reason: expect.stringContaining('Use a point') })
    expect(parseAmount('0', 2, ',')).toEqual({ ok: false, reason: 'The least is 0,01.' })
    expect(formatHalves(2469135n, 2, ',')).toBe('12\u202f345,675')
  })

  test('what is shown reads back as the same amount', () => {
    assert(
      property(amounts, places, (value, decimals) => {
        expect(parseAmount(formatHalves(BigInt(value) * 2n, decimals, ','), decimals, ',')).toEqual({ ok: true, value })
      }),
    )
  })
})

describe('typed quantities', () => {
  test.each([
    ['5', 5],
    ['0005', 5],
    ['10 000', 10000],
    [String(MAX_AMOUNT), MAX_AMOUNT],
  ])('%s is %i', (text, value) => {
    expect(parseQuantity(text)).toEqual({ ok: true, value })
  })

  test.each(['', '0', '-1', '1.5', '1,000', 'five', String(MAX_AMOUNT + 1)])('%s is refused', (text) => {
    expect(parseQuantity(text).ok).toBe(false)
  })
})

describe('shown amounts', () => {
  test.each([
    [2835, 2, '28.35'],
    [2835.5, 2, '28.355'],
    [2835.5, 0, '2835.5'],
    [0.5, 2, '0.005'],
    [5, 2, '0.05'],
    [0, 2, '0.00'],
    [1234567, 2, '12\u202f345.67'],
    [123456, 2, '1234.56'],
    [MAX_AMOUNT - 0.5, 0, '1\u202f125\u202f899\u202f906\u202f842\u202f622.5'],
  ])('%f with %i decimals is %s', (units, decimals, text) => {
    expect(formatAmount(units, decimals)).toBe(text)
  })

  test('a spread may be negative for a moment', () => {
    expect(formatHalves(-3n, 2)).toBe('−0.015')
  })

  test('a total is exact however large', () => {
    expect(formatTotal(2835.5, 3, 2)).toBe('85.065')
    const most = (BigInt(MAX_AMOUNT) * BigInt(MAX_AMOUNT)).toString()
    expect(formatTotal(MAX_AMOUNT, MAX_AMOUNT, 0).replaceAll('\u202f', '')).toBe(most)
  })

  test('counts and sizes', () => {
    expect(formatCount(1234)).toBe('1234')
    expect(formatCount(12345n)).toBe('12\u202f345')
    expect(formatBytes(999)).toBe('999 bytes')
    expect(formatBytes(1_400_000_000)).toBe('1.4 GB')
  })
})
