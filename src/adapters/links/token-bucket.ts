/** How often something may be done: `burst` times at once, `perSecond` in the long run. */
export class TokenBucket {
  readonly #burst: number
  readonly #perSecond: number
  #tokens: number
  #filledMs: number

  /** Full at `nowMs`. `burst` at least 1, `perSecond` above 0. */
  constructor(rate: { readonly burst: number; readonly perSecond: number }, nowMs: number) {
    this.#burst = rate.burst
    this.#perSecond = rate.perSecond
    this.#tokens = rate.burst
    this.#filledMs = nowMs
  }

  /** Takes a token; false when there is none. */
  take(nowMs: number): boolean {
    this.#fill(nowMs)
    if (this.#tokens < 1) return false
    this.#tokens -= 1
    return true
  }

  /** In how many ms, rounded up, a token will be there: 0 when there is one. */
  waitMs(nowMs: number): number {
    this.#fill(nowMs)
    return this.#tokens >= 1 ? 0 : Math.ceil(((1 - this.#tokens) * 1000) / this.#perSecond)
  }

  /** A clock that was set back gives nothing and takes nothing; it counts from its new time. */
  #fill(nowMs: number): void {
    const elapsedMs = Math.max(0, nowMs - this.#filledMs)
    this.#filledMs = nowMs
    this.#tokens = Math.min(this.#burst, this.#tokens + (elapsedMs * this.#perSecond) / 1000)
  }
}
