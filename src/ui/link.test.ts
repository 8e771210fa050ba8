import { expect, test } from 'vitest'
import { hashOf, routeOf, routeOfText, shortId } from './link.ts'

const id = '0123456789abcdef0123456789abcdef'
const link = `https://example.org/market/?a=b#/s/${id}?p=eyJuYW1l_-`

test('the hash of a service link leads to the service', () => {
  expect(routeOf(`#/s/${id}?p=abc`)).toEqual({ page: 'service', serviceId: id, hash: `#/s/${id}?p=abc` })
  expect(routeOf(`#/s/${id}`)).toEqual({ page: 'service', serviceId: id, hash: `#/s/${id}` })
})

test('#/lab leads to the lab', () => {
  expect(routeOf('#/lab')).toEqual({ page: 'lab' })
  expect(routeOfText('#/lab')).toBeUndefined()
})

test.each(['', '#', '#/', '#/x', '#/lab/x', '#/labs', '#/s/', '#/s/12', `#/s/${id}0`, `#/s/${id}/more`])('%s leads home', (hash) => {
  expect(routeOf(hash)).toEqual({ page: 'home' })
})

test('a pasted link, hash or id opens the service', () => {
  expect(routeOfText(` ${link}\n`)).toEqual({ page: 'service', serviceId: id, hash: `#/s/${id}?p=eyJuYW1l_-` })
  expect(routeOfText(`#/s/${id}`)?.serviceId).toBe(id)
  expect(routeOfText(id.toUpperCase())).toEqual({ page: 'service', serviceId: id, hash: `#/s/${id}` })
})

test.each(['', 'hello', 'https://example.org/', 'https://example.org/#/x', id.slice(1), `${id}0`])('%s opens nothing', (text) => {
  expect(routeOfText(text)).toBeUndefined()
})

test('a known link is shared with its parameters', () => {
  expect(hashOf(id, link)).toBe(`#/s/${id}?p=eyJuYW1l_-`)
  expect(hashOf(id, undefined)).toBe(`#/s/${id}`)
})

test('an id is shortened in the middle', () => {
  expect(shortId(id)).toBe('012345…cdef')
  expect(shortId('abc')).toBe('abc')
})
