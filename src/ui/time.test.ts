import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { formatBytes, formatTenths } from './amount.ts'
import { formatShare } from './lab/lab-fields.ts'
import { speak } from './text/language.ts'
import { formatAge, formatLeft, formatLength, formatOffset, networkNow, validityChoices } from './time.ts'

beforeEach(() => {
  // The language is written there too.
  vi.stubGlobal('document', { documentElement: {} })
})

afterEach(async () => {
  await speak('en')
  vi.unstubAllGlobals()
})

test.each([
  [-5, '0.0 s'],
  [800, '0.8 s'],
  [9_940, '9.9 s'],
  [12_900, '12 s'],
  [61_000, '1 min'],
  [7_200_000, '2 h'],
])('%i ms ago reads %s', (ms, text) => {
  expect(formatAge(ms)).toBe(text)
})

test.each([
  [299_001, '5:00'],
  [61_000, '1:01'],
  [1, '0:01'],
  [0, '0:00'],
  [-500, '0:00'],
  [3_723_000, '1:02:03'],
])('%i ms left reads %s', (ms, text) => {
  expect(formatLeft(ms)).toBe(text)
})

test('lengths and offsets', () => {
  expect([60_000, 300_000, 30_000, 1_000].map(formatLength)).toEqual(['1 minute', '5 minutes', '30 seconds', '1 second'])
  expect([0, -9.9, 10, 120.4, -999.6, -3_400, 90_000].map(formatOffset)).toEqual([
    'as the neighbours’',
    'as the neighbours’',
    '+10 ms',
    '+120 ms',
    '−1.00 s',
    '−3.40 s',
    '+90 s',
  ])
})

test('in German, figures have a comma and their units German words', async () => {
  await speak('de')
  expect([60_000, 30_000].map(formatLength)).toEqual(['1 Minute', '30 Sekunden'])
  expect([0, -3_400].map(formatOffset)).toEqual(['wie bei den Nachbarn', '−3,40 s'])
  expect([999, 1_400_000].map(formatBytes)).toEqual(['999 Byte', '1,4 MB'])
  expect([formatShare(0.875), formatTenths(2.25)]).toEqual(['87,5\u202f%', '2,3'])
})

test('a correction counts only when it is applied', () => {
  expect(networkNow({ clockOff: false, clockOffsetMs: 300 }, 1000)).toBe(1300)
  expect(networkNow({ clockOff: true, clockOffsetMs: 90_000 }, 1000)).toBe(1000)
})

test('validities stay within what the network allows', () => {
  expect(validityChoices(600_000)).toEqual([60_000, 120_000, 300_000, 600_000])
  expect(validityChoices(200_000)).toEqual([60_000, 120_000])
  expect(validityChoices(20_000)).toEqual([20_000])
})
