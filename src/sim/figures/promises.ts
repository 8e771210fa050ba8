import { Rng } from '../../base/rng.ts'
import { newestOnly } from '../checks/receipts-newest.ts'
import { oneReceipt } from '../checks/receipts-once.ts'
import { soundReceipt } from '../checks/receipts-sound.ts'
import { Counts } from '../run/counts.ts'
import type { Scene } from '../run/scene.ts'
import { Violations } from '../run/violations.ts'
import type { SimWorld } from '../sim-world.ts'

/**
 * Watches that receipts hold what PROTOCOL 7 promises, however many brokers lie. Everyone counts as honest: who lies as a broker of one
 * service trades honestly in the others.
 */
export function watchPromises(world: SimWorld): Violations {
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
  world.observers.push(oneReceipt(scene), soundReceipt(scene), newestOnly(scene))
  return violations
}
