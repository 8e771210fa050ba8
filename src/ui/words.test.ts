import { expect, test } from 'vitest'
import { apiErrorOf, formFieldOf, isLive, reasonWords, whyNotWithdraw } from './words.ts'

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

test('an unknown reason is passed on', () => {
  expect(reasonWords('price')).toContain('room')
  expect(reasonWords('The set is empty.')).toBe('The set is empty.')
})

test('only an open offer can be withdrawn', () => {
  expect(whyNotWithdraw('open')).toBeUndefined()
  expect(whyNotWithdraw('matched')).toContain('receipt')
  expect(isLive({ state: 'matched' })).toBe(true)
  expect(isLive({ state: 'expired' })).toBe(false)
})
