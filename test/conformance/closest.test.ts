import { expect, test } from 'vitest'
import { closest } from '../../src/ring/closest.ts'
import vectors from './closest.json'

test.each(vectors)('$name', ({ ids, target, n, expect: expected }) => {
  expect(closest(ids, target, n)).toEqual(expected)
})
