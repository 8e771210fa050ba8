import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { TradeRow } from '../../trader/command.ts'
import { candlesOf, MOST_TRADES, merged, remember } from './seen.ts'

const trade = (slot: number, price: number, receiptId = `${slot}-${price}`): TradeRow => ({ receiptId, price, quantity: 2, slot })

describe('trades that were seen', () => {
  test('are kept, each once, newest first, and a service’s are its own', () => {
    remember('a', [trade(3, 10), trade(1, 12)])
    const all = remember('a', [trade(5, 11), trade(3, 10)])
    expect(all.map(({ slot }) => slot)).toEqual([5, 3, 1])
    expect(remember('a', [trade(3, 10)])).toBe(all)
    expect(remember('b', [])).toEqual([])
  })

  test('are bounded: the oldest go', () => {
    const many = Array.from({ length: MOST_TRADES + 5 }, (_, index) => trade(index, 1))
    const kept = merged([], many)
    expect(kept).toHaveLength(MOST_TRADES)
    expect(kept.at(-1)?.slot).toBe(5)
  })
})

describe('candles', () => {
  test('have the first, highest, lowest and last price of their stretch', () => {
    const trades = [trade(69, 9), trade(65, 14), trade(61, 10), trade(3, 7)]
    expect(candlesOf(trades, { slotMs: 1000, seconds: 60 })).toEqual([
      { time: 0, open: 7, high: 7, low: 7, close: 7, quantity: 2n },
      { time: 60, open: 10, high: 14, low: 9, close: 9, quantity: 6n },
    ])
  })

  test('hold every trade, in order, within their low and high', () => {
    const rows = fc.uniqueArray(fc.record({ slot: fc.nat(10_000), price: fc.integer({ min: 1, max: 2 ** 50 }) }), {
      selector: ({ slot }) => slot,
    })
    fc.assert(
      fc.property(rows, fc.constantFrom(1, 10, 60), (given, seconds) => {
        const trades = merged(
          [],
          given.map(({ slot, price }) => trade(slot, price)),
        )
        const candles = candlesOf(trades, { slotMs: 200, seconds })
        expect(candles.reduce((sum, { quantity }) => sum + quantity, 0n)).toBe(2n * BigInt(trades.length))
        for (const [index, { time, low, high, open, close }] of candles.entries()) {
          expect(time).toBeGreaterThan(candles[index - 1]?.time ?? -1)
          for (const price of [open, close]) expect(price >= low && price <= high).toBe(true)
        }
      }),
    )
  })
})
