/** How often something may be done: `burst` times at once, `perSecond` in the long run. */
export class TokenBucket {
  readonly #most: number
  readonly #perSecond: number
  /** Thousandths of a token: whole numbers with a clock in whole ms. */
  #thousandths: number
  #filledMs: number

  /** Full at `nowMs`. `burst` at least 1, `perSecond` above 0. */
  constructor(rate: { readonly burst: number; readonly perSecond: number }, nowMs: number) {
    this.#most = rate.burst * 1_000
    this.#perSecond = rate.perSecond
    this.#thousandths = this.#most
    this.#filledMs = nowMs
  }

  /** Takes a token; false when there is none. */
  take(nowMs: number): boolean {
    this.#fill(nowMs)
    if (this.#thousandths < 1_000) return false
    this.#thousandths -= 1_000
    return true
  }

  /** In how many ms, rounded up, a token will be there: 0 when there is one. */
  waitMs(nowMs: number): number {
    this.#fill(nowMs)
    return Math.ceil(Math.max(0, 1_000 - this.#thousandths) / this.#perSecond)
  }

  /** A clock that was set back gives nothing and takes nothing; it counts from its new time. */
  #fill(nowMs: number): void {
    const elapsedMs = Math.max(0, nowMs - this.#filledMs)
    this.#filledMs = nowMs
    this.#thousandths = Math.min(this.#most, this.#thousandths + elapsedMs * this.#perSecond)
  }
}
