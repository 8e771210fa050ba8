/** After trouble the ring becomes ideal: within 10 + 2·log2 N stabilize periods every peer's lists are whole and true, and then they stay so until a tab is opened or closed. */
import type { NodeId } from '../../base/identity.ts'
import { limitsOf } from '../../ring/limits.ts'
import type { Checker, Scene } from '../run/scene.ts'
import type { SimNode } from '../sim-node.ts'
import { BACK_OFF_MS } from '../sim-rendezvous.ts'
import type { SimWorld } from '../sim-world.ts'

const NAME = 'ideal-after-heal'
const LEAST_PERIODS = 10
/** So many nodes are looked at a virtual second, at most. */
const NODES_A_LOOK = 100

type World = Pick<SimWorld, 'parameters' | 'linkBudget'>

/** log2, rounded up; 0 for 1 and less. */
function ceilLog2(count: number): number {
  return count <= 1 ? 0 : 32 - Math.clz32(count - 1)
}

function limits({ parameters, linkBudget }: World): ReturnType<typeof limitsOf> {
  return limitsOf({ n: parameters.n, linkBudget, slotMs: parameters.slot, nodeId: '' })
}

/** How long a healed ring of so many peers may take, in ms. A period is the longest between two stabilizations, that of a quiet ring: who last heard of trouble long ago has it. */
export function mostHealingMs(world: World, peers: number): number {
  return (LEAST_PERIODS + 2 * ceilLog2(peers)) * limits(world).slowMs
}

/** Empty when every running peer is joined and both its lists are as long as they can be and true; else what is wrong with the first that is not. */
export function isIdeal(nodes: readonly SimNode[], world: World): string {
  const running = nodes.filter((node) => node.running)
  const { listLength } = limits(world)
  const ring = running.map(({ nodeId }) => nodeId).sort()
  for (const node of running) {
    const { nodeId } = node
    const { state, predecessors, successors } = node.peer.view()
    if (state !== 'joined') return `${nodeId} is ${state}`
    if (node.asleep) return `${nodeId} sleeps`
    const place = ring.indexOf(nodeId)
    const after = (distance: number): NodeId => ring[(place + distance + ring.length) % ring.length] as NodeId
    const distances = Array.from({ length: Math.min(listLength, ring.length - 1) }, (_, index) => index + 1)
    const wrong =
      difference(successors, distances.map(after)) ??
      difference(
        predecessors,
        distances.map((distance) => after(-distance)),
      )
    if (wrong !== null) return `${nodeId} has ${wrong}`
  }
  return ''
}

function difference(list: readonly NodeId[], ideal: readonly NodeId[]): string | null {
  if (list.length === ideal.length && ideal.every((id, index) => id === list[index])) return null
  return `the list ${list.map(short).join(' ')} in place of ${ideal.map(short).join(' ')}`
}

function short(id: NodeId): string {
  return id.slice(0, 6)
}

class IdealAfterHeal implements Checker {
  readonly name = NAME
  readonly #scene: Scene
  /** When a tab was opened or closed last, or one was alone and waited for the server, in ms since the start of the run. */
  #changedMs = 0
  /** When the server was last gone; null: never. */
  #serverGoneMs: number | null = null
  /** It was due, and has been looked at since. */
  #judged = false
  #named = false
  #looks = 0

  constructor(scene: Scene) {
    this.#scene = scene
  }

  stepped(): void {
    if (!this.#scene.world.server.running) this.#serverGoneMs = this.#scene.nowMs()
  }

  lived(): void {
    this.#changedMs = this.#scene.nowMs()
    this.#judged = false
    this.#named = false
  }

  look(): void {
    const { healedMs, nodes, world } = this.#scene
    this.#looks += 1
    if (healedMs === null || this.#looks % Math.ceil(nodes.length / NODES_A_LOOK) !== 0) return
    const running = nodes.filter((node) => node.running)
    const nowMs = this.#scene.nowMs()
    if (this.#mayWait(nowMs) && running.some(isAlone)) this.#changedMs = nowMs
    if (nowMs < Math.max(healedMs, this.#changedMs) + mostHealingMs(world, running.length)) return
    this.#judge(isIdeal(nodes, world))
  }

  /** True for as long as a peer may pause that asked for the server when it was gone. */
  #mayWait(nowMs: number): boolean {
    return this.#serverGoneMs !== null && nowMs <= this.#serverGoneMs + BACK_OFF_MS.most
  }

  /** `wrong`: see isIdeal. */
  #judge(wrong: string): void {
    const isLater = this.#judged
    this.#judged = true
    if (!isLater) this.#scene.sometimes.add('the healed ring was judged')
    if (wrong === '' || this.#named) return
    this.#named = true
    this.#scene.violations.report(NAME, isLater ? `no longer: ${wrong}` : wrong)
  }
}

/**
 * Who lost everybody comes back by the rendezvous, and joins anew. When that was gone too, its pause there has nothing to do with the ring.
 * (Without an outage it is asked at once: who finds nobody there is a ring of one, which looks for others all the time.)
 */
function isAlone(node: SimNode): boolean {
  return node.peer.view().links.length === 0
}

export function idealAfterHeal(scene: Scene): Checker {
  return new IdealAfterHeal(scene)
}
