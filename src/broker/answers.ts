import type { Id, NodeId } from '../base/identity.ts'
import { MAX_MEMBERS, MAX_OFFERS, MAX_RECEIPTS } from '../wire/market-messages.ts'
import type { MessageOf, OfferState } from '../wire/messages.ts'
import type { Auction } from './auction.ts'
import type { Host } from './host.ts'

interface Request {
  readonly id: number
  readonly service: Id
}

const UNKNOWN: OfferState = { seq: 0, state: 'unknown', match: null }

/** The set as it was fixed; for a service with no table, or one that this broker left, as the ring is now. */
function membersOf(host: Host, auction: Auction | undefined, service: Id): readonly NodeId[] {
  const members = auction?.book.serving === true ? auction.book.members : host.port.closest(service)
  return members.slice(0, MAX_MEMBERS)
}

/** Answer of a peer that is not in the set. */
export function notBroker(host: Host, auction: Auction | undefined, { id, service }: Request): MessageOf<'not-broker'> {
  return { type: 'not-broker', id, service, members: membersOf(host, auction, service) }
}

/** Quote and set. A broker that knows no offer of the service still says who is in the set. `asker` null: it is not known, as the request was routed. */
export function priceAnswer(
  host: Host,
  auction: Auction | undefined,
  { id, service, asker }: Request & { readonly asker: NodeId | null },
): MessageOf<'price'> {
  const { bid, ask } = auction?.book.table.getPrice(host.port.networkNowMs()) ?? { bid: 0, ask: Number.POSITIVE_INFINITY }
  return {
    type: 'price',
    id,
    service,
    bid: bid * 2,
    ask: ask === Number.POSITIVE_INFINITY ? 0 : ask * 2,
    slot: host.slot(),
    state: asker === null ? UNKNOWN : (auction?.book.stateOf(asker) ?? UNKNOWN),
    members: membersOf(host, auction, service),
  }
}

/** The book, bids then asks, best first. */
export function bookAnswer(host: Host, auction: Auction | undefined, { id, service }: Request): MessageOf<'book'> {
  const nowMs = host.port.networkNowMs()
  const table = auction?.book.table
  return {
    type: 'book',
    id,
    service,
    parameters: auction?.book.parameters ?? null,
    offers: [...(table?.bids(nowMs).slice(0, MAX_OFFERS) ?? []), ...(table?.asks(nowMs).slice(0, MAX_OFFERS) ?? [])],
    receipts: auction?.receipts.current(MAX_RECEIPTS) ?? [],
    slot: host.slot(),
    decision: auction?.book.decision ?? null,
    members: membersOf(host, auction, service),
  }
}
