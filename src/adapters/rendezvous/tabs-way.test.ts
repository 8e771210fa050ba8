import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Rng } from '../../base/rng.ts'
import { TabsWay } from './tabs-way.ts'

const posted: { readonly type: string; readonly again?: boolean }[] = []

beforeEach(() => {
  posted.length = 0
  vi.useFakeTimers()
  vi.stubGlobal(
    'BroadcastChannel',
    class {
      addEventListener(): void {}
      close(): void {}
      postMessage(message: (typeof posted)[number]): void {
        posted.push(message)
      }
    },
  )
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

/** A browser in which another tab lives, and says nothing. */
function besideSilentTab(): void {
  const request = async (_name: string, _options: unknown, held: () => unknown): Promise<void> => {
    held()
  }
  const query = async (): Promise<LockManagerSnapshot> => ({ held: [{ name: 'peermart/market#1/tab/silent' }], pending: [] })
  vi.stubGlobal('navigator', { locks: { request, query } })
}

test('a tab that lives and is silent is asked again twenty times, and then nobody is there', async () => {
  besideSilentTab()
  const found = vi.fn()
  const way = new TabsWay({ network: 'market#1', nodeId: '11'.repeat(16), random: new Rng([1, 2, 3, 4]), onChannel: () => {} })
  way.search({ want: 2, cached: [], founding: true }, found)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(posted.filter(({ type, again }) => type === 'hello' && again === true)).toHaveLength(20)
  expect(found).toHaveBeenCalledTimes(1)
  way.close()
})
