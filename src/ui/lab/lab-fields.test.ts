import { describe, expect, test } from 'vitest'
import { LAB_MALICE } from '../../sim/lab/settings.ts'
import { lab } from '../text/en/lab.ts'
import type { LabSettings, LabState } from './lab-api.ts'
import { changed, errorsOf, FIRST_FIELDS, formatShare, isIdle, settingsOf } from './lab-fields.ts'

test('every kind of misbehaving broker that an experiment gives occasion for can be chosen, and no other', () => {
  expect(Object.keys(lab.english.malice)).toEqual([...LAB_MALICE])
})

test.each([
  [2, 0, true],
  [2, 1, false],
  [0, 0, false],
])('%d brokers that misbehaved %d times had nothing to misbehave about: %s', (malicious, acts, idle) => {
  expect(isIdle({ malicious } as LabSettings, { acts } as LabState)).toBe(idle)
})

describe('the fields', () => {
  test('the first ones are good', () => {
    expect(errorsOf(FIRST_FIELDS)).toEqual({})
    expect(settingsOf(FIRST_FIELDS)).toMatchObject({ peers: 40, pairs: 40, seed: 1, n: 16, f: 4, malicious: 12, watch: false })
  })

  test.each([
    ['peers', '18', /19 to 300/],
    ['peers', '301', /19 to 300/],
    ['peers', '', /19 to 300/],
    ['pairs', '0', /1 to 1000/],
    ['pairs', '1.5', /1 to 1000/],
    ['seed', '-1', /0 to 4294967295/],
    ['seed', '4294967296', /0 to 4294967295/],
    ['seed', '0x10', /0 to 4294967295/],
  ] as const)('%s %j is refused', (name, text, message) => {
    expect(errorsOf({ ...FIRST_FIELDS, [name]: text })[name]).toMatch(message)
  })

  test('a smaller set needs fewer peers, keeps the share of liars and bounds f', () => {
    const fields = changed({ ...FIRST_FIELDS, peers: '11', f: 9 }, { n: 8 })
    expect(fields).toMatchObject({ n: 8, f: 8, malicious: 6 })
    expect(errorsOf(fields)).toEqual({})
    expect(changed(fields, { malicious: 2 })).toMatchObject({ n: 8, f: 8, malicious: 2 })
  })
})

test.each([
  [0, '0\u202f%'],
  [0.875, '87.5\u202f%'],
  [1, '100\u202f%'],
  [0.52951, '53\u202f%'],
])('%d is written %s', (share, text) => {
  expect(formatShare(share)).toBe(text)
})
