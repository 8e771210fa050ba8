/** After trouble the ring becomes ideal: within 10 + 2·log2 N stabilize periods every peer's lists are whole and true. */
import type { NodeId } from '../../base/identity.ts'
import { limitsOf } from '../../ring/limits.ts'
import type { Checker, Scene } from '../run/scene.ts'
import type { SimNode } from '../sim-node.ts'
import { BACK_OFF_MS } from '../sim-rendezvous.ts'
import type { SimWorld } from '../sim-world.ts'

const NAME = 'ideal-after-heal'
const LEAST_PERIODS = 10

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
    const others = [...ring.slice(place + 1), ...ring.slice(0, place)]
    const wrong =
      difference(successors, others.slice(0, listLength)) ?? difference(predecessors, [...others].reverse().slice(0, listLength))
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
  /** When a tab was opened or closed last, or one was alone, in ms since the start of the run. */
  #changedMs = 0
  #judged = false

  constructor(scene: Scene) {
    this.#scene = scene
  }

  stepped(): void {}

  lived(): void {
    this.#changedMs = this.#scene.nowMs()
    this.#judged = false
  }

  look(): void {
    const { healedMs, nodes, world } = this.#scene
    if (healedMs === null || this.#judged) return
    const running = nodes.filter((node) => node.running)
    const nowMs = this.#scene.nowMs()
    if (nowMs <= healedMs + BACK_OFF_MS.most && running.some(isAlone)) this.#changedMs = nowMs
    const dueMs = Math.max(healedMs, this.#changedMs) + mostHealingMs(world, running.length)
    if (nowMs < dueMs) return
    this.#judged = true
    this.#scene.sometimes.add('the healed ring was judged')
    const wrong = isIdeal(nodes, world)
    if (wrong !== '') this.#scene.violations.report(NAME, wrong)
  }
}

/** Who lost everybody comes back by the rendezvous, which was gone too, and joins anew: its pause there has nothing to do with the ring. */
function isAlone(node: SimNode): boolean {
  return node.peer.view().links.length === 0
}

export function idealAfterHeal(scene: Scene): Checker {
  return new IdealAfterHeal(scene)
}
