/**
 * Carries the signalling of links that are not yet open (PROTOCOL 8): straight, back along the way it came, over somebody linked to both, or over the ring.
 * A joiner cannot be routed to, so the way that a signal came by is remembered for its answer.
 *
 * Signals get lost where links come and go. So whoever waits for the answer to an ask or an offer says it again a few times, over other
 * first hops, and whoever hears one again says its own answer again, over the new way.
 */
import type { NodeId } from '../base/identity.ts'
import type { Sizes } from '../base/sizes.ts'
import type { Admission } from './admission.ts'
import type { Context } from './context.ts'
import type { Dialer } from './dialer.ts'
import type { LinkTable } from './links.ts'
import type { ReplyBody, Signal } from './messages.ts'
import type { Surroundings } from './next-hop.ts'
import { departures, type Routes } from './routes.ts'

/** Attempts whose signals are remembered; the oldest is forgotten for a new one. */
export const MAX_EXCHANGES = 256
/** First hops tried for one signal. */
const MAX_FIRST_HOPS = 3

/** An ask or offer without an answer is said again after this part of a slot, and after twice the time once more, each time by another first hop. */
const REPEAT_SLOTS = 1
const LEAST_REPEAT_MS = 500
const MAX_REPEATS = 2
/** What answers an ask or an offer. */
const ANSWERS: Partial<Record<Signal['kind'], readonly Signal['kind'][]>> = { ask: ['offer', 'refuse'], offer: ['answer', 'refuse'] }

/** How the last signal of an attempt came: at the end of a route, or as a reply over a first hop of ours. */
type Way = { readonly route: string } | { readonly firstHop: NodeId }

/** What was heard of an attempt, and what was said last. */
interface Exchange {
  readonly way: Way
  readonly heard: ReadonlySet<Signal['kind']>
  said: Signal | null
}

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
  readonly #exchanges = new Map<string, Exchange>()

  constructor(context: Context, parts: Parts) {
    this.#context = context
    this.#parts = parts
  }

  /** See Sized. */
  sizes(): Sizes {
    return { exchanges: this.#exchanges.size }
  }

  /** The link adapter wants it carried. */
  onLocal(signal: Signal): void {
    if (signal.to === this.#context.nodeId) return
    const exchange = this.#exchanges.get(keyOf(signal.to, signal))
    if (exchange !== undefined) exchange.said = signal
    if (signal.kind === 'offer') this.#parts.dialer.awaits(signal.to, signal.connection)
    else if (signal.kind !== 'refuse') this.#parts.dialer.said(signal.to, signal.connection)
    this.#say(signal)
    this.#armRepeat(signal, 1)
  }

  /** A signal came at the end of a route. */
  onArrived(signal: Signal, route: string): void {
    this.#admit(signal, { route })
  }

  #say(signal: Signal): void {
    const way = this.#exchanges.get(keyOf(signal.to, signal))?.way
    const isLinked = this.#parts.links.get(signal.to) !== undefined
    if (!isLinked && way !== undefined && 'route' in way && this.#parts.routes.reply(way.route, { type: 'signal', signal })) return
    this.#send(signal, this.#hops(signal, way))
  }

  #armRepeat(signal: Signal, time: number): void {
    const answers = ANSWERS[signal.kind]
    if (answers === undefined || time > MAX_REPEATS) return
    const pauseMs = time * Math.max(LEAST_REPEAT_MS, REPEAT_SLOTS * this.#context.limits.slotMs)
    this.#context.after(pauseMs, () => {
      const exchange = this.#exchanges.get(keyOf(signal.to, signal))
      const isAnswered = answers.some((kind) => exchange?.heard.has(kind) === true)
      if (isAnswered || this.#isOver(signal)) return
      const hops = this.#hops(signal, exchange?.way)
      if (hops.length === 0) this.#say(signal)
      else this.#send(signal, [...hops.slice(time % hops.length), ...hops.slice(0, time % hops.length)])
      this.#armRepeat(signal, time + 1)
    })
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
      // It arrived nevertheless: an acknowledgement was late, and another hop knew no way. Or the other side asks again.
      if (this.#exchanges.has(keyOf(signal.to, signal))) return
      this.#context.after(0, () => this.#parts.owner.onUndeliverable(signal.to))
      return
    }
    const onReply = (body: ReplyBody, from: NodeId): void => {
      if (body.type === 'signal') this.#admit(body.signal, { firstHop: from })
      else if (!this.#isOver(signal)) this.#send(signal, rest)
    }
    this.#parts.routes.depart({ target: signal.to, body: { type: 'signal', signal }, hops: [hop], onReply })
  }

  /** An ask or offer of an attempt that is over: said again, it would take the place of the one under way at the other side. */
  #isOver({ kind, to, connection }: Signal): boolean {
    return ANSWERS[kind] !== undefined && !this.#parts.dialer.isOn(to, connection)
  }

  #admit(signal: Signal, way: Way): void {
    const { nodeId, port } = this.#context
    const { admission, dialer } = this.#parts
    if (signal.to !== nodeId || signal.from === nodeId) return
    const isKnown = dialer.isTrying(signal.from)
    const opens = signal.kind === 'ask' || signal.kind === 'offer'
    dialer.heard(signal.from)
    if (!isKnown && !opens) return
    if (this.#remember(signal, way)) {
      // Only the adapter can tell a true signal from a false one that came first.
      if (isKnown) port.signal(signal)
      return
    }
    const admitted = isKnown ? ({ ok: true } as const) : admission.admit(signal.from, signal.purpose)
    if (!admitted.ok) {
      port.refuse(signal, admitted.reason)
      return
    }
    if (opens) dialer.expect(signal.from, signal.purpose)
    port.signal(signal)
  }

  /** True when it was heard before: then it is answered as before, and no more. */
  #remember(signal: Signal, way: Way): boolean {
    const { kind, from } = signal
    const key = keyOf(from, signal)
    const before = this.#exchanges.get(key)
    const said = before?.said ?? null
    this.#exchanges.delete(key)
    if (this.#exchanges.size >= MAX_EXCHANGES) this.#exchanges.delete(this.#exchanges.keys().next().value as string)
    this.#exchanges.set(key, { way, heard: new Set([...(before?.heard ?? []), kind]), said })
    if (before === undefined || !before.heard.has(kind)) return false
    if (said !== null && ANSWERS[kind]?.includes(said.kind) === true) this.#say(said)
    return true
  }
}

/** By the other side and its name for the attempt. */
function keyOf(peer: NodeId, { connection }: Signal): string {
  return `${peer}/${connection}`
}
