/** Rings for the figures: peers that joined one after the other, and know their true neighbours. */
import type { NodeId } from '../../base/identity.ts'
import type { Parameters } from '../../wire/parameters.ts'
import type { SimNode } from '../sim-node.ts'
import { SimServer } from '../sim-rendezvous.ts'
import { SimWorld } from '../sim-world.ts'

export interface RingPlan {
  readonly seed: number
  readonly peers: number
  readonly parameters: Parameters
  /** See PeerOptions.watch. */
  readonly watch?: boolean
  /** See SimWorldOptions. */
  readonly linkBudget?: number
  /** Called after each second of virtual time. */
  readonly onSecond?: (world: SimWorld) => void
}

/** The first ones come alone; then each wave of joiners is a share of those that are there, so that a ring of thousands is grown in minutes. */
const ALONE = 16
/**
 * One joiner for so many. In a ring of thousands a joiner's signals go over more links: at one for 16 those of a wave had not found their places when the next
 * came, from 4,000 peers on, and each cost several times as much.
 */
const WAVE_SHARE = { small: 16, large: 32 }
const LARGE_RING = 2_000
/** Between two waves: newcomers find their places before the next ones come between, which costs less than all at once. In slots, and at least in ms. */
const WAVE_SLOTS = 0.8
const LEAST_WAVE_MS = 200
/**
 * One server's four holders let in some 25 a second, however large the ring is. So each so many joiners have a server of their own, at which
 * some who are in the ring already let them in: a large network has several.
 */
const JOINERS_A_SERVER = 16
const GATES_A_SERVER = 4
/** A gate is found a moment after it began to serve. */
const OPENING_MS = 100
/** Of virtual time; a ring that is not whole by then is a defect. */
const MOST_SETTLE_MS = 600_000

/** A world with one whole ring. Throws RangeError when it does not become one. */
export function grownRing(plan: RingPlan): SimWorld {
  const { peers, onSecond } = plan
  const world = new SimWorld(plan)
  const { loop } = world
  const run = (ms: number): void => {
    world.run(ms)
    onSecond?.(world)
  }
  const begunMs = planJoins(world, peers)
  while (loop.nowMs < begunMs) run(Math.min(1_000, begunMs - loop.nowMs))
  while (!isWhole(world)) {
    if (loop.nowMs >= begunMs + MOST_SETTLE_MS) throw new RangeError(`${peers} peers did not become one ring`)
    run(1_000)
  }
  return world
}

/** So many peers join in waves. Returns the true time at which the last of them has begun to. */
export function planJoins(world: SimWorld, peers: number): number {
  const { loop, parameters } = world
  const lengthMs = Math.max(LEAST_WAVE_MS, WAVE_SLOTS * parameters.slot)
  let waveMs = 0
  for (let count = 0; count < peers; ) {
    const wave = count < ALONE ? 1 : Math.min(peers - count, waveOf(count))
    const newcomers = Array.from({ length: wave }, () => world.addNode())
    loop.after(waveMs, () => join(world, newcomers, lengthMs))
    count += wave
    waveMs += lengthMs
  }
  return loop.nowMs + waveMs
}

/** How many join at once where so many are there. */
function waveOf(count: number): number {
  return Math.max(1, Math.floor(count / (count < LARGE_RING ? WAVE_SHARE.small : WAVE_SHARE.large)))
}

/** Starts newcomers, each at a moment of the time given. */
function join(world: SimWorld, newcomers: readonly SimNode[], withinMs: number): void {
  const { loop, rng } = world
  const delayMs = (): number => OPENING_MS + rng.float() * (withinMs - OPENING_MS)
  if (newcomers.length < JOINERS_A_SERVER) {
    for (const node of newcomers) loop.after(delayMs(), () => node.start())
    return
  }
  const joined = world.nodes.filter((node) => node.running && node.peer.view().state === 'joined')
  for (let first = 0; first < newcomers.length; first += JOINERS_A_SERVER) {
    const gated = serverWith(world, rng.sample(joined, GATES_A_SERVER))
    for (const node of newcomers.slice(first, first + JOINERS_A_SERVER)) loop.after(delayMs(), () => node.start(gated))
  }
}

function serverWith(world: SimWorld, gates: readonly SimNode[]): SimServer {
  const server = new SimServer(world.loop, world.rng)
  for (const gate of gates) gate.serveAt(server)
  return server
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
