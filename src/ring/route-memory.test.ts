import { expect, test } from 'vitest'
import { end, MAX_ROUTES, RouteMemory, type RouteMessage, settle } from './route-memory.ts'

const TARGET = 'ff'.repeat(16)
const FIRST = '01'.repeat(16)
const SECOND = '02'.repeat(16)

function start(number: number, previous: string) {
  const route = number.toString(16).padStart(32, '0')
  const message: RouteMessage = { type: 'route', route, target: TARGET, exact: false, hops: 0, body: { type: 'find' } }
  return { onward: { message, waiting: [] }, previous, onReply: null, expiresMs: number }
}

test('routes are found by the hop that they went to last, the oldest first', () => {
  const memory = new RouteMemory()
  const [older, newer, other] = [1, 2, 3].map((number) => memory.add(start(number, FIRST))) as [never, never, never]
  memory.sent(newer, SECOND)
  memory.sent(older, FIRST)
  memory.sent(older, SECOND)
  memory.sent(other, FIRST)
  expect(memory.through(SECOND)).toEqual([older, newer])
  expect(memory.through(FIRST)).toEqual([other])
})

test('what is forgotten is found no more, and a late hop does not bring it back', () => {
  const memory = new RouteMemory()
  const [first, second] = [1, 2].map((number) => memory.add(start(number, FIRST))) as [never, never]
  memory.sent(first, SECOND)
  memory.expire(1)
  memory.sent(first, FIRST)
  expect(memory.size).toBe(1)
  expect(memory.through(SECOND)).toEqual([])
  expect(memory.through(FIRST)).toEqual([])
  memory.sent(second, FIRST)
  expect(memory.through(FIRST)).toEqual([second])
})

test('when there is no room the oldest of whoever has the most goes', () => {
  const memory = new RouteMemory()
  memory.add(start(0, SECOND))
  for (let number = 1; number < MAX_ROUTES; number += 1) memory.add(start(number, FIRST))
  memory.add(start(MAX_ROUTES, SECOND))
  expect(memory.size).toBe(MAX_ROUTES)
  expect(memory.get(start(0, SECOND).onward.message.route)).toBeDefined()
  expect(memory.get(start(1, FIRST).onward.message.route)).toBeUndefined()
})

test('a message is not kept once a hop has it; an ended route keeps nobody who waits', () => {
  const memory = new RouteMemory()
  const route = memory.add({ ...start(1, FIRST), onReply: () => {} })
  settle(route)
  expect(route.onward).toBeNull()
  expect(route.onReply).not.toBeNull()
  end(route)
  expect(route).toMatchObject({ ended: true, onReply: null, onward: null })
  expect(memory.get(route.id)).toBe(route)
})
