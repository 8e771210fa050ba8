import type { Id } from '../../base/identity.ts'
import { inServices } from '../figures/in-services.ts'
import { createBehaviour } from '../malice/create-behaviour.ts'
import type { SimNode } from '../sim-node.ts'
import type { SimWorld } from '../sim-world.ts'
import type { Pair } from './pairs.ts'
import type { BrokerMalice } from './settings.ts'

/** Who lies in which service: a peer may lie in one and be honest in the next. */
export class Lies {
  readonly #world: SimWorld
  readonly #kind: BrokerMalice
  readonly #friend: SimNode | null
  readonly #lying = new Map<SimNode, Set<Id>>()

  /** `friend`: whose offers liars of the kind `favour` favour. */
  constructor(world: SimWorld, { kind, friend }: { readonly kind: BrokerMalice; readonly friend: SimNode | null }) {
    this.#world = world
    this.#kind = kind
    this.#friend = friend
  }

  begin({ liars, serviceId }: Pair): void {
    for (const node of this.#world.nodes) if (liars.includes(node.nodeId)) this.#servicesOf(node).add(serviceId)
  }

  #servicesOf(node: SimNode): Set<Id> {
    const known = this.#lying.get(node)
    if (known !== undefined) return known
    const services = new Set<Id>()
    this.#lying.set(node, services)
    const lie = createBehaviour(
      this.#kind,
      node.means(() => true),
      { isFriend: (peer) => peer === this.#friend?.nodeId },
    )
    node.behaviour = inServices(lie, services, this.#world.networkId)
    return services
  }
}
