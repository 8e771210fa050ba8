import type { Schedule, Timer } from '../base/schedule.ts'

/** What a person should know for a while; what goes on is told again. */
const NOTICE_MS = 60_000

/** What the screen tells a person: what lasts, and before it what is told for a while. */
export class Notice {
  readonly #schedule: Schedule
  readonly #changed: () => void
  #lasting = ''
  #passing = ''
  #timer: Timer | null = null

  /** `changed`: another text, or none, is to be shown. */
  constructor(schedule: Schedule, changed: () => void) {
    this.#schedule = schedule
    this.#changed = changed
  }

  /** Empty when there is nothing to tell. */
  get text(): string {
    return this.#passing || this.#lasting
  }

  /** For NOTICE_MS, or until the next one. */
  tell(text: string): void {
    this.#show(text)
    this.#timer = this.#schedule.after(NOTICE_MS, () => this.#show(''))
  }

  /** For as long as this tab lives, as nobody may be looking now; in place of all before it. */
  keep(text: string): void {
    this.#lasting = text
    this.#show('')
  }

  #show(passing: string): void {
    this.#timer?.cancel()
    this.#timer = null
    this.#passing = passing
    this.#changed()
  }
}
