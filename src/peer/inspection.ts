import type { TableInspection } from '../broker/view.ts'

/** What a peer holds, for checks that nothing grows without bound and that tables are as they should be. Costly: not for each step. */
export interface Inspection {
  /** Every table this peer keeps, by service. */
  readonly tables: readonly TableInspection[]
  /** Entries of each queue, map and list, by name. */
  readonly sizes: Readonly<Record<string, number>>
}
