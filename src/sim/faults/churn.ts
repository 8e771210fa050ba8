/** Peers that come and go at session times as people have them. */
import type { Fault, Scene } from '../run/scene.ts'
import type { SimNode } from '../sim-node.ts'
import { bringBack } from './machines.ts'
import { countOf, populationOf } from './population.ts'
import { within } from './season.ts'
import { type Weibull, weibullMs, weibullOf } from './weibull.ts'

/** See weibull.ts. */
const SHAPE = { least: 0.5, most: 0.6 }
/** Medians: sessions from what is harsh for a ring (1.4 min is the worst of issue and literature, here down to 20 s as a run lasts minutes) to quiet ones. */
const SESSION_MS = { least: 20_000, most: 120_000 }
const PAUSE_MS = { least: 5_000, most: 20_000 }
/** Of all peers; the others stay. */
const CHURNING_SHARE = 0.5
/** A peer that may not go yet, as too many near it went, tries again. Also the shortest session: a tab needs a moment to be there. */
const RETRY_MS = 2_000

/** Each churning peer's life. Half of the leaves are without a goodbye. */
export function churn(scene: Scene): Fault {
  const { rng, world } = scene
  let isOpen = false
  let churning: readonly SimNode[] = []
  const later = (delayMs: number, act: () => void): void =>
    world.loop.after(delayMs, () => {
      if (isOpen) act()
    })
  const live = (node: SimNode, times: { readonly session: Weibull; readonly pause: Weibull }): void => {
    const leave = (): void => {
      const isGone = populationOf(scene).let(node, () => (rng.below(2) === 0 ? node.crash() : node.stop()))
      if (!isGone) return later(RETRY_MS, leave)
      scene.faults.add('churn')
      later(weibullMs(times.pause, rng), () => {
        bringBack([node])
        stay()
      })
    }
    const stay = (): void => later(Math.max(RETRY_MS, weibullMs(times.session, rng)), leave)
    stay()
  }
  return {
    begin() {
      isOpen = true
      const shape = within(rng, SHAPE)
      const times = { session: weibullOf(shape, within(rng, SESSION_MS)), pause: weibullOf(shape, within(rng, PAUSE_MS)) }
      churning = rng.sample(scene.nodes, countOf(scene, CHURNING_SHARE))
      for (const node of churning) live(node, times)
    },
    heal() {
      isOpen = false
      bringBack(churning)
    },
  }
}
