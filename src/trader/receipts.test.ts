import { expect, test } from 'vitest'
import type { Attestation } from '../market/receipt.ts'
import type { TraderPort } from '../wire/port.ts'
import { readReceiptFile } from '../wire/receipt-file.ts'
import { FakeMarket, fakeCredentials } from './fake-market.ts'
import { Receipts } from './receipts.ts'
import { end, halfOf, offer, pair, SERVICE, serviceIn, strangersOffer, succeed, wholeOf } from './scenario.ts'

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

test('a receipt as a file says what the receipt does, with every attestation and the service', () => {
  const { market, buyer, seller } = pair(new FakeMarket(3))
  offer(market, buyer, { side: 'buy', price: 101, quantity: 3 })
  offer(market, seller, { side: 'sell', price: 100, quantity: 2 })
  market.run(15 * SLOT)
  const [row] = buyer.trader.receipts()
  const files = [buyer, seller].map((trader) => {
    const read = readReceiptFile(succeed<string>(market, trader, { type: 'receiptFile', receiptId: row!.receiptId }))
    if (!read.ok) throw new Error(read.message)
    return read.file
  })
  for (const { network, parameters, service, receipt, attestations, members, says } of files) {
    expect({ network, parameters, service, members }).toEqual({
      network: market.network,
      parameters: market.parameters,
      service: SERVICE,
      members: 3,
    })
    expect(receipt).toMatchObject({ id: row!.receiptId, quantity: 2, slot: row!.slot })
    expect(says).toMatchObject({ receiptId: row!.receiptId, price: 100.5, buyer: buyer.nodeId, seller: seller.nodeId })
    expect(attestations.map(({ broker }) => broker).sort()).toEqual(market.brokers.map(({ nodeId }) => nodeId).sort())
  }
  for (const receiptId of [undefined, 1, 'AB'.repeat(16)]) {
    expect(end(market, buyer, { type: 'receiptFile', receiptId })).toMatchObject({
      failure: { code: 'invalid-argument', field: 'receiptId' },
    })
  }
  expect(end(market, buyer, { type: 'receiptFile', receiptId: 'ab'.repeat(16) })).toMatchObject({ failure: { code: 'unknown-receipt' } })
})
