/**
 * Slots (PROTOCOL 6): network time cut into pieces of `slotMs`, numbered from 1970. Even slots collect offers, odd ones exchange them;
 * the set decides when an odd one ends. Times are network time, whole ms since 1970 below 2^50: then every result is exact.
 */

/** The number of the slot that a moment is in. */
export function slotNumber(networkMs: number, slotMs: number): number {
  return Math.floor(networkMs / slotMs)
}

/** Whether brokers exchange in this slot; otherwise they collect. */
export function isExchangeSlot(slot: number): boolean {
  return slot % 2 === 1
}

/** The first moment of a slot. */
export function slotStartMs(slot: number, slotMs: number): number {
  return slot * slotMs
}

/** The first moment after a slot. */
export function slotEndMs(slot: number, slotMs: number): number {
  return (slot + 1) * slotMs
}

/** When the slot after the present one starts: later than `networkMs`. */
export function nextSlotStartMs(networkMs: number, slotMs: number): number {
  return slotEndMs(slotNumber(networkMs, slotMs), slotMs)
}

/** When the next exchange starts: later than `networkMs`, so in an exchange it is the one after, for which new offers wait. */
export function nextExchangeStartMs(networkMs: number, slotMs: number): number {
  const next = slotNumber(networkMs, slotMs) + 1
  return slotStartMs(isExchangeSlot(next) ? next : next + 1, slotMs)
}

/** When the present or the next exchange ends, and the set decides: later than `networkMs`. */
export function nextDecisionMs(networkMs: number, slotMs: number): number {
  const slot = slotNumber(networkMs, slotMs)
  return slotEndMs(isExchangeSlot(slot) ? slot : slot + 1, slotMs)
}

/** The even slot at whose start the present broker set was fixed (PROTOCOL 3): a set lasts for two slots. */
export function setSlot(slot: number): number {
  return slot - (slot % 2)
}
