import { expect, test } from 'vitest'
import { german } from './de/german.ts'
import { Catalogue, preferredLanguage } from './language.ts'

const modules = import.meta.glob<Record<string, unknown>>('./en/*.ts', { eager: true })
const catalogues = Object.values(modules)
  .flatMap((module) => Object.values(module))
  .filter((value) => value instanceof Catalogue)

/** The shape of texts: names, and functions as such; lists may differ in length. */
function shapeOf(texts: unknown): unknown {
  if (typeof texts === 'function') return 'function'
  if (Array.isArray(texts)) return 'list'
  if (typeof texts !== 'object' || texts === null) return typeof texts
  return Object.fromEntries(
    Object.entries(texts)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, text]) => [name, shapeOf(text)]),
  )
}

test('every catalogue has a name of its own', () => {
  const names = catalogues.map(({ name }) => name)
  expect(names.length).toBeGreaterThan(2)
  expect(new Set(names).size).toBe(names.length)
})

test.each(catalogues.map((texts) => [texts.name, texts] as const))('%s is there in German, whole', (name, { english }) => {
  expect(shapeOf((german as Record<string, unknown>)[name])).toEqual(shapeOf(english))
})

test('a language of ours that the browser names first is taken, else English', () => {
  expect(preferredLanguage(['de-AT', 'en'])).toBe('de')
  expect(preferredLanguage(['fr', 'en-GB', 'de'])).toBe('en')
  expect(preferredLanguage(['fr'])).toBe('en')
  expect(preferredLanguage([])).toBe('en')
})
