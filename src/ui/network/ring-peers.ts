/** The peers that this one knows, at their places on the ring, with all that it knows them for. */
import type { Id, NodeId } from '../../base/identity.ts'
import type { LinkView, View } from '../../peer/view.ts'
import { closest } from '../../ring/closest.ts'

export interface RingPeer {
  readonly peer: NodeId
  /** Its share of the way around the ring, 0 at the top to below 1, clockwise. */
  readonly place: number
  readonly isSelf: boolean
  /** 1: the next one clockwise; 0: none of those known behind this peer. */
  readonly successor: number
  /** 1: the next one against the clock. */
  readonly predecessor: number
  readonly isFinger: boolean
  /** One of the brokers of the chosen service, as far as this peer knows the ring. */
  readonly isBroker: boolean
  readonly link: LinkView | null
}

export interface Chosen {
  readonly serviceId: Id
  /** Brokers of a service. */
  readonly n: number
}

type RingView = Pick<View, 'nodeId' | 'predecessors' | 'successors' | 'fingers' | 'links'>

/** By place. */
export function ringPeers(view: RingView, chosen: Chosen | null): RingPeer[] {
  const { nodeId, predecessors, successors, fingers, links } = view
  const fingerPeers = new Set(fingers.map(({ peer }) => peer))
  const linkOf = new Map(links.map((link) => [link.peer, link]))
  const all = [...new Set([nodeId, ...predecessors, ...successors, ...fingerPeers, ...linkOf.keys()])].sort()
  const brokers = new Set(chosen === null ? [] : closest(all, chosen.serviceId, chosen.n))
  return all.map((peer) => ({
    peer,
    place: placeOf(peer),
    isSelf: peer === nodeId,
    successor: successors.indexOf(peer) + 1,
    predecessor: predecessors.indexOf(peer) + 1,
    isFinger: fingerPeers.has(peer),
    isBroker: brokers.has(peer),
    link: linkOf.get(peer) ?? null,
  }))
}

/** An id's share of the way around. */
export function placeOf(id: Id): number {
  return Number.parseInt(id.slice(0, 8), 16) / 2 ** 32
}

/** Where a place is drawn, on a circle around the origin. */
export function pointAt(place: number, radius: number): readonly [number, number] {
  const angle = 2 * Math.PI * place
  return [round(Math.sin(angle) * radius), round(-Math.cos(angle) * radius)]
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
