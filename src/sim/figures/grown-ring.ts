/** Rings for the figures: peers that joined one after the other, and know their true neighbours. */
import type { NodeId } from '../../base/identity.ts'
import type { Parameters } from '../../wire/parameters.ts'
import type { SimNode } from '../sim-node.ts'
import { SimWorld } from '../sim-world.ts'

export interface RingPlan {
  readonly seed: number
  readonly peers: number
  readonly parameters: Parameters
  /** See PeerOptions.watch. */
  readonly watch?: boolean
  /** See SimWorldOptions. */
  readonly linkBudget?: number
}

/** The first ones come alone; then each wave of joiners is a share of those that are there, so that a ring of thousands is grown in minutes. */
const ALONE = 16
const WAVE_SHARE = 16
const BETWEEN_JOINS_MS = 200
/** Of virtual time; a ring that is not whole by then is a defect. */
const MOST_SETTLE_MS = 600_000

/** A world with one whole ring. Throws RangeError when it does not become one. */
export function grownRing(plan: RingPlan): SimWorld {
  const { peers } = plan
  const world = new SimWorld(plan)
  world.run(planJoins(world, peers) - world.loop.nowMs)
  const untilMs = world.loop.nowMs + MOST_SETTLE_MS
  while (!isWhole(world)) {
    if (world.loop.nowMs >= untilMs) throw new RangeError(`${peers} peers did not become one ring`)
    world.run(1_000)
  }
  return world
}

/** So many peers join in waves. Returns the true time at which the last of them has begun to. */
export function planJoins(world: SimWorld, peers: number): number {
  const { loop, rng } = world
  let waveMs = 0
  for (let count = 0; count < peers; ) {
    const wave = count < ALONE ? 1 : Math.min(peers - count, Math.max(1, Math.floor(count / WAVE_SHARE)))
    for (let index = 0; index < wave; index += 1) loop.after(waveMs + rng.below(BETWEEN_JOINS_MS), starter(world.addNode()))
    count += wave
    waveMs += BETWEEN_JOINS_MS
  }
  return loop.nowMs + waveMs
}

function starter(node: SimNode): () => void {
  return () => node.start()
}

/** Every running peer has joined and is linked to its true neighbours, as far as a broker set reaches. */
export function isWhole(world: SimWorld): boolean {
  const running = world.nodes.filter((node) => node.running)
  const sorted = running.map((node) => node.nodeId).sort()
  const places = new Map(sorted.map((nodeId, place) => [nodeId, place]))
  const reach = Math.min(world.parameters.n - 1, Math.floor((sorted.length - 1) / 2))
  return running.every((node) => hasNeighbours(node, { sorted, place: places.get(node.nodeId) ?? 0, reach }))
}

function hasNeighbours(
  node: SimNode,
  { sorted, place, reach }: { readonly sorted: readonly NodeId[]; readonly place: number; readonly reach: number },
): boolean {
  const { state, successors, predecessors } = node.peer.view()
  if (state !== 'joined') return false
  for (let step = 1; step <= reach; step += 1) {
    if (successors[step - 1] !== sorted[(place + step) % sorted.length]) return false
    if (predecessors[step - 1] !== sorted[(place + sorted.length - step) % sorted.length]) return false
  }
  return true
}
