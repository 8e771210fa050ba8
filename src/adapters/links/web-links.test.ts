import { describe, test } from 'vitest'
import { type LinksTab, type LinksWorld, linksContract } from '../../../test/contracts/links-contract.ts'
import { createKey, identityOf, randomHex } from '../../../test/contracts/links-identity.ts'
import { memoryChannels, memoryWebRtc, until } from '../../../test/contracts/links-memory.ts'
import { WebLinks } from './web-links.ts'

async function createWorld(specs: readonly LinksTab[]): Promise<LinksWorld & { close(): void }> {
  const { openRtc } = memoryWebRtc()
  const keys = await Promise.all(specs.map(createKey))
  const limits = { connectTimeoutMs: 1_500, drainTimeoutMs: 200 }
  const tabs = specs
    .map(({ network, identity }) => {
      const own = identityOf(keys[identity] ?? (keys[0] as (typeof keys)[0]), `test#${network}`)
      return { nodeId: own.nodeId, links: new WebLinks({ ...own, iceServers: [], random: randomHex, limits, openRtc }) }
    })
    .sort((left, right) => (left.nodeId < right.nodeId ? -1 : 1))
  return {
    tabs,
    join(first, second) {
      const [left, right] = memoryChannels('rendezvous', [randomHex(8), randomHex(8)])
      tabs[first]?.links.accept(left, true)
      tabs[second]?.links.accept(right, false)
    },
    until,
    close: () => tabs.forEach(({ links }) => void links.close()),
  }
}

describe('the acceptance suite, with WebRTC in memory', () => {
  for (const { name, tabs, run } of linksContract) {
    test(name, async () => {
      const world = await createWorld(tabs)
      await run(world)
      world.close()
    })
  }
})
