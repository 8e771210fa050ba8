import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { createIdentities, type TestIdentity } from '../../../test/contracts/links-identity.ts'
import { nodeIdOf } from '../../base/identity.ts'
import type { Signal } from '../../ring/messages.ts'
import { type SignalBody, signSignal, verifySignal } from './signals.ts'

let own: TestIdentity
let other: TestIdentity
let signal: Signal

function body(changes: Partial<SignalBody> = {}): SignalBody {
  const { nodeId, credentials } = own
  return {
    kind: 'offer',
    from: nodeId,
    to: other.nodeId,
    purpose: 'trade',
    connection: '01'.repeat(16),
    sdp: 'v=0',
    ...credentials,
    ...changes,
  }
}

function sign(unsigned: SignalBody): Promise<Signal> {
  return new Promise((resolve) => signSignal(own, unsigned, resolve))
}

function verify(signed: Signal, network = other.network): Promise<boolean> {
  return new Promise((resolve) => verifySignal({ network, signer: other.signer }, signed, resolve))
}

beforeAll(async () => {
  const [first, second] = await createIdentities(2)
  own = first as TestIdentity
  other = second as TestIdentity
  signal = await sign(body())
})

describe('a signal', () => {
  test('holds as it was signed', async () => {
    expect(await verify(signal)).toBe(true)
  })

  const changes: Record<string, () => Partial<Signal>> = {
    kind: () => ({ kind: 'answer' }),
    to: () => ({ to: own.nodeId }),
    purpose: () => ({ purpose: 'guest' }),
    connection: () => ({ connection: '02'.repeat(16) }),
    sdp: () => ({ sdp: 'v=1' }),
    from: () => ({ from: other.nodeId }),
    nonce: () => ({ nonce: 1 }),
    'nonce and the nodeId that follows': () => ({ nonce: 1, from: nodeIdOf(own.network, { ...own.credentials, nonce: 1 }) }),
    publicKey: () => other.credentials,
    'whole identity': () => ({ ...other.credentials, from: other.nodeId }),
    signature: () => ({ signature: `00${signal.signature.slice(2)}` }),
  }
  test.each(Object.keys(changes))('does not hold with another %s', async (field) => {
    const changed = { ...signal, ...changes[field]?.() }
    expect(changed).not.toEqual(signal)
    expect(await verify(changed)).toBe(false)
  })

  test('does not hold in the name of another, however well signed with the own key', async () => {
    expect(await verify(await sign(body({ from: other.nodeId, to: own.nodeId })))).toBe(false)
  })

  test('does not hold in another network', async () => {
    expect(await verify(signal, 'test#1')).toBe(false)
  })

  test('does not hold when any digit of its SDP is another', async () => {
    const long = await sign(body({ sdp: 'a=fingerprint:sha-256 AB:CD:EF' }))
    await fc.assert(
      fc.asyncProperty(fc.nat(long.sdp.length - 1), async (index) => {
        const sdp = `${long.sdp.slice(0, index)}${long.sdp[index] === 'A' ? 'B' : 'A'}${long.sdp.slice(index + 1)}`
        expect(await verify({ ...long, sdp })).toBe(false)
      }),
    )
  })

  test('of a small-order key, with which anyone forges any message, does not hold', async () => {
    const credentials = { publicKey: `01${'00'.repeat(31)}`, nonce: 0 }
    const from = nodeIdOf(own.network, credentials)
    expect(await verify({ ...body({ from, ...credentials }), signature: `01${'00'.repeat(63)}` })).toBe(false)
  })
})
