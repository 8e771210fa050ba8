/** The simulator's runs in a page: what `npm run sim` makes in Node. */
import { Run } from '../../src/sim/run/run.ts'
import type { RunSettings } from '../../src/sim/run/settings.ts'

declare global {
  interface Window {
    reportOf: typeof reportOf
  }
}

/** What two runs have in common that went the same way. */
export type Course = ReturnType<typeof reportOf>

function reportOf(settings: RunSettings) {
  const run = new Run(settings)
  while (!run.isOver) run.advance(10_000)
  const { traceHash, events, receipts, violations, faults } = run.report()
  return { traceHash, events, receipts, violations, faults }
}

window.reportOf = reportOf
