/** Trades as files for other programs: the same in every language, amounts as decimals with a point, exact. */
import { halves } from '../amount.ts'
import { type TradeLine, totalOf } from './trade-lines.ts'

const COLUMNS = [
  'receiptId',
  'decidedAt',
  'side',
  'serviceId',
  'service',
  'quantity',
  'unit',
  'price',
  'total',
  'currency',
  'buyer',
  'seller',
  'slot',
  'attestations',
  'of',
] as const

/** Of a service that is not known any more, price and total are in its currency's smallest unit, and its words are empty. */
type TradeRecord = Readonly<Record<(typeof COLUMNS)[number], string | number>>

/** Half units as a decimal: 5671 with 2 decimals is 28.355. */
function decimal(amount: bigint, decimals: number): string {
  const digits = (amount / 2n).toString().padStart(decimals + 1, '0')
  const fraction = digits.slice(digits.length - decimals) + (amount % 2n === 1n ? '5' : '')
  return digits.slice(0, digits.length - decimals) + (fraction === '' ? '' : `.${fraction}`)
}

function recordOf(line: TradeLine): TradeRecord {
  const { receipt, service, bought, decidedMs } = line
  const { receiptId, serviceId, quantity, buyer, seller, slot, attestations, of } = receipt
  const decimals = service?.decimals ?? 0
  return {
    receiptId,
    decidedAt: decidedMs === undefined ? '' : new Date(decidedMs).toISOString(),
    side: bought ? 'buy' : 'sell',
    serviceId,
    service: service?.name ?? '',
    quantity,
    unit: service?.unit ?? '',
    price: decimal(halves(receipt.price), decimals),
    total: decimal(totalOf(receipt), decimals),
    currency: service?.currency ?? '',
    buyer,
    seller,
    slot,
    attestations,
    of,
  }
}

/** What spreadsheets take for a formula when a cell begins with it; an apostrophe before it makes it a text. */
const FORMULA = /^[=+\-@\t\r＝＋－＠]/

/** The same behind a semicolon, at which spreadsheets of some languages part cells, quoted or not. */
const FORMULA_BEHIND = /;(?=\s*[=+\-@＝＋－＠])/g

function cell(value: string | number): string {
  const text = typeof value === 'string' ? (FORMULA.test(value) ? `'${value}` : value).replaceAll(FORMULA_BEHIND, ";'") : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** RFC 4180, with a header line. */
export function tradesCsv(lines: readonly TradeLine[]): string {
  const rows = lines.map(recordOf).map((row) => COLUMNS.map((column) => cell(row[column])))
  return [COLUMNS, ...rows].map((row) => `${row.join(',')}\r\n`).join('')
}

export function tradesJson(lines: readonly TradeLine[], network: string): string {
  return `${JSON.stringify({ format: 'peermart-trades', version: 1, network, trades: lines.map(recordOf) }, null, 2)}\n`
}
