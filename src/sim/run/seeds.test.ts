/** Seeds that once showed something, in the code or in a mutation of it. Sound code shows nothing on them. */
import { expect, test } from 'vitest'
import { Run } from './run.ts'
import type { RunSettings } from './settings.ts'

const SEEDS: readonly (readonly [shown: string, settings: Partial<RunSettings>])[] = [
  ['a broker that minds no deadline attests what came whole after it (late-proof)', { seed: 1, minutes: 2, faults: 'complete-late' }],
  ['a trader signs over its old number while a newer one is being stored (newest-only)', { seed: 3, minutes: 1.5 }],
  [
    'a peer that lost everybody, and its server, asks that again after a pause of its own (ideal-after-heal)',
    { seed: 608470358, peers: 8, minutes: 4, faults: 'swarm' },
  ],
  [
    'a broker that comes back to a set that it left takes for stale what it is handed (acknowledged-kept)',
    { seed: 2, minutes: 3, faults: 'swarm' },
  ],
  ['a joiner that tells its neighbours to nobody begins a ring of its own (one-ring)', { seed: 1, minutes: 2, faults: 'churn' }],
  [
    'a broker keeps an expired row until it steps, as its clock was only just set right (table-bounds looks at its last step)',
    { seed: 1996404193, peers: 6, minutes: 4, faults: 'swarm' },
  ],
  [
    'a broker whose disk was full acknowledges a handover of what it heard before, with nothing on disk (acknowledged-kept)',
    { seed: 2087828060, peers: 24, minutes: 4, faults: 'swarm' },
  ],
  [
    'a broker keeps an expired row until the timer that it set while its tab was throttled (table-bounds looks at its last step)',
    { seed: 3140812678, peers: 6, minutes: 4, faults: 'swarm' },
  ],
  [
    'an offer that was lost is sent again to who asks for it, in the simulator as in a tab (ideal-after-heal)',
    { seed: 295853050, peers: 8, minutes: 4, faults: 'swarm' },
  ],
  [
    'a clock that was set back puts the deadline of a match a minute off (operations counts from the end of its slot)',
    { seed: 1829227474, peers: 6, minutes: 4, faults: 'swarm' },
  ],
  [
    'a broker says that it does not know an offer which it was handed, while it notes on disk that it has it from its trader too (acknowledged-kept)',
    { seed: 1717295316, peers: 8, minutes: 3, faults: 'swarm' },
  ],
  [
    'a peer says an offer of an attempt that is over once more, and it takes the place of the one under way (ideal-after-heal)',
    { seed: 1937161586, peers: 8, minutes: 3, faults: 'swarm' },
  ],
]
/** A seed takes up to half a minute of a processor's time; on a busy machine several times that. */
const TEST_MS = 300_000

test.each(SEEDS)('%s', { timeout: TEST_MS }, (_shown, settings) => {
  const run = new Run({ seed: 1, peers: 12, minutes: 2, faults: 'none', realCrypto: false, ...settings })
  while (!run.isOver) run.advance(10_000)
  const { receipts, violations } = run.report()
  expect(violations).toEqual([])
  expect(receipts).toBeGreaterThan(0)
})
