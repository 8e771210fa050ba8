import { expect, test } from 'vitest'
import { BanList, RecentSet } from './bounded.ts'

test('a ban ends, and is renewed by another', () => {
  const bans = new BanList(60_000, 10)
  bans.add('a', 0)
  expect([bans.has('a', 59_999), bans.has('a', 60_000), bans.has('b', 0)]).toEqual([true, false, false])
  bans.add('a', 50_000)
  expect(bans.has('a', 100_000)).toBe(true)
})

test('a clock that is set back far ends a ban rather than keep it for long', () => {
  const bans = new BanList(60_000, 10)
  bans.add('a', 1_000_000)
  expect(bans.has('a', 1_000)).toBe(false)
})

test('bans are bounded: the oldest goes first', () => {
  const bans = new BanList(60_000, 2)
  for (const peer of ['a', 'b', 'a', 'c']) bans.add(peer, 0)
  expect(['a', 'b', 'c'].map((peer) => bans.has(peer, 1))).toEqual([true, false, true])
})

test('a recent set knows its last values', () => {
  const recent = new RecentSet(2)
  expect(['a', 'b', 'a', 'c'].map((value) => recent.add(value))).toEqual([true, true, false, true])
  expect(['a', 'b', 'c'].map((value) => recent.has(value))).toEqual([false, true, true])
})
