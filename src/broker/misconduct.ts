import type { NodeId } from '../base/identity.ts'

/** So many matches let go without a receipt within t, and the peer's offers are dropped for t (PROTOCOL 6, phantom offers). */
export const PHANTOM_FAULTS = 3
/** Peers with faults at once; at the bound the one whose last fault is oldest is forgiven. */
export const MAX_PEERS = 4096

/**
 * Matches that traders let go, over all services of this broker. Not kept on disk: what a reload forgets costs a liar three matches more.
 * All times are network time in ms since 1970. Faults of a time to come were noted before the clock was set back: they count no more,
 * as they would for as long as it was wrong by.
 */
export class Misconduct {
  readonly #periodMs: number
  /** Times of a peer's last faults, oldest first, at most PHANTOM_FAULTS. In the order of their last fault. */
  readonly #faults = new Map<NodeId, readonly number[]>()

  /** `periodMs`: the network's t. */
  constructor(periodMs: number) {
    this.#periodMs = periodMs
  }

  /** Peers with faults. */
  get size(): number {
    return this.#faults.size
  }

  /** Counts a match let go. True when the peer's offers are to be dropped from now on. */
  note(peer: NodeId, nowMs: number): boolean {
    const recent = (this.#faults.get(peer) ?? []).filter((ms) => ms > nowMs - this.#periodMs && ms <= nowMs)
    const faults = [...recent, nowMs].slice(-PHANTOM_FAULTS)
    this.#faults.delete(peer)
    this.#faults.set(peer, faults)
    for (const oldest of this.#faults.keys()) {
      if (this.#faults.size <= MAX_PEERS) break
      this.#faults.delete(oldest)
    }
    return faults.length === PHANTOM_FAULTS
  }

  /** True for t after the last of three faults within t. */
  isPhantom(peer: NodeId, nowMs: number): boolean {
    const faults = this.#faults.get(peer)
    const last = faults?.at(-1) ?? 0
    return faults?.length === PHANTOM_FAULTS && last > nowMs - this.#periodMs && last <= nowMs
  }
}
