/** The bound of everything that a peer keeps, by the name under which it tells of it (see Sized), from the constants that hold it there. */
import { SPARE_CANCELLED } from '../../base/schedule.ts'
import { SPARE_MEMORIES } from '../../broker/book.ts'
import { MAX_TABLES } from '../../broker/broker.ts'
import { MAX_EXPECTED } from '../../broker/decision.ts'
import { MAX_PROOFS } from '../../broker/equivocators.ts'
import { MAX_SENDERS, MAX_TARGETS } from '../../broker/handoff.ts'
import { MAX_REMOVALS } from '../../broker/journal.ts'
import { MAX_PEERS } from '../../broker/misconduct.ts'
import { MAX_OF_SELLER, MAX_RECEIPTS_KEPT, MAX_WAITING as MAX_WAITING_FOR_ATTESTATION } from '../../broker/receipts.ts'
import { MAX_REMEMBERED } from '../../market/order-table.ts'
import { MAX_ATTESTATIONS } from '../../market/receipt.ts'
import { MAX_WAITING as MAX_UNCHECKED } from '../../peer/driver.ts'
import { MAX_FAILURES } from '../../ring/dialer.ts'
import { ID_BITS } from '../../ring/id-space.ts'
import { MAX_ATTEMPTS, MAX_GUESTS } from '../../ring/limits.ts'
import { MAX_CACHED } from '../../ring/membership.ts'
import { MAX_LIST } from '../../ring/messages.ts'
import { MAX_CANDIDATES } from '../../ring/neighbours.ts'
import { MAX_REQUESTS } from '../../ring/requests.ts'
import { MAX_ROUTES } from '../../ring/route-memory.ts'
import { MAX_EXCHANGES } from '../../ring/signals.ts'
import { MAX_WAITING as MAX_WAITING_FOR_WISH, MAX_WISHES } from '../../ring/trades.ts'
import { MAX_FULL, MAX_PENDING } from '../../trader/asks.ts'
import { MAX_CHASED } from '../../trader/attestations.ts'
import { MAX_BIDDERS } from '../../trader/bidders.ts'
import { MAX_ASKED, MAX_SETS } from '../../trader/broker-directory.ts'
import { MAX_NAMED } from '../../trader/broker-set.ts'
import { MAX_STEPS } from '../../trader/life.ts'
import { MAX_LINKS, MAX_WAITING as MAX_WAITING_FOR_LINK } from '../../trader/links.ts'
import { MAX_MARKED } from '../../trader/marks.ts'
import { MAX_NUMBERS, MAX_QUEUE } from '../../trader/numbers.ts'
import { MAX_BIDDER_OFFERS, MAX_BIDDER_STEPS } from '../../trader/own-bidder.ts'
import { MAX_HALVES } from '../../trader/own-offer.ts'
import { MAX_OFFERS } from '../../trader/own-offers.ts'
import { MAX_RECEIPTS } from '../../trader/receipts.ts'
import { MAX_SERVICES } from '../../trader/services.ts'
import { MAX_COMMANDS } from '../../trader/trader.ts'
import { MAX_OFFERS as MAX_OFFERS_A_PART, MAX_RECEIPTS as MAX_RECEIPTS_A_PART } from '../../wire/market-messages.ts'
import type { Parameters } from '../../wire/parameters.ts'

/** What bounds follow from, beside the constants. */
export interface Frame extends Parameters {
  readonly linkBudget: number
}

type Bound = number | ((frame: Frame) => number)

/** A link by the rendezvous may take the place of a direct one that its other side has lost. */
const guests = ({ linkBudget }: Frame): number => MAX_GUESTS + linkBudget
const links = ({ linkBudget }: Frame): number => linkBudget + MAX_GUESTS
const memories = ({ m }: Frame): number => 2 * m + SPARE_MEMORIES
/** Of all its tables, and what the disk would not remove. */
const records = (frame: Frame): number => MAX_TABLES * (memories(frame) + MAX_RECEIPTS_KEPT + MAX_PROOFS + 1) + MAX_REMOVALS
/** A set and those that the ring shows as its next one. */
const twoSets = ({ n }: Frame): number => 2 * n

const RING: Record<string, Bound> = {
  'ring.links.direct': ({ linkBudget }) => linkBudget,
  'ring.links.guests': guests,
  'ring.neighbours.reports': links,
  'ring.neighbours.reported': 2 * MAX_LIST,
  'ring.neighbours.candidates': MAX_CANDIDATES,
  'ring.stabilizer.open': links,
  'ring.dialer.own': MAX_ATTEMPTS,
  'ring.dialer.expected': MAX_ATTEMPTS,
  'ring.dialer.failures': MAX_FAILURES,
  'ring.dialer.full': MAX_FAILURES,
  'ring.fingers.slots': ID_BITS,
  'ring.fingers.held': ({ linkBudget }) => linkBudget,
  'ring.trades.wishes': MAX_WISHES,
  'ring.trades.waiting': MAX_WAITING_FOR_WISH,
  'ring.membership.guides': guests,
  'ring.membership.cached': MAX_CACHED,
  'ring.requests.pending': MAX_REQUESTS,
  'ring.requests.routes': MAX_ROUTES,
  'ring.signals.exchanges': MAX_EXCHANGES,
}

const BROKER: Record<string, Bound> = {
  'broker.tables': MAX_TABLES,
  'broker.journal': 0,
  'broker.unsure': records,
  'broker.refused': records,
  'broker.misconduct': MAX_PEERS,
  'broker.expected': MAX_EXPECTED,
  'broker.book.memories': memories,
  'broker.book.news': memories,
  'broker.book.told': twoSets,
  'broker.book.rows': ({ m }) => m,
  'broker.book.numbers': MAX_REMEMBERED,
  'broker.book.proofs': MAX_PROOFS,
  // The one that is exchanged, and one for members whose clocks are ahead.
  'broker.exchange.slots': 2,
  'broker.exchange.brokers': twoSets,
  'broker.exchange.forwarded': ({ m }) => 2 * m,
  'broker.exchange.unacknowledged': ({ n }) => n,
  'broker.receipts.kept': MAX_RECEIPTS_KEPT,
  'broker.receipts.ofSeller': MAX_OF_SELLER,
  'broker.receipts.waiting': MAX_WAITING_FOR_ATTESTATION,
  'broker.handoffs.targets': MAX_TARGETS,
  'broker.handoffs.parts': (frame) => Math.ceil(Math.max(memories(frame) / MAX_OFFERS_A_PART, MAX_RECEIPTS_KEPT / MAX_RECEIPTS_A_PART)),
  'broker.votes.senders': MAX_SENDERS,
  'broker.votes.votes': memories,
  'broker.votes.aside': memories,
  'broker.votes.handedOver': memories,
}

const TRADER: Record<string, Bound> = {
  'trader.commands': MAX_COMMANDS,
  // Beside what is over, a few that are live.
  'trader.own.kept': ({ s }) => MAX_OFFERS + s,
  'trader.own.live': ({ s }) => s,
  'trader.own.unsaved': ({ s }) => MAX_OFFERS + s,
  'trader.own.brokers': MAX_NAMED,
  'trader.own.halves': MAX_HALVES,
  'trader.own.steps': MAX_STEPS,
  'trader.receipts.kept': MAX_RECEIPTS,
  'trader.receipts.unsaved': MAX_RECEIPTS,
  'trader.receipts.attestations': MAX_ATTESTATIONS,
  // A number whose storing failed is used up, though its service may never get another.
  'trader.numbers.known': MAX_NUMBERS,
  'trader.numbers.used': MAX_NUMBERS + MAX_SERVICES,
  'trader.numbers.queue': MAX_QUEUE,
  'trader.services.known': MAX_SERVICES,
  'trader.marks.marked': MAX_MARKED,
  'trader.links.held': MAX_LINKS,
  'trader.links.waiting': MAX_WAITING_FOR_LINK,
  'trader.asks.full': MAX_FULL,
  'trader.asks.pending': MAX_PENDING,
  // Each has a link or waits for one.
  'trader.asks.awaited': MAX_LINKS + MAX_PENDING,
  // Those that are searched for by commands are not forgotten.
  'trader.directory.sets': MAX_SETS + MAX_COMMANDS,
  'trader.directory.searches': MAX_SETS + MAX_COMMANDS,
  'trader.directory.asked': MAX_ASKED,
  // Commands, and what each live offer and chased receipt asks for once a slot while the search lasts.
  'trader.directory.waiting': ({ s }) => MAX_COMMANDS + 64 * (s + MAX_CHASED),
  'trader.directory.named': MAX_NAMED,
  'trader.directory.answered': MAX_NAMED,
  'trader.directory.failed': MAX_NAMED,
  // Beside what is over, those that are live.
  'trader.bidders.kept': ({ s }) => MAX_BIDDERS + s,
  'trader.bidders.live': ({ s }) => s,
  'trader.bidders.steps': MAX_BIDDER_STEPS,
  'trader.bidders.offers': MAX_BIDDER_OFFERS,
  'trader.offers.making': MAX_COMMANDS,
  'trader.attestations.chased': MAX_CHASED,
  'trader.attestations.early': MAX_CHASED,
}

/** Each under way has at most two deadlines; the ring's links and the broker have a few of their own. */
const timers = (frame: Frame): number =>
  2 * (MAX_COMMANDS + MAX_PENDING + MAX_REQUESTS + MAX_ROUTES + MAX_SETS) + 4 * (links(frame) + 2 * MAX_ATTEMPTS) + 64 * frame.s

const PEER: Record<string, Bound> = {
  'timers.set': timers,
  'timers.kept': (frame) => 2 * timers(frame) + SPARE_CANCELLED,
  // Its own numbers and receipts, and a broker's attestations.
  signing: ({ s }) => MAX_NUMBERS + s + MAX_RECEIPTS_KEPT,
  commands: MAX_COMMANDS,
  'stores.inFlight': ({ s }) => 4 * s + MAX_COMMANDS,
  // What one commit's time brings: far fewer than all that the tables hold.
  'stores.writes': (frame) => 4 * memories(frame),
  'stores.told': (frame) => 4 * memories(frame),
  'driver.commands': MAX_COMMANDS,
  'driver.early': MAX_COMMANDS,
  'driver.unchecked': MAX_UNCHECKED,
}

const BOUNDS: Readonly<Record<string, Bound>> = { ...RING, ...BROKER, ...TRADER, ...PEER }

/** Of a peer that has not been asked for anything for a while, in a market that rests: what was under way must have ended. */
const AT_REST: Readonly<Record<string, Bound>> = {
  // A finger that is verified, a look at its own place, a guest's question.
  'ring.requests.pending': 8,
  // Those of others that pass, for as long as their way back is remembered.
  'ring.requests.routes': MAX_ROUTES / 4,
  'ring.dialer.own': 4,
  'ring.dialer.expected': 4,
  'ring.trades.waiting': 0,
  'ring.neighbours.reports': links,
  'broker.expected': 0,
  'broker.refused': 0,
  'broker.receipts.waiting': 0,
  'broker.exchange.slots': 1,
  'trader.commands': 0,
  'trader.asks.pending': 0,
  'trader.asks.awaited': 0,
  'trader.directory.searches': 0,
  'trader.numbers.queue': 0,
  'trader.own.live': 0,
  'trader.own.unsaved': 0,
  'trader.receipts.unsaved': 0,
  'trader.links.waiting': 0,
  'trader.offers.making': 0,
  'trader.attestations.chased': 0,
  // As a broker it attests what others trade.
  signing: 4,
  commands: 0,
  'driver.commands': 0,
  'driver.early': 0,
  'stores.inFlight': 2,
  // Looks that a watched offer left behind end by themselves; the rest are the ring's.
  'timers.set': (frame) => 2 * links(frame) + 64,
}

/** The bound of what has this name; null when there is none, which is a defect. */
export function boundOf(name: string, frame: Frame): number | null {
  return evaluate(BOUNDS[name], frame)
}

/** What may be left of it at rest; null: as much as at any time. */
export function restBoundOf(name: string, frame: Frame): number | null {
  return evaluate(AT_REST[name], frame)
}

function evaluate(bound: Bound | undefined, frame: Frame): number | null {
  if (bound === undefined) return null
  return typeof bound === 'number' ? bound : bound(frame)
}
