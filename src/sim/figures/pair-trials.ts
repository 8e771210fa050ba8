/**
 * Trials of one crossing pair each: a buyer and a seller outside a service's broker set, some of whose brokers lie.
 *
 * One ring serves many trials at once, each in a service of its own. Sets are as they fall; who lies in one is drawn for each service.
 */
import type { Id, NodeId } from '../../base/identity.ts'
import { Rng } from '../../base/rng.ts'
import type { Service } from '../../market/service.ts'
import { closest } from '../../ring/closest.ts'
import type { OfferAnswer } from '../../trader/command.ts'
import { createBehaviour } from '../malice/create-behaviour.ts'
import type { MaliceKind } from '../malice/kinds.ts'
import type { SimNode } from '../sim-node.ts'
import type { SimWorld } from '../sim-world.ts'
import { grownRing } from './grown-ring.ts'
import { inServices } from './in-services.ts'
import { watchPromises } from './promises.ts'
import { tradedService } from './traded-service.ts'
import { WholeReceipts } from './whole-receipts.ts'

export interface PairPlan {
  readonly seed: number
  readonly n: number
  readonly f: number
  /** How the liars lie. */
  readonly kind: MaliceKind
  /** See PeerOptions.watch. */
  readonly watch: boolean
  /** How many brokers of the set lie, and in how many trials they do. At most MOST_TRIALS in all. */
  readonly shares: readonly { readonly liars: number; readonly trials: number }[]
  /** Watches for breaches of PROTOCOL 7, which costs time. */
  readonly checked: boolean
  /** So many slots after the offers were sent the trial is over. */
  readonly mostSlots: number
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
}

interface Trial {
  readonly serviceId: Id
  readonly service: Service
  readonly liars: readonly NodeId[]
  readonly buyer: SimNode
  readonly seller: SimNode
  /** Ids of the first numbers. */
  bought: Id | null
  sold: Id | null
  sentMs: number
}

/** Fewer than 2n peers are a full mesh, and a ring this small costs little; half of it is outside of any set of 16. */
const PEERS_A_BROKER = 2
/** Below a broker's 256 tables, as each keeps those of about half of the services. */
export const MOST_TRIALS = 384
const SLOT_MS = 200
const PRICE = { buy: 1_100, sell: 1_000 }

/** Runs all trials of a plan. At most MOST_TRIALS in all; a plan of more is a RangeError. */
export function pairTrials(plan: PairPlan): PairReport {
  const { f, n, seed, shares, watch } = plan
  const counts = shares.flatMap(({ liars, trials }) => Array.from({ length: trials }, () => liars))
  if (counts.length > MOST_TRIALS) throw new RangeError(`at most ${MOST_TRIALS} trials in one ring`)
  const parameters = { network: 'figures', n, f, m: 64, t: 600_000, slot: SLOT_MS, s: 64, p: 0, a: 0.1 }
  const world = grownRing({ seed, peers: PEERS_A_BROKER * n, parameters, watch })
  const rng = new Rng([seed, 41, 42, 43])
  const all = counts.map((count, index) => drawTrial(world, { rng, index, count }))
  corrupt(world, all, plan.kind)
  const wholes = new WholeReceipts(() => world.loop.nowMs)
  const violations = plan.checked ? watchPromises(world) : null
  world.observers.push(wholes)
  for (const trial of all) begin(world, trial, rng)
  world.runUntil(() => wholes.count === all.length, (plan.mostSlots + 1) * SLOT_MS)
  // The last ones are still to be stored.
  world.run(SLOT_MS)
  return { outcomes: all.map((trial) => outcomeOf(trial, wholes, plan)), broken: violations?.list().length ?? 0 }
}

/** A service with its set by the ids of all peers, its liars, and its two traders outside the set. */
function drawTrial(world: SimWorld, { rng, index, count }: { readonly rng: Rng; readonly index: number; readonly count: number }): Trial {
  const { nodes, parameters } = world
  const { serviceId, service } = tradedService(world, `Trial ${index}`)
  const ids = nodes.map(({ nodeId }) => nodeId)
  const set = closest(ids, serviceId, parameters.n)
  const outside = nodes.filter(({ nodeId }) => !set.includes(nodeId))
  const [buyer, seller] = rng.sample(outside, 2) as [SimNode, SimNode]
  return { serviceId, service, liars: rng.sample(set, count), buyer, seller, bought: null, sold: null, sentMs: 0 }
}

function corrupt(world: SimWorld, trials: readonly Trial[], kind: MaliceKind): void {
  for (const node of world.nodes) {
    const lying = new Set(trials.filter(({ liars }) => liars.includes(node.nodeId)).map(({ serviceId }) => serviceId))
    if (lying.size > 0)
      node.behaviour = inServices(
        createBehaviour(
          kind,
          node.means(() => true),
        ),
        lying,
        world.networkId,
      )
  }
}

/** Both traders open the service and send their offers, at a moment of two slots by chance. */
function begin(world: SimWorld, trial: Trial, rng: Rng): void {
  const { serviceId, service, buyer, seller } = trial
  for (const node of [buyer, seller]) node.command({ type: 'openService', serviceId, service }, () => undefined)
  world.loop.after(SLOT_MS * (1 + rng.float()), () => {
    trial.sentMs = world.loop.nowMs
    sendOffer(buyer, { serviceId, side: 'buy', done: (offerId) => (trial.bought = offerId) })
    sendOffer(seller, { serviceId, side: 'sell', done: (offerId) => (trial.sold = offerId) })
  })
}

function sendOffer(
  node: SimNode,
  { serviceId, side, done }: { readonly serviceId: Id; readonly side: 'buy' | 'sell'; readonly done: (offerId: Id) => void },
): void {
  const offer = { side, price: PRICE[side], quantity: 1, validForMs: 300_000 }
  node.command({ type: 'sendOffer', serviceId, offer }, (outcome) => {
    if (outcome.ok) done((outcome.value as OfferAnswer).offerId)
  })
}

function outcomeOf({ buyer, seller, bought, sold, liars, sentMs }: Trial, wholes: WholeReceipts, plan: PairPlan): PairOutcome {
  const whole = bought === null ? undefined : wholes.over(bought)
  const isHeld = (node: SimNode): boolean => node.peer.view().receipts.some(({ receiptId }) => receiptId === whole?.receipt.id)
  const slots = whole === undefined ? 0 : (whole.atMs - sentMs) / SLOT_MS
  const matched = whole !== undefined && whole.receipt.sell.id === sold && slots <= plan.mostSlots && isHeld(buyer) && isHeld(seller)
  return { liars: liars.length, matched, slots: matched ? slots : 0 }
}
