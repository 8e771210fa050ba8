/** What this tab went through on its way to others, for a person who asks "is it me or them?". Bounded: counts, and one line a server. */
import type { Statistics } from '../peer/driver.ts'
import type { AttemptStage } from './links/attempts.ts'
import { type CandidateKind, candidateKinds } from './links/sdp.ts'

interface ServerReport {
  /** host:port/path */
  readonly address: string
  /** open: it answered when it was last asked. */
  readonly state: 'unused' | 'connecting' | 'open' | 'failed'
  /** Local clock of the last change, ms since 1970. */
  readonly sinceMs: number
  /** What hinders; empty when nothing does. */
  readonly detail: string
}

/** Each part of the way to the market, nearest first. */
export interface Diagnosis {
  /** Whether this device says that it is online. */
  readonly online: boolean
  readonly servers: readonly ServerReport[]
  /** Attempts to open links since the tab was opened, and how they ended; those given up did neither. */
  readonly attempts: Readonly<Record<AttemptStage, number>>
  /** ICE candidates that this device gathered for links. */
  readonly candidates: Readonly<Record<CandidateKind, number>>
  /** Over links since the tab was opened. */
  readonly traffic: Statistics
}

export class ConnectionLog {
  readonly #nowMs: () => number
  readonly #servers = new Map<string, ServerReport>()
  readonly #attempts = { begun: 0, opened: 0, failed: 0, refused: 0 }
  readonly #candidates = { host: 0, srflx: 0, relay: 0 }

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  /** This server will be used. */
  expect(address: string): void {
    this.#servers.set(address, { address, state: 'unused', sinceMs: this.#nowMs(), detail: '' })
  }

  /** One that failed stays so while it is tried again. Servers that were not expected are not counted. */
  server(address: string, state: 'connecting' | 'open' | 'failed', detail: string): void {
    const before = this.#servers.get(address)
    if (before === undefined || (state === 'connecting' && before.state !== 'unused')) return
    if (before.state === state && before.detail === detail) return
    this.#servers.set(address, { address, state, sinceMs: this.#nowMs(), detail })
  }

  onStage(stage: AttemptStage): void {
    this.#attempts[stage] += 1
  }

  onGathered(sdp: string): void {
    for (const kind of candidateKinds(sdp)) this.#candidates[kind] += 1
  }

  /** A value: it does not change any more. */
  report(online: boolean, traffic: Statistics): Diagnosis {
    return { online, servers: [...this.#servers.values()], attempts: { ...this.#attempts }, candidates: { ...this.#candidates }, traffic }
  }
}
