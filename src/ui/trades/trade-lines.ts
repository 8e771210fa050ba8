/** The person's trades as the page lists them: found, filtered and added up, with no floating point. */
import type { Id } from '../../base/identity.ts'
import type { Service } from '../../market/service.ts'
import type { ReceiptRow } from '../../trader/command.ts'
import { halves } from '../amount.ts'

export interface TradeLine {
  readonly receipt: ReceiptRow
  /** undefined when this peer does not know it any more. */
  readonly service: Service | undefined
  readonly bought: boolean
  /** The other side. */
  readonly other: Id
  /** End of the decision slot, network time in ms; undefined while the slot's length is not known. */
  readonly decidedMs: number | undefined
}

/** Empty texts filter nothing. */
export interface TradeFilter {
  /** Words, each of which must be somewhere in the trade. */
  readonly text: string
  readonly serviceId: string
  readonly side: '' | 'buy' | 'sell'
  /** Days as inputs give them, 2026-11-24, in the device's time zone; both count whole. */
  readonly from: string
  readonly to: string
}

export const noFilter: TradeFilter = { text: '', serviceId: '', side: '', from: '', to: '' }

/** What was bought and sold in one currency, in half units. */
export interface TradeTotal {
  /** Empty for services that are not known any more: the amounts are in smallest units of whatever it was. */
  readonly currency: string
  readonly decimals: number
  readonly bought: bigint
  readonly sold: bigint
}

interface Around {
  /** This peer's nodeId. */
  readonly self: Id | undefined
  /** A slot's length in ms. */
  readonly slotMs: number | undefined
  service(serviceId: Id): Service | undefined
}

/** Newest first. */
export function tradeLines(receipts: readonly ReceiptRow[], { self, slotMs, service }: Around): TradeLine[] {
  return [...receipts]
    .sort((left, right) => right.slot - left.slot)
    .map((receipt) => {
      const bought = receipt.buyer === self
      return {
        receipt,
        service: service(receipt.serviceId),
        bought,
        other: bought ? receipt.seller : receipt.buyer,
        decidedMs: slotMs === undefined ? undefined : (receipt.slot + 1) * slotMs,
      }
    })
}

/** A day's first moment, `days` later; undefined for no day. */
function dayMs(day: string, days: number): number | undefined {
  if (day === '') return undefined
  const date = new Date(`${day}T00:00`)
  date.setDate(date.getDate() + days)
  return date.getTime()
}

function wordsIn({ receipt, service }: TradeLine): string {
  const { receiptId, serviceId, buyer, seller } = receipt
  return [service?.name, service?.unit, service?.currency, ...(service?.tags ?? []), receiptId, serviceId, buyer, seller]
    .join('\n')
    .toLowerCase()
}

export function filterTrades(lines: readonly TradeLine[], filter: TradeFilter): TradeLine[] {
  const words = filter.text.toLowerCase().split(/\s+/)
  const [fromMs, endMs] = [dayMs(filter.from, 0), dayMs(filter.to, 1)]
  return lines.filter((line) => {
    if (filter.serviceId !== '' && line.receipt.serviceId !== filter.serviceId) return false
    if (filter.side !== '' && line.bought !== (filter.side === 'buy')) return false
    const { decidedMs } = line
    if (fromMs !== undefined && (decidedMs === undefined || decidedMs < fromMs)) return false
    if (endMs !== undefined && (decidedMs === undefined || decidedMs >= endMs)) return false
    const text = wordsIn(line)
    return words.every((word) => text.includes(word))
  })
}

/** Price times quantity in half units. */
export function totalOf({ price, quantity }: ReceiptRow): bigint {
  return halves(price) * BigInt(quantity)
}

/** One for each currency with its decimals, in the order in which they first come. */
export function totalsOf(lines: readonly TradeLine[]): TradeTotal[] {
  const totals = new Map<string, TradeTotal>()
  for (const { receipt, service, bought } of lines) {
    const { currency, decimals } = service ?? { currency: '', decimals: 0 }
    const key = `${currency}\n${decimals}`
    const before = totals.get(key) ?? { currency, decimals, bought: 0n, sold: 0n }
    const side = bought ? 'bought' : 'sold'
    totals.set(key, { ...before, [side]: before[side] + totalOf(receipt) })
  }
  return [...totals.values()]
}

/** The services of the trades, each once, by name. */
export function servicesOf(lines: readonly TradeLine[]): { readonly serviceId: Id; readonly name: string }[] {
  const names = new Map(lines.map(({ receipt, service }) => [receipt.serviceId, service?.name ?? receipt.serviceId]))
  return [...names].map(([serviceId, name]) => ({ serviceId, name })).sort((left, right) => left.name.localeCompare(right.name))
}
