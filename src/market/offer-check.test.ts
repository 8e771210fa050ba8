import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkOfferRequest } from './offer-check.ts'

const good = { side: 'buy', price: 150, quantity: 2, validForMs: 60_000 }
const LONGEST_MS = 600_000

const wrong: [string, unknown, string, RegExp][] = [
  ['no object', 5, 'offer', /must be an object with side, price, quantity, validForMs; it is 5/],
  ['nothing', undefined, 'offer', /it is missing/],
  ['an unknown field', { ...good, service: 'x' }, 'service', /no field "service"/],
  ['another side', { ...good, side: 'BUY' }, 'side', /"buy" or "sell"; it is "BUY"/],
  ['no side', { ...good, side: undefined }, 'side', /it is missing/],
  ['a price of 0', { ...good, price: 0 }, 'price', /from 1 to 1,125,899,906,842,623, in the currency's smallest unit; it is 0/],
  ['a negative price', { ...good, price: -5 }, 'price', /it is -5/],
  ['a broken price', { ...good, price: 1.5 }, 'price', /it is 1.5/],
  ['a price of 2^50', { ...good, price: 2 ** 50 }, 'price', /it is 1125899906842624/],
  ['a price as text', { ...good, price: '150' }, 'price', /it is "150"/],
  ['an infinite price', { ...good, price: Number.POSITIVE_INFINITY }, 'price', /it is Infinity/],
  ['a price that is a bigint', { ...good, price: 5n }, 'price', /it is a bigint/],
  ['a quantity of 0', { ...good, quantity: 0 }, 'quantity', /from 1 to 1,125,899,906,842,623; it is 0/],
  ['a quantity of 2^50', { ...good, quantity: 2 ** 50 }, 'quantity', /it is 1125899906842624/],
  ['no quantity', { ...good, quantity: undefined }, 'quantity', /it is missing/],
  ['no number for a quantity', { ...good, quantity: Number.NaN }, 'quantity', /it is NaN/],
  ['no time', { ...good, validForMs: 0 }, 'validForMs', /milliseconds from 1 to 600,000, .*longest validity; it is 0/],
  ['too long a time', { ...good, validForMs: 600_001 }, 'validForMs', /it is 600001/],
  ['a broken time', { ...good, validForMs: 0.5 }, 'validForMs', /it is 0.5/],
  ['a time that is null', { ...good, validForMs: null }, 'validForMs', /it is null/],
]

test.each(wrong)('refuses %s', (_, ...[input, field, message]) => {
  const checked = checkOfferRequest(input, LONGEST_MS)
  expect(checked).toMatchObject({ ok: false, field })
  expect(!checked.ok && checked.message).toMatch(message)
})

test('takes what lies within the bounds, and nothing else of it', () => {
  const request = fc.record({
    side: fc.constantFrom('buy', 'sell'),
    price: fc.integer({ min: 1, max: 2 ** 50 - 1 }),
    quantity: fc.integer({ min: 1, max: 2 ** 50 - 1 }),
    validForMs: fc.integer({ min: 1, max: LONGEST_MS }),
  })
  fc.assert(
    fc.property(request, (offer) => {
      expect(checkOfferRequest(offer, LONGEST_MS)).toEqual({ ok: true, offer: { ...offer } })
    }),
  )
})

test('never throws, whatever is given', () => {
  fc.assert(
    fc.property(fc.anything(), fc.constantFrom(...Object.keys(good)), (anything, field) => {
      expect(typeof checkOfferRequest({ ...good, [field]: anything }, LONGEST_MS).ok).toBe('boolean')
      expect(checkOfferRequest(anything, LONGEST_MS).ok).toBe(false)
    }),
  )
})
