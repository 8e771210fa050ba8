/**
 * Attempts to open direct links, as in a tab: at most one a peer, the lower nodeId makes the offer and the higher asks for it,
 * each offer and ask is used once, no signal has an effect before its signature holds, and every attempt ends. Only those that this side
 * wanted report failure.
 */
import type { NodeId } from '../base/identity.ts'
import type { LinkPurpose, Signal } from '../ring/messages.ts'
import type { EventLoop } from './event-loop.ts'

const CONNECT_TIMEOUT_MS = 15_000
/** An offer that was sent so long ago and not answered is sent again to who asks for it. */
const OFFER_AGAIN_MS = 1_000
/** Offers and asks that were used and are not used again; the oldest is forgotten first. */
const MOST_USED = 1_024

export interface SimAttempt {
  readonly peer: NodeId
  readonly connection: string
  readonly purpose: LinkPurpose
  /** This side called `connect`. */
  wanted: boolean
  answered: boolean
  /** When its offer was last sent. */
  offeredMs: number | null
}

export interface SimAttemptsOptions {
  readonly loop: EventLoop
  readonly nodeId: NodeId
  /** Why no link with this peer is wanted, or empty. */
  objection(peer: NodeId): string
  /** A random id for a connection. */
  connection(): string
  /** Whether it comes from whom it says, unchanged. */
  isSigned(signal: Signal): boolean
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
    else {
      const attempt = this.#start({ peer, connection: connection(), purpose, wanted: true })
      if (nodeId < peer) this.#offer(attempt)
      else emit(attempt, 'ask', '')
    }
  }

  signal(signal: Signal): void {
    const { isSigned, onAnswer } = this.#options
    const { kind, sdp } = signal
    if (!this.#concerns(signal)) return
    const own = this.#attemptOf(signal)
    if (!isSigned(signal)) {
      if (own !== undefined) this.fail(own, 'a signal on the way was forged')
    } else if (kind === 'ask' || kind === 'offer') this.#begin(signal)
    else if (own === undefined) return
    // Marked as the other side's word: some reasons of this side's own, such as a duplicate identity, have consequences.
    else if (kind === 'refuse') this.fail(own, `refused: ${sdp}`)
    else {
      own.answered = true
      onAnswer(own)
    }
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

  /** Whether a signal can have any effect; cheap, and before its signature is looked at. */
  #concerns(signal: Signal): boolean {
    const { nodeId } = this.#options
    const { kind, from, to } = signal
    if (to !== nodeId || from === nodeId) return false
    if (kind === 'ask' || kind === 'offer') return (kind === 'ask') === from > nodeId && !this.#used.has(usedKey(signal))
    const own = this.#attemptOf(signal)
    return own !== undefined && (kind === 'refuse' || (from > nodeId && !own.answered))
  }

  #attemptOf({ from, connection }: Signal): SimAttempt | undefined {
    const attempt = this.#attempts.get(from)
    return attempt?.connection === connection ? attempt : undefined
  }

  /** The other side wants a link. */
  #begin(signal: Signal): void {
    const { objection, emit } = this.#options
    const { kind, from, purpose, connection } = signal
    this.#use(usedKey(signal))
    const reason = objection(from)
    if (reason !== '') return emit({ peer: from, connection, purpose }, 'refuse', reason)
    const present = this.#attempts.get(from)
    // Who answered and asks again has given up what it answered.
    if (kind === 'ask' && present?.answered === false) return this.#offerAgain(present)
    const attempt = this.#start({ peer: from, connection, purpose, wanted: present?.wanted ?? false })
    if (kind === 'ask') this.#offer(attempt)
    else emit(attempt, 'answer', '')
  }

  /** Who asks while an offer is on its way may have asked at the same time; a while later it shows that the offer was lost. */
  #offerAgain(attempt: SimAttempt): void {
    const { offeredMs } = attempt
    if (offeredMs !== null && this.#options.loop.nowMs - offeredMs >= OFFER_AGAIN_MS) this.#offer(attempt)
  }

  #offer(attempt: SimAttempt): void {
    attempt.offeredMs = this.#options.loop.nowMs
    this.#options.emit(attempt, 'offer', '')
  }

  #use(key: string): void {
    this.#used.add(key)
    const [oldest] = this.#used
    if (this.#used.size > MOST_USED && oldest !== undefined) this.#used.delete(oldest)
  }

  #start(begun: Omit<SimAttempt, 'answered' | 'offeredMs'>): SimAttempt {
    const attempt = { ...begun, answered: false, offeredMs: null }
    this.#attempts.set(attempt.peer, attempt)
    this.#options.loop.after(CONNECT_TIMEOUT_MS, () => this.fail(attempt, 'no answer in time'))
    return attempt
  }
}

function usedKey({ from, connection }: Signal): string {
  return `${from}/${connection}`
}
