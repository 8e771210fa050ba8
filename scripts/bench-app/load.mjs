// What a visitor's browser fetches: before any lazy part, and until the tab is in the ring.
import { BUDGET_BYTES, firstLoad, loadWithPeer } from '../bundle-budget.mjs'

/** @returns {import('../bench-app.mjs').Measured} */
export function measureLoad() {
  const [first, withPeer] = [firstLoad(), loadWithPeer()]
  return {
    figures: [
      { name: 'first load, script, gzipped', value: first.gzipBytes, unit: 'bytes', atMost: BUDGET_BYTES },
      { name: 'first load and the peer, script, gzipped', value: withPeer.gzipBytes, unit: 'bytes' },
    ],
    details: { first: first.scripts, withPeer: withPeer.scripts },
  }
}
