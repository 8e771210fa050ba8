/**
 * Network time (PROTOCOL 6): the local clock, corrected by the median offset to the neighbours' raw clocks.
 *
 * Invariants
 * 1. A correction below one slot is applied by itself; a larger one only after the person agreed.
 * 2. Network time does not run backwards by less than a slot: it stands still until it is caught up. By a slot or more it jumps, as slots must agree again.
 */
export class NetworkClock {
  readonly #slotMs: number
  #correctionMs = 0
  #measuredMs = 0
  #agreed = false
  #lastMs = 0

  constructor(slotMs: number) {
    this.#slotMs = slotMs
  }

  /** Neighbours' median clock less ours, in ms. */
  get measuredMs(): number {
    return this.#measuredMs
  }

  /** True while the clock is off by a slot or more and the person has not agreed to correct it. */
  get off(): boolean {
    return Math.abs(this.#measuredMs) >= this.#slotMs && !this.#agreed
  }

  measure(offsetMs: number): void {
    this.#measuredMs = Math.round(offsetMs)
    if (!this.off) this.#correctionMs = this.#measuredMs
  }

  /** The person agreed: corrections of any size from now on. */
  agree(): void {
    this.#agreed = true
    this.#correctionMs = this.#measuredMs
  }

  nowMs(localMs: number): number {
    const now = localMs + this.#correctionMs
    if (now < this.#lastMs && this.#lastMs - now < this.#slotMs) return this.#lastMs
    this.#lastMs = now
    return now
  }
}
