import { expect, test } from 'vitest'
import type { OfferRow } from '../trader/command.ts'
import { fieldsOf, termsAgain } from './offer-terms.ts'

const MADE_MS = 1_700_000_000_000
const row: OfferRow = {
  offerId: '1'.repeat(32),
  serviceId: '2'.repeat(32),
  side: 'sell',
  price: 1050,
  quantity: 2,
  state: 'expired',
  validUntil: MADE_MS + 119_996,
  accepted: 0,
  of: 3,
  steps: [
    { state: 'signing', atMs: MADE_MS },
    { state: 'traded', atMs: MADE_MS + 1, quantity: 3 },
    { state: 'traded', atMs: MADE_MS + 2, quantity: 4 },
  ],
}
const service = { name: 'Wood', kind: 'general', unit: 'crate', currency: 'EUR', decimals: 2, tags: [], file: null } as const

test('what is left is offered again, for as long as before', () => {
  expect(termsAgain(row, 600_000)).toEqual({ side: 'sell', price: 1050, quantity: 2, validForMs: 120_000 })
})

test('when all was traded, all of it', () => {
  expect(termsAgain({ ...row, quantity: 0 }, 600_000).quantity).toBe(7)
})

test('never for longer than the network allows, nor for no time', () => {
  expect(termsAgain(row, 60_000).validForMs).toBe(60_000)
  expect(termsAgain({ ...row, validUntil: MADE_MS + 300 }, 60_000).validForMs).toBe(1000)
})

test('in the form: prices with their decimals, and the closest length that can be chosen', () => {
  const terms = termsAgain({ ...row, validUntil: MADE_MS + 200_000 }, 600_000)
  expect(fieldsOf(terms, service, 600_000)).toEqual({ side: 'sell', price: '10.50', quantity: '2', validFor: '120000' })
})
