import { expect, test } from 'vitest'
import { actKeys, actOf, pageKeys } from './keys.ts'
import { plainPages } from './link.ts'

test('every page has a letter of its own, after g', () => {
  expect(Object.keys(pageKeys).sort()).toEqual(['home', ...plainPages].sort())
  expect(new Set(Object.values(pageKeys)).size).toBe(plainPages.length + 1)
  for (const [page, letter] of Object.entries(pageKeys)) expect(actOf(letter, true)).toEqual({ type: 'go', page })
})

test('g waits for a letter, and what is no shortcut does nothing', () => {
  expect(actOf('g', false)).toEqual({ type: 'wait' })
  expect(actOf('x', true)).toBeUndefined()
  expect(actOf('m', false)).toBeUndefined()
  for (const [type, key] of Object.entries(actKeys)) expect(actOf(key, false)).toEqual({ type })
})
