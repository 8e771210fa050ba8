import type { OfferStep } from './command.ts'

/** Steps kept of one offer: an offer whose matches fail again and again makes new ones until its time is over. */
export const MAX_STEPS = 16
/** Of those, the first ones are kept for good, so that the beginning stays known. */
const FIRST_STEPS = 4

/** What is known of a step beside its state and time. */
export type StepDetails = Pick<OfferStep, 'reason' | 'accepted' | 'of' | 'quantity'>

/** What happened to one own offer, oldest first. `steps` is a value: made anew with each change. */
export class Life {
  #steps: readonly OfferStep[] = []

  get steps(): readonly OfferStep[] {
    return this.#steps
  }

  get latest(): OfferStep | undefined {
    return this.#steps.at(-1)
  }

  /** A further step. The same state again adds what is newly known to the step that is there, whose time stays. */
  note(state: OfferStep['state'], atMs: number | null, details: StepDetails = {}): void {
    const { latest } = this
    if (latest?.state !== state) this.#steps = shortened([...this.#steps, { state, atMs, ...details }])
    else this.#steps = [...this.#steps.slice(0, -1), { ...latest, ...details }]
  }

  /** Forgets the latest step if it is this one: it was begun and came to nothing. */
  takeBack(state: OfferStep['state']): void {
    if (this.latest?.state === state) this.#steps = this.#steps.slice(0, -1)
  }
}

/** One step less when there are too many; the one behind the gap says how many are missing. */
function shortened(steps: readonly OfferStep[]): readonly OfferStep[] {
  if (steps.length <= MAX_STEPS) return steps
  const first = steps.slice(0, FIRST_STEPS)
  const [gone, next, ...latest] = steps.slice(FIRST_STEPS)
  if (gone === undefined || next === undefined) return steps
  return [...first, { ...next, skipped: (gone.skipped ?? 0) + 1 }, ...latest]
}
