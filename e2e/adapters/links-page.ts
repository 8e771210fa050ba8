/** Runs in a page of links.test.ts: the acceptance suite and crafted attacks over real WebRTC, all tabs of a case in this one page. */

import { FRAME } from '../../src/adapters/links/frames.ts'
import type { LinkLimits } from '../../src/adapters/links/limits.ts'
import { Session, type SessionOptions } from '../../src/adapters/links/session.ts'
import { signSignal } from '../../src/adapters/links/signals.ts'
import { WebLinks } from '../../src/adapters/links/web-links.ts'
import { openWebRtc } from '../../src/adapters/links/webrtc-channel.ts'
import { assert } from '../../src/base/assert.ts'
import { type Channel, MAX_FRAME_BYTES } from '../../src/peer/world.ts'
import type { Signal } from '../../src/ring/messages.ts'
import { type LinksTab, type LinksWorld, linksContract } from '../../test/contracts/links-contract.ts'
import { createIdentities, createKey, identityOf, randomHex, type TestIdentity } from '../../test/contracts/links-identity.ts'
import { memoryChannels, randomFingerprint, until } from '../../test/contracts/links-memory.ts'

const LIMITS = { construction: { burst: 400, perSecond: 50 } }
/** Where a deadline is waited for. Elsewhere it is that of the app, as a busy machine may need some seconds for a link. */
const IMPATIENT = { ...LIMITS, connectTimeoutMs: 3_000 }

function createLinks(identity: TestIdentity, limits: Partial<LinkLimits>): WebLinks {
  return new WebLinks({ ...identity, iceServers: [], random: randomHex, limits })
}

async function createWorld(specs: readonly LinksTab[], limits: Partial<LinkLimits>): Promise<LinksWorld & { close(): void }> {
  const keys = await Promise.all(specs.map(createKey))
  const tabs = specs
    .map(({ network, identity }) => identityOf(keys[identity] as (typeof keys)[0], `test#${network}`))
    .map((identity) => ({ nodeId: identity.nodeId, links: createLinks(identity, limits) }))
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
  const world = await createWorld(found.tabs, found.waitsForDeadline ? IMPATIENT : LIMITS)
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
function watch(identity: TestIdentity, carry: (signal: Signal) => void, limits: Partial<LinkLimits> = LIMITS): Watched {
  const watched: Watched = { identity, links: createLinks(identity, limits), log: [], messages: [] }
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
async function relayed(change: (signal: Signal) => Signal, limits?: Partial<LinkLimits>): Promise<{ low: Watched; high: Watched }> {
  const [first, second] = await createIdentities(2)
  const tabs: Watched[] = []
  const carry = (signal: Signal): void => tabs.find(({ identity }) => identity.nodeId === signal.to)?.links.signal(change(signal))
  tabs.push(watch(first as TestIdentity, carry, limits), watch(second as TestIdentity, carry, limits))
  const [low, high] = tabs as [Watched, Watched]
  return { low, high }
}

/** Two tabs with a link. */
async function linked(): Promise<{ low: Watched; high: Watched }> {
  const { low, high } = await relayed((signal) => signal)
  low.links.connect(high.identity.nodeId, 'trade')
  // Only the side that wanted it hears of a failure.
  await until(() => low.log.length > 0 && (high.log.length > 0 || low.log[0] !== 'up direct'), 'the link', 20_000)
  assert(low.log[0] === 'up direct', `a link and not: ${low.log[0]}`)
  return { low, high }
}

/** A relay swaps the fingerprint in what it carries: no link. `kind`: in which signal. */
async function swappedFingerprint(kind: 'offer' | 'answer'): Promise<string[]> {
  const fingerprint = `a=fingerprint:${randomFingerprint()}`
  const swap = (signal: Signal): Signal => ({ ...signal, sdp: signal.sdp.replace(/a=fingerprint:.*/, fingerprint) })
  const { low, high } = await relayed((signal) => (signal.kind === kind ? swap(signal) : signal), IMPATIENT)
  const [wanting, other] = kind === 'answer' ? [low, high] : [high, low]
  wanting.links.connect(other.identity.nodeId, 'neighbour')
  await until(() => wanting.log.length > 0, 'the attempt ends', 20_000)
  low.links.close()
  high.links.close()
  return [...low.log, ...high.log]
}

/** A peer that signals as it should and then behaves as it likes on a real WebRTC connection to an honest tab. */
interface Rogue {
  readonly identity: TestIdentity
  readonly honest: Watched
  readonly channel: Channel
  readonly connection: RTCPeerConnection
  /** What the honest tab answered to offers so far. */
  readonly signals: Signal[]
  offer(): void
}

/** The connections that the code under test constructs. */
const connections: RTCPeerConnection[] = []
const RealConnection = globalThis.RTCPeerConnection
globalThis.RTCPeerConnection = class extends RealConnection {
  constructor(configuration?: RTCConfiguration) {
    super(configuration)
    connections.push(this)
  }
}

async function createRogue(): Promise<Rogue> {
  const [low, high] = (await createIdentities(2)) as [TestIdentity, TestIdentity]
  const opened: Channel[] = []
  const signals: Signal[] = []
  let answer: (sdp: string) => void = () => {}
  const honest = watch(high, (signal) => {
    signals.push(signal)
    if (signal.kind === 'answer') answer(signal.sdp)
  })
  const offer = (): void => {
    const rtc = openWebRtc(
      { initiator: true, iceServers: [], relayOnly: false },
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
  const first = connections.length
  offer()
  await until(() => opened.length > 0, 'a raw channel', 20_000)
  const [channel, connection] = [opened[0] as Channel, connections[first] as RTCPeerConnection]
  return { identity: low, honest, channel, connection, signals, offer }
}

/** What the rogue does; most begin with the handshake as it should be, by our own code. */
const attacks: Record<string, (rogue: Rogue) => Promise<void>> = {
  async 'garbage instead of a handshake'({ channel }) {
    channel.send(crypto.getRandomValues(new Uint8Array(300)).fill(0xee, 0, 1))
  },
  async 'a frame too long'({ channel }) {
    channel.send(new Uint8Array(MAX_FRAME_BYTES + 1).fill(FRAME.hello, 0, 1))
  },
  async 'a message before the handshake'({ channel }) {
    channel.send(Uint8Array.of(3, 1, 2, 3))
  },
  async 'a forged proof'(rogue) {
    handshake(rogue, { signer: { ...rogue.identity.signer, sign: (_bytes, done) => queueMicrotask(() => done('ab'.repeat(64))) } })
  },
  async 'a proof over another fingerprint'(rogue) {
    const { channel } = rogue
    const localBinding = randomFingerprint()
    const { remoteBinding, transport, bufferedBytes } = channel
    const lying: Channel = {
      transport,
      localBinding,
      remoteBinding,
      bufferedBytes,
      send: (frame) => channel.send(frame),
      close: () => channel.close(),
      listen: (listener) => channel.listen(listener),
    }
    handshake(rogue, { channel: lying })
  },
  async 'garbage on an open link'(rogue) {
    await opened(rogue)
    rogue.channel.send(Uint8Array.of(0x77, 1, 2, 3))
  },
  async 'a message longer than allowed'(rogue) {
    await opened(rogue)
    const piece = new Uint8Array(MAX_FRAME_BYTES)
    for (let index = 0; index < 20; index += 1) rogue.channel.send(piece.fill(index === 0 ? 1 : 0, 0, 1))
  },
}

function handshake({ identity, honest, channel }: Rogue, changes: Partial<SessionOptions>): { readonly isOpen: () => boolean } {
  let open = false
  const listener = { onOpen: () => (open = true), onMessage: () => {}, onEnd: () => {}, onClose: () => {} }
  const options = { channel, initiator: true, identity, signer: identity.signer, random: randomHex, expected: honest.identity.nodeId }
  const rest = { isLinked: () => false, objection: () => '', nextOrder: () => 1, handshakeTimeoutMs: 10_000 }
  new Session({ ...options, ...rest, ...changes }, { ...listener, onOpen: () => void listener.onOpen() }).start()
  return { isOpen: () => open }
}

async function opened(rogue: Rogue): Promise<void> {
  const { isOpen } = handshake(rogue, {})
  await until(() => isOpen() && rogue.honest.log.length > 0, 'the link', 20_000)
}

/** Does one of the attacks. Returns what the honest tab said to its owner, and to the rogue's next offer. */
async function attack(name: string): Promise<{ log: string[]; refusal: string }> {
  const rogue = await createRogue()
  const run = attacks[name]
  assert(run !== undefined, `there is an attack ${name}`)
  await run(rogue)
  await until(() => rogue.connection.connectionState === 'closed', 'the cut', 20_000)
  rogue.offer()
  await until(() => rogue.signals.length === 2, 'the answer to the next offer', 20_000)
  rogue.honest.links.close()
  const { kind, sdp } = rogue.signals[1] as Signal
  return { log: rogue.honest.log, refusal: `${kind} ${sdp}` }
}

/** A peer that opens a second data channel is cut off; no link that it had goes on. */
async function secondDataChannel(): Promise<string[]> {
  const rogue = await createRogue()
  await opened(rogue)
  rogue.connection.createDataChannel('another')
  await until(() => rogue.honest.log.length > 1, 'the cut', 20_000)
  rogue.honest.links.close()
  return rogue.honest.log
}

/** Sends without pause for the event loop: past the bound the link is cut. */
async function flood(): Promise<{ readonly taken: number; readonly log: string[]; readonly received: number }> {
  const { low, high } = await linked()
  const message = new Uint8Array(200 * 1024)
  let taken = 0
  while (low.links.send(high.identity.nodeId, message)) taken += 1
  await until(() => low.log.length > 1 && high.log.length > 1, 'the end', 20_000)
  low.links.close()
  high.links.close()
  return { taken, log: low.log, received: high.messages.length }
}

/** Sends far more than the bound, but never more than 2 MiB ahead of what has left. Returns how much arrived. */
async function stream(messages: number): Promise<number> {
  const { low, high } = await linked()
  const message = new Uint8Array(256 * 1024)
  for (let index = 0; index < messages; index += 1) {
    await until(() => index - high.messages.length < 8, 'room', 20_000)
    assert(low.links.send(high.identity.nodeId, message), 'the link is open')
  }
  await until(() => high.messages.length === messages, 'all messages', 20_000)
  low.links.close()
  high.links.close()
  return high.messages.reduce((sum, { length }) => sum + length, 0)
}

/** Links that come and go leave no connection open behind them. */
async function churn(rounds: number): Promise<string[]> {
  const { low, high } = await relayed((signal) => signal)
  const first = connections.length
  for (let round = 1; round <= rounds; round += 1) {
    low.links.connect(high.identity.nodeId, 'guest')
    const ups = (log: string[]): number => log.filter((line) => line.startsWith('up')).length
    await until(() => ups(low.log) === round && ups(high.log) === round, 'the link', 20_000)
    low.links.disconnect(high.identity.nodeId, 'enough')
    await until(() => high.log.length === round * 2, 'its end', 20_000)
  }
  const own = connections.slice(first)
  await until(() => own.every(({ connectionState }) => connectionState === 'closed'), 'all connections closed', 20_000)
  return own.map(({ connectionState }) => connectionState)
}

export const suite = { runContract, swappedFingerprint, attack, secondDataChannel, flood, stream, churn }
export type Suite = typeof suite
