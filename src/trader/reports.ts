import type { NodeId } from '../base/identity.ts'
import type { Timer } from '../base/schedule.ts'
import type { Match } from '../wire/messages.ts'

/**
 * What is heard of one offer's match (PROTOCOL 6): the match is the one that more than half of the acknowledging brokers report, or the one that most
 * report half a slot after the first notice. A broker's first word counts, its later ones do not. A valid half is one notice among the others.
 */
export class Reports {
  readonly #byBroker = new Map<NodeId, string>()
  readonly #matches = new Map<string, Match>()
  #timer: Timer | null = null

  add(broker: NodeId, match: Match): void {
    if (this.#byBroker.has(broker)) return
    const key = matchKey(match)
    this.#byBroker.set(broker, key)
    this.#matches.set(key, match)
  }

  has(broker: NodeId): boolean {
    return this.#byBroker.has(broker)
  }

  /** True while further notices are waited for. */
  get isWaiting(): boolean {
    return this.#timer !== null
  }

  /** `timer`: ends the waiting. */
  wait(timer: Timer): void {
    this.#timer = timer
  }

  /** The match that more than half of `holders` brokers report. */
  majority(holders: number): Match | null {
    const [best] = this.#ranking([])
    return best !== undefined && best.brokers * 2 > holders ? best.match : null
  }

  /** The match that most report, a half being one notice; of equally many the one of more brokers, then with the lower ids. Null when no broker reports any. */
  plurality(halves: readonly Match[]): Match | null {
    return this.#ranking(halves)[0]?.match ?? null
  }

  cancel(): void {
    this.#timer?.cancel()
    this.#timer = null
  }

  #ranking(halves: readonly Match[]): { readonly key: string; readonly brokers: number; readonly count: number; readonly match: Match }[] {
    const counts = new Map<string, number>()
    for (const key of this.#byBroker.values()) counts.set(key, (counts.get(key) ?? 0) + 1)
    const halved = new Set(halves.map(matchKey))
    const ranking = [...counts].flatMap(([key, brokers]) => {
      const match = this.#matches.get(key)
      return match === undefined ? [] : [{ key, brokers, count: brokers + (halved.has(key) ? 1 : 0), match }]
    })
    return ranking.sort((left, right) => right.count - left.count || right.brokers - left.brokers || (left.key < right.key ? -1 : 1))
  }
}

/** The same for the same match. */
export function matchKey(match: Pick<Match, 'buy' | 'sell' | 'slot'>): string {
  return `${match.buy.id} ${match.sell.id} ${match.slot}`
}
