/** What the ring gives to those who use it. */
import type { NodeId } from '../base/identity.ts'
import type { Link, LinkTransport } from './links.ts'
import type { LinkPurpose } from './messages.ts'
import type { Outcome } from './requests.ts'

export type RequestResult =
  | { readonly ok: true; readonly node: NodeId; readonly payload: Uint8Array }
  | { readonly ok: false; readonly reason: string }

export type LookupResult =
  | {
      readonly ok: true
      /** Target's predecessor, or the target itself. */
      readonly node: NodeId
      readonly predecessors: readonly NodeId[]
      readonly successors: readonly NodeId[]
      /** Links the question crossed. */
      readonly hops: number
    }
  | { readonly ok: false; readonly reason: string }

/** An open link, for the screen. */
export interface LinkView {
  readonly peer: NodeId
  readonly transport: LinkTransport
  /** What either side needs it for. */
  readonly purposes: readonly LinkPurpose[]
  readonly roundTripMs: number | null
  /** Local clock at which it came up, ms since 1970. */
  readonly sinceMs: number
}

/** `aheadMs`: the local clock less the time that passes evenly. */
export function linkView({ peer, transport, sinceMs, told, theirs, roundTrip }: Link, aheadMs: number): LinkView {
  const purposes = [...new Set([...told, ...theirs])].sort()
  return { peer, transport, purposes, roundTripMs: roundTrip.meanMs, sinceMs: sinceMs + aheadMs }
}

export function requestResult(outcome: Outcome): RequestResult {
  if (!outcome.ok) return outcome
  const { answer } = outcome
  return answer.type === 'response' ? { ok: true, node: answer.node, payload: answer.payload } : { ok: false, reason: 'wrong answer' }
}

export function lookupResult(outcome: Outcome): LookupResult {
  if (!outcome.ok) return outcome
  const { answer } = outcome
  if (answer.type !== 'found') return { ok: false, reason: 'wrong answer' }
  return { ok: true, node: answer.node, predecessors: answer.predecessors, successors: answer.successors, hops: answer.hops }
}
