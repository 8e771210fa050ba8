// What only the twins can do: lose power, and be out of reach.
import { expect, test } from 'vitest'
import { sha256, toHex, utf8 } from '../base/bytes.ts'
import { type Credentials, type NodeId, nodeIdOf } from '../base/identity.ts'
import { Rng } from '../base/rng.ts'
import { EventLoop } from './event-loop.ts'
import type { SimAttempt } from './sim-attempts.ts'
import { channelPair } from './sim-channel.ts'
import { SimLinks } from './sim-links.ts'
import { SimNetwork } from './sim-network.ts'
import { SimRendezvous, SimServer } from './sim-rendezvous.ts'
import { SignatureAuthority } from './sim-signer.ts'
import { SimDisk, SimStore } from './sim-store.ts'

const NETWORK = 'test#0'
const IDENTITIES = new Map<NodeId, Credentials>()
for (const name of ['one', 'two']) {
  const credentials = { publicKey: toHex(sha256(utf8(name))), nonce: 0 }
  IDENTITIES.set(nodeIdOf(NETWORK, credentials), credentials)
}
const [LOW, HIGH] = [...IDENTITIES.keys()].sort() as [NodeId, NodeId]

interface Tab {
  readonly nodeId: NodeId
  readonly links: SimLinks
  readonly log: string[]
}

function createNetwork() {
  const loop = new EventLoop(1_700_000_000_000)
  const network = new SimNetwork<SimAttempt>(loop, new Rng([1, 2, 3, 4]))
  const authority = new SignatureAuthority('faults')
  const opened = new Map<NodeId, SimLinks>()
  const open = (nodeId: NodeId): Tab => {
    const credentials = IDENTITIES.get(nodeId) as Credentials
    const sign = (bytes: Uint8Array): string => authority.sign(credentials.publicKey, bytes)
    const holds = authority.holds.bind(authority)
    const links = new SimLinks({ network, networkId: NETWORK, nodeId, credentials, sign, holds })
    opened.set(nodeId, links)
    const log: string[] = []
    links.listen({
      onSignal: (signal) => opened.get(signal.to)?.signal(signal),
      onLinkUp: ({ transport, purpose }) => log.push(`up ${transport} ${purpose}`),
      onLinkDown: (_peer, reason) => log.push(`down ${reason}`),
      onConnectFailed: (_peer, reason) => log.push(`failed ${reason}`),
      onMessage: (_from, message) => log.push(`message ${message.join()}`),
    })
    return { nodeId, links, log }
  }
  const run = (durationMs: number): void => {
    const untilMs = loop.nowMs + durationMs
    while (loop.runNext(untilMs));
  }
  const linked = (): [Tab, Tab] => {
    const tabs: [Tab, Tab] = [open(LOW), open(HIGH)]
    tabs[0].links.connect(HIGH, 'trade')
    run(1_000)
    return tabs
  }
  return { loop, network, open, run, linked }
}

test('a tab that lost power leaves its link half open; come again over the rendezvous, it replaces that link', () => {
  const { loop, open, run, linked } = createNetwork()
  const [low, high] = linked()
  high.links.vanish()
  high.links.close()
  expect(low.links.send(HIGH, Uint8Array.of(1))).toBe(true)
  run(60_000)
  expect([low.log, high.log]).toEqual([['up direct trade'], ['up direct trade']])
  const again = open(HIGH)
  const [first, second] = channelPair({ loop, delayMs: 10, name: 'test' })
  again.links.accept(first, true)
  low.links.accept(second, false)
  run(1_000)
  low.links.send(HIGH, Uint8Array.of(2))
  run(5_000)
  expect([low.log[1], again.log]).toEqual(['up rendezvous trade', ['up rendezvous guest', 'message 2']])
})

test('a channel of the rendezvous between peers with a direct link changes nothing, and both are told of the link', () => {
  const { loop, run, linked } = createNetwork()
  const [low, high] = linked()
  const [first, second] = channelPair({ loop, delayMs: 10, name: 'test' })
  low.links.accept(first, true)
  high.links.accept(second, false)
  run(1_000)
  expect([low.log, high.log]).toEqual([Array(2).fill('up direct trade'), Array(2).fill('up direct trade')])
  expect([first.isClosed, second.isClosed]).toEqual([true, true])
})

test('out of reach, no message comes and no link opens; a failure is told to the side that wanted the link', () => {
  const { network, run, linked } = createNetwork()
  const [low, high] = linked()
  network.reachable = () => false
  low.links.send(HIGH, Uint8Array.of(1))
  for (const { links, nodeId } of [low, high]) links.disconnect(nodeId === LOW ? HIGH : LOW, 'silent')
  low.links.connect(HIGH, 'finger')
  run(60_000)
  expect([low.log.slice(1), high.log.slice(1)]).toEqual([['failed no answer in time'], []])
})

test('a ban ends after a minute, and until then both ways are closed', () => {
  const { loop, run, linked } = createNetwork()
  const [low, high] = linked()
  low.links.ban(HIGH, 'sent garbage')
  low.links.connect(HIGH, 'trade')
  const [first, second] = channelPair({ loop, delayMs: 10, name: 'test' })
  low.links.accept(first, true)
  high.links.accept(second, false)
  run(59_000)
  const cutOff = 'cut off for a while, for breaking the protocol'
  expect(low.log.slice(1)).toEqual([`failed ${cutOff}`, `failed ${cutOff}`])
  expect(high.log.slice(1)).toEqual(['down sent garbage', `failed refused by the other side: ${cutOff}`])
  run(2_000)
  high.links.connect(LOW, 'trade')
  run(1_000)
  expect([low.log.at(-1), high.log.at(-1)]).toEqual(['up direct trade', 'up direct trade'])
})

test('a commit under way when the power goes is lost and not answered', () => {
  const { loop, run } = createNetwork()
  const disk = new SimDisk()
  const store = new SimStore({ loop, disk, onProblem: () => {} })
  const answers: boolean[] = []
  store.commit([{ store: 'own', key: 'a', value: Uint8Array.of(1) }], (ok) => answers.push(ok))
  run(10)
  store.commit([{ store: 'own', key: 'b', value: Uint8Array.of(2) }], (ok) => answers.push(ok))
  store.vanish()
  run(10)
  expect([answers, disk.read().records.map(({ key }) => key), disk.lost]).toEqual([[true], ['a'], 1])
})

test('a fifth peer takes a well-known id once one of the four is free', () => {
  const { loop, run } = createNetwork()
  const server = new SimServer(loop, new Rng([1, 2, 3, 4]))
  const peers = [1, 2, 3, 4, 5].map((number) => new SimRendezvous(server, `0${number}`.repeat(16)))
  for (const peer of peers) peer.setMode('serve', [])
  run(1_000)
  expect(peers.map((peer) => server.isHeldBy(peer))).toEqual([true, true, true, true, false])
  peers[2]?.close()
  run(90_000)
  expect(peers.map((peer) => server.isHeldBy(peer))).toEqual([true, true, false, true, true])
})
