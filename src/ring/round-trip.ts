/** What seems to take longer than this, or ten slots, or less than nothing, tells of a machine that slept or a clock that was set, not of the other side. */
const MOST_SAMPLE_MS = 10_000

/** How long answers take: smoothed mean and deviation (Jacobson 1988, RFC 6298), for timeouts of mean + 4 · deviation (Rhea et al. 2004). */
export class RoundTrip {
  readonly #guessMs: number
  readonly #floorMs: number
  readonly #mostMs: number
  #meanMs: number | null = null
  #deviationMs = 0

  /** `slotMs`: the longest expected round trip. No timeout is below half of it, as a busy or hidden tab answers late without being dead. */
  constructor(slotMs: number) {
    this.#guessMs = 2 * slotMs
    this.#floorMs = Math.max(100, slotMs / 2)
    this.#mostMs = Math.max(MOST_SAMPLE_MS, 10 * slotMs)
  }

  /** Smoothed mean in ms; null before the first sample. */
  get meanMs(): number | null {
    return this.#meanMs
  }

  add(sampleMs: number): void {
    if (sampleMs < 0 || sampleMs > this.#mostMs) return
    if (this.#meanMs === null) {
      this.#meanMs = sampleMs
      this.#deviationMs = sampleMs / 2
      return
    }
    const error = sampleMs - this.#meanMs
    this.#meanMs += error / 8
    this.#deviationMs += (Math.abs(error) - this.#deviationMs) / 4
  }

  /** How long to wait for an answer. */
  timeoutMs(): number {
    return this.#meanMs === null ? this.#guessMs : Math.max(this.#floorMs, this.#meanMs + 4 * this.#deviationMs)
  }
}
