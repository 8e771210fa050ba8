/** What the trader's tests do over and over. Failures are thrown, so that a test need not look at every step. */
import { assert } from '../base/assert.ts'
import type { Id, NodeId } from '../base/identity.ts'
import { type Offer, type OfferTerms, offerBytes, sealOffer } from '../market/offer.ts'
import { type Receipt, type ReceiptTerms, receiptBytes, receiptIdOf } from '../market/receipt.ts'
import { type Service, serviceIdOf } from '../market/service.ts'
import type { MarketMessage, Match, MessageOf } from '../wire/messages.ts'
import type { OfferAnswer, OfferRequest, OfferRow } from './command.ts'
import type { Outcome } from './failures.ts'
import { fakeSign } from './fake-broker.ts'
import { FakeMarket, type FakeTrader, fakeCredentials } from './fake-market.ts'
import type { TraderCommand } from './trader.ts'

export const SERVICE: Service = { name: 'Storage', kind: 'general', unit: 'GB', currency: 'EUR', decimals: 2, tags: [], file: null }

export function serviceIn(market: FakeMarket, name = SERVICE.name): Id {
  return serviceIdOf(market.network, { ...SERVICE, name })
}

/** Waits for a command's end. */
export function end(market: FakeMarket, trader: FakeTrader, command: TraderCommand): Outcome<unknown> {
  const asked = trader.command(command)
  assert(
    market.until(() => asked.outcome !== undefined, 30_000),
    'a command ends',
  )
  assert(asked.ends === 1, 'a command ends once')
  return asked.outcome as Outcome<unknown>
}

/** The value of a command that succeeds. */
export function succeed<T>(market: FakeMarket, trader: FakeTrader, command: TraderCommand): T {
  const outcome = end(market, trader, command)
  assert(outcome.ok, `${command.type} succeeds: ${outcome.ok ? '' : outcome.failure.message}`)
  return outcome.value as T
}

export function open(market: FakeMarket, trader: FakeTrader, name = SERVICE.name): Id {
  const { kind, unit, currency, decimals } = SERVICE
  return succeed<{ serviceId: Id }>(market, trader, { type: 'createService', service: { name, kind, unit, currency, decimals, tags: [] } })
    .serviceId
}

/** Offers one unit for a minute, but for what is said. */
export function offer(market: FakeMarket, trader: FakeTrader, request: Partial<OfferRequest>): OfferAnswer {
  const serviceId = open(market, trader)
  const whole = { side: 'buy', price: 100, quantity: 1, validForMs: 60_000, ...request }
  return succeed<OfferAnswer>(market, trader, { type: 'sendOffer', serviceId, offer: whole })
}

/** The newest own offer. */
export function row(trader: FakeTrader): OfferRow {
  const [newest] = trader.trader.offers()
  assert(newest !== undefined, 'there is an offer')
  return newest
}

/** The newest offer that a peer sent. */
export function sentOffer(market: FakeMarket, peer: NodeId): Offer {
  const sent = market.letters.flatMap(({ from, message }) => (from === peer && message.type === 'send-offer' ? [message.offer] : []))
  const newest = sent.at(-1)
  assert(newest !== undefined, 'an offer was sent')
  return newest
}

/** The letters of one kind that a peer sent, to anyone or to one other. */
export function sent<T extends MessageOf<'receipt'>['type'] | 'superseded' | 'send-offer' | 'withdraw' | 'ask-attestation' | 'get-price'>(
  market: FakeMarket,
  { from, to, type }: { from: NodeId; to?: NodeId; type: T },
): MessageOf<T>[] {
  return market.letters.flatMap((letter) =>
    letter.from === from && (to === undefined || letter.to === to) && letter.message.type === type ? [letter.message as MessageOf<T>] : [],
  )
}

/** An offer of a peer that is nobody's trader here. */
export function strangersOffer(market: FakeMarket, index: number, terms: Partial<OfferTerms>): Offer {
  const credentials = fakeCredentials(index)
  const whole: OfferTerms = {
    ...credentials,
    service: serviceIn(market),
    side: 'sell',
    price: 100,
    quantity: 1,
    seq: market.nowMs,
    validUntil: market.nowMs + 60_000,
    ...terms,
  }
  return sealOffer(market.network, whole, fakeSign(credentials, offerBytes(market.network, whole)))
}

/** A half that its seller signed, over whatever terms. */
export function halfOf(market: FakeMarket, match: Match, changes: Partial<ReceiptTerms> = {}): Receipt {
  const quantity = Math.min(match.buy.quantity, match.sell.quantity)
  const terms = { service: match.sell.service, buy: match.buy, sell: match.sell, quantity, slot: match.slot, ...changes }
  const sellerSignature = fakeSign(terms.sell, receiptBytes(market.network, terms))
  return { ...terms, id: receiptIdOf(market.network, terms), sellerSignature, buyerSignature: null }
}

/** The buyer's signature on a half. */
export function wholeOf(market: FakeMarket, half: Receipt): Receipt {
  return { ...half, buyerSignature: fakeSign(half.buy, receiptBytes(market.network, half)) }
}

/** The last odd slot that is over. */
export function lastDecision(market: FakeMarket): number {
  const { slot } = market
  return slot % 2 === 0 ? slot - 1 : slot - 2
}

/** What a peer ever let out must not contradict itself, whatever happened to its tab: one message a number, one receipt an offer. */
export function assertHonest(market: FakeMarket, trader: FakeTrader): void {
  const { nodeId } = trader
  const notes = new Map<string, string>()
  const note = (key: string, id: string): void => {
    assert((notes.get(key) ?? id) === id, `one thing under ${key}`)
    notes.set(key, id)
  }
  for (const { from, message } of market.letters) {
    if (from !== nodeId) continue
    if (message.type === 'send-offer') note(`${message.offer.service} ${message.offer.seq}`, message.offer.id)
    if (message.type === 'withdraw') note(`${message.withdrawal.service} ${message.withdrawal.seq}`, message.withdrawal.id)
    if (message.type !== 'receipt') continue
    const { buy, sell, id, buyerSignature } = message.receipt
    if (sell.peer === nodeId) note(`sold ${sell.id}`, id)
    if (buy.peer === nodeId && buyerSignature !== null) note(`bought ${buy.id}`, id)
  }
}

/** A buyer and a seller in a ring. */
export function pair(market = new FakeMarket()): { market: FakeMarket; buyer: FakeTrader; seller: FakeTrader } {
  return { market, buyer: market.addTrader().start(), seller: market.addTrader().start() }
}

/** A stranger's notice or half, as if it came over a link. */
export function give(market: FakeMarket, trader: FakeTrader, letter: { from?: string; message: MarketMessage }): void {
  market.send({ from: letter.from ?? market.brokers[0]?.nodeId ?? '', to: trader.nodeId, message: letter.message })
  market.run(10)
}

/** A seller with an open offer, and a match of it with a stranger's buy that no broker has decided yet. */
export function matchedSeller(market = new FakeMarket()): { market: FakeMarket; seller: FakeTrader; match: Match; holders: string[] } {
  market.decides = false
  const seller = market.addTrader().start()
  offer(market, seller, { side: 'sell', price: 90 })
  market.run(2 * market.parameters.slot)
  const sell = sentOffer(market, seller.nodeId)
  const match = { buy: strangersOffer(market, 7, { side: 'buy', price: 100 }), sell, slot: lastDecision(market) }
  const holders = market.brokers.filter((broker) => broker.memory(sell.service, seller.nodeId) !== undefined).map(({ nodeId }) => nodeId)
  return { market, seller, match, holders }
}
