import type { Id } from '../../base/identity.ts'
import { createBehaviour } from '../malice/create-behaviour.ts'
import type { BROKER_MALICE } from '../malice/kinds.ts'
import type { SimNode } from '../sim-node.ts'
import type { SimWorld } from '../sim-world.ts'
import { inServices } from './in-services.ts'
import type { Pair } from './pairs.ts'

/** A way of a broker to lie. */
export type BrokerMalice = (typeof BROKER_MALICE)[number]

/** Who lies in which service: a peer may lie in one and be honest in the next. */
export class Liars {
  readonly #world: SimWorld
  readonly #kind: BrokerMalice
  readonly #friend: SimNode | null
  readonly #lying = new Map<SimNode, Set<Id>>()
  #acts = 0

  /** `friend`: whose offers liars of the kind `favour` favour. */
  constructor(world: SimWorld, { kind, friend }: { readonly kind: BrokerMalice; readonly friend: SimNode | null }) {
    this.#world = world
    this.#kind = kind
    this.#friend = friend
  }

  /** How often a liar really hid or changed something. */
  get acts(): number {
    return this.#acts
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
      {
        isFriend: (peer) => peer === this.#friend?.nodeId,
        did: () => {
          this.#acts += 1
        },
      },
    )
    node.behaviour = inServices(lie, services, this.#world.networkId)
    return services
  }
}
