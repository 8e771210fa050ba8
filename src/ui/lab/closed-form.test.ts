import { expect, test } from 'vitest'
import { matchedByChance } from '../../sim/figures/statistics.ts'
import { foundByChance } from './closed-form.ts'

test('the line is the formula that the simulator reports, for every n, f and number of silent brokers', () => {
  for (let n = 1; n <= 16; n += 1) {
    for (let f = 1; f <= n; f += 1) {
      for (let silent = 0; silent <= n; silent += 1) {
        expect(foundByChance({ n, f, silent })).toBeCloseTo(matchedByChance({ n, f, silent }), 10)
      }
    }
  }
})

test('at f = 4 and 12 of 16 silent, .53 of the pairs are found', () => {
  expect(foundByChance({ n: 16, f: 4, silent: 12 })).toBeCloseTo(0.53, 2)
})
