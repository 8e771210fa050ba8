// The first load: what a visitor fetches before any lazy part.
import { BUDGET_BYTES, firstLoad } from '../bundle-budget.mjs'

/** @returns {import('../bench-app.mjs').Measured} */
export function measureLoad() {
  const { scripts, gzipBytes } = firstLoad()
  return { figures: [{ name: 'first load, script, gzipped', value: gzipBytes, unit: 'bytes', atMost: BUDGET_BYTES }], details: { scripts } }
}
