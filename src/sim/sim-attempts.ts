/**
 * Attempts to open direct links, as in a tab: at most one a peer, the lower nodeId makes the offer and the higher asks for it,
 * each offer and ask is used once, and every attempt ends. Only those that this side wanted report failure.
 */
import type { NodeId } from '../base/identity.ts'
import type { LinkPurpose, Signal } from '../ring/messages.ts'
import type { EventLoop } from './event-loop.ts'

const CONNECT_TIMEOUT_MS = 15_000
/** Offers and asks that were used and are not used again; the oldest is forgotten first. */
const MOST_USED = 1_024

export interface SimAttempt {
  readonly peer: NodeId
  readonly connection: string
  readonly purpose: LinkPurpose
  /** This side called `connect`. */
  wanted: boolean
  answered: boolean
}

export interface SimAttemptsOptions {
  readonly loop: EventLoop
  readonly nodeId: NodeId
  /** Why no link with this peer is wanted, or empty. */
  objection(peer: NodeId): string
  /** A random id for a connection. */
  connection(): string
  /** Signs and sends it, later. */
  emit(about: Pick<SimAttempt, 'peer' | 'connection' | 'purpose'>, kind: Signal['kind'], sdp: string): void
  /** The other side has answered: the link can be opened. */
  onAnswer(attempt: SimAttempt): void
  onFailed(peer: NodeId, reason: string): void
}

export class SimAttempts {
  readonly #options: SimAttemptsOptions
  readonly #attempts = new Map<NodeId, SimAttempt>()
  readonly #used = new Set<string>()

  constructor(options: SimAttemptsOptions) {
    this.#options = options
  }

  has(peer: NodeId): boolean {
    return this.#attempts.has(peer)
  }

  /** Whether this is the attempt with that peer that goes on. */
  awaits(peer: NodeId, connection: string): boolean {
    return this.#attempts.get(peer)?.connection === connection
  }

  connect(peer: NodeId, purpose: LinkPurpose): void {
    const { loop, nodeId, objection, connection, emit, onFailed } = this.#options
    const present = this.#attempts.get(peer)
    const hindrance = peer === nodeId ? 'a peer has no link to itself' : objection(peer)
    if (present !== undefined) present.wanted = true
    else if (hindrance !== '') loop.after(0, () => onFailed(peer, hindrance))
    else emit(this.#start({ peer, connection: connection(), purpose, wanted: true }), nodeId < peer ? 'offer' : 'ask', '')
  }

  signal(signal: Signal): void {
    const { nodeId, onAnswer } = this.#options
    const { kind, from, to, connection, sdp } = signal
    if (to !== nodeId || from === nodeId) return
    if (kind === 'ask' || kind === 'offer') return this.#begin(signal)
    const own = this.#attempts.get(from)
    if (own?.connection !== connection) return
    // Marked as the other side's word: some reasons of this side's own, such as a duplicate identity, have consequences.
    if (kind === 'refuse') return this.fail(own, `refused: ${sdp}`)
    if (from < nodeId || own.answered) return
    own.answered = true
    onAnswer(own)
  }

  /** Over, and reported if this side wanted it. */
  fail(attempt: SimAttempt, reason: string): void {
    if (this.#attempts.get(attempt.peer) !== attempt) return
    this.#attempts.delete(attempt.peer)
    if (attempt.wanted) this.#options.onFailed(attempt.peer, reason)
  }

  /** Over, silently: it has become a link, or is given up. */
  end(peer: NodeId): void {
    this.#attempts.delete(peer)
  }

  clear(): void {
    this.#attempts.clear()
  }

  /** The other side wants a link. */
  #begin({ kind, from, purpose, connection }: Signal): void {
    const { nodeId, objection, emit } = this.#options
    if ((kind === 'ask') !== from > nodeId || !this.#use(`${from}/${connection}`)) return
    const reason = objection(from)
    if (reason !== '') return emit({ peer: from, connection, purpose }, 'refuse', reason)
    const present = this.#attempts.get(from)
    // An own offer is on its way already: it serves both.
    if (kind === 'ask' && present !== undefined) return
    const attempt = this.#start({ peer: from, connection, purpose, wanted: present?.wanted ?? false })
    emit(attempt, kind === 'ask' ? 'offer' : 'answer', '')
  }

  /** True the first time. */
  #use(key: string): boolean {
    if (this.#used.has(key)) return false
    this.#used.add(key)
    const [oldest] = this.#used
    if (this.#used.size > MOST_USED && oldest !== undefined) this.#used.delete(oldest)
    return true
  }

  #start(begun: Omit<SimAttempt, 'answered'>): SimAttempt {
    const attempt = { ...begun, answered: false }
    this.#attempts.set(attempt.peer, attempt)
    this.#options.loop.after(CONNECT_TIMEOUT_MS, () => this.fail(attempt, 'no answer in time'))
    return attempt
  }
}
