/** Faults of the ways between machines. */
import type { NodeId } from '../../base/identity.ts'
import type { Fault, Scene } from '../run/scene.ts'
import type { Disturbance } from '../sim-network.ts'
import { countOf } from './population.ts'
import { type Range, spells, standing, within } from './season.ts'

/** Short enough for several in a run of minutes, long enough for a few exchanges. */
const SPELL_MS = { least: 2_000, most: 15_000 }
const PAUSE_MS = { least: 5_000, most: 25_000 }
/** In slots, one way. A slot is the longest expected round trip: from half a slot on what is sent in an exchange comes too late for it. */
const SLOW_SLOTS = { least: 0.05, most: 0.8 }
/** Jitter of a mobile network: up to a third of a slot for each message. */
const JITTER_SLOTS = { least: 0, most: 0.35 }
/** One way between some pairs, always: the longer way round of a bad route. Both ways together stay near a slot. */
const ASYMMETRY_SLOTS = { least: 0.1, most: 0.6 }
const ASYMMETRIC_SHARE = 0.15
/** Few, so that the ring stays one: with symmetric NATs and no relay about one pair in twenty fails in the field. */
const UNREACHABLE_SHARE = 0.04
/** From a blip, which nobody notices, to longer than it takes to give up all links to the other side. */
const PARTITION_MS = { least: 1_000, most: 25_000 }
const PARTITION_PAUSE_MS = { least: 15_000, most: 45_000 }
/** Of all peers, cut off from the rest. */
const PARTITION_SHARE = { least: 0.1, most: 0.5 }

export function delay(scene: Scene): Fault {
  return slowSpells(scene, 'delay', () => {
    const extraMs = within(scene.rng, SLOW_SLOTS) * scene.world.parameters.slot
    return () => extraMs
  })
}

export function jitter(scene: Scene): Fault {
  return slowSpells(scene, 'jitter', () => {
    const mostMs = within(scene.rng, JITTER_SLOTS) * scene.world.parameters.slot
    return () => scene.rng.float() * mostMs
  })
}

/** Counted when it slows the first message of a spell. */
function slowSpells(scene: Scene, kind: 'delay' | 'jitter', create: () => () => number): Fault {
  return spells(scene, {
    pauseMs: PAUSE_MS,
    lengthMs: SPELL_MS,
    start: () => {
      const extraMs = create()
      const count = once(() => scene.faults.add(kind))
      return disturb(scene, {
        extraDelayMs() {
          count()
          return extraMs()
        },
      })
    },
  })
}

/** Counted once for each pair. */
export function asymmetry(scene: Scene): Fault {
  return standing(() => {
    const salt = scene.rng.uint32()
    const rangeMs = { least: ASYMMETRY_SLOTS.least * scene.world.parameters.slot, most: ASYMMETRY_SLOTS.most * scene.world.parameters.slot }
    const count = oncePerPair(() => scene.faults.add('asymmetry'))
    return disturb(scene, {
      extraDelayMs(from, to) {
        const share = shareOf(from, to, salt)
        if (share >= ASYMMETRIC_SHARE) return 0
        count(from, to)
        return rangeMs.least + (share / ASYMMETRIC_SHARE) * (rangeMs.most - rangeMs.least)
      },
    })
  })
}

/** Links that such a pair had are cut: one of them came into another network. Counted once for each pair that tries. */
export function unreachable(scene: Scene): Fault {
  return standing(() => {
    const salt = scene.rng.uint32()
    const count = oncePerPair(() => scene.faults.add('unreachable'))
    return disturb(scene, {
      reachable(from, to) {
        const [low, high] = from < to ? [from, to] : [to, from]
        const isReachable = shareOf(low, high, salt) >= UNREACHABLE_SHARE
        if (!isReachable) count(low, high)
        return isReachable
      },
    })
  })
}

/** Counted when it holds the first message back. */
export function partition(scene: Scene): Fault {
  return spells(scene, {
    pauseMs: PARTITION_PAUSE_MS,
    lengthMs: PARTITION_MS,
    start: () => {
      const part = scene.rng.sample(scene.nodes, countOf(scene, within(scene.rng, PARTITION_SHARE)))
      const side = new Set(part.map(({ nodeId }) => nodeId))
      const count = once(() => scene.faults.add('partition'))
      return disturb(scene, {
        carries(from, to) {
          const isCarried = side.has(from) === side.has(to)
          if (!isCarried) count()
          return isCarried
        },
      })
    },
  })
}

/** Links that carry nothing more, and nobody is told: a router forgot them. Those that died stay dead, the peers must notice. */
export function linkDeath(scene: Scene): Fault {
  return deafness(scene, 'link-death')
}

export function halfOpen(scene: Scene): Fault {
  return deafness(scene, 'half-open')
}

/** One link in a hundred at a time, every few seconds: more than peers can mend would be a partition. */
const DEAF_SHARE = 0.01
const DEAF_PAUSE_MS: Range = { least: 1_000, most: 8_000 }

function deafness(scene: Scene, kind: 'link-death' | 'half-open'): Fault {
  const { rng, world, faults } = scene
  return spells(scene, {
    pauseMs: DEAF_PAUSE_MS,
    lengthMs: DEAF_PAUSE_MS,
    start: () => {
      const sound = world.network.wires().filter(({ deafFirst, deafSecond }) => !deafFirst && !deafSecond)
      for (const wire of rng.sample(sound, Math.max(1, Math.floor(sound.length * DEAF_SHARE)))) {
        const isFirst = rng.below(2) === 0
        wire.deafFirst = kind === 'link-death' || isFirst
        wire.deafSecond = kind === 'link-death' || !isFirst
        faults.add(kind)
      }
      return null
    },
  })
}

function disturb({ world }: Scene, disturbance: Disturbance): () => void {
  world.network.disturbances.add(disturbance)
  return () => world.network.disturbances.delete(disturbance)
}

function once(act: () => void): () => void {
  let isDone = false
  return () => {
    if (!isDone) act()
    isDone = true
  }
}

function oncePerPair(act: () => void): (from: NodeId, to: NodeId) => void {
  const pairs = new Set<string>()
  return (from, to) => {
    const pair = `${from} ${to}`
    if (pairs.has(pair)) return
    pairs.add(pair)
    act()
  }
}

/** A number from 0 to 1 for an ordered pair, always the same one: cheap, and no table of all pairs is needed. */
function shareOf(from: NodeId, to: NodeId, salt: number): number {
  let hash = salt
  for (const word of [from.slice(0, 8), to.slice(0, 8)]) {
    hash = Math.imul(hash ^ Number.parseInt(word, 16), 0x85ebca6b)
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
    hash ^= hash >>> 16
  }
  return (hash >>> 0) / 2 ** 32
}
