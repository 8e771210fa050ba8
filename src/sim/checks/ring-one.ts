/**
 * The ring stays one ring (Zave 2017): following first successors from peer to peer, everyone comes to the same circle. Peers that are not on it but lead to it
 * (appendages) are lawful. Two circles are not, for longer than it takes rings to find each other: machines that slept, or that lost all their links at once, come back as rings of their own.
 */
import type { NodeId } from '../../base/identity.ts'
import { GUEST_MS, limitsOf } from '../../ring/limits.ts'
import { LARGE_PROBE_MS } from '../../ring/membership.ts'
import type { Checker, Scene } from '../run/scene.ts'
import type { SimNode } from '../sim-node.ts'

const NAME = 'one-ring'
/** A pause between two probes is at most 1.3 times LARGE_PROBE_MS. Each peer of either ring probes, by the rendezvous or a peer it knew, so in two pauses somebody meets the other ring. */
const PROBE_PAUSES = 2
const LONGEST_PAUSE = 1.3
/** From the meeting on: the links of the closest open at once, and each exchange of lists tells of the next ones. In slow stabilizations. */
const MERGE_PERIODS = 10
/** So many views a virtual second are looked at, at most. */
const VIEWS_A_LOOK = 40
const LOOK_MS = 1_000
/** Routers that lie may lead a joiner astray for as long as they lie: PROTOCOL 8 promises nothing then. */
const LYING_ROUTERS = ['drop-routes', 'misroute', 'claim-closest']

/** How long two circles may stand side by side, in ms. */
export function mostSplitMs({ world }: Pick<Scene, 'world'>): number {
  const { n, slot } = world.parameters
  const { slowMs } = limitsOf({ n, linkBudget: world.linkBudget, slotMs: slot, nodeId: '' })
  return PROBE_PAUSES * LONGEST_PAUSE * LARGE_PROBE_MS + GUEST_MS + MERGE_PERIODS * slowMs
}

/** The circle that each peer that counts itself as joined comes to by first successors, by its least member; null: the way ends at a peer that is not there (any more). */
export function circlesOf(nodes: readonly SimNode[]): Map<NodeId, NodeId | null> {
  const next = new Map<NodeId, NodeId | null>()
  const joined = nodes
    .filter((node) => node.running && !node.asleep)
    .flatMap((node) => {
      const { nodeId, state, successors } = node.peer.view()
      return state === 'joined' ? [{ nodeId, successors }] : []
    })
  const isThere = new Set(joined.map(({ nodeId }) => nodeId))
  for (const { nodeId, successors } of joined) {
    const alone = successors.length === 0 ? nodeId : null
    next.set(nodeId, successors.find((id) => isThere.has(id)) ?? alone)
  }
  const circles = new Map<NodeId, NodeId | null>()
  for (const nodeId of next.keys()) circles.set(nodeId, circleFrom(nodeId, next))
  return circles
}

/** The least member of the circle that a way ends in. */
function circleFrom(start: NodeId, next: ReadonlyMap<NodeId, NodeId | null>): NodeId | null {
  let at: NodeId | null = start
  for (let step = 0; step < next.size && at !== null; step += 1) at = next.get(at) ?? null
  if (at === null) return null
  const onCircle = at
  let least = onCircle
  for (let id = next.get(onCircle) ?? null; id !== null && id !== onCircle; id = next.get(id) ?? null) if (id < least) least = id
  return least
}

class OneRing implements Checker {
  readonly name = NAME
  readonly #scene: Scene
  /** Since when a peer leads to another circle than most do, in ms of time in which rings could find each other. */
  readonly #apartMs = new Map<NodeId, number>()
  #looks = 0

  constructor(scene: Scene) {
    this.#scene = scene
  }

  stepped(): void {}

  look(): void {
    const { nodes } = this.#scene
    this.#looks += 1
    const every = Math.max(1, Math.ceil(nodes.length / VIEWS_A_LOOK))
    if (this.#looks % every !== 0) return
    if (!this.#isLawful()) return this.#apartMs.clear()
    const circles = circlesOf(nodes)
    const main = commonest(circles)
    for (const peer of [...this.#apartMs.keys()]) if (!circles.has(peer)) this.#apartMs.delete(peer)
    for (const [peer, circle] of circles) {
      if (circle === null || circle === main || !this.#reaches(peer, circles, main)) this.#apartMs.delete(peer)
      // Rings find each other by the rendezvous, so the time without one does not count.
      else if (this.#scene.world.server.running) this.#apart(peer, every * LOOK_MS)
    }
  }

  #isLawful(): boolean {
    const { faults, phase } = this.#scene
    if (phase === 'joining') return false
    return phase === 'liveness' || (faults.get('partition') === 0 && LYING_ROUTERS.every((kind) => faults.get(kind) === 0))
  }

  /** Whether a link between the peer and somebody of that circle could be made. */
  #reaches(peer: NodeId, circles: ReadonlyMap<NodeId, NodeId | null>, main: NodeId | null): boolean {
    const { reachable } = this.#scene.world.network
    return [...circles].some(([other, circle]) => circle === main && reachable(peer, other) && reachable(other, peer))
  }

  #apart(peer: NodeId, byMs: number): void {
    const apartMs = (this.#apartMs.get(peer) ?? 0) + byMs
    this.#apartMs.set(peer, apartMs)
    const mostMs = mostSplitMs(this.#scene)
    if (apartMs <= mostMs || apartMs - byMs > mostMs) return
    this.#scene.violations.report(NAME, `${peer} has been in another ring than most peers for ${Math.floor(apartMs / 1_000)} s`)
  }
}

function commonest(circles: ReadonlyMap<NodeId, NodeId | null>): NodeId | null {
  const counts = new Map<NodeId, number>()
  for (const circle of circles.values()) if (circle !== null) counts.set(circle, (counts.get(circle) ?? 0) + 1)
  let best: NodeId | null = null
  for (const [circle, count] of counts) if (best === null || count > (counts.get(best) ?? 0)) best = circle
  return best
}

export function oneRing(scene: Scene): Checker {
  return new OneRing(scene)
}
