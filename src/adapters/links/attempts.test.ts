import { beforeEach, describe, expect, test } from 'vitest'
import { createIdentities, randomHex, type TestIdentity } from '../../../test/contracts/links-identity.ts'
import { memoryChannels, memoryWebRtc, randomFingerprint, sampleSdp, until } from '../../../test/contracts/links-memory.ts'
import type { Signal } from '../../ring/messages.ts'
import { FRAME } from './frames.ts'
import type { LinkLimits } from './limits.ts'
import { type SignalBody, signSignal } from './signals.ts'
import { WebLinks } from './web-links.ts'

interface Tab {
  readonly identity: TestIdentity
  readonly links: WebLinks
  readonly log: string[]
  readonly signals: Signal[]
  /** Of its attempts. */
  readonly stages: string[]
}

let webRtc = memoryWebRtc()
let identities: TestIdentity[]
/** What the tabs made since `createTab`, and who gets their signals. */
let tabs: Tab[]
let carry: (signal: Signal) => void

function createTab(identity: TestIdentity, limits: Partial<LinkLimits> = {}, nowMs = Date.now): Tab {
  const stages: string[] = []
  const links = new WebLinks({
    ...identity,
    iceServers: [],
    random: randomHex,
    openRtc: webRtc.openRtc,
    nowMs,
    limits: { connectTimeoutMs: 1_000, ...limits },
    watch: { onStage: (stage) => stages.push(stage), onGathered: (sdp) => stages.push(sdp === '' ? 'asked' : 'gathered') },
  })
  const tab: Tab = { identity, links, log: [], signals: [], stages }
  links.listen({
    onSignal(signal) {
      tab.signals.push(signal)
      carry(signal)
    },
    onLinkUp: ({ transport, purpose, initiator }) => tab.log.push(`up ${transport} ${purpose}${initiator ? ' initiator' : ''}`),
    onLinkDown: (_peer, reason) => tab.log.push(`down ${reason}`),
    onConnectFailed: (_peer, reason) => tab.log.push(`failed ${reason}`),
    onMessage: () => tab.log.push('message'),
  })
  tabs.push(tab)
  return tab
}

function deliver(signal: Signal): void {
  for (const { identity, links } of tabs) if (identity.nodeId === signal.to) links.signal(signal)
}

function signed(from: TestIdentity, to: TestIdentity, fields: Pick<SignalBody, 'kind' | 'sdp'> & Partial<SignalBody>): Promise<Signal> {
  const body = { from: from.nodeId, to: to.nodeId, purpose: 'guest', connection: randomHex(16), ...from.credentials, ...fields } as const
  return new Promise((resolve) => signSignal(from, body, resolve))
}

beforeEach(async () => {
  webRtc = memoryWebRtc()
  identities = await createIdentities(6)
  tabs = []
  carry = deliver
})

test('attempts are counted: begun, and opened, failed or refused', async () => {
  const [low, high, other] = identities as [TestIdentity, TestIdentity, TestIdentity]
  const [caller, called] = [createTab(low, { connectTimeoutMs: 200 }), createTab(high)]
  caller.links.connect(high.nodeId, 'neighbour')
  await until(() => caller.stages.includes('opened') && called.stages.includes('opened'), 'both to be linked')
  expect(caller.stages).toEqual(['begun', 'gathered', 'opened'])
  expect(called.stages).toEqual(['begun', 'gathered', 'opened'])
  caller.links.connect(other.nodeId, 'neighbour')
  await until(() => caller.stages.includes('failed'), 'nobody to answer')
  carry = async ({ from, kind, connection: id }) => {
    if (from === low.nodeId && kind !== 'refuse') deliver(await signed(other, low, { kind: 'refuse', sdp: 'full', connection: id }))
  }
  caller.links.connect(other.nodeId, 'neighbour')
  await until(() => caller.stages.includes('refused'), 'the refusal')
})

describe('lost signals', () => {
  test('who asks again a while after the offer gets the offer again; who answered and asks anew, a new one', async () => {
    const [low, high, other] = identities as [TestIdentity, TestIdentity, TestIdentity]
    let now = Date.now()
    const tab = createTab(low, { connectTimeoutMs: 60_000 }, () => now)
    carry = () => {}
    const offers = () => tab.signals.filter(({ kind, to }) => kind === 'offer' && to === high.nodeId)
    tab.links.signal(await signed(high, low, { kind: 'ask', sdp: '' }))
    await until(() => offers().length === 1, 'an offer')
    now += 2_000
    tab.links.signal(await signed(high, low, { kind: 'ask', sdp: '' }))
    await until(() => offers().length === 2, 'the same offer once more')
    expect(offers()[1]).toEqual(offers()[0])
    const { connection } = offers()[0] as Signal
    tab.links.signal(await signed(high, low, { kind: 'answer', sdp: sampleSdp('answer', randomFingerprint()), connection }))
    tab.links.signal(await signed(other, low, { kind: 'ask', sdp: '' }))
    await until(() => tab.signals.some(({ to }) => to === other.nodeId), 'what came after the answer is dealt with')
    tab.links.signal(await signed(high, low, { kind: 'ask', sdp: '' }))
    await until(() => offers().length === 3, 'a new offer')
    expect(offers()[2]?.connection).not.toBe(connection)
    tab.links.close()
  })
})

describe('signals of others', () => {
  test('from the wrong side, to someone else, of nobody or badly signed have no effect', async () => {
    const [low, mid, high] = identities as [TestIdentity, TestIdentity, TestIdentity]
    const tab = createTab(mid)
    const offer = sampleSdp('offer', randomFingerprint())
    const good = await signed(low, mid, { kind: 'offer', sdp: offer })
    const bad = [
      await signed(high, mid, { kind: 'offer', sdp: offer }),
      await signed(low, mid, { kind: 'ask', sdp: '' }),
      await signed(low, high, { kind: 'offer', sdp: offer }),
      await signed(low, mid, { kind: 'answer', sdp: sampleSdp('answer', randomFingerprint()) }),
      await signed(low, mid, { kind: 'refuse', sdp: 'no' }),
      await signed(mid, mid, { kind: 'offer', sdp: offer }),
      { ...good, connection: randomHex(16) },
      { ...good, ...high.credentials },
    ]
    for (const signal of bad) tab.links.signal(signal)
    tab.links.signal(good)
    await until(() => tab.signals.length > 0, 'an answer to the good one')
    expect([webRtc.opened(), tab.signals.length, tab.signals[0]?.kind, tab.log]).toEqual([1, 1, 'answer', []])
  })

  test('an offer is used once, however often it comes and whenever', async () => {
    const [low, high] = identities as [TestIdentity, TestIdentity]
    const tab = createTab(high)
    const offer = await signed(low, high, { kind: 'offer', sdp: sampleSdp('offer', randomFingerprint()) })
    for (let count = 0; count < 3; count += 1) tab.links.signal(offer)
    await until(() => tab.signals.length > 0, 'the answer')
    tab.links.disconnect(low.nodeId, 'enough')
    tab.links.signal(offer)
    const another = await signed(low, high, { kind: 'offer', sdp: sampleSdp('offer', randomFingerprint()) })
    tab.links.signal(another)
    await until(() => tab.signals.length > 1, 'the answer to another')
    expect([webRtc.opened(), tab.signals.map(({ connection }) => connection)]).toEqual([2, [offer.connection, another.connection]])
  })

  test('an offer with an SDP that is none of ours is refused, and its sender cut off', async () => {
    const [low, high] = identities as [TestIdentity, TestIdentity]
    const tab = createTab(high)
    tab.links.signal(await signed(low, high, { kind: 'offer', sdp: 'v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\n' }))
    await until(() => tab.signals.length === 1, 'the refusal')
    tab.links.signal(await signed(low, high, { kind: 'offer', sdp: sampleSdp('offer', randomFingerprint()) }))
    await until(() => tab.signals.length === 2, 'the second refusal')
    expect(tab.signals.map(({ kind, sdp }) => `${kind} ${sdp}`)).toEqual([
      'refuse SDP refused: not exactly one data channel',
      'refuse cut off for a while, for breaking the protocol',
    ])
    expect(webRtc.opened()).toBe(0)
  })

  test('a refusal cannot pass for a finding of this side', async () => {
    const [low, high] = identities as [TestIdentity, TestIdentity]
    const tab = createTab(low)
    const refuse = async ({ connection }: Signal): Promise<void> =>
      tab.links.signal(await signed(high, low, { kind: 'refuse', sdp: 'duplicate identity\u0007', connection }))
    carry = (signal) => void refuse(signal)
    tab.links.connect(high.nodeId, 'trade')
    await until(() => tab.log.length > 0, 'the failure')
    expect(tab.log).toEqual(['failed refused: duplicate identity'])
  })

  test('only the first answer counts', async () => {
    const [low, high] = identities as [TestIdentity, TestIdentity]
    const [a, b] = [createTab(low), createTab(high)]
    const answerTwice = async (answer: Signal): Promise<void> => {
      const { connection } = answer
      const second = await signed(high, low, { kind: 'answer', sdp: sampleSdp('answer', randomFingerprint()), connection })
      deliver(answer)
      deliver(second)
    }
    carry = (signal) => (signal.kind === 'answer' ? void answerTwice(signal) : deliver(signal))
    a.links.connect(high.nodeId, 'trade')
    await until(() => a.log.length > 0 && b.log.length > 0, 'the link')
    expect([a.log, b.log]).toEqual([['up direct trade initiator'], ['up direct trade']])
  })

  test('a forged answer fails the attempt', async () => {
    const [low, high] = identities as [TestIdentity, TestIdentity]
    const tab = createTab(low)
    const forge = async ({ connection }: Signal): Promise<void> => {
      const answer = await signed(high, low, { kind: 'answer', sdp: sampleSdp('answer', randomFingerprint()), connection })
      tab.links.signal({ ...answer, sdp: sampleSdp('answer', randomFingerprint()) })
    }
    carry = (signal) => void forge(signal)
    tab.links.connect(high.nodeId, 'trade')
    await until(() => tab.log.length > 0, 'the failure')
    expect(tab.log).toEqual(['failed a signal on the way was forged'])
  })
})

describe('two attempts at once', () => {
  test('the offer of the lower serves both, with its purpose, whichever signal is first', async () => {
    const [low, high] = identities as [TestIdentity, TestIdentity]
    for (const askFirst of [true, false]) {
      tabs = []
      const [a, b] = [createTab(low), createTab(high)]
      const held: Signal[] = []
      carry = (signal) => (signal.kind === 'ask' || signal.kind === 'offer' ? held.push(signal) : deliver(signal))
      a.links.connect(high.nodeId, 'neighbour')
      b.links.connect(low.nodeId, 'trade')
      await until(() => held.length === 2, 'ask and offer')
      held.sort((left) => ((left.kind === 'ask') === askFirst ? -1 : 1))
      for (const signal of held) deliver(signal)
      await until(() => a.log.length > 0 && b.log.length > 0, 'the link')
      expect([a.log, b.log]).toEqual([['up direct neighbour initiator'], ['up direct neighbour']])
      for (const { links } of [a, b]) links.close()
    }
    expect(webRtc.opened()).toBe(4)
  })

  test('a failure is told to the side that wanted the link, also when the other began', async () => {
    const [low, high] = identities as [TestIdentity, TestIdentity]
    const [a, b] = [createTab(low), createTab(high)]
    carry = (signal) => signal.kind !== 'answer' && deliver(signal)
    a.links.connect(high.nodeId, 'neighbour')
    await until(() => b.signals.length > 0, 'the answer that gets lost')
    await until(() => a.log.length > 0, 'the failure')
    expect([a.log, b.log]).toEqual([['failed no answer in time'], []])
    a.links.connect(high.nodeId, 'neighbour')
    await until(() => b.signals.length > 1, 'the second answer that gets lost')
    b.links.connect(low.nodeId, 'neighbour')
    await until(() => b.log.length > 0, 'the failure')
    expect(b.log).toEqual(['failed no answer in time'])
  })

  test('a failure after the offer that was asked for is told to the side that asked', async () => {
    const [low, high] = identities as [TestIdentity, TestIdentity]
    const [a, b] = [createTab(low), createTab(high)]
    carry = (signal) => signal.kind !== 'answer' && deliver(signal)
    b.links.connect(low.nodeId, 'neighbour')
    await until(() => b.log.length > 0, 'the failure')
    expect([b.signals.map(({ kind }) => kind), b.log, a.log]).toEqual([['ask', 'answer'], ['failed no answer in time'], []])
  })
})

describe('pace and bounds', () => {
  test('attempts wait for their turn rather than fail', async () => {
    const [first, ...others] = identities as [TestIdentity, ...TestIdentity[]]
    const tab = createTab(first, { construction: { burst: 1, perSecond: 2 }, connectTimeoutMs: 1_900 })
    for (const identity of others) createTab(identity)
    for (const identity of others) tab.links.connect(identity.nodeId, 'finger')
    await until(() => tab.log.length > 0, 'the first link')
    expect(tab.signals.length).toBeLessThan(others.length)
    await until(() => tab.log.length === others.length, 'all links')
    expect(new Set(tab.log)).toEqual(new Set(['up direct finger initiator']))
  })

  test('an attempt given up while it waits costs no turn', async () => {
    const [first, second, third] = identities as [TestIdentity, TestIdentity, TestIdentity]
    carry = () => {}
    const tab = createTab(first, { construction: { burst: 1, perSecond: 0.001 } })
    for (const { nodeId } of [second, third]) tab.links.connect(nodeId, 'finger')
    tab.links.disconnect(third.nodeId, 'no')
    await until(() => tab.log.length === 1, 'the failure of the first')
    expect([webRtc.opened(), tab.log]).toEqual([1, ['failed no answer in time']])
  })

  test('too many attempts fail, too many of others are refused', async () => {
    const [first, second, third, fourth] = identities as [TestIdentity, TestIdentity, TestIdentity, TestIdentity]
    carry = () => {}
    const tab = createTab(first, { attempts: 1, connectTimeoutMs: 5_000 })
    tab.links.connect(second.nodeId, 'finger')
    tab.links.connect(third.nodeId, 'finger')
    expect(tab.log).toEqual([])
    await until(() => tab.log.length === 1, 'the failure')
    expect(tab.log).toEqual(['failed too many attempts at once'])
    tab.links.signal(await signed(fourth, first, { kind: 'ask', sdp: '' }))
    await until(() => tab.signals.some(({ kind }) => kind === 'refuse'), 'the refusal')
    tab.links.close()
  })

  test('channels of the rendezvous with an unfinished handshake are bounded', () => {
    const tab = createTab(identities[0] as TestIdentity, { handshakes: 2 })
    const channels = [0, 1, 2].map(() => memoryChannels('rendezvous'))
    for (const [own] of channels) tab.links.accept(own, false)
    expect(channels.map(([own]) => own.closed)).toEqual([false, false, true])
    tab.links.close()
    expect(channels.map(([own]) => own.closed)).toEqual([true, true, true])
  })

  test('a browser without WebRTC fails with a reason', async () => {
    const [low, high] = identities as [TestIdentity, TestIdentity]
    webRtc = {
      opened: () => 0,
      openRtc: () => {
        throw new Error('not in this browser')
      },
    }
    const tab = createTab(low)
    tab.links.connect(high.nodeId, 'trade')
    tab.links.connect(low.nodeId, 'trade')
    await until(() => tab.log.length === 2, 'the failures')
    expect(tab.log.toSorted()).toEqual(['failed a peer has no link to itself', 'failed no WebRTC: not in this browser'])
  })
})

describe('a link and its transports', () => {
  test('a channel of the rendezvous changes nothing between peers with a direct link, and both are told of the link', async () => {
    const [low, high] = identities as [TestIdentity, TestIdentity]
    const [a, b] = [createTab(low), createTab(high)]
    a.links.connect(high.nodeId, 'trade')
    await until(() => a.log.length > 0 && b.log.length > 0, 'the link')
    const [left, right] = memoryChannels('rendezvous')
    a.links.accept(left, true)
    b.links.accept(right, false)
    await until(() => a.log.length > 1 && b.log.length > 1, 'the second word')
    expect([a.log, b.log]).toEqual([
      ['up direct trade initiator', 'up direct trade initiator'],
      ['up direct trade', 'up direct trade'],
    ])
    await until(() => left.closed && right.closed, 'the end of the channel')
    expect(a.links.send(high.nodeId, Uint8Array.of(1))).toBe(true)
  })

  test('two channels of the rendezvous at once leave both sides on the same one', async () => {
    const [low, high] = identities as [TestIdentity, TestIdentity]
    const [a, b] = [createTab(low, { drainTimeoutMs: 20 }), createTab(high, { drainTimeoutMs: 20 })]
    const pairs = [memoryChannels('rendezvous', ['1', '2']), memoryChannels('rendezvous', ['3', '4'])]
    for (const [left, right] of pairs) {
      a.links.accept(left, true)
      b.links.accept(right, false)
    }
    await until(() => pairs.flat().filter(({ closed }) => closed).length === 2, 'the end of one of them')
    expect([a.links.send(high.nodeId, Uint8Array.of(1)), b.links.send(low.nodeId, Uint8Array.of(1))]).toEqual([true, true])
    await until(() => a.log.includes('message') && b.log.includes('message'), 'a message each way')
    expect([...a.log, ...b.log].some((line) => /down|failed/.test(line))).toBe(false)
  })

  test('both sides stay on the later of two channels, also when the higher hears of the earlier one last', async () => {
    const [low, high] = identities as [TestIdentity, TestIdentity]
    const [a, b] = [createTab(low, { drainTimeoutMs: 20 }), createTab(high, { drainTimeoutMs: 20 })]
    const [first, second] = [memoryChannels('rendezvous', ['1', '2']), memoryChannels('rendezvous', ['3', '4'])]
    const held: Uint8Array[] = []
    const arrive = first[1].arrive.bind(first[1])
    first[1].arrive = (frame) => (frame[0] === FRAME.ready || held.length > 0 ? void held.push(frame) : arrive(frame))
    a.links.accept(first[0], true)
    b.links.accept(first[1], false)
    await until(() => a.log.length === 1, 'the lower takes the first')
    a.links.accept(second[0], true)
    b.links.accept(second[1], false)
    await until(() => a.log.length === 2 && b.log.length === 1, 'both take the second')
    for (const frame of held) arrive(frame)
    await until(() => first[0].closed && first[1].closed, 'the end of the first')
    expect([a.links.send(high.nodeId, Uint8Array.of(1)), b.links.send(low.nodeId, Uint8Array.of(1))]).toEqual([true, true])
    await until(() => a.log.includes('message') && b.log.includes('message'), 'a message each way')
    expect([second[0].closed, second[1].closed]).toEqual([false, false])
    expect([...a.log, ...b.log].some((line) => /down|failed/.test(line))).toBe(false)
  })

  test('an attempt that is given up while the last proof is checked gives no link', async () => {
    const [low, high] = identities as [TestIdentity, TestIdentity]
    const held: (() => void)[] = []
    const signer: TestIdentity['signer'] = {
      sign: low.signer.sign,
      // The second one: the first is that of the answer.
      verify: (parts, done) =>
        parts[0]?.key.startsWith('link/') ? void held.push(() => low.signer.verify(parts, done)) : low.signer.verify(parts, done),
    }
    const [a, b] = [createTab({ ...low, signer }), createTab(high, { connectTimeoutMs: 5_000 })]
    a.links.connect(high.nodeId, 'trade')
    await until(() => held.length > 0, 'the proof')
    await new Promise((resolve) => setTimeout(resolve, 20))
    a.links.disconnect(high.nodeId, 'not needed')
    held[0]?.()
    a.links.connect(high.nodeId, 'guest')
    await until(() => held.length > 1, 'a second attempt')
    held[1]?.()
    await until(() => a.log.length > 0 && b.log.length > 0, 'its link')
    expect([a.log, b.log]).toEqual([['up direct guest initiator'], ['up direct guest']])
  })

  test('a peer that comes again, as after a crash, replaces its dead link', async () => {
    const [low, high] = identities as [TestIdentity, TestIdentity]
    const [a, before] = [createTab(low), createTab(high)]
    a.links.connect(high.nodeId, 'trade')
    await until(() => a.log.length > 0 && before.log.length > 0, 'the link')
    tabs = [a]
    const after = createTab(high)
    const [left, right] = memoryChannels('rendezvous')
    a.links.accept(left, true)
    after.links.accept(right, false)
    await until(() => after.log.length > 0 && a.log.length > 1, 'the link again')
    expect([a.log[1], after.log[0]]).toEqual(['up rendezvous trade initiator', 'up rendezvous guest'])
    expect(a.links.send(high.nodeId, Uint8Array.of(1))).toBe(true)
    await until(() => after.log.includes('message'), 'the message')
  })
})
