/** Faults of machines: they crash, sleep, and go at once. */
import type { Fault, Scene } from '../run/scene.ts'
import type { SimNode } from '../sim-node.ts'
import { SimDisk } from '../sim-store.ts'
import { countOf, isThere, populationOf } from './population.ts'
import { spells } from './season.ts'

/** A machine that crashed is back after a reload of the tab, or a reboot. */
const BACK_MS = { least: 500, most: 20_000 }
/** One peer in 64 every 4 to 20 s: a few of 64 within a minute, so that nearly every seed sees one at a bad moment. */
const CRASH_PAUSE_MS = { least: 4_000, most: 20_000 }
const CRASH_SHARE = 1 / 64
/** From a lid shut by accident to a coffee: longer sleeps are nothing but absence. */
const SLEEP_MS = { least: 1_000, most: 90_000 }
const SLEEP_PAUSE_MS = { least: 5_000, most: 20_000 }
/** Within the time of a commit, and after it began. */
const WRITING_MS = 1
/** Up to a third of all at once: a network's link goes down, a class ends. */
const LEAVE_SHARE = { least: 0.1, most: 1 / 3 }
const LEAVE_PAUSE_MS = { least: 20_000, most: 60_000 }
const LEAVE_MS = { least: 3_000, most: 30_000 }

/** The disk stays; what was not committed is lost. */
export function crash(scene: Scene): Fault {
  return crashes(scene, 'crash', (node) => node.crash())
}

/** The tab comes back with its key and nothing else, as after "clear site data" with the identity kept elsewhere. */
export function diskLoss(scene: Scene): Fault {
  return crashes(scene, 'disk-loss', (node) => {
    node.crash()
    node.disk = new SimDisk()
  })
}

function crashes(scene: Scene, kind: 'crash' | 'disk-loss', go: (node: SimNode) => void): Fault {
  return spells(scene, {
    pauseMs: CRASH_PAUSE_MS,
    lengthMs: BACK_MS,
    start: () => {
      const taken = populationOf(scene).take(countOf(scene, CRASH_SHARE), go)
      if (taken.length > 0) scene.faults.add(kind, taken.length)
      return () => bringBack(taken)
    },
  })
}

/** One machine dies the next time that it stores something. The population counts what is lost. */
export function writeLost(scene: Scene): Fault {
  const { rng, world } = scene
  const due = new Map<SimNode, SimNode[]>()
  const die = (node: SimNode): void => {
    const dead = due.get(node)
    if (dead !== undefined && populationOf(scene).let(node, () => node.crash())) dead.push(node)
    due.delete(node)
  }
  world.observers.push({
    stepped(node, _event, effects) {
      if (due.has(node) && effects.some(({ type }) => type === 'store')) world.loop.after(WRITING_MS, () => die(node))
    },
  })
  return spells(scene, {
    pauseMs: CRASH_PAUSE_MS,
    lengthMs: BACK_MS,
    start: () => {
      const dead: SimNode[] = []
      const chosen = rng.sample(scene.nodes.filter(isThere), 1)
      for (const node of chosen) due.set(node, dead)
      return () => {
        for (const node of chosen) if (due.get(node) === dead) due.delete(node)
        bringBack(dead)
      }
    },
  })
}

export function sleep(scene: Scene): Fault {
  return spells(scene, {
    pauseMs: SLEEP_PAUSE_MS,
    lengthMs: SLEEP_MS,
    start: () => {
      const taken = populationOf(scene).take(countOf(scene, CRASH_SHARE), (node) => node.sleep())
      if (taken.length > 0) scene.faults.add('sleep', taken.length)
      return () => {
        for (const node of taken) node.wake()
      }
    },
  })
}

/** Half of them without a goodbye. Counted once for each time that at least two went. */
export function massLeave(scene: Scene): Fault {
  const { rng } = scene
  return spells(scene, {
    pauseMs: LEAVE_PAUSE_MS,
    lengthMs: LEAVE_MS,
    start: () => {
      const share = LEAVE_SHARE.least + rng.float() * (LEAVE_SHARE.most - LEAVE_SHARE.least)
      const taken = populationOf(scene).take(countOf(scene, share), (node) => (rng.below(2) === 0 ? node.crash() : node.stop()))
      if (taken.length > 1) scene.faults.add('mass-leave')
      return () => bringBack(taken)
    },
  })
}

/** Opens the tabs that are closed again. */
export function bringBack(nodes: readonly SimNode[]): void {
  for (const node of nodes) if (!node.running) node.start()
}
