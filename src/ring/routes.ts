/**
 * Recursive routing, one hop's part of it (PROTOCOL 8): hand a message on, wait for the hop's acknowledgement, try the next best hop
 * when there is none, and pass replies back along the way the message came.
 *
 * Invariants
 * 1. A route id is handled once; a second arrival is acknowledged and otherwise ignored, or failed when it came back to its originator.
 * 2. A reply counts only from a peer that the message was handed to.
 */
import type { Id, NodeId } from '../base/identity.ts'
import type { Context } from './context.ts'
import type { LinkTable } from './links.ts'
import { MAX_HOPS, type ReplyBody, type RouteBody, type Signal } from './messages.ts'
import { type NextHop, nextHop, type Query, type Surroundings } from './next-hop.ts'
import { end, lastHop, type Onward, type Route, RouteMemory, type RouteMessage, settle } from './route-memory.ts'

/** A way back is remembered this long, in slots, and at least 10 s: an answer to a signal takes as long as ICE gathering. */
const ROUTE_SLOTS = 10
const MIN_ROUTE_MS = 10_000
/** Hops tried, one after the other, before the message is given back. */
const MAX_TRIES = 4

/** What arrives for this peer. */
export interface RouteOwner {
  surroundings(): Surroundings
  /** Whether this peer is in a ring and may answer for it. */
  isMember(): boolean
  /** The hop did not acknowledge in time. */
  onSilent(peer: NodeId): void
  /** The message ends here; the answer goes back, null means that it comes later or never. */
  onArrived(message: RouteMessage, from: NodeId): ReplyBody | null
}

/** How an originator starts a route. */
export interface Departure {
  readonly target: Id
  readonly body: RouteBody
  /** Tried in this order until one acknowledges. */
  readonly hops: readonly NodeId[]
  /** Called for each reply, at least once while the route is remembered if no hop can be found. */
  readonly onReply: (body: ReplyBody, from: NodeId) => void
}

export class Routes {
  readonly #context: Context
  readonly #links: LinkTable
  readonly #owner: RouteOwner
  readonly #routes = new RouteMemory()

  constructor(context: Context, links: LinkTable, owner: RouteOwner) {
    this.#context = context
    this.#links = links
    this.#owner = owner
  }

  /** Routes remembered. */
  get size(): number {
    return this.#routes.size
  }

  /** Sends a message on its way. Returns its route id. */
  depart({ target, body, hops, onReply }: Departure): string {
    const id = this.#context.port.rng.hex(16)
    const message: RouteMessage = { type: 'route', route: id, target, exact: body.type === 'signal', hops: 0, body }
    const onward = { message, waiting: hops }
    this.#handOn(this.#remember({ onward, previous: null, onReply }), onward)
    return id
  }

  /** Own interest in the route is over; replies to it are dropped. */
  forget(id: string): void {
    const route = this.#routes.get(id)
    if (route !== undefined && route.previous === null) end(route)
  }

  onRoute(from: NodeId, message: RouteMessage): void {
    this.#context.port.send(from, { type: 'route-ack', route: message.route })
    const known = this.#routes.get(message.route)
    if (known !== undefined) {
      if (known.previous === null) this.#replyTo(from, message.route, { type: 'failed', reason: 'no-route' })
      return
    }
    if (!this.#owner.isMember() && !(message.exact && message.target === this.#context.nodeId)) {
      this.#replyTo(from, message.route, { type: 'failed', reason: 'refused' })
      return
    }
    const next = nextHop(this.#owner.surroundings(), queryOf(message, from))
    const onward = { message, waiting: next.answer ? [] : next.hops }
    const route = this.#remember({ onward, previous: from, onReply: null })
    if (next.answer) this.#arrive(route, onward, from)
    else if (message.hops + 1 >= MAX_HOPS) this.#giveBack(route, 'too-many-hops')
    else this.#handOn(route, onward)
  }

  onAck(from: NodeId, id: string): void {
    const route = this.#routes.get(id)
    if (route === undefined || route.timer === null || lastHop(route) !== from) return
    if (route.sentTo.length === 1) this.#links.get(from)?.roundTrip.add(this.#context.nowMs() - route.sentMs)
    settle(route)
  }

  onReply(from: NodeId, id: string, body: ReplyBody): void {
    const route = this.#routes.get(id)
    if (route === undefined || route.ended || !route.sentTo.includes(from)) return
    const { onReply } = route
    settle(route)
    if (body.type !== 'signal') end(route)
    route.replied = true
    if (route.previous === null) onReply?.(body, from)
    else if (!this.#replyTo(route.previous, id, asForwarded(route.kind, body)) && body.type === 'signal') this.#detour(body.signal)
  }

  /** Sends another reply back along the way of a route that arrived here; false when that way is forgotten or broken. */
  reply(id: string, body: ReplyBody): boolean {
    const previous = this.#routes.get(id)?.previous
    return previous !== undefined && previous !== null && this.#replyTo(previous, id, body)
  }

  /** Messages that the lost peer had not acknowledged go another way; an answer that it owes does not come, so its asker tries again. */
  onLinkDown(peer: NodeId): void {
    for (const route of this.#routes.through(peer)) {
      if (route.ended) continue
      if (route.timer !== null) {
        route.timer.cancel()
        this.#handOn(route, route.onward)
      } else if (!route.replied) this.#giveBack(route, route.exact ? 'unreachable' : 'no-route')
    }
  }

  /** Forgets old routes. */
  expire(nowMs: number): void {
    this.#routes.expire(nowMs)
  }

  #remember(start: Pick<Route, 'previous' | 'onReply'> & { readonly onward: Onward }): Route {
    const lifeMs = Math.max(MIN_ROUTE_MS, ROUTE_SLOTS * this.#context.limits.slotMs)
    return this.#routes.add({ ...start, expiresMs: this.#context.nowMs() + lifeMs })
  }

  #arrive(route: Route, { message }: Onward, from: NodeId): void {
    settle(route)
    const body = this.#owner.onArrived(message, from)
    if (body !== null) this.#replyTo(from, route.id, body)
  }

  /** The way back broke, as a joiner's guest link does once it has joined: by then the signal can be routed to it. */
  #detour(signal: Signal): void {
    const next = departures(this.#owner.surroundings(), { target: signal.to, kind: 'exact' })
    this.depart({ target: signal.to, body: { type: 'signal', signal }, hops: next.answer ? [] : next.hops, onReply: () => {} })
  }

  /** To the next hop that takes it; back when there is none. */
  #handOn(route: Route, onward: Onward | null): void {
    route.timer = null
    let [hop, ...waiting] = onward?.waiting ?? []
    for (; onward && hop !== undefined && route.sentTo.length < MAX_TRIES; [hop, ...waiting] = waiting) {
      const { message } = onward
      const hops = route.previous === null ? 0 : message.hops + 1
      if (this.#links.get(hop) && this.#context.port.send(hop, { ...message, hops }))
        return this.#awaitAck(route, hop, { message, waiting })
    }
    this.#giveBack(route, route.exact ? 'unreachable' : 'no-route')
  }

  #awaitAck(route: Route, hop: NodeId, onward: Onward): void {
    this.#routes.sent(route, hop)
    route.onward = onward
    route.sentMs = this.#context.nowMs()
    const timeoutMs = this.#links.get(hop)?.roundTrip.timeoutMs() ?? this.#context.limits.slotMs
    route.timer = this.#context.after(timeoutMs, () => {
      this.#owner.onSilent(hop)
      this.#handOn(route, route.onward)
    })
  }

  #giveBack(route: Route, reason: Extract<ReplyBody, { type: 'failed' }>['reason']): void {
    if (route.ended) return
    const { id, previous, onReply } = route
    end(route)
    const body: ReplyBody = { type: 'failed', reason }
    if (previous !== null) this.#replyTo(previous, id, body)
    else this.#context.after(0, () => onReply?.(body, this.#context.nodeId))
  }

  #replyTo(peer: NodeId, route: string, body: ReplyBody): boolean {
    return this.#context.port.send(peer, { type: 'route-reply', route, body })
  }
}

function queryOf({ target, exact, hops, body }: RouteMessage, from: NodeId): Query {
  return { target, from, hops, kind: exact ? 'exact' : body.type === 'find' ? 'find' : 'request' }
}

/** "refused" to a find says that the first hop is in no ring; from further away it is only a way that did not work. */
function asForwarded(kind: Route['kind'], body: ReplyBody): ReplyBody {
  return body.type === 'failed' && kind === 'find' ? { type: 'failed', reason: 'no-route' } : body
}

/** The first hops of a message that starts here. */
export function departures(around: Surroundings, query: Pick<Query, 'target' | 'kind'>): NextHop {
  return nextHop(around, { ...query, from: null, hops: 0 })
}
