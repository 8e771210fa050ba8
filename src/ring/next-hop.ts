/**
 * Where a routed message goes next. Pure functions of what one peer knows.
 *
 * Invariant: no message goes round in a circle. While it comes from further away clockwise, every hop is strictly closer clockwise (Chord IV.D).
 * Once it was handed past its target it goes only to numerically strictly closer peers, an exact one only to its target.
 * The originator's first hop alone is free, so that a retry can start elsewhere.
 */
import type { Id, NodeId } from '../base/identity.ts'
import { closest } from './closest.ts'
import { closestPreceding, isBetween, isBetweenOrAt } from './id-space.ts'

/** What one peer knows of its surroundings. */
export interface Surroundings {
  readonly nodeId: NodeId
  /** Peers with open direct links, clockwise from nodeId. */
  readonly linked: readonly NodeId[]
  /** Whether the members around this id are known here. */
  covers(target: Id): boolean
  /** Peers that may be linked to this one. */
  via(target: NodeId): readonly NodeId[]
}

/** What is looked for, and how it came here: `from` is null and `hops` 0 at the originator, `hops` 0 at its first hop. */
export interface Query {
  readonly target: Id
  readonly kind: 'find' | 'request' | 'exact'
  readonly from: NodeId | null
  readonly hops: number
}

/** This peer answers; or one of `hops` takes over, best first, and none means that there is no way. */
export type NextHop = { readonly answer: true } | { readonly answer: false; readonly hops: readonly NodeId[] }

export function nextHop(around: Surroundings, query: Query): NextHop {
  if (query.kind === 'find') return nextOfFind(around, query)
  return query.kind === 'exact' ? nextOfExact(around, query) : nextOfRequest(around, query)
}

function onwards(hops: readonly NodeId[], from: NodeId | null): NextHop {
  return { answer: false, hops: [...new Set(hops)].filter((id) => id !== from) }
}

/** Whether the message may still go clockwise: it comes from its originator, or from further away. */
function isFree({ nodeId }: Surroundings, { target, from, hops }: Query): boolean {
  return from === null || hops === 0 || isBetweenOrAt(from, nodeId, target)
}

/** find_successor: answered by the target's predecessor, or by the target itself. */
function nextOfFind(around: Surroundings, query: Query): NextHop {
  const { nodeId, linked } = around
  const successor = linked[0]
  if (query.target === nodeId || successor === undefined || isBetweenOrAt(nodeId, query.target, successor)) return { answer: true }
  if (!isFree(around, query)) return { answer: false, hops: [] }
  return onwards(closestPreceding(nodeId, linked, query.target), query.from)
}

/** To one certain peer: straight, else by somebody who is linked to it, else closer. */
function nextOfExact(around: Surroundings, query: Query): NextHop {
  const { nodeId, linked } = around
  const { target, from } = query
  if (target === nodeId) return { answer: true }
  if (linked.includes(target)) return { answer: false, hops: [target] }
  if (!isFree(around, query)) return { answer: false, hops: [] }
  const common = around.via(target).filter((id) => linked.includes(id))
  return onwards([...common, ...closestPreceding(nodeId, linked, target)], from)
}

/** To the numerically closest: clockwise until the neighbourhood is reached, then to whoever is closest there. */
function nextOfRequest(around: Surroundings, query: Query): NextHop {
  const { nodeId, linked } = around
  const { target, from } = query
  const ranked = closest([nodeId, ...linked], target, linked.length + 1)
  const better = ranked.slice(0, ranked.indexOf(nodeId))
  if (better.length === 0) return { answer: true }
  const ahead = closestPreceding(nodeId, linked, target)
  const clockwise = linked.includes(target) ? [target, ...ahead] : ahead
  const next = onwards(
    isFree(around, query) ? (around.covers(target) ? [...better, ...clockwise] : [...clockwise, ...better]) : better,
    from,
  )
  return !next.answer && next.hops.length === 0 ? { answer: true } : next
}

/** Whether an answer's node can be the one asked for: target's predecessor by its own successor list, or the target. */
export function isOwner({ node, successors }: { readonly node: NodeId; readonly successors: readonly NodeId[] }, target: Id): boolean {
  const successor = successors[0]
  return node === target || successor === undefined || successor === target || isBetween(node, target, successor)
}
