import { expect, test } from 'vitest'
import type { Context } from './context.ts'
import { Dialer } from './dialer.ts'
import { limitsOf } from './limits.ts'

test('after a sleep whoever could not be reached may be tried at once; another failure pauses longer than the last', () => {
  const peer = 'ab'.repeat(16)
  let nowMs = 1_000
  const limits = limitsOf({ nodeId: '11'.repeat(16), n: 3, linkBudget: 14, slotMs: 1_000 })
  const dialer = new Dialer({ nowMs: () => nowMs, limits } as unknown as Context)
  for (let failures = 0; failures < 4; failures += 1) dialer.pause(peer)
  expect(dialer.isPaused(peer)).toBe(true)
  dialer.wake()
  expect(dialer.mayTry(peer)).toBe(true)
  expect(dialer.unreachable()).toEqual([peer])
  dialer.pause(peer)
  nowMs += 16_001
  expect(dialer.isPaused(peer)).toBe(true)
})

test('an attempt that waits for its turn is not given up as unheard: the time for an answer begins when its offer leaves', () => {
  const [low, high] = ['00'.repeat(16), 'ab'.repeat(16)]
  let nowMs = 1_000
  const limits = limitsOf({ nodeId: '11'.repeat(16), n: 3, linkBudget: 14, slotMs: 1_000 })
  const port = { connect: () => undefined }
  const dialer = new Dialer({ nowMs: () => nowMs, limits, port } as unknown as Context)
  for (const peer of [low, high]) dialer.dial(peer, 'trade')
  dialer.said(low, 'first')
  nowMs += 7_000
  expect(dialer.unheard(nowMs)).toEqual([low])
  dialer.awaits(high, 'second')
  nowMs += 5_000
  expect(dialer.unheard(nowMs)).toEqual([low])
  nowMs += 1
  expect(dialer.unheard(nowMs)).toEqual([low, high])
  dialer.heard(high)
  expect(dialer.unheard(nowMs)).toEqual([low])
})
