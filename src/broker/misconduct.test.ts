import { expect, test } from 'vitest'
import { Misconduct, PHANTOM_FAULTS } from './misconduct.ts'

const PERIOD_MS = 600_000
const PEER = 'ab'.repeat(16)

function banned(nowMs: number): Misconduct {
  const misconduct = new Misconduct(PERIOD_MS)
  for (let fault = 0; fault < PHANTOM_FAULTS; fault += 1) misconduct.note(PEER, nowMs)
  expect(misconduct.isPhantom(PEER, nowMs)).toBe(true)
  return misconduct
}

test('three faults within t are held against a peer for t', () => {
  const misconduct = banned(10_000_000)
  expect(misconduct.isPhantom(PEER, 10_000_000 + PERIOD_MS - 1)).toBe(true)
  expect(misconduct.isPhantom(PEER, 10_000_000 + PERIOD_MS)).toBe(false)
  expect(misconduct.note(PEER, 10_000_000 + PERIOD_MS)).toBe(false)
})

test('what was noted before the clock was set back by hours is not held against it for hours', () => {
  const misconduct = banned(10_000_000)
  expect(misconduct.isPhantom(PEER, 2_000_000)).toBe(false)
  expect(misconduct.note(PEER, 2_000_000)).toBe(false)
  expect(misconduct.isPhantom(PEER, 2_000_000)).toBe(false)
})
