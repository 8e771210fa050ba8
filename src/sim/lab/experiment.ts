/**
 * One experiment of the lab: a ring grows, then crossing pairs trade on it while some of their brokers lie.
 *
 * Invariants
 * 1. All that happens is an action of the world's loop, so the trace does not depend on how the run is cut into pieces, nor on who looks when.
 * 2. Who lies, who trades and when is drawn from the seed, apart from the world's own chance.
 */
import { Rng } from '../../base/rng.ts'
import { isWhole, planJoins } from '../figures/grown-ring.ts'
import { Liars } from '../figures/liars.ts'
import { beginPair, drawPair, foundMs, KNOWN_SLOTS, type Pair } from '../figures/pairs.ts'
import { matchedByChance, mean, wilson } from '../figures/statistics.ts'
import { WholeReceipts } from '../figures/whole-receipts.ts'
import type { SimNode } from '../sim-node.ts'
import { SimWorld } from '../sim-world.ts'
import { picturedLinks, picturedPair, picturedPeer } from './picture.ts'
import type { ExperimentSettings, ExperimentState, LabMalice } from './settings.ts'

/** Short slots: what a ring costs goes by time, what a market costs by slots. */
const SLOT_MS = 200
const TICK_MS = 100
/** A ring that is not whole so long after its last peer came is a defect. */
const MOST_SETTLE_MS = 300_000
/** Pairs under way at once: they share what the ring itself costs. */
const PAIRS_AT_ONCE = 8
/** A pair is given up so many slots after its offers left: sent once, an offer is found in five, seldom in ten, or never; the watch asks all brokers, round by round. */
const MOST_SLOTS = { once: 12, watch: 96 }
/** These lies need an offer that every broker knows before the pair comes. */
const NEEDS_AHEAD: ReadonlySet<LabMalice> = new Set(['favour', 'replay'])
/** Below what any seller of a pair asks. */
const FIRST_BID = 900
/** Outside of a set: the two traders and a friend of its liars. */
const OTHERS = 3
/** Offers live so much longer than their pair is waited for. */
const SPARE_SLOTS = 2

export class Experiment {
  readonly #settings: ExperimentSettings
  readonly #world: SimWorld
  readonly #rng: Rng
  readonly #liars: Liars
  readonly #receipts: WholeReceipts
  /** Whom liars of the kind `favour` favour; null with the others. */
  readonly #friend: SimNode | null
  readonly #aheadSlots: number
  readonly #startMs: number
  readonly #lastJoinMs: number
  #phase: ExperimentState['phase'] = 'joining'
  #problem: ExperimentState['problem'] = ''
  readonly #open: Pair[] = []
  #begun = 0
  #done = 0
  /** From sending to the whole receipt, for each pair found. */
  readonly #slots: number[] = []
  #pictured: Pair | null = null

  /** Throws RangeError when the settings are out of bounds. */
  constructor(settings: ExperimentSettings) {
    checkSettings(settings)
    const { f, kind, n, peers, seed, watch } = settings
    this.#settings = settings
    this.#aheadSlots = NEEDS_AHEAD.has(kind) ? KNOWN_SLOTS : 0
    // A liar that keeps two crossing offers to itself holds the match that comes to nothing against their traders, for t, in all services.
    // The pairs of an experiment share their traders, so t is no longer than their offers need: one pair is not to spoil the next.
    const parameters = { network: 'lab', n, f, m: 64, t: this.#validForMs, slot: SLOT_MS, s: 1_024, p: 0, a: 0.1 }
    this.#world = new SimWorld({ seed, parameters, watch })
    this.#rng = new Rng([seed, 61, 62, 63])
    this.#startMs = this.#world.loop.nowMs
    this.#receipts = new WholeReceipts(() => this.#world.loop.nowMs)
    this.#world.observers.push(this.#receipts)
    this.#lastJoinMs = planJoins(this.#world, peers)
    this.#friend = kind === 'favour' ? (this.#world.nodes[0] ?? null) : null
    this.#liars = new Liars(this.#world, { kind, friend: this.#friend })
    this.#after(TICK_MS, () => this.#tick())
  }

  /** Runs at most `mostEvents` events; false when the experiment is over. */
  advance(mostEvents: number): boolean {
    const { loop } = this.#world
    for (let count = 0; count < mostEvents && this.#phase !== 'over'; count += 1) loop.runNext(Number.POSITIVE_INFINITY)
    return this.#phase !== 'over'
  }

  /** How far it is. Costs some milliseconds for hundreds of peers: not for every event. */
  state(): ExperimentState {
    const { loop, nodes, parameters, trace } = this.#world
    const peers = nodes.map(picturedPeer)
    const found = this.#slots.length
    return {
      phase: this.#phase,
      problem: this.#problem,
      virtualMs: loop.nowMs - this.#startMs,
      events: loop.count,
      joined: peers.filter(({ state }) => state === 'joined').length,
      pairsDone: this.#done,
      pairsFound: found,
      expected: matchedByChance({ n: parameters.n, f: parameters.f, silent: this.#settings.malicious }),
      interval: this.#done === 0 ? null : wilson(found, this.#done),
      meanSlots: found === 0 ? null : mean(this.#slots),
      acts: this.#liars.acts,
      traceHash: trace.hash,
      peers,
      links: picturedLinks(nodes),
      pair: this.#pictured === null ? null : picturedPair(this.#pictured, nodes),
    }
  }

  get #mostSlots(): number {
    return this.#settings.watch ? MOST_SLOTS.watch : MOST_SLOTS.once
  }

  get #validForMs(): number {
    return (this.#aheadSlots + this.#mostSlots + SPARE_SLOTS) * SLOT_MS
  }

  #after(delayMs: number, run: () => void): void {
    this.#world.loop.after(delayMs, run)
  }

  #tick(): void {
    if (this.#phase === 'joining') this.#awaitRing()
    else this.#trade()
    if (this.#phase !== 'over') this.#after(TICK_MS, () => this.#tick())
  }

  #awaitRing(): void {
    const { nowMs } = this.#world.loop
    if (nowMs < this.#lastJoinMs) return
    if (isWhole(this.#world)) this.#phase = 'trading'
    else if (nowMs > this.#lastJoinMs + MOST_SETTLE_MS) this.#giveUp('no-ring')
  }

  #giveUp(problem: ExperimentState['problem']): void {
    this.#problem = problem
    this.#phase = 'over'
  }

  #trade(): void {
    for (const pair of [...this.#open]) this.#judge(pair)
    const { pairs } = this.#settings
    if (this.#begun < pairs && this.#open.length < PAIRS_AT_ONCE) this.#begin()
    if (this.#done === pairs) this.#phase = 'over'
  }

  #begin(): void {
    const friend = this.#friend
    const draw = { rng: this.#rng, index: this.#begun, liars: this.#settings.malicious, friend, aheadSlots: this.#aheadSlots }
    const pair = drawPair(this.#world, draw)
    this.#begun += 1
    this.#open.push(pair)
    this.#liars.begin(pair)
    beginPair(this.#world, pair, { friend, validForMs: this.#validForMs, ahead: 'nobody' })
    if (this.#settings.kind === 'replay') this.#after(SLOT_MS, () => this.#bidTooLittle(pair))
    // The picture stays with one pair until it is known what became of it.
    if (this.#pictured === null || this.#pictured.result !== 'open') this.#pictured = pair
  }

  /** Liars that replay get an old offer: the buyer's own first bid, which its next one replaces. */
  #bidTooLittle({ buyer, serviceId }: Pair): void {
    const offer = { side: 'buy' as const, price: FIRST_BID, quantity: 1, validForMs: this.#validForMs }
    buyer.command({ type: 'sendOffer', serviceId, offer }, () => undefined)
  }

  #judge(pair: Pair): void {
    const { nowMs } = this.#world.loop
    const atMs = foundMs(pair, this.#receipts)
    if (atMs === null && nowMs < pair.sentMs + this.#mostSlots * SLOT_MS) return
    pair.result = atMs === null ? 'not found' : 'found'
    if (atMs !== null) this.#slots.push((atMs - pair.sentMs) / SLOT_MS)
    this.#done += 1
    this.#open.splice(this.#open.indexOf(pair), 1)
  }
}

function checkSettings({ f, malicious, n, pairs, peers, seed }: ExperimentSettings): void {
  const bounds: readonly (readonly [string, number, number, number])[] = [
    ['n', n, 1, 32],
    ['f', f, 1, n],
    ['malicious', malicious, 0, n],
    ['peers', peers, n + OTHERS, 1_000],
    ['pairs', pairs, 1, 1_000],
    ['seed', seed, 0, 2 ** 32 - 1],
  ]
  for (const [name, value, least, most] of bounds) {
    if (!Number.isInteger(value) || value < least || value > most) throw new RangeError(`${name}: ${least} to ${most}, not ${value}`)
  }
}
