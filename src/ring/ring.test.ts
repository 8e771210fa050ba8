import { describe, expect, test } from 'vitest'
import { TestNet } from './test-net.ts'

describe('joining', () => {
  for (const count of [1, 2, 5, 16, 40]) {
    test(`${count} peers become one ideal ring`, () => {
      const net = new TestNet({ n: 8 })
      net.grow(count)
      const tookMs = net.runUntil(() => net.faults().length === 0, 30_000)
      expect(net.faults()).toEqual([])
      expect(tookMs).toBeLessThan(20_000)
    })
  }
})
