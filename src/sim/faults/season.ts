/** The time in which a fault may happen, and how it comes and goes in it. */
import type { Rng } from '../../base/rng.ts'
import type { Fault, Scene } from '../run/scene.ts'

/** In ms, or whatever the name says. */
export interface Range {
  readonly least: number
  readonly most: number
}

/** Evenly from `least` to `most`. */
export function within(rng: Rng, { least, most }: Range): number {
  return least + rng.float() * (most - least)
}

/** Undoes what a fault did. Called once. */
type Undo = () => void

export interface Spells {
  /** From the start of one spell to that of the next; the first comes earlier. Spells may overlap. */
  readonly pauseMs: Range
  readonly lengthMs: Range
  /** Does it; null when there was nothing that it could be done to. */
  readonly start: () => Undo | null
  /** When all is healed, after everything was undone. */
  readonly after?: () => void
}

/** A fault that comes for a while, goes, and comes again. */
export function spells(scene: Scene, { pauseMs, lengthMs, start, after }: Spells): Fault {
  const { rng, world } = scene
  const undos = new Set<Undo>()
  let isOpen = false
  const one = (): void => {
    const undo = start()
    if (undo === null) return
    undos.add(undo)
    world.loop.after(within(rng, lengthMs), () => {
      if (undos.delete(undo)) undo()
    })
  }
  const next = (delayMs: number): void =>
    world.loop.after(delayMs, () => {
      if (!isOpen) return
      one()
      next(within(rng, pauseMs))
    })
  return {
    begin() {
      isOpen = true
      next(within(rng, { least: 0, most: pauseMs.least }))
    },
    heal() {
      isOpen = false
      for (const undo of undos) undo()
      undos.clear()
      after?.()
    },
  }
}

/** A fault that is there for the whole safety phase. */
export function standing(start: () => Undo): Fault {
  let undo: Undo | null = null
  return {
    begin() {
      undo = start()
    },
    heal() {
      undo?.()
      undo = null
    },
  }
}
