import { expect, test } from 'vitest'
import type { Attestation } from '../market/receipt.ts'
import type { TraderPort } from '../wire/port.ts'
import { FakeMarket, fakeCredentials } from './fake-market.ts'
import { Receipts } from './receipts.ts'
import { halfOf, offer, pair, serviceIn, strangersOffer, wholeOf } from './scenario.ts'

const SLOT = 200

test('one liar that names a bigger set changes nothing: of how many is as this peer sees the set', () => {
  const { market, buyer, seller } = pair(new FakeMarket(3))
  market.brokers[0]!.counts = 5
  offer(market, buyer, { side: 'buy', price: 100 })
  offer(market, seller, { side: 'sell', price: 100 })
  market.run(15 * SLOT)
  for (const trader of [buyer, seller]) expect(trader.trader.receipts()[0]).toMatchObject({ attestations: 3, of: 3 })
})

test('where this peer knows no set: the median of what attesters name, and never fewer than attested', () => {
  const market = new FakeMarket(0)
  const { network, parameters } = market
  const port = { network, parameters, changed: () => undefined, schedule: { after: () => undefined } } as unknown as TraderPort
  const receipts = new Receipts(port)
  const match = { buy: strangersOffer(market, 1, { side: 'buy' }), sell: strangersOffer(market, 2, {}), slot: market.slot - 1 }
  const whole = wholeOf(market, halfOf(market, match))
  receipts.add(whole, 0)
  const after = [1, 5, 1, 1].map((members, index) => {
    const said = { ...fakeCredentials(index), service: serviceIn(market), receipt: whole.id, seen: true, members, signature: '' }
    receipts.attest({ ...said, broker: `broker ${index}` } satisfies Attestation, 0)
    return receipts.rows()[0]?.of
  })
  expect(after).toEqual([1, 2, 3, 4])
})
