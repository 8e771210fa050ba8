/**
 * One run: peers join, trade under faults and misbehaviour (safety), then all is healed and everything must converge (liveness).
 * It goes on in steps, so that whoever runs it can show progress and stop. One seed decides everything in it.
 */
import { AssertionError } from '../../base/assert.ts'
import type { NodeId } from '../../base/identity.ts'
import type { Rng } from '../../base/rng.ts'
import { settlingMs } from '../checks/crossing.ts'
import { mostHealingMs } from '../checks/ring-ideal.ts'
import { tradedService } from '../figures/traded-service.ts'
import { seededRng } from '../seeded-rng.ts'
import type { SimNode } from '../sim-node.ts'
import { SimWorld } from '../sim-world.ts'
import { Bots } from './bots.ts'
import { Counts } from './counts.ts'
import { CHECKERS } from './kit.ts'
import { RareBranches } from './rare.ts'
import type { RunReport } from './report.ts'
import type { Checker, Phase, Scene, TradedService } from './scene.ts'
import { type Plan, planOf, type RunSettings } from './settings.ts'
import { Tally } from './tally.ts'
import { Trouble } from './trouble.ts'
import { Violations } from './violations.ts'

/** Between two joins while few are there; then their rate grows with the ring, so that 10,000 are there within half a minute. */
const JOIN_MS = 100
const FEW = 32
/** After the last join, in stabilize periods of a changing ring: the ring becomes ideal before trouble begins. */
const SETTLE_SLOTS = 20
/** Of the liveness phase: then the bots stop, and what is open must end. */
const BOTS_SHARE = 0.6
const LOOK_MS = 1_000

export class Run implements Scene {
  readonly settings: RunSettings
  readonly plan: Plan
  readonly world: SimWorld
  readonly rng: Rng
  readonly services: readonly TradedService[]
  readonly faults = new Counts()
  readonly sometimes = new Counts()
  readonly violations = new Violations(() => this.nowMs())
  phase: Phase = 'joining'
  healedMs: number | null = null
  /** When each node is started, in ms since the start of the run. */
  readonly #startsMs: readonly number[]
  readonly #startMs: number
  readonly #endMs: number
  readonly #byId = new Map<NodeId, SimNode>()
  readonly #outcomes = new Counts()
  readonly #tally = new Tally()
  readonly #checkers: readonly Checker[]
  readonly #bots: Bots
  readonly #trouble: Trouble
  #isOver = false

  /** Throws RangeError, with a text for a person, for settings that cannot be. */
  constructor(settings: RunSettings) {
    const plan = planOf(settings)
    if (typeof plan === 'string') throw new RangeError(plan)
    this.settings = settings
    this.plan = plan
    this.world = new SimWorld({ seed: settings.seed, parameters: plan.parameters, realCrypto: settings.realCrypto })
    this.rng = seededRng(settings.seed, 'run')
    this.services = Array.from({ length: plan.services }, (_, index) => tradedService(this.world, `Service ${index}`))
    this.#startMs = this.world.loop.nowMs
    this.#endMs = this.#startMs + settings.minutes * 60_000
    for (let count = 0; count < settings.peers; count += 1) {
      const node = this.world.addNode()
      this.#byId.set(node.nodeId, node)
    }
    this.#startsMs = startsMs(settings.peers)
    this.#trouble = new Trouble(this, plan)
    this.#bots = new Bots(this, this.#outcomes)
    this.#checkers = CHECKERS.map((create) => create(this))
    this.world.observers.push(this.#tally, new RareBranches(this.sometimes, this.world.networkId), this.#bots, ...this.#checkers)
    this.#schedule()
  }

  get nodes(): readonly SimNode[] {
    return this.world.nodes
  }

  get isOver(): boolean {
    return this.#isOver
  }

  nowMs(): number {
    return this.world.loop.nowMs - this.#startMs
  }

  isHonest(peer: NodeId): boolean {
    return !this.#trouble.isMalicious(peer)
  }

  node(peer: NodeId): SimNode | undefined {
    return this.#byId.get(peer)
  }

  /** Goes on for at most so many actions of the world. A bug of ours that shows ends the run. */
  advance(mostActions: number): void {
    try {
      for (let count = 0; count < mostActions && !this.#isOver; count += 1) {
        if (!this.world.loop.runNext(this.#endMs)) this.#end()
      }
    } catch (error) {
      this.violations.report(error instanceof AssertionError ? 'assertion' : 'exception', textOf(error))
      this.#isOver = true
    }
  }

  report(): RunReport {
    const { seed, peers } = this.settings
    return {
      settings: this.settings,
      seed,
      peers,
      traceHash: this.world.trace.hash,
      events: this.world.loop.count,
      virtualMinutes: Math.round(this.nowMs() / 600) / 100,
      offers: this.#tally.offers.size,
      matches: this.#tally.matches.size,
      receipts: this.#tally.receipts.size,
      faults: this.faults.toRecord(),
      sometimes: this.sometimes.toRecord(),
      outcomes: this.#outcomes.toRecord(),
      messages: Object.fromEntries([...this.#tally.messages].sort(([left], [right]) => (left < right ? -1 : 1))),
      violations: this.violations.list(),
    }
  }

  #schedule(): void {
    const { loop } = this.world
    for (const [index, node] of this.nodes.entries()) loop.after(this.#startsMs[index] ?? 0, () => node.start())
    const joinedMs = (this.#startsMs.at(-1) ?? 0) + SETTLE_SLOTS * this.world.parameters.slot
    const restMs = Math.max(0, this.#endMs - this.#startMs - joinedMs)
    const livenessMs = this.#livenessMs(restMs)
    loop.after(joinedMs, () => this.#beginSafety())
    loop.after(joinedMs + restMs - livenessMs, () => this.#heal())
    loop.after(joinedMs + restMs - livenessMs * (1 - BOTS_SHARE), () => this.#bots.stop())
    this.#look()
  }

  /** Long enough for the ring to heal and for the market to come to rest, if there is so much time; the safety phase has half of it at most, a quarter at least. */
  #livenessMs(restMs: number): number {
    const { parameters } = this.world
    const wantedMs = (mostHealingMs(this.world, this.nodes.length) + settlingMs(parameters.slot)) / BOTS_SHARE
    return Math.min(Math.max(restMs / 2, wantedMs), (restMs * 3) / 4)
  }

  #beginSafety(): void {
    this.phase = 'safety'
    this.#bots.begin()
    this.#trouble.begin()
  }

  #heal(): void {
    this.#trouble.heal()
    this.phase = 'liveness'
    this.healedMs = this.nowMs()
  }

  #look(): void {
    for (const checker of this.#checkers) checker.look?.()
    this.world.loop.after(LOOK_MS, () => this.#look())
  }

  #end(): void {
    for (const checker of this.#checkers) checker.end?.()
    this.#isOver = true
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

/** One after the other at first, then at a rate that grows with the ring. */
function startsMs(peers: number): number[] {
  let atMs = 0
  return Array.from({ length: peers }, (_, index) => {
    const startMs = atMs
    atMs += (JOIN_MS * FEW) / Math.max(FEW, index)
    return startMs
  })
}
