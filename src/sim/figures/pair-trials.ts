/**
 * Trials of one crossing pair each: a buyer and a seller outside a service's broker set, some of whose brokers lie.
 *
 * One ring serves many trials at once, each in a service of its own. Sets are as they fall; who lies in one is drawn for each service.
 */
import { Rng } from '../../base/rng.ts'
import type { SimNode } from '../sim-node.ts'
import type { SimWorld } from '../sim-world.ts'
import { grownRing, isWhole } from './grown-ring.ts'
import { type BrokerMalice, Liars } from './liars.ts'
import { beginPair, drawPair, foundMs, KNOWN_SLOTS, type Pair } from './pairs.ts'
import { watchPromises } from './promises.ts'
import { WholeReceipts } from './whole-receipts.ts'

export interface PairPlan {
  readonly seed: number
  readonly n: number
  readonly f: number
  /** How the liars lie. */
  readonly kind: BrokerMalice
  /** See PeerOptions.watch. */
  readonly watch: boolean
  /** How many brokers of the set lie, and in how many trials they do. At most MOST_TRIALS in all. */
  readonly shares: readonly { readonly liars: number; readonly trials: number }[]
  /** Watches for breaches of PROTOCOL 7, which costs time. */
  readonly checked: boolean
  /** So many slots after the offers were sent the trial is over. */
  readonly mostSlots: number
  /**
   * What the liars get to act on beside the pair. friend: a peer whose offer to buy, worse than the buyer's, every broker knows before the pair comes.
   * joiners: peers that come when the seller's offer is known and before the buyer's comes, so that sets change and tables are handed over.
   * trade: the pair has traded before, under older numbers.
   */
  readonly bait?: 'friend' | 'joiners' | 'trade'
}

/** How one trial ended. */
export interface PairOutcome {
  readonly liars: number
  /** Both traders ended with the same whole receipt over the very offers that they sent. */
  readonly matched: boolean
  /** From when both offers were on their way to when both traders had the whole receipt, in slots; 0 when not matched. */
  readonly slots: number
}

export interface PairReport {
  readonly outcomes: readonly PairOutcome[]
  /** Breaches of PROTOCOL 7 that were seen: must be 0. */
  readonly broken: number
  /** How often a liar really hid or changed something, in all trials together. */
  readonly acts: number
}

/** Fewer than 2n peers are a full mesh, and a ring this small costs little; half of it is outside of any set of 16. */
const PEERS_A_BROKER = 2
/** Below a broker's 256 tables, as each keeps those of about half of the services. */
export const MOST_TRIALS = 384
/**
 * Of one ring with the watch on. A liar that keeps two crossing offers to itself decides a match that nobody hears of, and holds it against their traders in all
 * services, in those too where it is honest: after three it drops what they offer. That shows from the seventh slot on. With so few trials a broker and a trader
 * hardly meet so often.
 */
export const MOST_WATCHED = 128
const SLOT_MS = 200
/** Services that a peer trades at once: the friend trades in all of them. */
const MOST_SERVICES = 1_024
const VALID_MS = 300_000
/** Peers that join, one after the other. Each enters the sets of about half of the services. */
const JOINERS = 4
const BETWEEN_JOINS_MS = 600
/** From the seller's offer to the buyer's: by then all that join have joined, and tables are handed over. */
const JOINING_SLOTS = 150
/** From a pair's first trade to its second: an exchange, a receipt, and what may be asked again. */
const TRADING_SLOTS = 12
/** The last tables are handed over so long before the buyers come. */
const HANDOFF_SLOTS = 8

/** What goes ahead of the pairs goes so long ahead. */
const AHEAD_SLOTS = { friend: KNOWN_SLOTS, joiners: JOINING_SLOTS, trade: TRADING_SLOTS } as const

/** Runs all trials of a plan. Throws RangeError for more than MOST_TRIALS, and when no ring comes about or one does not become whole after peers joined. */
export function pairTrials(plan: PairPlan): PairReport {
  const { bait, f, kind, n, seed, shares, watch } = plan
  const counts = shares.flatMap(({ liars, trials }) => Array.from({ length: trials }, () => liars))
  if (counts.length > MOST_TRIALS) throw new RangeError(`at most ${MOST_TRIALS} trials in one ring`)
  const parameters = { network: 'figures', n, f, m: 64, t: 600_000, slot: SLOT_MS, s: MOST_SERVICES, p: 0, a: 0.1 }
  const world = grownRing({ seed, peers: PEERS_A_BROKER * n, parameters, watch })
  const rng = new Rng([seed, 41, 42, 43])
  const friend = bait === 'friend' ? (world.nodes[0] ?? null) : null
  const aheadSlots = bait === undefined ? 0 : AHEAD_SLOTS[bait]
  const pairs = counts.map((liars, index) => drawPair(world, { rng, index, liars, friend, aheadSlots }))
  const liars = new Liars(world, { kind, friend })
  for (const pair of pairs) liars.begin(pair)
  const wholes = new WholeReceipts(() => world.loop.nowMs)
  const breaches = plan.checked ? watchPromises(world) : null
  world.observers.push(wholes)
  const ahead = bait === 'joiners' ? 'seller' : bait === 'trade' ? 'both' : 'nobody'
  for (const pair of pairs) beginPair(world, pair, { friend, validForMs: VALID_MS, ahead })
  if (bait === 'joiners') join(world)
  const most = ahead === 'both' ? 2 * pairs.length : pairs.length
  world.runUntil(() => wholes.count === most, (aheadSlots + plan.mostSlots + 1) * SLOT_MS)
  // The last ones are still to be stored.
  world.run(SLOT_MS)
  return {
    outcomes: pairs.map((pair) => outcomeOf(pair, wholes, plan)),
    broken: breaches?.() ?? 0,
    acts: liars.acts,
  }
}

/** Peers join while sellers' offers rest. Throws RangeError when the ring is not whole again in time: the trials would measure something else. */
function join(world: SimWorld): void {
  world.run(KNOWN_SLOTS * SLOT_MS)
  for (let count = 0; count < JOINERS; count += 1) {
    world.addNode().start()
    world.run(BETWEEN_JOINS_MS)
  }
  const leftMs = (JOINING_SLOTS - KNOWN_SLOTS - HANDOFF_SLOTS) * SLOT_MS - JOINERS * BETWEEN_JOINS_MS
  if (!world.runUntil(() => isWhole(world), leftMs)) throw new RangeError('the peers that joined did not become part of the ring')
}

function outcomeOf(pair: Pair, wholes: WholeReceipts, { mostSlots }: PairPlan): PairOutcome {
  const { bought, buyer, liars, seller, sentMs } = pair
  const atMs = foundMs(pair, wholes)
  const whole = bought === null ? undefined : wholes.over(bought)
  const isHeld = (node: SimNode): boolean => node.peer.view().receipts.some(({ receiptId }) => receiptId === whole?.receipt.id)
  const slots = atMs === null ? 0 : (atMs - sentMs) / SLOT_MS
  const matched = atMs !== null && slots <= mostSlots && isHeld(buyer) && isHeld(seller)
  return { liars: liars.length, matched, slots: matched ? slots : 0 }
}
