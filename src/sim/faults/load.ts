/** Faults of what everybody uses: the meeting server, and too much at once. */
import type { Fault, Scene } from '../run/scene.ts'
import { isThere } from './population.ts'
import { spells } from './season.ts'

/** A restart of the server, to longer than a peer's patience. */
const OUTAGE_MS = { least: 3_000, most: 60_000 }
const OUTAGE_PAUSE_MS = { least: 20_000, most: 60_000 }
const BURST_PAUSE_MS = { least: 5_000, most: 20_000 }
const MOST_BURSTING = 3
/** Commands of one peer in one moment: above what its queues hold (64), so that their bounds are met. */
const BURST = { least: 20, most: 120 }

/** Nobody new can join, and who lost everyone waits. */
export function serverOutage(scene: Scene): Fault {
  const { server } = scene.world
  return spells(scene, {
    pauseMs: OUTAGE_PAUSE_MS,
    lengthMs: OUTAGE_MS,
    start: () => {
      if (!server.running) return null
      server.stop()
      scene.faults.add('server-outage')
      return () => server.start()
    },
  })
}

/**
 * A script that asks for everything at once. What comes of it does not matter here: every command must end, and nobody else may suffer. Counted once for each
 * peer that set about enough of it: one that knows none of the services refuses all at once, and that is no burst.
 */
export function burst(scene: Scene): Fault {
  const { rng, services } = scene
  return spells(scene, {
    pauseMs: BURST_PAUSE_MS,
    lengthMs: BURST_PAUSE_MS,
    start: () => {
      const ready = scene.nodes.filter((node) => isThere(node) && node.peer.view().state === 'joined')
      for (const node of services.length === 0 ? [] : rng.sample(ready, 1 + rng.below(MOST_BURSTING))) {
        const count = BURST.least + rng.below(BURST.most - BURST.least)
        let taken = 0
        for (let index = 0; index < count && isThere(node); index += 1) {
          const { serviceId } = services[rng.below(services.length)] as (typeof services)[number]
          let isRefused = false
          node.command({ type: rng.below(2) === 0 ? 'getPrice' : 'orderBook', serviceId }, ({ ok }) => {
            isRefused = !ok
          })
          if (!isRefused) taken += 1
        }
        if (taken >= BURST.least) scene.faults.add('burst')
      }
      return null
    },
  })
}
