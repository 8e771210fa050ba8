import { describe, expect, test } from 'vitest'
import { Rng } from '../../base/rng.ts'
import { weibullMs, weibullOf, weibullQuantile } from './weibull.ts'

describe('quantiles of the Weibull distribution', () => {
  // scale · (−ln(1 − share))^(1 / shape), as other programs have it.
  test.each([
    [1, 0.5, Math.LN2],
    [1, 0.9, Math.LN10],
    [0.5, 0.5, 0.480_453_013_918_201_4],
    [0.5, 0.99, 21.207_592_441_913_62],
    [2, 0.25, 0.536_360_021_302_651_1],
    [0.5, 0.001, 1.001_000_917_500_761_7e-6],
  ])('shape %f, share %f: %f', (shape, share, expected) => {
    expect(weibullQuantile({ shape, scaleMs: 1_000 }, share) / 1_000 / expected).toBeCloseTo(1, 11)
  })

  test('agree with the closed form of this engine', () => {
    for (let step = 1; step < 1_000; step += 1) {
      const share = step / 1_000
      const expected = 60_000 * (-Math.log(1 - share)) ** (1 / 0.55)
      expect(weibullQuantile({ shape: 0.55, scaleMs: 60_000 }, share) / expected).toBeCloseTo(1, 11)
    }
  })

  test('nothing is shorter than 0', () => expect(weibullQuantile({ shape: 0.5, scaleMs: 1_000 }, 0)).toBe(0))
})

test('half of all sessions are shorter than the median', () => {
  const rng = new Rng([1, 2, 3, 4])
  const sessions = Array.from({ length: 10_000 }, () => weibullMs(weibullOf(0.55, 30_000), rng))
  const shorter = sessions.filter((ms) => ms < 30_000).length
  expect(shorter).toBeGreaterThan(4_850)
  expect(shorter).toBeLessThan(5_150)
})
