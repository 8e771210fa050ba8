import type { Rng } from '../../base/rng.ts'
import { type Weibull, weibullMs, weibullOf } from '../faults/weibull.ts'
import type { SimNode } from '../sim-node.ts'
import type { SimWorld } from '../sim-world.ts'

/** What was measured in peer-to-peer networks: many short sessions, a few very long ones. */
const SHAPE = 0.5

/** Peers come and go for good: each session is a Weibull time, half of them end without goodbye, and for each peer that leaves a new one joins. */
export class Churn {
  readonly #world: SimWorld
  readonly #rng: Rng
  readonly #sessions: Weibull

  constructor(world: SimWorld, rng: Rng, medianMs: number) {
    this.#world = world
    this.#rng = rng
    this.#sessions = weibullOf(SHAPE, medianMs)
  }

  /** Sessions of all peers begin now: the first minutes are the hardest, as short sessions end first. */
  begin(): void {
    for (const node of [...this.#world.nodes]) this.#endLater(node)
  }

  #endLater(node: SimNode): void {
    this.#world.loop.after(weibullMs(this.#sessions, this.#rng), () => {
      if (this.#rng.below(2) === 0) node.stop()
      else node.crash()
      const next = this.#world.addNode()
      next.start()
      this.#endLater(next)
    })
  }
}
