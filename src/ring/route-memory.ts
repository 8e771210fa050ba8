/**
 * The routes that a hop remembers, found by id, by who handed them over and by the hop they went to last.
 *
 * Invariants
 * 1. At most MAX_ROUTES; for a new one the oldest of whoever has the most is forgotten, so that a link which floods loses its own ways back
 *    and nobody else's.
 * 2. Every remembered route is in the set of its previous hop, and of the last of `sentTo` when there is one; no set is empty. Nothing here
 *    costs more than a link's worth of work, however many routes there are: those who let others in carry thousands.
 */
import type { NodeId } from '../base/identity.ts'
import type { Timer } from '../base/schedule.ts'
import type { ReplyBody, RingMessage, RouteBody } from './messages.ts'

export type RouteMessage = Extract<RingMessage, { type: 'route' }>

export const MAX_ROUTES = 1_024

type OnReply = (body: ReplyBody, from: NodeId) => void

/** A message and the hops that it can still be handed to, in this order. */
export interface Onward {
  readonly message: RouteMessage
  readonly waiting: readonly NodeId[]
}

/** A message on its way, as one hop knows it. */
export interface Route {
  readonly id: string
  readonly exact: boolean
  readonly kind: RouteBody['type']
  /** Who handed it to us; null: this peer is the originator. */
  readonly previous: NodeId | null
  readonly expiresMs: number
  /** Counts up: the older of two routes has the lower one. */
  readonly order: number
  sentTo: readonly NodeId[]
  /** Null once a hop has it: ways back are remembered by the hundred, so what they no longer need goes. */
  onward: Onward | null
  /** Null with another's message, and when the route has ended. */
  onReply: OnReply | null
  /** Runs until the newest hop acknowledged. */
  timer: Timer | null
  sentMs: number
  /** An answer came back. */
  replied: boolean
  ended: boolean
}

export class RouteMemory {
  readonly #routes = new Map<string, Route>()
  readonly #byPrevious = new Map<NodeId | null, Set<Route>>()
  readonly #byHop = new Map<NodeId, Set<Route>>()
  #order = 0

  get size(): number {
    return this.#routes.size
  }

  get(id: string): Route | undefined {
    return this.#routes.get(id)
  }

  /** A new route, sent nowhere yet; its id must not be remembered. */
  add(start: Pick<Route, 'previous' | 'onReply' | 'expiresMs'> & { readonly onward: Onward }): Route {
    if (this.#routes.size >= MAX_ROUTES) this.#forgetOne()
    this.#order += 1
    const { previous, onReply, expiresMs, onward } = start
    const { route: id, exact, body } = onward.message
    const rest = { order: this.#order, sentTo: [], timer: null, sentMs: 0, replied: false, ended: false }
    const route: Route = { id, exact, kind: body.type, previous, expiresMs, onward, onReply, ...rest }
    this.#routes.set(id, route)
    addTo(this.#byPrevious, route.previous, route)
    return route
  }

  /** The route goes to another hop now. */
  sent(route: Route, hop: NodeId): void {
    const last = lastHop(route)
    if (last !== undefined) removeFrom(this.#byHop, last, route)
    // A new list: one that grows in place keeps room for many, and a route has one hop nearly always.
    route.sentTo = [...route.sentTo, hop]
    if (this.#routes.get(route.id) === route) addTo(this.#byHop, hop, route)
  }

  /** Those that went to this hop last, the oldest first. */
  through(hop: NodeId): Route[] {
    return [...(this.#byHop.get(hop) ?? [])].sort((left, right) => left.order - right.order)
  }

  /** Forgets what is over. All live equally long, so the oldest end first. */
  expire(nowMs: number): void {
    for (const route of this.#routes.values()) {
      if (route.expiresMs > nowMs) return
      this.#forget(route)
    }
  }

  #forgetOne(): void {
    let chosen: Route | undefined
    let most = 0
    for (const routes of this.#byPrevious.values()) {
      const [oldest] = routes
      if (routes.size < most || oldest === undefined) continue
      if (routes.size > most || chosen === undefined || oldest.order < chosen.order) chosen = oldest
      most = routes.size
    }
    if (chosen !== undefined) this.#forget(chosen)
  }

  #forget(route: Route): void {
    route.timer?.cancel()
    this.#routes.delete(route.id)
    removeFrom(this.#byPrevious, route.previous, route)
    const last = lastHop(route)
    if (last !== undefined) removeFrom(this.#byHop, last, route)
  }
}

/** Nothing is waited for, and the message is handed on no more. */
export function settle(route: Route): void {
  route.timer?.cancel()
  route.timer = null
  route.onward = null
}

/** The route is over; only its id is remembered, so that it is handled once. */
export function end(route: Route): void {
  settle(route)
  route.ended = true
  route.onReply = null
}

/** Where the route went last. */
export function lastHop({ sentTo }: Route): NodeId | undefined {
  return sentTo[sentTo.length - 1]
}

function addTo<K>(sets: Map<K, Set<Route>>, key: K, route: Route): void {
  const set = sets.get(key)
  if (set === undefined) sets.set(key, new Set([route]))
  else set.add(route)
}

function removeFrom<K>(sets: Map<K, Set<Route>>, key: K, route: Route): void {
  const set = sets.get(key)
  set?.delete(route)
  if (set?.size === 0) sets.delete(key)
}
