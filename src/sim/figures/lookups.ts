/** Lookups of random places on the ring, by random peers: the routed first request of a trader that asks for the price of an unknown service. */
import type { Id, NodeId } from '../../base/identity.ts'
import type { Rng } from '../../base/rng.ts'
import type { Effect } from '../../peer/effect.ts'
import type { PeerEvent } from '../../peer/event.ts'
import { closest } from '../../ring/closest.ts'
import type { Observer } from '../observer.ts'
import type { SimNode } from '../sim-node.ts'
import type { SimWorld } from '../sim-world.ts'

export interface Lookup {
  /** Links that the request went over; 0 when the asker is one of those responsible. */
  readonly hops: number
  /** The asker heard from brokers of the place. */
  readonly answered: boolean
  /** Who answered was one of the n closest that lived then. */
  readonly right: boolean
}

interface Answer {
  readonly hops: number
  readonly right: boolean
}

export class Lookups implements Observer {
  readonly #world: SimWorld
  readonly #rng: Rng
  /** Places asked for whose request has left, by who asked. */
  readonly #asked = new Map<Id, NodeId>()
  readonly #answers = new Map<Id, Answer>()
  /** Routes of lookups, from when they leave their asker: a retry is another route. */
  readonly #routes = new Map<string, Id>()
  readonly #ended: Lookup[] = []

  constructor(world: SimWorld, rng: Rng) {
    this.#world = world
    this.#rng = rng
  }

  /** Those that ended; of askers that left meanwhile none. */
  get ended(): readonly Lookup[] {
    return this.#ended
  }

  /** Lookups that have not ended. */
  get underWay(): number {
    return this.#asked.size
  }

  /** One lookup by some peer that has joined; nothing when chance finds one that is still joining. */
  start(): void {
    const running = this.#world.nodes.filter((node) => node.running)
    const asker = running[this.#rng.below(running.length)]
    if (asker === undefined || asker.peer.view().state !== 'joined') return
    const serviceId = this.#rng.hex(16)
    this.#asked.set(serviceId, asker.nodeId)
    asker.command({ type: 'getPrice', serviceId }, (outcome) => {
      this.#asked.delete(serviceId)
      if (!outcome.ok && outcome.failure.code === 'stopped') return
      const answer = this.#answers.get(serviceId) ?? { hops: 0, right: outcome.ok }
      this.#answers.delete(serviceId)
      this.#ended.push({ ...answer, answered: outcome.ok })
    })
  }

  /** The answer to a request comes back along its way; at its asker it has arrived. */
  stepped(node: SimNode, event: PeerEvent, effects: readonly Effect[]): void {
    this.#note(node, effects)
    if (event.type !== 'message' || event.message.type !== 'route-reply' || event.message.body.type !== 'response') return
    const target = this.#routes.get(event.message.route)
    if (target === undefined || this.#asked.get(target) !== node.nodeId || this.#answers.has(target)) return
    const { hops, node: responder } = event.message.body
    this.#answers.set(target, { hops, right: this.#isResponsible(responder, target) })
  }

  #note(node: SimNode, effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.type !== 'send' || effect.message.type !== 'route' || effect.message.body.type !== 'request') continue
      const { target, route } = effect.message
      if (this.#asked.get(target) === node.nodeId) this.#routes.set(route, target)
    }
  }

  #isResponsible(peer: NodeId, target: Id): boolean {
    const living = this.#world.nodes.filter(({ running }) => running).map(({ nodeId }) => nodeId)
    return closest(living, target, this.#world.parameters.n).includes(peer)
  }
}
