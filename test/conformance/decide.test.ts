import { expect, test } from 'vitest'
import { type DecidedOffer, decide, type Forward } from '../../src/market/decide.ts'
import vectors from './decide.json'

test.each(vectors)('$name', ({ forwards, now, expect: expected }) => {
  const decision = decide(forwards as Forward<DecidedOffer>[], now)
  expect({
    ...decision,
    matches: decision.matches.map(({ buy, sell, price }) => ({ buy: buy.id, sell: sell.id, price })),
    ask: Number.isFinite(decision.ask) ? decision.ask : null,
  }).toEqual(expected)
})
