/**
 * Carries the signalling of links that are not yet open (PROTOCOL 8): straight, back along the way it came, over somebody linked to both, or over the ring.
 * A joiner cannot be routed to, so the way that a signal came by is remembered for its answer.
 */
import type { NodeId } from '../base/identity.ts'
import type { Admission } from './admission.ts'
import type { Context } from './context.ts'
import type { Dialer } from './dialer.ts'
import type { LinkTable } from './links.ts'
import type { ReplyBody, Signal } from './messages.ts'
import type { Surroundings } from './next-hop.ts'
import { departures, type Routes } from './routes.ts'

/** Attempts whose way is remembered; the oldest is forgotten for a new one. */
const MAX_WAYS = 256
/** First hops tried for one signal. */
const MAX_FIRST_HOPS = 3

/** How the last signal of an attempt came: at the end of a route, or as a reply over a first hop of ours. */
type Way = { readonly route: string } | { readonly firstHop: NodeId }

export interface SignalOwner {
  surroundings(): Surroundings
  /** A signal could not be delivered to this peer. */
  onUndeliverable(peer: NodeId): void
}

interface Parts {
  readonly links: LinkTable
  readonly routes: Routes
  readonly dialer: Dialer
  readonly admission: Admission
  readonly owner: SignalOwner
}

export class Signals {
  readonly #context: Context
  readonly #parts: Parts
  readonly #ways = new Map<string, Way>()

  constructor(context: Context, parts: Parts) {
    this.#context = context
    this.#parts = parts
  }

  /** The link adapter wants it carried. */
  onLocal(signal: Signal): void {
    if (signal.to === this.#context.nodeId) return
    const way = this.#ways.get(signal.connection)
    const isLinked = this.#parts.links.get(signal.to) !== undefined
    if (!isLinked && way !== undefined && 'route' in way && this.#parts.routes.reply(way.route, { type: 'signal', signal })) return
    this.#send(signal, this.#hops(signal, way))
  }

  /** A signal came at the end of a route. */
  onArrived(signal: Signal, route: string): void {
    this.#admit(signal, { route })
  }

  #hops(signal: Signal, way: Way | undefined): NodeId[] {
    const { links, owner } = this.#parts
    if (links.get(signal.to) !== undefined) return [signal.to]
    const around = owner.surroundings()
    const next = departures(around, { target: signal.to, kind: 'exact' })
    const known = way !== undefined && 'firstHop' in way ? [way.firstHop] : []
    const told = around.via(signal.to)
    const hops = [...known, ...told, ...(next.answer ? [] : next.hops), ...links.guests()]
    return [...new Set(hops)].filter((hop) => links.get(hop) !== undefined && hop !== signal.to).slice(0, MAX_FIRST_HOPS)
  }

  #send(signal: Signal, hops: readonly NodeId[]): void {
    const [hop, ...rest] = hops
    if (hop === undefined) {
      // It arrived nevertheless: an acknowledgement was late, and another hop knew no way.
      if (signal.kind !== 'answer' && this.#parts.dialer.hasHeard(signal.to)) return
      this.#context.after(0, () => this.#parts.owner.onUndeliverable(signal.to))
      return
    }
    const onReply = (body: ReplyBody, from: NodeId): void => {
      if (body.type === 'signal') this.#admit(body.signal, { firstHop: from })
      else this.#send(signal, rest)
    }
    this.#parts.routes.depart({ target: signal.to, body: { type: 'signal', signal }, hops: [hop], onReply })
  }

  #admit(signal: Signal, way: Way): void {
    const { nodeId, port } = this.#context
    const { admission, dialer } = this.#parts
    if (signal.to !== nodeId || signal.from === nodeId) return
    const isKnown = dialer.isTrying(signal.from)
    dialer.heard(signal.from)
    const opens = signal.kind === 'ask' || signal.kind === 'offer'
    if (!isKnown && !opens) return
    this.#remember(signal.connection, way)
    const admitted = isKnown ? ({ ok: true } as const) : admission.admit(signal.from, signal.purpose)
    if (!admitted.ok) {
      port.refuse(signal, admitted.reason)
      return
    }
    if (opens) dialer.expect(signal.from, signal.purpose)
    port.signal(signal)
  }

  #remember(connection: string, way: Way): void {
    this.#ways.delete(connection)
    if (this.#ways.size >= MAX_WAYS) this.#ways.delete(this.#ways.keys().next().value as string)
    this.#ways.set(connection, way)
  }
}
