import { expect, test } from 'vitest'
import { explain, LATE } from '../trader/reasons.ts'
import { apiErrorOf, formFieldOf, isLive, reasonWords, shownState, whyNotChange } from './words.ts'

test.each([
  [undefined, 'form'],
  ['name', 'name'],
  ['tags.2', 'tags'],
  ['tags[2]', 'tags'],
  ['file.size', 'fileSize'],
  ['file.sha256', 'fileSha256'],
  ['validForMs', 'validFor'],
  ['serviceId', 'link'],
])('the API field %s is shown at %s', (field, name) => {
  expect(formFieldOf({ code: 'invalid-argument', ...(field === undefined ? {} : { field }) })).toBe(name)
})

test('an unknown service is shown where its link was entered', () => {
  expect(formFieldOf({ code: 'unknown-service' })).toBe('link')
})

test('an API error is shown as it is, anything else as a bug', () => {
  const failure = Object.assign(new Error('Too long.'), { code: 'invalid-argument', field: 'name' })
  expect(apiErrorOf(failure)).toBe(failure)
  expect(apiErrorOf(new TypeError('x is undefined')).message).toContain('x is undefined')
  expect(apiErrorOf('no').code).toBe('internal')
})

test('reasons are told in words, with and without the brokers’ own sentence; an unknown one is passed on', () => {
  expect(reasonWords('price')).toContain('room')
  expect(reasonWords(explain('price'))).toBe(reasonWords('price'))
  expect(reasonWords(LATE)).toContain('receipt')
  expect(reasonWords('The set is empty.')).toBe('The set is empty.')
})

test('dropped as its time was over is expired', () => {
  expect(shownState({ state: 'dropped', steps: [{ state: 'expired', atMs: 1 }] })).toBe('expired')
  expect(shownState({ state: 'dropped', steps: [{ state: 'dropped', atMs: 1 }] })).toBe('dropped')
})

test('only an open offer can be withdrawn', () => {
  expect(whyNotChange('open')).toBeUndefined()
  expect(whyNotChange('matched')).toContain('receipt')
  expect(isLive({ state: 'matched' })).toBe(true)
  expect(isLive({ state: 'expired' })).toBe(false)
})
