/** Nothing that a peer keeps grows without bound, and what is under way ends: at rest little is left. */
import type { PeerEvent } from '../../peer/event.ts'
import { COMMAND_MS } from '../../trader/durations.ts'
import type { Checker, Scene } from '../run/scene.ts'
import type { SimNode } from '../sim-node.ts'
import { boundOf, type Frame, restBoundOf } from './growth-bounds.ts'

const NAME = 'bounded-growth'
/** Virtual seconds between two looks, and nodes looked at each time: all in turn. */
const LOOK_EVERY = 10
const MOST_NODES = 200
/** A peer rests when it had no command and no live offer for so long: every command, search and round of sending has ended by then (COMMAND_MS is the longest). */
const REST_MS = COMMAND_MS + 10_000

class BoundedGrowth implements Checker {
  readonly name = NAME
  readonly #scene: Scene
  readonly #frame: Frame
  /** When each node last had something to do, in ms since the start of the run. */
  readonly #busyMs = new Map<SimNode, number>()
  readonly #reported = new Set<string>()
  #looks = 0
  #next = 0

  constructor(scene: Scene) {
    this.#scene = scene
    this.#frame = { ...scene.world.parameters, linkBudget: scene.world.linkBudget }
  }

  stepped(node: SimNode, event: PeerEvent): void {
    if (event.type === 'command') this.#busyMs.set(node, this.#scene.nowMs())
  }

  lived(node: SimNode): void {
    this.#busyMs.set(node, this.#scene.nowMs())
  }

  look(): void {
    this.#looks += 1
    if (this.#looks % LOOK_EVERY !== 0) return
    const { nodes } = this.#scene
    const count = Math.min(MOST_NODES, nodes.length)
    for (let index = 0; index < count; index += 1) this.#check(nodes[(this.#next + index) % nodes.length] as SimNode)
    this.#next = (this.#next + count) % nodes.length
  }

  /** Whatever is under way at a peer at rest is stuck; what it keeps as a broker is for others, who must rest too. */
  end(): void {
    const { nodes } = this.#scene
    for (const node of nodes) this.#check(node)
    const resting = nodes.filter((node) => node.running && this.#rests(node))
    const allRest = resting.length === nodes.filter((node) => node.running).length
    if (allRest) this.#scene.sometimes.add('a market at rest was judged')
    for (const node of resting) {
      if (node.asleep) continue
      this.#scene.sometimes.add('a peer at rest was judged')
      for (const [name, size] of Object.entries(node.sizes())) {
        const bound = allRest || !name.startsWith('broker.') ? restBoundOf(name, this.#frame) : null
        if (bound !== null && size > bound) this.#report(node, { name, what: `${size} at rest, where ${bound} may be left` })
      }
    }
  }

  #rests(node: SimNode): boolean {
    const { healedMs } = this.#scene
    return healedMs !== null && Math.max(healedMs, this.#busyMs.get(node) ?? 0) + REST_MS <= this.#scene.nowMs()
  }

  #check(node: SimNode): void {
    if (!node.running) return
    const sizes = node.sizes()
    if ((sizes['trader.own.live'] ?? 0) > 0) this.#busyMs.set(node, this.#scene.nowMs())
    for (const [name, size] of Object.entries(sizes)) {
      const bound = boundOf(name, this.#frame)
      if (bound === null) this.#report(node, { name, what: 'no bound' })
      else if (size > bound) this.#report(node, { name, what: `${size} entries, above its bound ${bound}` })
    }
  }

  #report(node: SimNode, { name, what }: { readonly name: string; readonly what: string }): void {
    const key = `${node.nodeId} ${name}`
    if (this.#reported.has(key)) return
    this.#reported.add(key)
    this.#scene.violations.report(NAME, `${name} of ${node.nodeId} has ${what}`)
  }
}

export function boundedGrowth(scene: Scene): Checker {
  return new BoundedGrowth(scene)
}
