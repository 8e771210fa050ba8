// Without a Worker, as Node has none of that name; the Worker's way is tested in e2e/adapters.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createTicker } from './ticker.ts'

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000 })
})
afterEach(() => {
  vi.useRealTimers()
})

function listened() {
  const ticker = createTicker()
  const calls: number[] = []
  ticker.listen(() => calls.push(ticker.nowMs()))
  return { ticker, calls }
}

test('it calls once, at the time set, never within the call', () => {
  const { ticker, calls } = listened()
  ticker.set(1_050)
  vi.advanceTimersByTime(49)
  expect(calls).toEqual([])
  vi.advanceTimersByTime(1)
  expect(calls).toEqual([1_050])
  vi.advanceTimersByTime(10_000)
  expect(calls).toEqual([1_050])
  ticker.set(0)
  expect(calls).toHaveLength(1)
  vi.advanceTimersByTime(0)
  expect(calls).toHaveLength(2)
})

test('a new time replaces the old one, earlier or later', () => {
  const { ticker, calls } = listened()
  ticker.set(1_100)
  ticker.set(1_010)
  ticker.set(1_020)
  vi.advanceTimersByTime(1_000)
  expect(calls).toEqual([1_020])
})

test('a time beyond the longest delay is waited for in parts', () => {
  const { ticker, calls } = listened()
  const farMs = 1_000 + 2 ** 31 + 5
  ticker.set(farMs)
  vi.advanceTimersByTime(2 ** 31 - 1)
  expect(calls).toEqual([])
  vi.advanceTimersByTime(10)
  expect(calls).toEqual([farMs])
})

test('a timer that comes early waits for the rest', () => {
  const { ticker, calls } = listened()
  ticker.set(1_100)
  vi.setSystemTime(900)
  vi.advanceTimersByTime(100)
  expect(calls).toEqual([])
  vi.advanceTimersByTime(100)
  expect(calls).toEqual([1_100])
})

test('a clock that is set back by an hour does not hold up the timer for an hour', () => {
  const { ticker, calls } = listened()
  vi.setSystemTime(7_200_000)
  ticker.set(7_200_100)
  vi.setSystemTime(3_600_000)
  vi.advanceTimersByTime(100)
  expect(calls).toEqual([3_600_100])
})

test('after close nothing is called', () => {
  const { ticker, calls } = listened()
  ticker.set(1_100)
  ticker.close()
  ticker.set(1_100)
  vi.advanceTimersByTime(1_000)
  expect(calls).toEqual([])
})
