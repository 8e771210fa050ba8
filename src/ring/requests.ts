/**
 * What this peer asks of the ring: find_successor and requests to whoever is responsible. Each ends exactly once, with an answer or a reason,
 * and is tried over other first hops before it fails (FIELD-NOTES: an originator that never retries).
 */
import type { Id, NodeId } from '../base/identity.ts'
import type { Timer } from '../base/schedule.ts'
import type { Sizes } from '../base/sizes.ts'
import type { Context } from './context.ts'
import type { ReplyBody, RouteBody } from './messages.ts'
import { isOwner, type Surroundings } from './next-hop.ts'
import { RoundTrip } from './round-trip.ts'
import { departures, type Routes } from './routes.ts'

/** Requests without an end at once; one more fails with "busy". */
export const MAX_REQUESTS = 256
/** Attempts of one request, each under a new route id and, where there is one, over another first hop. */
const MAX_ATTEMPTS_EACH = 3

type Answer = Extract<ReplyBody, { type: 'found' | 'response' }>
export type Outcome = { readonly ok: true; readonly answer: Answer } | { readonly ok: false; readonly reason: string }

/** `via`: over this first hop only, once; else wherever the ring leads. */
export interface Question {
  readonly target: Id
  readonly body: Exclude<RouteBody, { type: 'signal' }>
  readonly via?: NodeId
}

interface Pending extends Question {
  readonly done: (outcome: Outcome) => void
  readonly firstHops: Set<NodeId>
  attempts: number
  route: string | null
  sentMs: number
  timer: Timer | null
}

export interface RequestOwner {
  surroundings(): Surroundings
  isMember(): boolean
  /** The answer when this peer is responsible itself. */
  answer(target: Id, body: RouteBody): ReplyBody
}

export class Requests {
  readonly #context: Context
  readonly #routes: Routes
  readonly #owner: RequestOwner
  readonly #pending = new Set<Pending>()
  readonly #roundTrip: RoundTrip

  constructor(context: Context, routes: Routes, owner: RequestOwner) {
    this.#context = context
    this.#routes = routes
    this.#owner = owner
    this.#roundTrip = new RoundTrip(2 * context.limits.slotMs)
  }

  /** See Sized. */
  sizes(): Sizes {
    return { pending: this.#pending.size, routes: this.#routes.size }
  }

  ask(question: Question, done: (outcome: Outcome) => void): void {
    if (this.#pending.size >= MAX_REQUESTS) {
      this.#context.after(0, () => done({ ok: false, reason: 'busy' }))
      return
    }
    const pending: Pending = { ...question, done, firstHops: new Set(), attempts: 0, route: null, sentMs: 0, timer: null }
    this.#pending.add(pending)
    this.#attempt(pending)
  }

  /** The first hop is gone, and with it the way back: try again at once. */
  onLinkDown(peer: NodeId): void {
    for (const pending of [...this.#pending]) {
      if ([...pending.firstHops].pop() === peer) this.#again(pending, 'unreachable')
    }
  }

  /** Ends everything; for leaving. */
  stop(): void {
    for (const pending of [...this.#pending]) this.#end(pending, { ok: false, reason: 'stopped' })
  }

  #attempt(pending: Pending): void {
    pending.attempts += 1
    pending.sentMs = this.#context.nowMs()
    const hops = this.#hops(pending)
    if (hops === null) {
      pending.timer = this.#context.after(0, () => this.#settle(pending, this.#owner.answer(pending.target, pending.body)))
      return
    }
    if (hops[0] !== undefined) {
      pending.firstHops.delete(hops[0])
      pending.firstHops.add(hops[0])
    }
    pending.route = this.#routes.depart({
      target: pending.target,
      body: pending.body,
      hops,
      onReply: (body) => this.#settle(pending, body),
    })
    const timeoutMs = this.#roundTrip.timeoutMs() * (1 << (pending.attempts - 1))
    pending.timer = this.#context.after(timeoutMs, () => this.#again(pending, 'timeout'))
  }

  /** First hops to try, one that was not the first before; null: this peer is responsible itself. */
  #hops({ target, body, via, firstHops }: Pending): readonly NodeId[] | null {
    if (via !== undefined) return [via]
    if (!this.#owner.isMember()) return []
    const around = this.#owner.surroundings()
    const next = departures(around, { target, kind: body.type })
    if (next.answer) return null
    const all = [...new Set([...next.hops, ...around.linked])].filter((id) => id !== target || body.type !== 'find')
    const fresh = all.filter((id) => !firstHops.has(id))
    return [...fresh, ...all.filter((id) => firstHops.has(id))]
  }

  #settle(pending: Pending, body: ReplyBody): void {
    if (!this.#pending.has(pending)) return
    if (body.type === 'failed') this.#again(pending, body.reason)
    else if (!isAnswerTo(pending, body)) this.#again(pending, 'wrong answer')
    else {
      if (pending.attempts === 1 && pending.route !== null) this.#roundTrip.add(this.#context.nowMs() - pending.sentMs)
      this.#end(pending, { ok: true, answer: body })
    }
  }

  #again(pending: Pending, reason: string): void {
    if (pending.route !== null) this.#routes.forget(pending.route)
    pending.timer?.cancel()
    if (pending.via !== undefined || pending.attempts >= MAX_ATTEMPTS_EACH) this.#end(pending, { ok: false, reason })
    else this.#attempt(pending)
  }

  #end(pending: Pending, outcome: Outcome): void {
    if (!this.#pending.delete(pending)) return
    pending.timer?.cancel()
    if (pending.route !== null) this.#routes.forget(pending.route)
    pending.done(outcome)
    this.#context.touch()
  }
}

function isAnswerTo({ target, body }: Question, reply: ReplyBody): reply is Answer {
  if (body.type === 'request') return reply.type === 'response'
  return reply.type === 'found' && isOwner(reply, target)
}
