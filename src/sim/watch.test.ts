import { expect, it } from 'vitest'
import type { Effect } from '../peer/effect.ts'
import { closest } from '../ring/closest.ts'
import type { ServiceAnswer } from '../trader/command.ts'
import type { Behaviour } from './observer.ts'
import type { SimNode } from './sim-node.ts'
import { SimWorld } from './sim-world.ts'

const PARAMETERS = { network: 'sim', n: 8, f: 2, m: 16, t: 600_000, slot: 1_000, s: 16, p: 2, a: 0.1 }
const SERVICE = { name: 'Storage', kind: 'general', unit: 'GB', currency: 'EUR', decimals: 2, tags: [] }
const HIDDEN: ReadonlySet<string> = new Set(['exchange', 'exchange-ack', 'notify-offer', 'attestation', 'announce', 'receipt'])

/** Takes offers and answers, tells neither brokers nor traders more, and says that every offer is only stored. */
const SILENT: Behaviour = {
  act: (effects) =>
    effects.flatMap((effect): Effect[] => {
      if (effect.type !== 'send') return [effect]
      const { message } = effect
      if (HIDDEN.has(message.type)) return []
      if (message.type !== 'price' && message.type !== 'offer-answer') return [effect]
      const { state } = message
      return [{ ...effect, message: { ...message, state: state.state === 'matched' ? { ...state, state: 'stored', match: null } : state } }]
    }),
}

/** Two offers that cross, of traders outside a set of 8 of whom 6 are silent: after so many slots both have a receipt; null: not in time. */
function slotsToTrade(seed: number, watch: boolean): number | null {
  const world = new SimWorld({ seed, parameters: PARAMETERS, watch })
  const nodes = Array.from({ length: 10 }, () => world.addNode())
  for (const node of nodes) {
    node.start()
    world.run(300)
  }
  const isMesh = (): boolean => nodes.every(({ peer }) => peer.view().state === 'joined' && peer.view().peers === nodes.length - 1)
  expect(world.runUntil(isMesh, 60_000)).toBe(true)
  const { serviceId, service } = resultOf<ServiceAnswer>(world.ask(nodes[0]!, { type: 'createService', service: SERVICE }))
  const ids = nodes.map(({ nodeId }) => nodeId)
  const set = closest(ids, serviceId, PARAMETERS.n)
  const [buyer, seller] = nodes.filter(({ nodeId }) => !set.includes(nodeId)) as [SimNode, SimNode]
  for (const node of nodes) if (set.slice(0, 6).includes(node.nodeId)) node.behaviour = SILENT
  for (const node of [buyer, seller]) resultOf(world.ask(node, { type: 'openService', serviceId, service }))
  const startMs = world.loop.nowMs
  const offer = { price: 100, quantity: 1, validForMs: 120_000 }
  buyer.command({ type: 'sendOffer', serviceId, offer: { ...offer, side: 'buy' } }, () => undefined)
  seller.command({ type: 'sendOffer', serviceId, offer: { ...offer, side: 'sell' } }, () => undefined)
  const isTraded = (): boolean => [buyer, seller].every(({ peer }) => peer.view().receipts.length === 1)
  return world.runUntil(isTraded, 24 * PARAMETERS.slot) ? (world.loop.nowMs - startMs) / PARAMETERS.slot : null
}

function resultOf<T>(outcome: { readonly ok: boolean; readonly value?: unknown }): T {
  expect(outcome).toMatchObject({ ok: true })
  return outcome.value as T
}

it('offers that silent brokers hold back reach honest ones by the watch, and not without it', () => {
  const seeds = [1, 2, 3, 4]
  const once = seeds.map((seed) => slotsToTrade(seed, false))
  expect(once.filter((slots) => slots === null).length).toBeGreaterThan(0)
  for (const seed of seeds) expect(slotsToTrade(seed, true) ?? Number.POSITIVE_INFINITY).toBeLessThanOrEqual(20)
})
