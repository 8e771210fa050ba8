/**
 * What every Ticker does, real or simulated. Cases over a world, for any test framework:
 * `for (const { name, run } of tickerContract) test(name, () => run(createWorld()))`.
 */
import { assert } from '../../src/base/assert.ts'
import type { Ticker } from '../../src/peer/world.ts'

export interface TickerWorld {
  readonly ticker: Ticker
  /** Lets exactly so much time pass; all that is due in it happens. */
  advance(durationMs: number): void
}

export interface TickerCase {
  readonly name: string
  run(world: TickerWorld): void
}

/** How far after the start the ticker called: all calls so far. */
function listen({ ticker }: TickerWorld): { readonly startMs: number; readonly calls: number[] } {
  const startMs = ticker.nowMs()
  const calls: number[] = []
  ticker.listen(() => calls.push(ticker.nowMs() - startMs))
  return { startMs, calls }
}

function equal(actual: readonly number[], expected: readonly number[], what: string): void {
  assert(actual.join() === expected.join(), `${what}: [${actual}], expected [${expected}]`)
}

export const tickerContract: readonly TickerCase[] = [
  {
    name: 'the clock counts whole milliseconds',
    run(world) {
      const beforeMs = world.ticker.nowMs()
      world.advance(1_234)
      equal([world.ticker.nowMs() - beforeMs, beforeMs % 1], [1_234, 0], 'passed, part of a millisecond')
    },
  },
  {
    name: 'it calls once, at the time set and not before',
    run(world) {
      const { startMs, calls } = listen(world)
      world.ticker.set(startMs + 50)
      world.advance(49)
      equal(calls, [], 'not before')
      world.advance(1)
      equal(calls, [50], 'at the time')
      world.advance(10_000)
      equal(calls, [50], 'once')
    },
  },
  {
    name: 'for a time that has passed it calls soon, never within the call',
    run(world) {
      const { startMs, calls } = listen(world)
      for (const atMs of [0, startMs]) {
        world.ticker.set(atMs)
        equal(calls, atMs === 0 ? [] : [0], 'not within the call')
        world.advance(0)
      }
      equal(calls, [0, 0], 'soon')
    },
  },
  {
    name: 'a new time replaces the old one, earlier or later',
    run(world) {
      const { startMs, calls } = listen(world)
      for (const afterMs of [100, 10, 20]) world.ticker.set(startMs + afterMs)
      world.advance(1_000)
      equal(calls, [20], 'the last one only')
    },
  },
  {
    name: 'the listener may set the next time',
    run(world) {
      const { startMs, calls } = listen(world)
      world.ticker.listen(() => {
        calls.push(world.ticker.nowMs() - startMs)
        if (calls.length < 3) world.ticker.set(world.ticker.nowMs() + 10)
      })
      world.ticker.set(startMs + 5)
      world.advance(1_000)
      equal(calls, [5, 15, 25], 'one after the other')
    },
  },
  {
    name: 'a time beyond what a browser waits at once comes too; "never" does not',
    run(world) {
      const { startMs, calls } = listen(world)
      const farMs = 2 ** 31 + 5
      world.ticker.set(startMs + farMs)
      world.advance(farMs - 1)
      equal(calls, [], 'not before')
      world.advance(1)
      equal(calls, [farMs], 'at the time')
      world.ticker.set(Number.POSITIVE_INFINITY)
      world.advance(farMs)
      equal(calls, [farMs], 'never')
    },
  },
  {
    name: 'after close nothing is called',
    run(world) {
      const { startMs, calls } = listen(world)
      world.ticker.set(startMs + 10)
      world.ticker.close()
      world.ticker.set(startMs + 20)
      world.advance(1_000)
      equal(calls, [], 'silent')
    },
  },
]
