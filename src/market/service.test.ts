import fc from 'fast-check'
import { expect, test } from 'vitest'
import { toBase64url } from '../base/base64url.ts'
import { decode, encode } from '../base/schema.ts'
import { checkService, serviceFromLinkText, serviceIdOf, serviceSchema, serviceToLinkText } from './service.ts'

const good = { name: 'Disk space', kind: 'general', unit: 'GB', currency: 'EUR', decimals: 2, tags: ['disk', 'space'] }
const file = { size: 1_000, sha256: 'ab'.repeat(32) }

/** What is right and what is wrong, with the field and words that the message must hold. */
const wrong: [string, unknown, string, RegExp][] = [
  ['no object', 'a service', 'service', /must be an object with name, .* it is "a service"/],
  ['null', null, 'service', /it is null/],
  ['a list', [], 'service', /it is a list/],
  ['an unknown field', { ...good, price: 5 }, 'price', /no field "price": leave it out/],
  ['no name', { ...good, name: undefined }, 'name', /name must be a text; it is missing/],
  ['a name of spaces', { ...good, name: '  \t' }, 'name', /name is empty: enter 1 to 100/],
  ['a long name', { ...good, name: 'x'.repeat(101) }, 'name', /101 characters: shorten it to at most 100/],
  ['a very long name', { ...good, name: 'x'.repeat(5_000_000) }, 'name', /5,000,000 characters/],
  ['a line break in the name', { ...good, name: 'a\nb' }, 'name', /line break/],
  ['a turn of direction in the name', { ...good, name: 'a\u202eb' }, 'name', /control character/],
  ['half a character in the name', { ...good, name: 'a\ud83d' }, 'name', /control character/],
  ['another kind', { ...good, kind: 'File' }, 'kind', /"general" or "file"; it is "File"/],
  ['no kind', { ...good, kind: undefined }, 'kind', /it is missing/],
  ['a unit of 31', { ...good, unit: 'u'.repeat(31) }, 'unit', /31 characters.* at most 30/],
  ['a unit that is a number', { ...good, unit: 5 }, 'unit', /must be a text; it is 5/],
  ['no currency', { ...good, currency: '' }, 'currency', /currency is empty/],
  ['a currency of 13', { ...good, currency: 'c'.repeat(13) }, 'currency', /at most 12/],
  ['decimals as text', { ...good, decimals: '2' }, 'decimals', /whole number from 0 to 8; it is "2"/],
  ['9 decimals', { ...good, decimals: 9 }, 'decimals', /it is 9/],
  ['broken decimals', { ...good, decimals: 1.5 }, 'decimals', /it is 1.5/],
  ['negative decimals', { ...good, decimals: -1 }, 'decimals', /it is -1/],
  ['tags as text', { ...good, tags: 'disk' }, 'tags', /must be a list of texts.* it is "disk"/],
  ['no tags', { ...good, tags: undefined }, 'tags', /may be empty; it is missing/],
  ['9 tags', { ...good, tags: [...'abcdefghi'] }, 'tags', /9 tags: keep at most 8/],
  ['a million tags', { ...good, tags: Array(1_000_000).fill('a') }, 'tags', /1,000,000 tags/],
  ['an empty tag', { ...good, tags: ['a', ' '] }, 'tags', /In tags, a tag is empty/],
  ['a tag that is no text', { ...good, tags: ['a', null] }, 'tags', /a tag must be a text; it is null/],
  ['a long tag', { ...good, tags: ['t'.repeat(31)] }, 'tags', /at most 30/],
  ['a control character in a tag', { ...good, tags: ['a\0b'] }, 'tags', /control character/],
  ['a file of no file', { ...good, file }, 'file', /kind "file" only/],
  ['a file without its file', { ...good, kind: 'file' }, 'file', /size and sha256 .* it is missing/],
  ['a file that is a list', { ...good, kind: 'file', file: [] }, 'file', /it is a list/],
  ['an unknown field of the file', { ...good, kind: 'file', file: { ...file, name: 'x' } }, 'file', /file has no field "name"/],
  ['a negative size', { ...good, kind: 'file', file: { ...file, size: -1 } }, 'file.size', /whole number of at least 0; it is -1/],
  ['a size as text', { ...good, kind: 'file', file: { ...file, size: '5' } }, 'file.size', /it is "5"/],
  ['a size past all', { ...good, kind: 'file', file: { ...file, size: 2 ** 53 } }, 'file.size', /it is 9007199254740992/],
  ['a short digest', { ...good, kind: 'file', file: { ...file, sha256: 'ab' } }, 'file.sha256', /64 hex digits; it is "ab"/],
  ['a digest of other letters', { ...good, kind: 'file', file: { ...file, sha256: 'xy'.repeat(32) } }, 'file.sha256', /64 hex digits/],
  ['no digest', { ...good, kind: 'file', file: { size: 1 } }, 'file.sha256', /it is missing/],
]

test.each(wrong)('refuses %s', (_, ...[input, field, message]) => {
  const checked = checkService(input)
  expect(checked).toMatchObject({ ok: false, field })
  expect(!checked.ok && checked.message).toMatch(message)
})

test('puts parameters into their one form', () => {
  const given = { ...good, name: ' Disk space\n', unit: 'GB ', currency: ' EUR', decimals: -0, tags: ['Space', ' disk', 'DISK', 'ärzte'] }
  const service = { ...good, decimals: 0, tags: ['disk', 'space', 'ärzte'], file: null }
  expect(checkService(given)).toStrictEqual({ ok: true, service })
  const withFile = { ...good, kind: 'file', file: { size: 0, sha256: ' AB'.trim().repeat(32) } }
  expect(checkService(withFile)).toStrictEqual({ ok: true, service: { ...withFile, file: { size: 0, sha256: 'ab'.repeat(32) } } })
  expect(checkService({ ...good, file: null }).ok).toBe(true)
})

const label = (most: number) =>
  fc.string({
    unit: fc.oneof(fc.constantFrom(' ', 'İ', 'ß', '😀', '\n'), fc.string({ minLength: 1, maxLength: 1, unit: 'grapheme' })),
    maxLength: most,
  })
const input = fc.record({
  name: label(110),
  kind: fc.constantFrom('general', 'file'),
  unit: label(20),
  currency: label(8),
  decimals: fc.integer({ min: 0, max: 8 }),
  tags: fc.array(label(10), { maxLength: 9 }),
  file: fc.constantFrom(null, file),
})

test('what it accepts fits the wire, and is accepted as it is', () => {
  let accepted = 0
  fc.assert(
    fc.property(input, (given) => {
      const checked = checkService(given)
      if (!checked.ok) return
      accepted += 1
      expect(checkService(checked.service)).toEqual(checked)
      expect(decode(serviceSchema, encode(serviceSchema, checked.service))).toEqual({ ok: true, value: checked.service })
      expect(serviceFromLinkText(serviceToLinkText(checked.service))).toEqual(checked.service)
    }),
    { numRuns: 1_000 },
  )
  expect(accepted).toBeGreaterThan(20)
})

test('never throws, whatever is given', () => {
  fc.assert(
    fc.property(fc.anything(), fc.anything(), (anything, other) => {
      expect(checkService(anything).ok).toBe(false)
      for (const field of Object.keys(good)) expect(typeof checkService({ ...good, [field]: other }).ok).toBe('boolean')
    }),
  )
})

test('a link carries the parameters, or nothing', () => {
  const checked = checkService(good)
  if (!checked.ok) throw new Error(checked.message)
  const { service } = checked
  const linkText = serviceToLinkText(service)
  expect(linkText).toMatch(/^[\w-]+$/)
  expect(serviceFromLinkText(linkText)).toEqual(service)
  for (const damaged of ['', linkText.slice(0, -1), linkText.slice(1), `${linkText}A`, 'A'.repeat(5_000), `${linkText}=`]) {
    expect(serviceFromLinkText(damaged)).toBeUndefined()
  }
  const unnormalised = { ...service, tags: ['b', 'a'] }
  expect(serviceFromLinkText(toBase64url(encode(serviceSchema, unnormalised)))).toBeUndefined()
})

test('the id tells networks and every parameter apart', () => {
  const checked = checkService({ ...good, kind: 'file', file })
  if (!checked.ok) throw new Error(checked.message)
  const { service } = checked
  const others = [
    { ...service, name: 'x' },
    { ...service, kind: 'general' as const },
    { ...service, unit: 'x' },
    { ...service, currency: 'x' },
    { ...service, decimals: 3 },
    { ...service, tags: [] },
    { ...service, file: { ...file, size: 2 } },
  ]
  const ids = [serviceIdOf('a', service), serviceIdOf('b', service), ...others.map((other) => serviceIdOf('a', other))]
  expect(new Set(ids).size).toBe(ids.length)
})
