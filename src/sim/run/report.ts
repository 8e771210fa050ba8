import type { RunSettings } from './settings.ts'
import type { Violation } from './violations.ts'

/** What a run came to. The same settings and commit give the same report. */
export interface RunReport {
  /** What the run is repeated with. */
  readonly settings: RunSettings
  readonly seed: number
  readonly peers: number
  /** Fingerprint of everything that was sent and happened: see trace.ts. */
  readonly traceHash: string
  /** Actions of the virtual world: messages that arrived, timers, commits, signatures. */
  readonly events: number
  readonly virtualMinutes: number
  /** Different offers that were sent to brokers, a re-offer counted anew. */
  readonly offers: number
  /** Different pairs that brokers told their traders, without those that misbehaved when they did. */
  readonly matches: number
  /** Different receipts with both signatures. */
  readonly receipts: number
  /** How often each kind of fault and of misbehaviour really happened. */
  readonly faults: Readonly<Record<string, number>>
  /** How often each rare branch was taken. */
  readonly sometimes: Readonly<Record<string, number>>
  /** How the bots' commands ended. */
  readonly outcomes: Readonly<Record<string, number>>
  /** Messages over links, by type. */
  readonly messages: Readonly<Record<string, number>>
  /** Empty when all is well. */
  readonly violations: readonly Violation[]
}
