import { BoundedMap } from '../base/bounded.ts'
import type { NodeId } from '../base/identity.ts'
import { Requests } from '../base/requests.ts'
import type { Sizes } from '../base/sizes.ts'
import type { MarketMessage, MessageOf } from '../wire/messages.ts'
import type { TraderPort } from '../wire/port.ts'
import { answerMs, CONNECT_MS, FIND_MS, FULL_RETRY_SLOTS } from './durations.ts'
import type { Links } from './links.ts'

/** What a broker answers to a trader's request. */
export type Answer = MessageOf<'price' | 'offer-answer' | 'not-broker' | 'book'>
type AskMessage = MessageOf<'get-price' | 'send-offer' | 'withdraw' | 'get-book'>
type WithoutId<M> = M extends unknown ? Omit<M, 'id'> : never
/** A request; its id is given here. */
export type Ask = WithoutId<AskMessage>

type Done = (answer: Answer | null) => void

/** Requests without an answer at once. At the bound a new one counts as unanswered. */
export const MAX_PENDING = 4_096
/** Peers remembered to have had no room; the oldest is forgotten for a new one. */
export const MAX_FULL = 256

/** The answers that fit a request: anything else under its id counts as none. */
const FITS: Readonly<Record<AskMessage['type'], ReadonlySet<MarketMessage['type']>>> = {
  'get-price': new Set(['price', 'not-broker']),
  'send-offer': new Set(['offer-answer', 'not-broker']),
  withdraw: new Set(['offer-answer', 'not-broker']),
  'get-book': new Set(['book', 'not-broker']),
}

/**
 * The trader's requests to brokers.
 *
 * Invariants
 * 1. Each ends exactly once and never within the call that made it: with the answer of the very broker that was asked, about the service
 *    that was asked for, or with null when there is no link or no such answer in time.
 */
export class Asks {
  readonly #port: TraderPort
  readonly #links: Links
  readonly #requests: Requests<Answer>
  /** Requests a broker that wait for a link or an answer. */
  readonly #awaited = new Map<NodeId, number>()
  /** Peers that had no room for a link when it was needed last. */
  readonly #full = new BoundedMap<NodeId, true>({ capacity: MAX_FULL })

  constructor(port: TraderPort, links: Links) {
    this.#port = port
    this.#links = links
    this.#requests = new Requests(port.schedule, { capacity: MAX_PENDING })
  }

  /** See Sized. */
  sizes(): Sizes {
    return { pending: this.#requests.size, awaited: this.#awaited.size, full: this.#full.size }
  }

  /** True while an answer of this peer is awaited: its link is kept. */
  awaits(peer: NodeId): boolean {
    return this.#awaited.has(peer)
  }

  ask(broker: NodeId, ask: Ask, done: Done): void {
    const { schedule } = this.#port
    this.#count(broker, 1)
    let linking = true
    const end = (answer: Answer | null): void => {
      this.#count(broker, -1)
      done(answer)
    }
    const onLink = (open: boolean, isFull = false): void => {
      if (!linking) return
      linking = false
      timer.cancel()
      if (isFull) this.#full.set(broker, true)
      else this.#full.delete(broker)
      if (!open || !this.#send(broker, ask, end)) schedule.after(0, () => end(null))
    }
    const timer = schedule.after(CONNECT_MS, () => onLink(false))
    this.#links.open(broker, onLink)
  }

  /** The same, asking again while there is only no room for a link, up to FIND_MS and while `isWanted`. */
  askPatiently(broker: NodeId, { ask, isWanted }: { readonly ask: Ask; readonly isWanted: () => boolean }, done: Done): void {
    const { schedule, parameters } = this.#port
    const untilMs = schedule.steadyMs + FIND_MS
    const attempt = (pauseMs: number): void =>
      this.ask(broker, ask, (answer) => {
        const isOver = answer !== null || !this.isFull(broker) || !isWanted() || schedule.steadyMs + pauseMs >= untilMs
        if (isOver) done(answer)
        else schedule.after(pauseMs, () => attempt(2 * pauseMs))
      })
    attempt(FULL_RETRY_SLOTS * parameters.slot)
  }

  /** Whether only room was wanting when this peer was asked last: it lives, and is as good a broker as before. */
  isFull(peer: NodeId): boolean {
    return this.#full.has(peer)
  }

  /** Takes an answer; what was not asked for is ignored. */
  onAnswer(from: NodeId, answer: Answer): void {
    this.#requests.answer(answer.id, from, answer)
  }

  /** Nothing more comes from this peer; `isFull`: its link gave way to another. */
  lost(peer: NodeId, isFull: boolean): void {
    if (isFull) this.#full.set(peer, true)
    this.#requests.cancelAll(peer)
  }

  #send(broker: NodeId, ask: Ask, end: (answer: Answer | null) => void): boolean {
    if (this.#requests.size >= MAX_PENDING) return false
    let sent = true
    const id = this.#requests.open({
      timeoutMs: answerMs(this.#port.parameters.slot),
      to: broker,
      onEnd: (outcome) => {
        if (sent)
          end(outcome.ok && FITS[ask.type].has(outcome.answer.type) && outcome.answer.service === serviceOf(ask) ? outcome.answer : null)
      },
    })
    sent = this.#port.send(broker, { ...ask, id } as AskMessage)
    if (!sent) this.#requests.cancel(id)
    return sent
  }

  #count(broker: NodeId, change: number): void {
    const count = (this.#awaited.get(broker) ?? 0) + change
    if (count > 0) this.#awaited.set(broker, count)
    else this.#awaited.delete(broker)
  }
}

function serviceOf(ask: Ask): string {
  if (ask.type === 'send-offer') return ask.offer.service
  return ask.type === 'withdraw' ? ask.withdrawal.service : ask.service
}
