import { expect, test } from 'vitest'
import { BrokerSet } from './broker-set.ts'

test('after a sleep a set is asked for again, and those who failed are asked too', () => {
  const [service, broker] = ['11'.repeat(16), '12'.repeat(16)]
  const set = new BrokerSet(service, 3)
  set.name([broker])
  set.fail(broker, 10_000, 5_000)
  set.confirmedMs = 5_000
  expect(set.targets(5_001)).toEqual([])
  set.wake()
  expect(set.targets(5_001)).toEqual([broker])
  expect(set.confirmedMs).toBe(Number.NEGATIVE_INFINITY)
})
