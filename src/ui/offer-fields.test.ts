import { expect, test } from 'vitest'
import type { Service } from '../market/service.ts'
import { checkOffer, type OfferFields } from './offer-fields.ts'

const service: Service = { name: 'Storage', kind: 'general', unit: 'GB', currency: 'EUR', decimals: 2, tags: [], file: null }
const fields: OfferFields = { side: 'sell', price: '28.35', quantity: '5', validFor: '300000' }

test('good fields make an offer in smallest units', () => {
  expect(checkOffer(fields, service, 600_000)).toEqual({
    offer: { side: 'sell', price: 2835, quantity: 5, validForMs: 300_000 },
    errors: {},
  })
})

test('each wrong field is named, all at once', () => {
  const { offer, errors } = checkOffer({ ...fields, price: '1,5', quantity: '' }, service, 60_000)
  expect(offer).toBeUndefined()
  expect(Object.keys(errors)).toEqual(['price', 'quantity', 'validFor'])
})

test.each(['abc', '', '0', '-1', '1.5', '600001'])('a validity of "%s" is refused', (validFor) => {
  expect(Object.keys(checkOffer({ ...fields, validFor }, service, 600_000).errors)).toEqual(['validFor'])
})
