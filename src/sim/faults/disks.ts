/** Faults of disks. */
import type { Fault, Scene } from '../run/scene.ts'
import { bringBack } from './machines.ts'
import { countOf, populationOf } from './population.ts'
import { spells } from './season.ts'

/** Until the person makes room. */
const FULL_MS = { least: 1_000, most: 20_000 }
const FULL_PAUSE_MS = { least: 5_000, most: 20_000 }
/** So many that some of them want to write. */
const FULL_SHARE = 0.1
/** A record or a few: a bad sector. */
const DAMAGE_PAUSE_MS = { least: 8_000, most: 30_000 }
const DAMAGE_BACK_MS = { least: 500, most: 5_000 }
const MOST_DAMAGED = 3

/** Counted for each disk that really refused something. */
export function diskFull(scene: Scene): Fault {
  return spells(scene, {
    pauseMs: FULL_PAUSE_MS,
    lengthMs: FULL_MS,
    start: () => {
      const free = scene.nodes.map(({ disk }) => disk).filter(({ full }) => !full)
      const filled = scene.rng.sample(free, countOf(scene, FULL_SHARE)).map((disk) => ({ disk, before: disk.refusals }))
      for (const { disk } of filled) disk.full = true
      return () => {
        for (const { disk, before } of filled) {
          disk.full = false
          if (disk.refusals > before) scene.faults.add('disk-full')
        }
      }
    },
  })
}

/** Seen at the next start, so the tab crashes too. Counted for each record. */
export function diskDamage(scene: Scene): Fault {
  const { rng } = scene
  return spells(scene, {
    pauseMs: DAMAGE_PAUSE_MS,
    lengthMs: DAMAGE_BACK_MS,
    start: () => {
      const taken = populationOf(scene).take(1, (node) => {
        node.crash()
        const { records } = node.disk.read()
        for (const { store, key } of rng.sample(records, 1 + rng.below(MOST_DAMAGED))) {
          if (node.disk.damage(store, key)) scene.faults.add('disk-damage')
        }
      })
      return () => bringBack(taken)
    },
  })
}
