import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { MAX_AMOUNT } from '../../market/offer.ts'
import { depthSteps } from './depth-steps.ts'
import { levelsOf } from './levels.ts'

const frame = { width: 100, height: 50 }
const row = (price: number, quantity: number) => ({ price, quantity, peer: 'other', seq: 1 })

test('bids step down to the right of the lowest price, asks up to the highest, on one scale', () => {
  const levels = levelsOf({ bids: [row(10, 1), row(5, 1)], asks: [row(15, 4)] }, 'me', 1)
  const steps = depthSteps(levels, frame)
  expect(steps).toMatchObject({ bidX: 50, askX: 95, lowest: 5n, highest: 15n, deepest: 4n })
  expect(steps?.bids).toBe('M50 50H50V37.5H5V25H0V50Z')
  expect(steps?.asks).toBe('M95 50H95V0H100V50Z')
  expect(depthSteps({ bids: [], asks: [] }, frame)).toBeUndefined()
})

test('whatever the book, all points lie within the frame', () => {
  const amount = fc.integer({ min: 1, max: MAX_AMOUNT })
  const rows = fc.array(fc.tuple(amount, amount), { maxLength: 20 }).map((all) => all.map(([price, quantity]) => row(price, quantity)))
  fc.assert(
    fc.property(rows, rows, (bids, asks) => {
      const sorted = { bids: bids.sort((l, r) => r.price - l.price), asks: asks.sort((l, r) => l.price - r.price) }
      const steps = depthSteps(levelsOf(sorted, 'me', 1), frame)
      for (const path of [steps?.bids ?? '', steps?.asks ?? '']) {
        for (const [, command, at] of path.matchAll(/([HV])([-\d.e]+)/g)) {
          expect(Number(at)).toBeGreaterThanOrEqual(0)
          expect(Number(at)).toBeLessThanOrEqual(command === 'H' ? frame.width : frame.height)
        }
      }
    }),
  )
})
