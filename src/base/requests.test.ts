import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Outcome, Requests } from './requests.ts'
import { Schedule } from './schedule.ts'

function setUp(capacity = 3) {
  const schedule = new Schedule(1_000)
  const requests = new Requests<string>(schedule, { capacity })
  const ends: [string, Outcome<string>][] = []
  const open = (name: string, timeoutMs = 100, to?: string): number => {
    return requests.open({ timeoutMs, onEnd: (outcome) => ends.push([name, outcome]), ...(to !== undefined && { to }) })
  }
  const pass = (nowMs: number): void => {
    schedule.advance(nowMs)
    schedule.run()
  }
  return { schedule, requests, ends, open, pass }
}

test('ends with its answer, once', () => {
  const { requests, ends, open, pass } = setUp()
  const id = open('a')
  expect(requests.answer(id, 'p', 'yes')).toBe(true)
  expect(requests.answer(id, 'p', 'again')).toBe(false)
  expect(requests.cancel(id)).toBe(false)
  pass(2_000)
  expect(ends).toEqual([['a', { ok: true, answer: 'yes' }]])
})

test('ends at its deadline, not before, and no answer counts later', () => {
  const { requests, ends, open, pass } = setUp()
  const id = open('a', 100)
  pass(1_099)
  expect(ends).toEqual([])
  pass(1_100)
  expect(requests.answer(id, 'p', 'late')).toBe(false)
  expect(ends).toEqual([['a', { ok: false, reason: 'timeout' }]])
})

test('takes the answer of the peer that was asked, and of anyone when none was named', () => {
  const { requests, ends, open } = setUp()
  const named = open('named', 100, 'p')
  const any = open('any')
  expect(requests.answer(named, 'q', 'forged')).toBe(false)
  expect(requests.has(named)).toBe(true)
  expect(requests.answer(named, 'p', 'true')).toBe(true)
  expect(requests.answer(any, 'q', 'of q')).toBe(true)
  expect(ends.map(([, outcome]) => outcome.ok && outcome.answer)).toEqual(['true', 'of q'])
})

test('one too many ends at once', () => {
  const { requests, ends, open } = setUp(2)
  open('a')
  open('b')
  const id = open('c')
  expect(ends).toEqual([['c', { ok: false, reason: 'full' }]])
  expect(requests.answer(id, 'p', 'yes')).toBe(false)
  expect(requests.size).toBe(2)
})

test('cancels those of a peer, or all', () => {
  const { requests, ends, open } = setUp()
  open('a', 100, 'p')
  open('b', 100, 'q')
  requests.cancelAll('p')
  expect(ends).toEqual([['a', { ok: false, reason: 'cancelled' }]])
  requests.cancelAll()
  expect(ends.map(([name]) => name)).toEqual(['a', 'b'])
})

test('an end may open and cancel others', () => {
  const { requests, pass, ends, open } = setUp()
  requests.open({
    timeoutMs: 10,
    onEnd: () => {
      requests.cancelAll()
      open('next', 10)
    },
  })
  open('other')
  pass(1_010)
  pass(1_020)
  expect(ends.map(([name, outcome]) => [name, outcome.ok || outcome.reason])).toEqual([
    ['other', 'cancelled'],
    ['next', 'timeout'],
  ])
})

test('whatever happens, each ends exactly once and never more are open than may be', () => {
  const step = fc.record({
    op: fc.constantFrom('open', 'answer', 'cancel', 'pass'),
    index: fc.nat(30),
    ms: fc.integer({ min: 0, max: 300 }),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const { requests, ends, open, pass, schedule } = setUp(4)
      const ids: number[] = []
      for (const { op, index, ms } of steps) {
        const id = ids[index % Math.max(1, ids.length)] ?? 0
        if (op === 'open') ids.push(open(String(ids.length), ms))
        else if (op === 'answer') requests.answer(id, 'p', 'yes')
        else if (op === 'cancel') requests.cancel(id)
        else pass(schedule.nowMs + ms)
        expect(requests.size).toBeLessThanOrEqual(4)
        expect(requests.size + ends.length).toBe(ids.length)
      }
      pass(schedule.nowMs + 300)
      expect(requests.size).toBe(0)
      expect(new Set(ends.map(([name]) => name)).size).toBe(ids.length)
      expect(ends.length).toBe(ids.length)
      expect(new Set(ids).size).toBe(ids.length)
    }),
  )
})
