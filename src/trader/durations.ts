/** How long the trader waits. Counted in slots, a slot being the network's longest expected round trip; the rest in ms with a reason. */

/** A broker's answer to an offer follows a commit, so it takes a round trip and some; a hidden tab's disk and timers may take a second (FIELD-NOTES). */
const ANSWER_SLOTS = 2
const LEAST_ANSWER_MS = 1_000
/** The trader asks the brokers that hold its offer for its state two exchanges after it was placed, or after anything happened to it; an exchange takes two slots. */
export const POLL_SLOTS = 4
/**
 * While nothing happens the pause doubles from poll to poll, up to this: a notice is lost with its link only, and that is seen. What is left for polls is a holder
 * that forgot an offer and kept its link; half a minute at a second a slot is soon enough for that.
 */
export const MAX_POLL_SLOTS = 8 * POLL_SLOTS
/** From one exchange to the next: even slots collect, odd ones exchange (PROTOCOL 6). */
export const EXCHANGE_SLOTS = 2
/** The watch looks in the second exchange after an offer was placed or sent on: one lost message is made good by the next exchange. */
export const LOOK_SLOTS = 2 * EXCHANGE_SLOTS
/**
 * A look that finds nothing doubles the pause to the next one, up to this: an offer deep in the book may become the best one at any time, and an offer
 * at rest should cost little beside the polls, which are twice as frequent.
 */
export const MAX_LOOK_SLOTS = 16 * LOOK_SLOTS
/** A mark fades after this, ten minutes at a second a slot: some dozens of later offers go elsewhere first, and who was marked for the network's faults is not for long. */
export const MARK_SLOTS = 600
/** A half whose brokers stay silent after its deadline is given up so many slots later (PROTOCOL 6). */
export const SILENCE_SLOTS = 4
/** A link through the ring's signalling; beyond this another broker is asked instead. */
export const CONNECT_MS = 5_000
/** A broker without room for a link is asked again after this, and after twice as long each further time: it lets the link go that rested longest, once one has rested. */
export const FULL_RETRY_SLOTS = 1
/** Finding a set ends with whoever answered by then, so that named strangers cannot hold it up for long. */
export const FIND_MS = 8_000
/** One round of sending an offer, replacements for dead brokers included. */
export const ROUND_MS = 12_000
/** Every command has ended by then; longer than finding a set and a round together. */
export const COMMAND_MS = 25_000
/** A link that nothing needs is given back after this. */
export const IDLE_LINK_MS = 10_000
/** A set that was confirmed this recently need not be asked for again: the ring's changes and `not-broker` answers tell of newer ones. */
export const FRESH_SET_MS = 30_000
/** A peer that could not be reached, or does not broker the service, is not tried again for so long. */
export const FAILED_MS = 10_000

/** How long an answer may take once the request is sent, in ms. */
export function answerMs(slotMs: number): number {
  return Math.max(ANSWER_SLOTS * slotMs, LEAST_ANSWER_MS)
}
