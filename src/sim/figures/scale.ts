/** How large a network one process holds: a ring is grown, looks up, and all its peers trade. For scripts/scale.mjs, which measures what it takes. */
import { Rng } from '../../base/rng.ts'
import { type SimWorld, START_MS } from '../sim-world.ts'
import { Bidders, type Market } from './bidders.ts'
import { grownRing } from './grown-ring.ts'
import { type HopsJob, lookUp, PARAMETERS, stillJob } from './hops.ts'
import type { Lookup } from './lookups.ts'
import { WholeReceipts } from './whole-receipts.ts'

/** As in figure 3's quiet market: a service for every ten peers, an offer of each peer in sixteen slots. */
const MARKET: Market = { name: 'quiet', tradersAService: 10, periodSlots: 16, validSlots: 12, overlap: 0 }

/** What happened so far. */
export interface Progress {
  /** Actions of the event loop. */
  readonly events: number
  readonly virtualSeconds: number
  /** Offers that were sent to brokers, and trades of which both sides hold the receipt. */
  readonly offers: number
  readonly trades: number
}

export class TradingRing {
  /** Of the figure of hops: the same ring and lookups. */
  readonly job: HopsJob
  readonly #world: SimWorld
  readonly #bidders: Bidders
  readonly #receipts: WholeReceipts

  /**
   * Grows the ring, the very one of the figure of hops. The same seed grows the same. `onSecond` is called after each virtual second with how many have
   * joined. Throws RangeError when it does not become one ring.
   */
  constructor(peers: number, seed: number, onSecond: (joined: number) => void = () => {}) {
    this.job = stillJob(seed, peers)
    this.#world = grownRing({ seed: this.job.seed, peers, parameters: PARAMETERS, onSecond: (world) => onSecond(joinedOf(world)) })
    this.#bidders = new Bidders(this.#world, new Rng([seed, 91, 92, 93]), MARKET)
    this.#receipts = new WholeReceipts(() => this.#world.loop.nowMs)
  }

  /** The figure's lookups, to be made before anybody trades. */
  lookUp(): readonly Lookup[] {
    return lookUp(this.#world, this.job)
  }

  /** From now on every peer offers. */
  begin(): void {
    this.#world.observers.push(this.#receipts)
    this.#bidders.begin()
  }

  /** Lets so many slots pass. */
  run(slots: number): void {
    this.#world.run(slots * PARAMETERS.slot)
  }

  progress(): Progress {
    const { loop } = this.#world
    const virtualSeconds = (loop.nowMs - START_MS) / 1_000
    return { events: loop.count, virtualSeconds, offers: this.#bidders.offers, trades: this.#receipts.count }
  }

  /** Fingerprint of all that happened; see Trace. */
  get traceHash(): string {
    return this.#world.trace.hash
  }
}

function joinedOf(world: SimWorld): number {
  return world.nodes.filter((node) => node.running && node.peer.view().state === 'joined').length
}
