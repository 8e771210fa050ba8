/** What goes wrong in a run: its faults, and who of its peers misbehaves and how. */
import type { NodeId } from '../../base/identity.ts'
import { createFault } from '../faults/create-fault.ts'
import { createBehaviour } from '../malice/create-behaviour.ts'
import type { MaliceKind } from '../malice/kinds.ts'
import type { SimNode } from '../sim-node.ts'
import type { Fault, Scene } from './scene.ts'
import type { Plan } from './settings.ts'

export class Trouble {
  readonly #scene: Scene
  readonly #faults: readonly Fault[]
  readonly #malicious = new Map<NodeId, MaliceKind>()

  /** Chooses who misbehaves; nobody does so yet. */
  constructor(scene: Scene, plan: Plan) {
    this.#scene = scene
    this.#faults = plan.faults.map((kind) => createFault(kind, scene))
    const { nodes, rng } = scene
    const count = plan.malice.length === 0 ? 0 : Math.max(1, Math.floor(nodes.length * plan.maliciousShare))
    for (const [index, node] of rng.sample(nodes, count).entries()) {
      this.#malicious.set(node.nodeId, plan.malice[index % plan.malice.length] as MaliceKind)
    }
  }

  isMalicious(peer: NodeId): boolean {
    return this.#malicious.has(peer)
  }

  begin(): void {
    for (const fault of this.#faults) fault.begin()
    for (const [peer, kind] of this.#malicious) {
      const node = this.#scene.node(peer)
      if (node !== undefined) this.#corrupt(node, kind)
    }
  }

  /** All is well again, and the liars turn honest. */
  heal(): void {
    for (const fault of this.#faults) fault.heal()
    for (const peer of this.#malicious.keys()) {
      const node = this.#scene.node(peer)
      if (node !== undefined) node.behaviour = null
    }
  }

  #corrupt(node: SimNode, kind: MaliceKind): void {
    const isFellow = (peer: NodeId): boolean => this.#malicious.get(peer) === kind
    node.behaviour = createBehaviour(kind, node.means(isFellow), { isFriend: isFellow, did: () => this.#scene.faults.add(kind) })
  }
}
