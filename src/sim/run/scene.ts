/** What faults, misbehaviours, bots and checkers of one run share. */
import type { Id, NodeId } from '../../base/identity.ts'
import type { Rng } from '../../base/rng.ts'
import type { Service } from '../../market/service.ts'
import type { Observer } from '../observer.ts'
import type { SimNode } from '../sim-node.ts'
import type { SimWorld } from '../sim-world.ts'
import type { Counts } from './counts.ts'
import type { Violations } from './violations.ts'

/**
 * joining: the peers come one after the other, all well. safety: faults and misbehaviour; nothing wrong may happen.
 * liveness: all is healed and everyone honest; everything must converge, and what can trade must trade.
 */
export type Phase = 'joining' | 'safety' | 'liveness'

export interface TradedService {
  readonly serviceId: Id
  readonly service: Service
}

export interface Scene {
  readonly world: SimWorld
  /** For faults, misbehaviours and bots: apart from the world's own chance. */
  readonly rng: Rng
  /** All nodes of the world, running or not. */
  readonly nodes: readonly SimNode[]
  /** The services that the bots trade; filled while joining. */
  readonly services: readonly TradedService[]
  /** Faults that really happened, by kind. */
  readonly faults: Counts
  /** Rare branches that were really taken, by name. */
  readonly sometimes: Counts
  readonly violations: Violations
  readonly phase: Phase
  /** Virtual time since the start of the run, in ms. */
  nowMs(): number
  /** When the liveness phase began, in ms since the start of the run; null before. */
  readonly healedMs: number | null
  /** True for a peer that keeps to the protocol during the whole run. Those that misbehave in the safety phase never count as honest. */
  isHonest(peer: NodeId): boolean
  node(peer: NodeId): SimNode | undefined
}

/** A kind of trouble that comes from the world, not from peers. */
export interface Fault {
  /** The safety phase begins: from now on it happens now and then, by `scene.world.loop.after`, and is counted in `scene.faults`. */
  begin(): void
  /** The safety phase is over: everything is undone, and nothing happens any more. */
  heal(): void
}

/** Looks on during the whole run, and reports what should never be seen to `scene.violations` under its name. */
export interface Checker extends Observer {
  readonly name: string
  /** Once a virtual second. */
  look?(): void
  /** The run is over. */
  end?(): void
}
