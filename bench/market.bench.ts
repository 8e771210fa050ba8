/** `npm run bench`: what the market costs in this engine. Compare the rows of one run with each other; a busy machine moves all of them. */
import { bench, describe } from 'vitest'
import { Rng } from '../src/base/rng.ts'
import { decide } from '../src/market/decide.ts'
import { type Offer, sealOffer } from '../src/market/offer.ts'
import { OrderTable } from '../src/market/order-table.ts'
import { createCodec, type Message } from '../src/wire/messages.ts'

const NETWORK = 'bench#0000000000000000'
const NOW_MS = 1_700_000_000_000
const rng = new Rng([1, 2, 3, 4])

function randomOffer(index: number): Offer {
  const terms = {
    service: '00112233445566778899aabbccddeeff',
    publicKey: rng.hex(32),
    nonce: index,
    side: index % 2 === 0 ? ('buy' as const) : ('sell' as const),
    price: 900 + rng.below(200),
    quantity: 1 + rng.below(100),
    seq: 1,
    validUntil: NOW_MS + 60_000,
  }
  return sealOffer(NETWORK, terms, rng.hex(64))
}

const offers = Array.from({ length: 1_000 }, (_, index) => randomOffer(index))

describe('order table, 1,000 offers of as many peers, half of them crossing', () => {
  for (const rows of [64, 2_048]) {
    bench(`m = ${rows}`, () => {
      const table = new OrderTable<Offer>({ rows, maxValidity: 600_000 })
      for (const offer of offers) table.sendOffer(offer, NOW_MS)
      table.crossing(NOW_MS)
    })
  }
})

describe('common decision of 8 brokers', () => {
  for (const count of [2, 16, 128]) {
    const forwards = Array.from({ length: 8 }, (_, broker) => ({ broker: `b${broker}`, offers: offers.slice(0, count) }))
    bench(`${count} offers from each`, () => {
      decide(forwards, NOW_MS)
    })
  }
})

describe('wire', () => {
  const codec = createCodec(NETWORK)
  const message: Message = { type: 'send-offer', id: 1, offer: offers[0] as Offer, parameters: null }
  const bytes = codec.encode(message)
  bench('encode an offer', () => {
    codec.encode(message)
  })
  bench('decode and check an offer, its ids computed', () => {
    codec.decode(bytes)
  })
})
