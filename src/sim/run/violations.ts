/** What should never be seen, and was. */
export interface Violation {
  /** The checker's name. */
  readonly checker: string
  /** Virtual time since the start of the run, in ms. */
  readonly atMs: number
  /** What was seen, with the peers and offers it is about. */
  readonly detail: string
}

/** Of one checker so many are kept; one defect often shows a thousand times. */
const MOST_OF_ONE = 5

export class Violations {
  readonly #nowMs: () => number
  readonly #kept: Violation[] = []
  readonly #counts = new Map<string, number>()

  /** `nowMs`: virtual time since the start of the run. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  report(checker: string, detail: string): void {
    const count = (this.#counts.get(checker) ?? 0) + 1
    this.#counts.set(checker, count)
    if (count <= MOST_OF_ONE) this.#kept.push({ checker, atMs: Math.floor(this.#nowMs()), detail })
  }

  /** All that were seen, also those that are not kept. */
  get count(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0)
  }

  /** The first few of each checker, in the order they were seen. */
  list(): readonly Violation[] {
    return this.#kept
  }
}
