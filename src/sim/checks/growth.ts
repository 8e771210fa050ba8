/** Nothing that a peer keeps grows without bound, and what is under way ends: at rest little is left. */
import type { PeerEvent } from '../../peer/event.ts'
import type { OfferRow } from '../../trader/command.ts'
import { COMMAND_MS } from '../../trader/durations.ts'
import type { Checker, Scene } from '../run/scene.ts'
import type { SimNode } from '../sim-node.ts'
import { boundOf, type Frame, restBoundOf } from './growth-bounds.ts'
import { mostPassingMs } from './operations.ts'

const NAME = 'bounded-growth'
/** Virtual seconds between two looks, and nodes looked at each time: all in turn. */
const LOOK_EVERY = 10
const MOST_NODES = 200
/** Over any of a peer's offers, from its validity on: one that was matched at its last moment is settled. */
const settledMs = (slotMs: number): number => mostPassingMs(slotMs, 1_000).matched
/**
 * A peer rests when it had no command for so long, and none of its offers can be live by its own terms: every command, search and round of sending
 * has ended by then (COMMAND_MS is the longest). That an offer says it is live does not keep it busy: one that is stuck must be seen.
 */
const REST_MS = COMMAND_MS + 10_000

const LIVE: ReadonlySet<OfferRow['state']> = new Set<OfferRow['state']>(['sending', 'open', 'matched', 'withdrawing'])

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
    this.#busyMs.set(node, Math.max(this.#busyMs.get(node) ?? 0, this.#busyUntilMs(node)))
    for (const [name, size] of Object.entries(sizes)) {
      const bound = boundOf(name, this.#frame)
      if (bound === null) this.#report(node, { name, what: 'no bound' })
      else if (size > bound) this.#report(node, { name, what: `${size} entries, above its bound ${bound}` })
    }
  }

  /** When it last may have had something to do, now included, in ms since the start of the run; 0: no sign of it. */
  #busyUntilMs(node: SimNode): number {
    const nowMs = this.#scene.nowMs()
    const { offers, state } = node.peer.view()
    // It waits with everything until it is in a ring again.
    if (state !== 'joined') return nowMs
    const live = offers.filter((row) => LIVE.has(row.state))
    const restMs = Math.max(...live.map(({ validUntil }) => validUntil - node.clock.nowMs())) + settledMs(this.#scene.world.parameters.slot)
    return Math.max(0, nowMs + Math.min(0, restMs))
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
