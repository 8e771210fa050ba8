import { beforeEach, describe, expect, test } from 'vitest'
import { createIdentities, createKey, identityOf, randomHex, type TestIdentity } from '../../../test/contracts/links-identity.ts'
import { MemoryChannel, memoryChannels, until } from '../../../test/contracts/links-memory.ts'
import { utf8 } from '../../base/bytes.ts'
import { nodeIdOf } from '../../base/identity.ts'
import type { Signer } from '../../peer/world.ts'
import { closeFrame, controlFrame, FRAME } from './frames.ts'
import { encodeHello } from './handshake.ts'
import { ALREADY_LINKED, DUPLICATE_IDENTITY, MAX_WAITING_BYTES, Session, type SessionOptions } from './session.ts'

interface Side {
  readonly session: Session
  readonly log: string[]
  readonly messages: Uint8Array[]
}

function side(identity: TestIdentity, channel: MemoryChannel, changes: Partial<SessionOptions> = {}): Side {
  const log: string[] = []
  const messages: Uint8Array[] = []
  const session: Session = new Session(
    {
      channel,
      initiator: false,
      identity,
      signer: identity.signer,
      random: randomHex,
      expected: null,
      isLinked: () => false,
      objection: () => '',
      nextOrder: () => 5,
      handshakeTimeoutMs: 2_000,
      ...changes,
    },
    {
      onOpen: () => log.push('open'),
      onMessage: (message) => messages.push(message),
      onEnd: () => log.push('end'),
      onClose: ({ reason, violation }) => log.push(`${violation ? 'violation' : 'closed'} ${reason}`),
    },
  )
  return { session, log, messages }
}

let low: TestIdentity
let high: TestIdentity

beforeEach(async () => {
  const [first, second] = await createIdentities(2)
  low = first as TestIdentity
  high = second as TestIdentity
})

interface Setting {
  readonly left?: TestIdentity
  readonly right?: TestIdentity
  readonly bindings?: [string, string]
  readonly leftChanges?: Partial<SessionOptions>
  readonly rightChanges?: Partial<SessionOptions>
}

/** Two sessions over a channel, the left one the initiator, until both have come to something. */
async function meet({
  left = low,
  right = high,
  bindings,
  leftChanges,
  rightChanges,
}: Setting = {}): Promise<{ a: Side; b: Side; channels: MemoryChannel[] }> {
  const channels = memoryChannels('rendezvous', bindings)
  const a = side(left, channels[0], { initiator: true, ...leftChanges })
  const b = side(right, channels[1], rightChanges)
  a.session.start()
  b.session.start()
  await until(() => a.log.length > 0 && b.log.length > 0, 'both ends')
  return { a, b, channels }
}

describe('the handshake', () => {
  test.each(['lower', 'higher'])('opens on both sides, whichever is the initiator: the %s', async (which) => {
    const { a, b } = which === 'lower' ? await meet() : await meet({ left: high, right: low })
    expect([a.log, b.log]).toEqual([['open'], ['open']])
    expect([a.session.proven, b.session.proven]).toEqual([true, true])
    expect(new Set([a.session.peer, b.session.peer])).toEqual(new Set([low.nodeId, high.nodeId]))
    expect([a.session.order, b.session.order]).toEqual([5, 5])
  })

  test('takes another network for what it is, and both sides name both', async () => {
    const stranger = identityOf(await createKey(), 'test#1')
    const { a, b } = await meet({ right: stranger })
    expect(a.log).toEqual(['closed other network: test#1, ours is test#0'])
    expect(b.log).toEqual(['closed other network: test#0, ours is test#1'])
  })

  test('finds its own identity at the other end, after proof', async () => {
    const { a, b } = await meet({ right: low })
    expect([a.log, b.log]).toEqual([[`closed ${DUPLICATE_IDENTITY}`], [`closed ${DUPLICATE_IDENTITY}`]])
  })

  test('does not take a claim to its own identity for a duplicate', async () => {
    const liar: TestIdentity = { ...low, signer: high.signer }
    const { a } = await meet({ right: liar })
    expect(a.log).toEqual(['violation the proof of its nodeId does not hold'])
  })

  test('refuses a proof for another channel: what sits in between has other bindings', async () => {
    const channels = memoryChannels('direct', ['sha-256 AA', 'sha-256 BB'])
    const wrong = new MemoryChannel('direct', 'sha-256 CC', 'sha-256 AA')
    wrong.other = channels[0]
    channels[0].other = wrong
    const a = side(low, channels[0], { initiator: true })
    const b = side(high, wrong)
    a.session.start()
    b.session.start()
    await until(() => a.log.length > 0 && b.log.length > 0, 'both ends')
    expect(a.log).toEqual(['violation the proof of its nodeId does not hold'])
    expect(b.log).toEqual(['violation the proof of its nodeId does not hold'])
  })

  test('refuses two initiators, so that no proof can be reflected', async () => {
    const { a } = await meet({ rightChanges: { initiator: true } })
    expect(a.log).toEqual(['violation the proof of its nodeId does not hold'])
  })

  test('refuses who is not expected', async () => {
    const { a } = await meet({ leftChanges: { expected: 'ff'.repeat(16) } })
    expect(a.log).toEqual(['closed another peer than expected'])
  })

  test('refuses whom the owner does not want, and the other side hears why, as the words of the other', async () => {
    const { a, b } = await meet({ leftChanges: { objection: (peer) => (peer === high.nodeId ? DUPLICATE_IDENTITY : '') } })
    expect(a.log).toEqual([`closed ${DUPLICATE_IDENTITY}`])
    expect(b.log).toEqual([`closed refused by the other side: ${DUPLICATE_IDENTITY}`])
  })

  test('refuses a small-order key, whose signatures anyone can make', async () => {
    const credentials = { publicKey: `01${'00'.repeat(31)}`, nonce: 0 }
    const signer: Signer = { ...high.signer, sign: (_bytes, done) => setTimeout(() => done(`01${'00'.repeat(63)}`), 0) }
    const forger: TestIdentity = { credentials, network: low.network, nodeId: nodeIdOf(low.network, credentials), signer }
    const { a } = await meet({ right: forger })
    expect(a.log).toEqual(['violation the proof of its nodeId does not hold'])
  })

  test('ends when both sides are linked directly already, and only then', async () => {
    const linked = { isLinked: () => true }
    const both = await meet({ leftChanges: linked, rightChanges: linked })
    expect([both.a.log, both.b.log]).toEqual([[`closed ${ALREADY_LINKED}`], [`closed ${ALREADY_LINKED}`]])
    const one = await meet({ leftChanges: linked })
    expect([one.a.log, one.b.log]).toEqual([['open'], ['open']])
  })
})

describe('before the handshake ends', () => {
  const hello = (): Uint8Array => controlFrame(FRAME.hello, encodeHello(high, '07'.repeat(16)))
  const cases: Record<string, () => [Uint8Array[], string]> = {
    nothing: () => [[new Uint8Array()], 'broke the protocol: a frame of 0 bytes'],
    'too much': () => [[new Uint8Array(20_000).fill(FRAME.hello, 0, 1)], 'broke the protocol: a frame of 20000 bytes'],
    'an unknown frame': () => [[Uint8Array.of(0x55)], 'broke the protocol: an unknown frame 85'],
    'a message': () => [[hello(), Uint8Array.of(3, 1)], 'broke the protocol: a message before the handshake'],
    'an end': () => [[hello(), Uint8Array.of(FRAME.end)], 'broke the protocol: an end before the start'],
    'two hellos': () => [[hello(), hello()], 'broke the protocol: a second hello'],
    'a proof of nobody': () => [[controlFrame(FRAME.proof, new Uint8Array(65))], 'broke the protocol: a proof at the wrong time'],
    'half a proof': () => [[hello(), controlFrame(FRAME.proof, new Uint8Array(10))], 'broke the protocol: proof: the bytes end too early'],
    'ready without proof': () => [[hello(), controlFrame(FRAME.ready, new Uint8Array(8))], 'broke the protocol: ready at the wrong time'],
    'half a hello': () => [[hello().subarray(0, 30)], 'broke the protocol: hello: the bytes end too early'],
    'a hello that says more': () => [[Uint8Array.of(...hello(), 0)], 'broke the protocol: hello: 1 bytes too many'],
  }
  test.each(Object.keys(cases))('%s is a violation', async (what) => {
    const [frames, reason] = cases[what]?.() ?? [[], '']
    const [own, others] = memoryChannels('direct')
    const a = side(low, own)
    a.session.start()
    for (const frame of frames) others.send(frame)
    await until(() => a.log.length > 0, 'the end')
    expect(a.log).toEqual([`violation ${reason}`])
    expect(own.closed).toBe(true)
    expect(own.sent.at(-1)).toEqual(closeFrame(reason))
  })

  test('another version of the protocol is no violation', async () => {
    const [own, others] = memoryChannels('direct')
    const a = side(low, own)
    a.session.start()
    others.send(controlFrame(FRAME.hello, Uint8Array.of(2, ...utf8('whatever comes then'))))
    await until(() => a.log.length > 0, 'the end')
    expect(a.log).toEqual(['closed other version of the link protocol: 2, ours is 1'])
  })

  test('a channel that closes while a proof is checked ends it, once the check is done', async () => {
    const held: (() => void)[] = []
    const signer: Signer = { ...low.signer, verify: (parts, done) => void held.push(() => low.signer.verify(parts, done)) }
    const channels = memoryChannels('direct')
    const a = side(low, channels[0], { initiator: true, signer })
    const b = side(high, channels[1])
    a.session.start()
    b.session.start()
    await until(() => held.length > 0 && b.session.proven, 'the proofs')
    b.session.close('changed my mind')
    await until(() => channels[0].closed, 'the close')
    expect(a.log).toEqual([])
    held[0]?.()
    await until(() => a.log.length > 0, 'the end')
    expect(a.log).toEqual(['closed refused by the other side: changed my mind'])
  })

  test('a side that says nothing is given up', async () => {
    const [own] = memoryChannels('direct')
    const a = side(low, own, { handshakeTimeoutMs: 20 })
    a.session.start()
    await until(() => a.log.length > 0, 'the end')
    expect(a.log).toEqual(['closed the handshake took too long'])
  })
})

describe('an open session', () => {
  test('carries messages both ways, and tells of the end and of the close', async () => {
    const { a, b } = await meet()
    const long = new Uint8Array(100_000).fill(3)
    expect([a.session.send(long), a.session.send(new Uint8Array()), b.session.send(Uint8Array.of(4))]).toEqual([true, true, true])
    a.session.end()
    expect(a.session.send(Uint8Array.of(5))).toBe(false)
    expect(b.session.send(Uint8Array.of(6))).toBe(true)
    await until(() => b.log.length === 2 && a.messages.length === 2, 'the end')
    expect([b.messages, b.log]).toEqual([
      [long, new Uint8Array()],
      ['open', 'end'],
    ])
    a.session.close('not needed')
    a.session.close('again')
    await until(() => b.log.length === 3, 'the close')
    expect([a.log, b.log]).toEqual([['open'], ['open', 'end', 'closed not needed']])
    expect(b.session.send(Uint8Array.of(7))).toBe(false)
  })

  test('ends by a violation', async () => {
    const { a, b, channels } = await meet()
    channels[1]?.send(Uint8Array.of(2, 1))
    await until(() => a.log.length === 2 && b.log.length === 2, 'the end')
    expect(a.log[1]).toBe('violation broke the protocol: a piece of no message')
    expect(b.log[1]).toBe('closed broke the protocol: a piece of no message')
  })

  test('is cut when its messages pile up, after the call', async () => {
    const { a, channels } = await meet()
    const own = channels[0] as MemoryChannel
    own.bufferedBytes = MAX_WAITING_BYTES - 100
    expect(a.session.send(new Uint8Array(100))).toBe(true)
    expect(a.session.send(new Uint8Array(101))).toBe(false)
    expect(a.log).toEqual(['open'])
    await until(() => a.log.length === 2, 'the cut')
    expect(a.log[1]).toBe('closed too slow: its messages pile up')
  })

  test('ends with its channel', async () => {
    const { a, channels } = await meet()
    channels[1]?.close()
    await until(() => a.log.length === 2, 'the end')
    expect(a.log[1]).toBe('closed the other end closed')
  })
})
