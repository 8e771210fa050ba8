import { expect, test } from 'vitest'
import type { Service } from '../../market/service.ts'
import type { ReceiptRow } from '../../trader/command.ts'
import { tradesCsv, tradesJson } from './trade-export.ts'
import { filterTrades, noFilter, servicesOf, type TradeFilter, totalsOf, tradeLines } from './trade-lines.ts'

const SLOT_MS = 1_000
const self = 'aa'.repeat(16)
const other = 'bb'.repeat(16)
const wood: Service = { name: 'Firewood', kind: 'general', unit: 'crate', currency: 'EUR', decimals: 2, tags: ['beech'], file: null }
const evil: Service = { ...wood, name: '=HYPERLINK("http://x","y")', unit: '@unit', currency: '-EUR,\u2003"', decimals: 0, tags: [] }
const services: Record<string, Service> = { ['01'.repeat(16)]: wood, ['02'.repeat(16)]: evil }

/** The slot that ends at this local time. */
function slotAt(day: string, time = '12:00:00'): number {
  return new Date(`${day}T${time}`).getTime() / SLOT_MS - 1
}

function receipt(index: number, changes: Partial<ReceiptRow> = {}): ReceiptRow {
  return {
    receiptId: String(index).padStart(32, '0'),
    serviceId: '01'.repeat(16),
    price: 1_050.5,
    quantity: 2,
    buyer: self,
    seller: other,
    slot: slotAt('2026-11-24'),
    attestations: 3,
    of: 5,
    ...changes,
  }
}

const around = { self, slotMs: SLOT_MS, service: (id: string) => services[id] }

function found(receipts: ReceiptRow[], filter: Partial<TradeFilter>): number[] {
  return filterTrades(tradeLines(receipts, around), { ...noFilter, ...filter }).map(({ receipt: { receiptId } }) => Number(receiptId))
}

const sample = [
  receipt(1, { slot: slotAt('2026-11-22', '23:59:59') }),
  receipt(2, { slot: slotAt('2026-11-23', '00:00:00'), buyer: other, seller: self }),
  receipt(3, { slot: slotAt('2026-11-24'), serviceId: '02'.repeat(16) }),
  receipt(4, { slot: slotAt('2026-11-25', '00:00:00'), serviceId: '03'.repeat(16) }),
]

test('newest first, whatever the order they come in', () => {
  expect(found([...sample].reverse(), {})).toEqual([4, 3, 2, 1])
})

test('filters: service, side, words, whole days', () => {
  expect(found(sample, { serviceId: '01'.repeat(16) })).toEqual([2, 1])
  expect(found(sample, { side: 'sell' })).toEqual([2])
  expect(found(sample, { side: 'buy' })).toEqual([4, 3, 1])
  expect(found(sample, { text: ' BEECH  crate ' })).toEqual([2, 1])
  expect(found(sample, { text: 'beech hyperlink' })).toEqual([])
  expect(found(sample, { text: `${'0'.repeat(31)}3` })).toEqual([3])
  expect(found(sample, { from: '2026-11-23' })).toEqual([4, 3, 2])
  expect(found(sample, { from: '2026-11-23', to: '2026-11-24' })).toEqual([3, 2])
  expect(found(sample, { to: '2026-11-22' })).toEqual([1])
  expect(servicesOf(tradeLines(sample, around)).map(({ name }) => name)).toEqual([evil.name, '03'.repeat(16), 'Firewood'])
})

test('totals are exact, however large, each currency with its decimals apart', () => {
  const most = 2 ** 50 - 1
  const large = { price: most - 0.5, quantity: most }
  const lines = tradeLines(
    [receipt(1, large), receipt(2, large), receipt(3, { buyer: other, seller: self }), receipt(4, { serviceId: '03'.repeat(16) })],
    around,
  )
  const one = (2n * BigInt(most) - 1n) * BigInt(most)
  expect(totalsOf(lines)).toEqual([
    { currency: 'EUR', decimals: 2, bought: 2n * one, sold: 4_202n },
    { currency: '', decimals: 0, bought: 4_202n, sold: 0n },
  ])
})

test('CSV: no cell begins with a formula where a semicolon parts cells, either', () => {
  const split = { ...wood, name: 'x;=1+1;  @y;z' }
  const text = tradesCsv(tradeLines([receipt(1)], { ...around, service: () => split }))
  expect(text).toContain("x;'=1+1;'  @y;z")
})

test('CSV: RFC 4180, amounts exact, and no cell that a spreadsheet takes for a formula', () => {
  const lines = tradeLines([receipt(1), receipt(2, { serviceId: '02'.repeat(16), price: 7, quantity: 2 ** 50 - 1 })], around)
  const decidedAt = new Date('2026-11-24T12:00:00').toISOString()
  const [head, first, second, end] = tradesCsv(lines).split('\r\n')
  expect(head).toBe('receiptId,decidedAt,side,serviceId,service,quantity,unit,price,total,currency,buyer,seller,slot,attestations,of')
  expect(first).toBe(
    `${'1'.padStart(32, '0')},${decidedAt},buy,${'01'.repeat(16)},Firewood,2,crate,10.505,21.01,EUR,${self},${other},${slotAt('2026-11-24')},3,5`,
  )
  expect(second).toContain(`,"'=HYPERLINK(""http://x"",""y"")",1125899906842623,'@unit,7,7881299347898361,"'-EUR,\u2003""",`)
  expect(end).toBe('')
})

test('JSON: the same, and what it is', () => {
  const lines = tradeLines([receipt(1)], around)
  expect(JSON.parse(tradesJson(lines, 'net#1'))).toMatchObject({
    format: 'peermart-trades',
    version: 1,
    network: 'net#1',
    trades: [{ service: 'Firewood', side: 'buy', price: '10.505', total: '21.01', currency: 'EUR', quantity: 2, of: 5 }],
  })
})
