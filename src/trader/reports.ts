import type { NodeId } from '../base/identity.ts'
import type { Timer } from '../base/schedule.ts'
import type { Match } from '../wire/messages.ts'

/**
 * What brokers report of one offer's match (PROTOCOL 6): the one that more than half of the acknowledging brokers report, or the one that most
 * report half a slot after the first notice. A broker's first word counts, its later ones do not.
 */
export class Reports {
  readonly #byBroker = new Map<NodeId, string>()
  readonly #matches = new Map<string, Match>()
  /** From a valid half: a notice too, but no broker's. */
  #hint: Match | null = null
  #timer: Timer | null

  /** `timer`: ends the waiting half a slot after the first notice. */
  constructor(timer: Timer) {
    this.#timer = timer
  }

  add(broker: NodeId, match: Match): void {
    if (this.#byBroker.has(broker)) return
    const key = matchKey(match)
    this.#byBroker.set(broker, key)
    this.#matches.set(key, match)
  }

  hint(match: Match): void {
    this.#hint ??= match
  }

  /** The match that more than half of `holders` brokers report. */
  majority(holders: number): Match | null {
    const [best] = this.#ranking()
    return best !== undefined && best.count * 2 > holders ? best.match : null
  }

  /** The match that most report; of equally many the one with the lower ids. A half's when no broker reports any. */
  plurality(): Match | null {
    return this.#ranking()[0]?.match ?? this.#hint
  }

  cancel(): void {
    this.#timer?.cancel()
    this.#timer = null
  }

  #ranking(): { readonly key: string; readonly count: number; readonly match: Match }[] {
    const counts = new Map<string, number>()
    for (const key of this.#byBroker.values()) counts.set(key, (counts.get(key) ?? 0) + 1)
    const ranking = [...counts].flatMap(([key, count]) => {
      const match = this.#matches.get(key)
      return match === undefined ? [] : [{ key, count, match }]
    })
    return ranking.sort((left, right) => right.count - left.count || (left.key < right.key ? -1 : 1))
  }
}

/** The same for the same match. */
export function matchKey(match: Match): string {
  return `${match.buy.id} ${match.sell.id} ${match.slot}`
}
