import { expect, test } from 'vitest'
import { OrderTable, type TableOffer } from '../../src/market/order-table.ts'
import vectors from './order-table.json'

interface Step {
  op: string
  now: number
  offer?: unknown
  expect?: unknown
}

const numbered = (offer: TableOffer | undefined): [string, number] | null => (offer === undefined ? null : [offer.peer, offer.seq])

/** What the table answers to a step, in the vectors' words. */
function answer(table: OrderTable, { op, now, offer }: Step): unknown {
  switch (op) {
    case 'sendOffer': {
      const { stored, reason, replaced, dropped } = table.sendOffer(offer as TableOffer, now)
      return { stored, reason: reason ?? null, replaced: numbered(replaced), dropped: numbered(dropped) }
    }
    case 'getPrice': {
      const { bid, ask } = table.getPrice(now)
      return { bid, ask: Number.isFinite(ask) ? ask : null }
    }
    case 'crossing':
      return table.crossing(now).map(({ buy, sell, price }) => ({ buy: numbered(buy), sell: numbered(sell), price }))
    case 'remove': {
      const [peer, seq] = offer as [string, number]
      return table.remove(peer, seq, now)
    }
    case 'expire':
      return table.expire(now)
    case 'book': {
      const rows = (offers: TableOffer[]) => offers.map(({ price, peer, seq }) => [price, peer, seq])
      return { bids: rows(table.bids(now)), asks: rows(table.asks(now)) }
    }
    default:
      throw new Error(`unknown step ${op}`)
  }
}

test.each(vectors)('$name', ({ rows, maxValidity, steps }) => {
  const table = new OrderTable({ rows, maxValidity })
  for (const [index, step] of (steps as Step[]).entries()) {
    expect(answer(table, step), `step ${index}, ${step.op}`).toEqual(step.expect)
  }
})
