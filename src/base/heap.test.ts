import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Heap } from './heap.ts'

interface Item {
  key: number
  order: number
}

test('gives the least of what it holds, equal ones as they came', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat(10)), { maxLength: 200 }), (steps) => {
      const heap = new Heap<Item>((left, right) => left.key < right.key || (left.key === right.key && left.order < right.order))
      const model: Item[] = []
      for (const [order, key] of steps.entries()) {
        if (key === null) {
          expect(heap.peek()).toBe(model[0])
          expect(heap.pop()).toBe(model.shift())
        } else {
          const item = { key, order }
          heap.push(item)
          model.push(item)
          model.sort((left, right) => left.key - right.key || left.order - right.order)
        }
        expect(heap.size).toBe(model.length)
      }
      while (model.length > 0) expect(heap.pop()).toBe(model.shift())
      expect([heap.pop(), heap.peek(), heap.size]).toEqual([undefined, undefined, 0])
    }),
    { numRuns: 300 },
  )
})
