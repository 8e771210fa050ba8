/** The ring as it is now, in plain numbers for a picture. Looks, changes nothing. */
import type { Id } from '../../base/identity.ts'
import type { Pair } from '../figures/pairs.ts'
import type { SimNode } from '../sim-node.ts'
import type { PicturedPair, PicturedPeer } from './settings.ts'

/** The leading 52 bits of an id: more than a picture can show, and exact in a double. */
const DIGITS = 13
const CIRCLE = 2 ** 52

export function placeOf(id: Id): number {
  return Number.parseInt(id.slice(0, DIGITS), 16) / CIRCLE
}

export function picturedPeer(node: SimNode): PicturedPeer {
  const { nodeId } = node
  const state = !node.running ? 'waiting' : node.peer.view().state === 'joined' ? 'joined' : 'joining'
  return { nodeId, place: placeOf(nodeId), state }
}

/** Direct links that both ends hold open. */
export function picturedLinks(nodes: readonly SimNode[]): [number, number][] {
  const indices = new Map(nodes.map(({ nodeId, index }) => [nodeId, index]))
  return nodes.flatMap((node): [number, number][] => {
    if (!node.running) return []
    const direct = node.peer.view().links.filter(({ transport }) => transport === 'direct')
    const others = direct.map(({ peer }) => indices.get(peer) ?? -1)
    return others.filter((other) => other > node.index).map((other) => [node.index, other])
  })
}

export function picturedPair(pair: Pair, nodes: readonly SimNode[]): PicturedPair {
  const indicesOf = (ids: readonly Id[]): number[] => nodes.filter(({ nodeId }) => ids.includes(nodeId)).map(({ index }) => index)
  return {
    number: pair.index + 1,
    place: placeOf(pair.serviceId),
    brokers: indicesOf(pair.set),
    liars: indicesOf(pair.liars),
    buyer: pair.buyer.index,
    seller: pair.seller.index,
    result: pair.result,
  }
}
