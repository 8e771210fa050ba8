/** Faults of clocks and timers. */
import type { Fault, Scene } from '../run/scene.ts'
import type { SimNode } from '../sim-node.ts'
import { countOf, isThere } from './population.ts'
import { spells, standing, within } from './season.ts'

/** Below a slot a clock corrects itself, above only when the person agrees (PROTOCOL 6): both must occur. */
const OFFSET_SLOTS = { least: 0.05, most: 3 }
const OFFSET_SHARE = 0.25
/** A quartz is off by some 20 ppm; up to 5,000 here, so that minutes show what days do. */
const DRIFT = { least: 0.0001, most: 0.005 }
const DRIFT_SHARE = 0.25
/** From half a second, a correction by NTP, to minutes, set by hand: doubled up to so many times. */
const LEAST_JUMP_MS = 500
const JUMP_DOUBLINGS = 9
const JUMP_SHARE = 1 / 32
/** Then the clock is set right: the other jump. */
const JUMP_MS = { least: 5_000, most: 60_000 }
const JUMP_PAUSE_MS = { least: 10_000, most: 40_000 }
/** People look at another tab for seconds to minutes. */
const HIDDEN_MS = { least: 5_000, most: 60_000 }
const HIDDEN_PAUSE_MS = { least: 5_000, most: 20_000 }
const HIDDEN_SHARE = 0.15
/** At least two such minutes, so that one timer is really late. */
const THROTTLED_MS = { least: 60_000, most: 130_000 }
const THROTTLED_PAUSE_MS = { least: 20_000, most: 60_000 }
const THROTTLED_SHARE = 0.05

export function clockOffset(scene: Scene): Fault {
  const { rng, nodes, world } = scene
  return standing(() => {
    for (const node of rng.sample(nodes, countOf(scene, OFFSET_SHARE))) {
      node.clock.jump(Math.round(sign(scene) * within(rng, OFFSET_SLOTS) * world.parameters.slot))
      scene.faults.add('clock-offset')
    }
    return () => correct(nodes)
  })
}

export function clockDrift(scene: Scene): Fault {
  const { rng, nodes } = scene
  return standing(() => {
    for (const node of rng.sample(nodes, countOf(scene, DRIFT_SHARE))) {
      node.clock.drift(1 + sign(scene) * within(rng, DRIFT))
      scene.faults.add('clock-drift')
    }
    return () => correct(nodes)
  })
}

export function clockJump(scene: Scene): Fault {
  const { rng, nodes } = scene
  return spells(scene, {
    pauseMs: JUMP_PAUSE_MS,
    lengthMs: JUMP_MS,
    start: () => {
      const byMs = Math.round(sign(scene) * LEAST_JUMP_MS * (1 << rng.below(JUMP_DOUBLINGS)) * (1 + rng.float()))
      const jumped = rng.sample(nodes, countOf(scene, JUMP_SHARE))
      for (const node of jumped) node.clock.jump(byMs)
      const noticed = jumped.filter(({ running }) => running).length
      if (noticed > 0) scene.faults.add('clock-jump', noticed)
      return () => {
        for (const node of jumped) node.clock.jump(-byMs)
      }
    },
    after: () => correct(nodes),
  })
}

/** Timers at 1 Hz. */
export function hiddenTab(scene: Scene): Fault {
  return coarseSpells(scene, {
    kind: 'hidden-tab',
    coarseMs: 1_000,
    share: HIDDEN_SHARE,
    pauseMs: HIDDEN_PAUSE_MS,
    lengthMs: HIDDEN_MS,
  })
}

/** Timers once a minute, as browsers slow down tabs that were hidden for five. A ticker in a Worker normally prevents it; some browsers slow Workers too. */
export function throttledTab(scene: Scene): Fault {
  return coarseSpells(scene, {
    kind: 'throttled-tab',
    coarseMs: 60_000,
    share: THROTTLED_SHARE,
    pauseMs: THROTTLED_PAUSE_MS,
    lengthMs: THROTTLED_MS,
  })
}

interface Coarse {
  readonly kind: 'hidden-tab' | 'throttled-tab'
  readonly coarseMs: number
  readonly share: number
  readonly pauseMs: typeof HIDDEN_PAUSE_MS
  readonly lengthMs: typeof HIDDEN_MS
}

function coarseSpells(scene: Scene, { kind, coarseMs, share, pauseMs, lengthMs }: Coarse): Fault {
  return spells(scene, {
    pauseMs,
    lengthMs,
    start: () => {
      const free = scene.nodes.filter((node) => isThere(node) && node.clock.coarseMs === 0)
      const hidden = scene.rng.sample(free, countOf(scene, share))
      for (const node of hidden) node.clock.coarseMs = coarseMs
      if (hidden.length > 0) scene.faults.add(kind, hidden.length)
      return () => {
        for (const node of hidden) node.clock.coarseMs = 0
      }
    },
  })
}

/** All of them, whatever other faults did to them: what is healed shows true time. */
function correct(nodes: readonly SimNode[]): void {
  for (const { clock } of nodes) clock.correct()
}

function sign({ rng }: Scene): 1 | -1 {
  return rng.below(2) === 0 ? 1 : -1
}
