/**
 * The ring stays one ring (Zave 2017): following first successors from peer to peer, everyone comes to the same circle, and before long everyone who joined is on it.
 * Peers that are not on it yet but lead to it (appendages) are lawful for a while. Two circles are not, under lawful churn; where peers could not hear each
 * other they may stand side by side for as long as it takes rings to find each other. Of peers that misbehave nothing is expected while they do.
 * Counted besides: `the changing ring was judged`, a tab opened or closed under lawful churn, and the ring had its time to mend.
 */
import type { NodeId } from '../../base/identity.ts'
import { GUEST_MS, limitsOf } from '../../ring/limits.ts'
import { LARGE_PROBE_MS } from '../../ring/membership.ts'
import type { Checker, Scene } from '../run/scene.ts'
import type { SimNode } from '../sim-node.ts'
import { mostHealingMs } from './ring-ideal.ts'

const NAME = 'one-ring'
/** A pause between two probes is at most 1.3 times LARGE_PROBE_MS. Each peer of either ring probes, by the rendezvous or a peer it knew, so in two pauses somebody meets the other ring. */
const PROBE_PAUSES = 2
const LONGEST_PAUSE = 1.3
/** From the meeting on: the links of the closest open at once, and each exchange of lists tells of the next ones. In slow stabilizations. */
const MERGE_PERIODS = 10
/** Under lawful churn no second circle was ever seen for a quarter of a second. What two peers say may cross with a change of the ring: so many slow stabilizations. */
const CROSSING_PERIODS = 2
/** Who came back just after an outage, a partition or a lie may still suffer from it: rendezvous ids are not all claimed again, seekers wait. */
const AFTERMATH_MS = 30_000
/** So many views a virtual second are looked at, at most. */
const VIEWS_A_LOOK = 40
const LOOK_MS = 1_000
/** Routers that lie may lead a joiner astray for as long as they lie: PROTOCOL 8 promises nothing then. */
const LYING_ROUTERS = ['drop-routes', 'misroute', 'claim-closest']

type World = Pick<Scene, 'world'>

function slowMs({ world }: World): number {
  const { n, slot } = world.parameters
  return limitsOf({ n, linkBudget: world.linkBudget, slotMs: slot, nodeId: '' }).slowMs
}

/** How long two circles may stand side by side once their peers can hear each other again, in ms. */
export function mostSplitMs(scene: World): number {
  return PROBE_PAUSES * LONGEST_PAUSE * LARGE_PROBE_MS + GUEST_MS + MERGE_PERIODS * slowMs(scene)
}

/** How long they may while churn is all that happens, in ms. */
export function mostCrossingMs(scene: World): number {
  return CROSSING_PERIODS * slowMs(scene)
}

/** Where a peer stands. */
interface Place {
  /** The circle that it comes to by first successors, by its least member; null: the way ends at a peer that is not there (any more). */
  readonly circle: NodeId | null
  /** It is on that circle itself: somebody's first successor, all the way round. */
  readonly isOn: boolean
}

/** The place of each peer that counts itself as joined; those that misbehave are left out, and others' ways go past them. */
export function placesOf(nodes: readonly SimNode[]): Map<NodeId, Place> {
  const next = firstSuccessors(nodes)
  const places = new Map<NodeId, Place>()
  for (const start of next.keys()) {
    const way: NodeId[] = []
    const isOnWay = new Set<NodeId>()
    let at: NodeId | null = start
    while (at !== null && !places.has(at) && !isOnWay.has(at)) {
      way.push(at)
      isOnWay.add(at)
      at = next.get(at) ?? null
    }
    const closed = at !== null && isOnWay.has(at) ? way.slice(way.indexOf(at)) : []
    const [least] = [...closed].sort()
    const circle = least ?? (at === null ? null : (places.get(at)?.circle ?? null))
    for (const id of way) places.set(id, { circle, isOn: false })
    for (const id of closed) places.set(id, { circle, isOn: true })
  }
  return places
}

function firstSuccessors(nodes: readonly SimNode[]): Map<NodeId, NodeId | null> {
  const joined = nodes
    .filter((node) => node.running && !node.asleep && node.behaviour === null)
    .flatMap((node) => {
      const { nodeId, state, successors } = node.peer.view()
      return state === 'joined' ? [{ nodeId, successors }] : []
    })
  const isThere = new Set(joined.map(({ nodeId }) => nodeId))
  return new Map(
    joined.map(({ nodeId, successors }) => {
      const alone = successors.length === 0 ? nodeId : null
      return [nodeId, successors.find((id) => isThere.has(id)) ?? alone]
    }),
  )
}

class OneRing implements Checker {
  readonly name = NAME
  readonly #scene: Scene
  /** When something was last there that may part a ring lawfully, in ms since the start of the run. */
  #excusedMs = 0
  /** Since when a peer has been on another circle or led to it, or been on none. */
  readonly #apartSinceMs = new Map<NodeId, number>()
  readonly #strayingSinceMs = new Map<NodeId, number>()
  readonly #reported = new Set<NodeId>()
  /** A tab was opened or closed in the safety phase, and the time in which the ring must have mended that is not over. */
  #changedMs: number | null = null
  #looks = 0

  constructor(scene: Scene) {
    this.#scene = scene
  }

  stepped(): void {}

  lived(): void {
    if (this.#scene.phase === 'safety') this.#changedMs ??= this.#scene.nowMs()
  }

  look(): void {
    const { nodes } = this.#scene
    if (this.#isExcused()) this.#excusedMs = this.#scene.nowMs()
    this.#looks += 1
    const every = Math.max(1, Math.ceil(nodes.length / VIEWS_A_LOOK))
    if (this.#looks % every !== 0) return
    const places = placesOf(nodes)
    const main = commonest(places)
    follow(
      this.#apartSinceMs,
      this.#scene.nowMs(),
      placed(places, ({ circle }) => circle !== null && circle !== main),
    )
    // Whoever strays while some cannot be linked has all its time once they can.
    const isStraying = ({ circle, isOn }: Place): boolean => circle === null || (circle === main && !isOn)
    follow(this.#strayingSinceMs, this.#scene.nowMs(), this.#isUnreachable() ? new Set() : placed(places, isStraying))
    // What was not looked at every second is known less exactly.
    const spareMs = (every - 1) * LOOK_MS
    this.#judge(this.#apartSinceMs, { mostMs: mostCrossingMs(this.#scene) + spareMs, what: 'in another ring than most peers' })
    this.#judge(this.#strayingSinceMs, { mostMs: this.#mendingMs() + spareMs, what: 'joined and on no ring' })
    this.#count()
  }

  #judge(since: ReadonlyMap<NodeId, number>, { mostMs, what }: { readonly mostMs: number; readonly what: string }): void {
    const nowMs = this.#scene.nowMs()
    for (const [peer, sinceMs] of since) {
      const isBorn = sinceMs > this.#excusedMs + AFTERMATH_MS
      const judgedMs = isBorn ? nowMs - sinceMs : nowMs - Math.max(sinceMs, this.#excusedMs)
      if (this.#reported.has(peer) || judgedMs <= (isBorn ? mostMs : Math.max(mostMs, mostSplitMs(this.#scene)))) continue
      this.#reported.add(peer)
      this.#scene.violations.report(NAME, `${peer} has been ${what} for ${Math.floor((nowMs - sinceMs) / 1_000)} s`)
    }
  }

  /** A change of the ring that came under nothing but churn has been mended, or was named. */
  #count(): void {
    const changedMs = this.#changedMs
    if (changedMs === null) return
    const isSpoilt = changedMs <= this.#excusedMs + AFTERMATH_MS
    if (!isSpoilt && this.#scene.nowMs() - changedMs <= this.#mendingMs()) return
    if (!isSpoilt) this.#scene.sometimes.add('the changing ring was judged')
    this.#changedMs = null
  }

  #mendingMs(): number {
    return mostHealingMs(this.#scene.world, this.#scene.nodes.length)
  }

  /** Peers come one after the other, or cannot hear each other or the rendezvous, or are lied to. Some that slept side by side come back as a ring of their own. */
  #isExcused(): boolean {
    const { faults, nodes, phase, world } = this.#scene
    if (phase === 'joining' || !world.server.running || nodes.some(({ asleep }) => asleep)) return true
    const isParted = [...world.network.disturbances].some(({ carries }) => carries !== undefined)
    return isParted || (phase === 'safety' && LYING_ROUTERS.some((kind) => faults.get(kind) > 0))
  }

  /** Who cannot be linked to the peer before it stays off the circle, and is found by those that can. */
  #isUnreachable(): boolean {
    return [...this.#scene.world.network.disturbances].some(({ reachable }) => reachable !== undefined)
  }
}

function placed(places: ReadonlyMap<NodeId, Place>, isMeant: (place: Place) => boolean): Set<NodeId> {
  return new Set([...places].flatMap(([peer, place]) => (isMeant(place) ? [peer] : [])))
}

/** Keeps since when each of these peers is one of them. */
function follow(since: Map<NodeId, number>, nowMs: number, peers: ReadonlySet<NodeId>): void {
  for (const peer of [...since.keys()]) if (!peers.has(peer)) since.delete(peer)
  for (const peer of peers) if (!since.has(peer)) since.set(peer, nowMs)
}

function commonest(places: ReadonlyMap<NodeId, Place>): NodeId | null {
  const counts = new Map<NodeId, number>()
  for (const { circle } of places.values()) if (circle !== null) counts.set(circle, (counts.get(circle) ?? 0) + 1)
  let best: NodeId | null = null
  for (const [circle, count] of counts) if (best === null || count > (counts.get(best) ?? 0)) best = circle
  return best
}

export function oneRing(scene: Scene): Checker {
  return new OneRing(scene)
}
