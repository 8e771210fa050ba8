import { expect, test } from 'vitest'
import { EventLoop } from './event-loop.ts'
import { seededRng } from './seeded-rng.ts'
import { SimNetwork } from './sim-network.ts'
import { Trace } from './trace.ts'

const [A, B, C] = ['a', 'b', 'c'].map((digit) => digit.repeat(32)) as [string, string, string]

function hashOf(write: (trace: Trace) => void): string {
  const trace = new Trace()
  write(trace)
  return trace.hash
}

test('what was said, to whom, and in which order all count', () => {
  const sent = (...to: string[]): string =>
    hashOf((trace) => {
      const network = new SimNetwork(new EventLoop(0), seededRng(1, 'test'), trace)
      for (const peer of to) network.count(A, peer, Uint8Array.of(1, 2))
    })
  expect(sent(B, C)).toBe(sent(B, C))
  expect(new Set([sent(B), sent(C), sent(B, C), sent(C, B), sent()]).size).toBe(5)
})

test('words, numbers and bytes leave different traces, wherever one ends', () => {
  const hashes = [
    hashOf((trace) => trace.text('ab')),
    hashOf((trace) => {
      trace.text('a')
      trace.text('b')
    }),
    hashOf((trace) => trace.number(1)),
    hashOf((trace) => trace.number(-1)),
    hashOf((trace) => trace.bytes(Uint8Array.of(1))),
    hashOf((trace) => trace.bytes(Uint8Array.of(0, 1))),
  ]
  expect(new Set(hashes).size).toBe(hashes.length)
})
