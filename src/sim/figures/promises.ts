import { Rng } from '../../base/rng.ts'
import { unforged } from '../checks/receipts-forged.ts'
import { lateProof } from '../checks/receipts-late.ts'
import { newestOnly } from '../checks/receipts-newest.ts'
import { oneReceipt } from '../checks/receipts-once.ts'
import { soundReceipt } from '../checks/receipts-sound.ts'
import { Counts } from '../run/counts.ts'
import type { Checker, Scene } from '../run/scene.ts'
import { Violations } from '../run/violations.ts'
import type { SimWorld } from '../sim-world.ts'

/** Of receipts: one an offer, sound, none over what was replaced or withdrawn, nothing forged, no proof of what was late (PROTOCOL 7). */
const PROMISES: readonly ((scene: Scene) => Checker)[] = [oneReceipt, soundReceipt, newestOnly, unforged, lateProof]

/**
 * Watches that receipts hold what PROTOCOL 7 promises, however many brokers lie. Everyone counts as honest: who lies as a broker of one
 * service trades honestly in the others. Returns what ends the watch and gives how many breaches were seen.
 */
export function watchPromises(world: SimWorld): () => number {
  const startMs = world.loop.nowMs
  const nowMs = (): number => world.loop.nowMs - startMs
  const violations = new Violations(nowMs)
  const scene: Scene = {
    world,
    rng: new Rng([1, 2, 3, 4]),
    nodes: world.nodes,
    services: [],
    faults: new Counts(),
    sometimes: new Counts(),
    violations,
    phase: 'safety',
    healedMs: null,
    nowMs,
    isHonest: () => true,
    node: (peer) => world.nodes.find(({ nodeId }) => nodeId === peer),
  }
  const checkers = PROMISES.map((create) => create(scene))
  world.observers.push(...checkers)
  return () => {
    for (const checker of checkers) checker.end?.()
    return violations.count
  }
}
