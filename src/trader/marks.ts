import { BoundedMap } from '../base/bounded.ts'
import type { NodeId } from '../base/identity.ts'
import type { Sizes } from '../base/sizes.ts'
import type { TraderPort } from '../wire/port.ts'
import { MARK_SLOTS } from './durations.ts'

/** Marked brokers remembered; n is at most 32, so these are those of many sets. At the bound the one marked longest ago is forgotten. */
export const MAX_MARKED = 1_024

/**
 * Brokers that acknowledged an offer of this trader and did not forward it (PROTOCOL 6, watch). A mark is this trader's own opinion: nobody is told, it is not stored,
 * it fades after MARK_SLOTS, and it only says who is asked last.
 */
export class Marks {
  readonly #port: TraderPort
  readonly #marked = new BoundedMap<NodeId, true>({ capacity: MAX_MARKED })

  constructor(port: TraderPort) {
    this.#port = port
  }

  /** See Sized. */
  sizes(): Sizes {
    return { marked: this.#marked.size }
  }

  mark(broker: NodeId): void {
    const { schedule, parameters } = this.#port
    this.#marked.set(broker, true, schedule.steadyMs + MARK_SLOTS * parameters.slot)
  }

  /** All of them in random order, marked ones last: they are asked when nobody else is left. */
  shuffle(brokers: readonly NodeId[]): NodeId[] {
    this.#marked.expire(this.#port.schedule.steadyMs)
    const order = this.#port.rng.sample(brokers, brokers.length)
    return [...order.filter((broker) => !this.#marked.has(broker)), ...order.filter((broker) => this.#marked.has(broker))]
  }
}
