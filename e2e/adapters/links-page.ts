/** Runs in a page of links.test.ts: the acceptance suite and crafted attacks over real WebRTC, all tabs of a case in this one page. */

import { signSignal } from '../../src/adapters/links/signals.ts'
import { WebLinks } from '../../src/adapters/links/web-links.ts'
import { openWebRtc } from '../../src/adapters/links/webrtc-channel.ts'
import { assert } from '../../src/base/assert.ts'
import type { Channel } from '../../src/peer/world.ts'
import type { Signal } from '../../src/ring/messages.ts'
import { type LinksTab, type LinksWorld, linksContract } from '../../test/contracts/links-contract.ts'
import { createIdentities, createKey, identityOf, randomHex, type TestIdentity } from '../../test/contracts/links-identity.ts'
import { memoryChannels, randomFingerprint, until } from '../../test/contracts/links-memory.ts'

const LIMITS = { connectTimeoutMs: 3_000, construction: { burst: 400, perSecond: 50 } }

function createLinks(identity: TestIdentity): WebLinks {
  return new WebLinks({ ...identity, iceServers: [], random: randomHex, limits: LIMITS })
}

async function createWorld(specs: readonly LinksTab[]): Promise<LinksWorld & { close(): void }> {
  const keys = await Promise.all(specs.map(createKey))
  const tabs = specs
    .map(({ network, identity }) => identityOf(keys[identity] as (typeof keys)[0], `test#${network}`))
    .map((identity) => ({ nodeId: identity.nodeId, links: createLinks(identity) }))
    .sort((left, right) => (left.nodeId < right.nodeId ? -1 : 1))
  return {
    tabs,
    join(first, second) {
      const [left, right] = memoryChannels('rendezvous', [randomHex(8), randomHex(8)])
      tabs[first]?.links.accept(left, true)
      tabs[second]?.links.accept(right, false)
    },
    until: (condition, what) => until(condition, what, 20_000),
    close: () => tabs.forEach(({ links }) => void links.close()),
  }
}

async function runContract(name: string): Promise<void> {
  const found = linksContract.find((value) => value.name === name)
  assert(found !== undefined, `there is a case ${name}`)
  const world = await createWorld(found.tabs)
  try {
    await found.run(world)
  } finally {
    world.close()
  }
}

interface Watched {
  readonly identity: TestIdentity
  readonly links: WebLinks
  readonly log: string[]
  readonly messages: Uint8Array[]
}

/** A tab whose signals are carried by `carry`. */
function watch(identity: TestIdentity, carry: (signal: Signal) => void): Watched {
  const watched: Watched = { identity, links: createLinks(identity), log: [], messages: [] }
  watched.links.listen({
    onSignal: carry,
    onLinkUp: ({ transport }) => watched.log.push(`up ${transport}`),
    onLinkDown: (_peer, reason) => watched.log.push(`down ${reason}`),
    onConnectFailed: (_peer, reason) => watched.log.push(`failed ${reason}`),
    onMessage: (_peer, message) => watched.messages.push(message),
  })
  return watched
}

/** Two honest tabs and a relay between them that does as it likes. */
async function relayed(change: (signal: Signal) => Signal): Promise<{ low: Watched; high: Watched }> {
  const [first, second] = await createIdentities(2)
  const tabs: Watched[] = []
  const carry = (signal: Signal): void => tabs.find(({ identity }) => identity.nodeId === signal.to)?.links.signal(change(signal))
  tabs.push(watch(first as TestIdentity, carry), watch(second as TestIdentity, carry))
  const [low, high] = tabs as [Watched, Watched]
  return { low, high }
}

/** A relay swaps the fingerprint in what it carries: no link. `kind`: in which signal. */
async function swappedFingerprint(kind: 'offer' | 'answer'): Promise<string[]> {
  const fingerprint = `a=fingerprint:${randomFingerprint()}`
  const { low, high } = await relayed((signal) =>
    signal.kind === kind ? { ...signal, sdp: signal.sdp.replace(/a=fingerprint:.*/, fingerprint) } : signal,
  )
  low.links.connect(high.identity.nodeId, 'neighbour')
  high.links.connect(low.identity.nodeId, 'neighbour')
  await until(() => low.log.length > 0 && high.log.length > 0, 'both attempts end', 20_000)
  low.links.close()
  high.links.close()
  return [...low.log, ...high.log]
}

/** A raw end of a real WebRTC connection to an honest tab, with signals properly signed: the peer is real, only its conduct is not. */
async function rawChannel(): Promise<{ honest: Watched; rogue: TestIdentity; channel: Channel; offer(): void }> {
  const [low, high] = (await createIdentities(2)) as [TestIdentity, TestIdentity]
  const opened: Channel[] = []
  let answer: (sdp: string) => void = () => {}
  const honest = watch(high, (signal) => answer(signal.sdp))
  const offer = (): void => {
    const rtc = openWebRtc(
      { initiator: true, iceServers: [] },
      {
        onSdp(sdp) {
          const body = { kind: 'offer', from: low.nodeId, to: high.nodeId, purpose: 'guest', connection: randomHex(16), sdp } as const
          signSignal(low, { ...body, ...low.credentials }, (signal) => honest.links.signal(signal))
        },
        onOpen: (channel) => opened.push(channel),
        onFail: () => {},
      },
    )
    answer = (sdp) => rtc.accept(sdp)
  }
  offer()
  await until(() => opened.length > 0, 'a raw channel', 20_000)
  return { honest, rogue: low, channel: opened[0] as Channel, offer }
}

Object.assign(globalThis, { names: linksContract.map(({ name }) => name), runContract, swappedFingerprint, rawChannel })
