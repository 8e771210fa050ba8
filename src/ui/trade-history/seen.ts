/** The trades of services that this tab has seen: brokers show the latest only, so what was looked at is remembered for the visit. */
import type { Id } from '../../base/identity.ts'
import type { TradeRow } from '../../trader/command.ts'

/** Remembered of one service; the oldest go first. */
export const MOST_TRADES = 2_000
/** Services remembered; the one that was looked at longest ago goes first. */
const MOST_SERVICES = 32

const seen = new Map<Id, readonly TradeRow[]>()

/** What is known of the service's trades with these added, newest first. The same list as before when none is new. */
export function remember(serviceId: Id, trades: readonly TradeRow[]): readonly TradeRow[] {
  const known = seen.get(serviceId) ?? []
  const all = merged(known, trades)
  seen.delete(serviceId)
  seen.set(serviceId, all)
  for (const oldest of seen.keys()) {
    if (seen.size <= MOST_SERVICES) break
    seen.delete(oldest)
  }
  return all
}

/** Both lists in one, each trade once, newest first. */
export function merged(known: readonly TradeRow[], trades: readonly TradeRow[]): readonly TradeRow[] {
  const ids = new Set(known.map(({ receiptId }) => receiptId))
  const fresh = trades.filter(({ receiptId }) => !ids.has(receiptId))
  if (fresh.length === 0) return known
  const all = [...fresh, ...known].sort((left, right) => right.slot - left.slot || (left.receiptId < right.receiptId ? -1 : 1))
  return all.slice(0, MOST_TRADES)
}

/** A stretch of time with its first, highest, lowest and last price, and all that was traded. */
export interface Candle {
  /** Start of the stretch in s since 1970. */
  readonly time: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly quantity: bigint
}

/** Candles of `seconds` each, oldest first; stretches without a trade have none. `slotMs`: a trade's time is the end of its slot. */
export function candlesOf(
  trades: readonly TradeRow[],
  { slotMs, seconds }: { readonly slotMs: number; readonly seconds: number },
): Candle[] {
  const candles = new Map<number, Candle>()
  for (const { slot, price, quantity } of [...trades].reverse()) {
    const time = Math.floor(((slot + 1) * slotMs) / 1000 / seconds) * seconds
    const before = candles.get(time)
    candles.set(time, {
      time,
      open: before?.open ?? price,
      high: Math.max(before?.high ?? price, price),
      low: Math.min(before?.low ?? price, price),
      close: price,
      quantity: (before?.quantity ?? 0n) + BigInt(quantity),
    })
  }
  return [...candles.values()].sort((left, right) => left.time - right.time)
}
