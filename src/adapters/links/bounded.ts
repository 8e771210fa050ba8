/** What links remember about others for a while, bounded: at the bound the oldest entry goes first. */

/** Peers that broke the rules, each for `banMs`. At most `most` of them. */
export class BanList {
  readonly #untilMs = new Map<string, number>()
  readonly #banMs: number
  readonly #most: number

  constructor(banMs: number, most: number) {
    this.#banMs = banMs
    this.#most = most
  }

  add(peer: string, nowMs: number): void {
    this.#untilMs.delete(peer)
    this.#untilMs.set(peer, nowMs + this.#banMs)
    dropOldest(this.#untilMs, this.#most)
  }

  has(peer: string, nowMs: number): boolean {
    const untilMs = this.#untilMs.get(peer)
    // A clock that was set back does not ban for longer than banMs.
    return untilMs !== undefined && nowMs < untilMs && untilMs - nowMs <= this.#banMs
  }
}

/** Remembers the last `most` values. */
export class RecentSet {
  readonly #values = new Map<string, true>()
  readonly #most: number

  constructor(most: number) {
    this.#most = most
  }

  /** False when it was there already. */
  add(value: string): boolean {
    if (this.#values.has(value)) return false
    this.#values.set(value, true)
    dropOldest(this.#values, this.#most)
    return true
  }

  has(value: string): boolean {
    return this.#values.has(value)
  }
}

function dropOldest(map: Map<string, unknown>, most: number): void {
  const oldest = map.keys().next().value
  if (map.size > most && oldest !== undefined) map.delete(oldest)
}
