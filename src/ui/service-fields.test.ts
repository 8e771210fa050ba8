import { expect, test } from 'vitest'
import { emptyServiceFields, type ServiceFields, serviceErrors, serviceRequest, tagsOf } from './service-fields.ts'

const good: ServiceFields = { ...emptyServiceFields, name: ' Storage ', unit: 'GB', currency: 'EUR', tags: 'disk, cloud,disk,' }
const file: ServiceFields = { ...good, kind: 'file', fileSize: '1400000', fileSha256: 'AB'.repeat(32) }

test('good fields make a request, trimmed, with different and sorted tags', () => {
  expect(serviceErrors(good)).toEqual({})
  expect(serviceRequest(good)).toEqual({
    name: 'Storage',
    kind: 'general',
    unit: 'GB',
    currency: 'EUR',
    decimals: 2,
    tags: ['cloud', 'disk'],
  })
  expect(tagsOf('')).toEqual([])
})

test('a file brings its size and digest', () => {
  expect(serviceErrors(file)).toEqual({})
  expect(serviceRequest(file).file).toEqual({ size: 1400000, sha256: 'ab'.repeat(32) })
  expect(serviceRequest({ ...file, kind: 'general' })).not.toHaveProperty('file')
})

test('all empty fields are named at once', () => {
  expect(Object.keys(serviceErrors({ ...emptyServiceFields, kind: 'file', decimals: '' })).sort()).toEqual([
    'currency',
    'decimals',
    'fileSha256',
    'fileSize',
    'name',
    'unit',
  ])
})

test.each([
  ['name', 'x'.repeat(101)],
  ['name', 'a\u0007b'],
  ['unit', 'x'.repeat(31)],
  ['currency', 'x'.repeat(13)],
  ['decimals', '9'],
  ['decimals', '1.5'],
  ['decimals', '-1'],
  ['tags', 'a,b,c,d,e,f,g,h,i'],
  ['tags', 'x'.repeat(31)],
  ['fileSize', '-1'],
  ['fileSize', '99999999999999999'],
  ['fileSha256', 'ab'],
])('%s: %s is refused', (field, value) => {
  expect(Object.keys(serviceErrors({ ...file, [field]: value }))).toEqual([field])
})

test('emoji count as one character each', () => {
  expect(serviceErrors({ ...good, currency: '🍏'.repeat(12) })).toEqual({})
})
