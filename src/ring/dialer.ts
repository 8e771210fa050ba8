/**
 * Attempts to open direct links: one a peer at a time, a few at once, less and less often to a peer that cannot be reached.
 */
import { BoundedMap } from '../base/bounded.ts'
import type { NodeId } from '../base/identity.ts'
import type { Sizes } from '../base/sizes.ts'
import type { Context } from './context.ts'
import { ATTEMPT_MS, MAX_ATTEMPTS } from './limits.ts'
import type { LinkPurpose } from './messages.ts'

interface Attempt {
  readonly purpose: LinkPurpose
  readonly sinceMs: number
  /** Whether this peer wished it; else it was admitted. */
  readonly own: boolean
  /** A signal of the other side came: what takes time now is the connection itself. */
  heard: boolean
  /** The connection that our last ask, offer or answer was for. Until one has there is nothing to hear: the link adapter makes attempts at its own pace. */
  said: string | null
}

/** Signals take a few hops, signatures, and up to 1.5 s for ICE candidates; later than this one was lost. */
const SIGNAL_MS = 5_000
/** Peers whose failures are remembered; the oldest is forgotten for a new one. */
export const MAX_FAILURES = 256
/** The first pause after a failure, in slots; it doubles with each, up to MAX_PAUSE_MS. */
const FIRST_PAUSE_SLOTS = 2
const MAX_PAUSE_MS = 60_000
/** A peer without room is asked again after so many slots, however often it had none. */
const FULL_PAUSE_SLOTS = 1
/** So many failures in a row, 14 slots at least, are longer than the dead are taken for alive by anyone. */
const UNREACHABLE_FAILURES = 4

export class Dialer {
  readonly #context: Context
  readonly #attempts = new Map<NodeId, Attempt>()
  readonly #failures = new Map<NodeId, { readonly count: number; readonly untilMs: number }>()
  /** Peers that had no room for a trade, and until when they are left alone. */
  readonly #full = new BoundedMap<NodeId, number>({ capacity: MAX_FAILURES })

  constructor(context: Context) {
    this.#context = context
  }

  /** Attempts of others that were admitted and have not ended. */
  get expected(): number {
    return [...this.#attempts.values()].filter(({ own }) => !own).length
  }

  /** See Sized. */
  sizes(): Sizes {
    const { expected } = this
    return { own: this.#attempts.size - expected, expected, failures: this.#failures.size, full: this.#full.size }
  }

  *entries(): Generator<readonly [NodeId, LinkPurpose]> {
    for (const [peer, { purpose }] of this.#attempts) yield [peer, purpose]
  }

  isTrying(peer: NodeId): boolean {
    return this.#attempts.has(peer)
  }

  isOwn(peer: NodeId): boolean {
    return this.#attempts.get(peer)?.own === true
  }

  /** Whether an attempt makes sense now. */
  mayTry(peer: NodeId): boolean {
    return !this.#attempts.has(peer) && this.#attempts.size - this.expected < MAX_ATTEMPTS && !this.isPaused(peer)
  }

  isPaused(peer: NodeId): boolean {
    const nowMs = this.#context.nowMs()
    return (this.#failures.get(peer)?.untilMs ?? 0) > nowMs || (this.#full.get(peer) ?? 0) > nowMs
  }

  /** Whether it is left alone as it could not be reached, or was lost. */
  isFailed(peer: NodeId): boolean {
    return (this.#failures.get(peer)?.untilMs ?? 0) > this.#context.nowMs()
  }

  /** It lives and has no room for a trade now. */
  pauseFull(peer: NodeId): void {
    this.#full.set(peer, this.#context.nowMs() + FULL_PAUSE_SLOTS * this.#context.limits.slotMs)
  }

  /** Whether the last attempts failed, or the link was lost, so that nobody should wait for this peer. */
  isDoubtful(peer: NodeId): boolean {
    return this.#failures.has(peer)
  }

  /** Peers that several attempts in a row could not reach, sorted. */
  unreachable(): NodeId[] {
    const peers: NodeId[] = []
    for (const [peer, { count }] of this.#failures) if (count >= UNREACHABLE_FAILURES) peers.push(peer)
    return peers.sort()
  }

  /** After a sleep attempts have their whole time again, and no pause goes on. */
  wake(): void {
    this.endPauses()
    for (const [peer, attempt] of this.#attempts) this.#attempts.set(peer, { ...attempt, sinceMs: this.#context.nowMs() })
  }

  /** Who could not be reached while this peer was away, or had no link, may be reached now. Another failure pauses longer than the last. */
  endPauses(): void {
    const nowMs = this.#context.nowMs()
    for (const [peer, { count, untilMs }] of this.#failures) this.#failures.set(peer, { count, untilMs: Math.min(untilMs, nowMs) })
  }

  /** Asks for a link. */
  dial(peer: NodeId, purpose: LinkPurpose): void {
    this.#attempts.set(peer, { purpose, sinceMs: this.#context.nowMs(), own: true, heard: false, said: null })
    this.#context.port.connect(peer, purpose)
  }

  /** The other side asked for it and was admitted. */
  expect(peer: NodeId, purpose: LinkPurpose): void {
    if (!this.#attempts.has(peer))
      this.#attempts.set(peer, { purpose, sinceMs: this.#context.nowMs(), own: false, heard: true, said: null })
  }

  /** The other side signals. */
  heard(peer: NodeId): void {
    const attempt = this.#attempts.get(peer)
    if (attempt !== undefined) attempt.heard = true
  }

  /** Our ask or answer went out. */
  said(peer: NodeId, connection: string): void {
    const attempt = this.#attempts.get(peer)
    if (attempt !== undefined) attempt.said = connection
  }

  /** An offer went out: the attempt goes on only when its answer comes. */
  awaits(peer: NodeId, connection: string): void {
    const attempt = this.#attempts.get(peer)
    if (attempt !== undefined) this.#attempts.set(peer, { ...attempt, heard: false, said: connection, sinceMs: this.#context.nowMs() })
  }

  /** Whether what we said last to this peer was for that connection, and its attempt goes on. */
  isOn(peer: NodeId, connection: string): boolean {
    return this.#attempts.get(peer)?.said === connection
  }

  /** Attempts that said something and heard nothing: one of our signals, or its answer, was lost. */
  unheard(nowMs: number): NodeId[] {
    return [...this.#attempts].flatMap(([peer, { heard, said, sinceMs }]) =>
      said !== null && !heard && nowMs - sinceMs > SIGNAL_MS ? [peer] : [],
    )
  }

  opened(peer: NodeId): void {
    this.#attempts.delete(peer)
    this.#failures.delete(peer)
    this.#full.delete(peer)
  }

  /** The attempt failed; true when there was one. `isFull`: the other side had no room. */
  failed(peer: NodeId, isFull = false): boolean {
    const attempt = this.#attempts.get(peer)
    if (attempt === undefined) return false
    this.#attempts.delete(peer)
    if (attempt.own && isFull && attempt.purpose === 'trade') this.pauseFull(peer)
    else if (attempt.own) this.pause(peer)
    return true
  }

  /** Not again too soon: it cannot be reached, was lost, or said goodbye. */
  pause(peer: NodeId): void {
    const count = (this.#failures.get(peer)?.count ?? 0) + 1
    const pauseMs = Math.min(MAX_PAUSE_MS, FIRST_PAUSE_SLOTS * this.#context.limits.slotMs * (1 << Math.min(count - 1, 10)))
    this.#failures.delete(peer)
    if (this.#failures.size >= MAX_FAILURES) this.#failures.delete(this.#failures.keys().next().value as NodeId)
    this.#failures.set(peer, { count, untilMs: this.#context.nowMs() + pauseMs })
  }

  /** Attempts that never ended, given up; and failures so old that they say nothing. */
  expire(nowMs: number): NodeId[] {
    for (const [peer, { untilMs }] of this.#failures) if (nowMs - untilMs > 2 * MAX_PAUSE_MS) this.#failures.delete(peer)
    return [...this.#attempts].flatMap(([peer, { sinceMs }]) => (nowMs - sinceMs > ATTEMPT_MS ? [peer] : []))
  }
}
