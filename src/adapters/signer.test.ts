import { etc, hashes, Point, utils } from '@noble/ed25519'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { type SignerWorld, signerContract } from '../../test/contracts/signer-contract.ts'
import { concat, fromHex, toHex, utf8 } from '../base/bytes.ts'
import { type Credentials, puzzleBits } from '../base/identity.ts'
import { BoundedCache } from './bounded-cache.ts'
import { detectEd25519, type Ed25519, isSoundKey, nobleEd25519, signBytes, webCryptoEd25519 } from './ed25519.ts'
import { createSigner } from './signer.ts'

const network = 'test#0'
const backEnds = [webCryptoEd25519, nobleEd25519]
const L = Point.CURVE().n
const message = utf8('one offer')
/** A point of order 8: what is left of any point after multiplying it by the group order. */
const torsion = Point.fromHex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a', false)

function bytesOf(value: bigint): Uint8Array {
  return fromHex(value.toString(16).padStart(64, '0')).reverse()
}

function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(bytes.slice().reverse())}`)
}

/** A signature over `message` with R as given: S = r + k·a, where R stands for r·B. */
async function craft(secret: { a: bigint; r: bigint }, A: Uint8Array, R: Uint8Array): Promise<Uint8Array> {
  const k = numberOf(await hashes.sha512Async(concat(R, A, message)))
  return concat(R, bytesOf(etc.mod(secret.r + k * secret.a, L)))
}

const secret = { a: etc.mod(numberOf(utils.randomSecretKey()), L), r: etc.mod(numberOf(utils.randomSecretKey()), L) }
const A = Point.BASE.multiply(secret.a)
const R = Point.BASE.multiply(secret.r)

async function answers(publicKey: Uint8Array, signature: Uint8Array): Promise<boolean[]> {
  return await Promise.all(backEnds.map(async (backEnd) => (await backEnd.verifier(toHex(publicKey)))(message, signature)))
}

function nonceFor(publicKey: string, solved: (bits: number) => boolean): Credentials {
  for (let nonce = 0; ; nonce += 1) if (solved(puzzleBits(network, { publicKey, nonce }))) return { publicKey, nonce }
}

async function world(ed25519: Ed25519): Promise<SignerWorld> {
  const peers = await Promise.all(
    [0, 1].map(async () => {
      const { publicKey, privateKey } = await ed25519.createKeyPair()
      const credentials = nonceFor(publicKey, (bits) => bits >= 4)
      return { credentials, signer: createSigner({ privateKey, network, puzzleBits: 4, ed25519 }) }
    }),
  )
  const [one, two] = peers
  if (!one || !two) throw new Error('two peers')
  return {
    peers: [one, two],
    unpaid: nonceFor(one.credentials.publicKey, (bits) => bits < 4),
    pay: (publicKey) => nonceFor(publicKey, (bits) => bits >= 4),
    until: (condition) => vi.waitFor(() => expect(condition()).toBe(true), { timeout: 5_000, interval: 5 }),
  }
}

describe.each(backEnds)('a signer on $name', (ed25519) => {
  for (const { name, run } of signerContract) test(name, async () => run(await world(ed25519)))

  test('what one back end signs holds on both', async () => {
    const { publicKey, privateKey } = await ed25519.createKeyPair()
    expect(await answers(fromHex(publicKey), await signBytes(privateKey, message))).toEqual([true, true])
  })

  test('a small-order key that forges is refused whatever it signs', async () => {
    const { privateKey } = await ed25519.createKeyPair()
    const signer = createSigner({ privateKey, network, puzzleBits: 0, ed25519 })
    const identity = Point.ZERO.toBytes()
    const part = {
      key: 'forged',
      credentials: { publicKey: toHex(identity), nonce: 0 },
      bytes: message,
      signature: toHex(await craft({ a: 0n, r: secret.r }, identity, R.toBytes())),
    }
    expect(await new Promise((resolve) => signer.verify([part], resolve))).toBe(false)
  })
})

describe('keys', () => {
  test('a random key is sound', async () => {
    for (const backEnd of backEnds) expect(isSoundKey((await backEnd.createKeyPair()).publicKey)).toBe(true)
  })

  test.each([
    ['the identity', Point.ZERO.toHex()],
    ['a point of order 8', torsion.toHex()],
    ['a key of mixed order', A.add(torsion).toHex()],
    ['y beyond the field', toHex(bytesOf(2n ** 255n - 19n + 3n))],
    ['x = 0 with a sign', toHex(bytesOf(1n + 2n ** 255n))],
    ['no point of the curve', toHex(bytesOf(2n))],
    ['31 bytes', A.toHex().slice(2)],
    ['no hex', 'zz'.repeat(32)],
  ])('%s is not', (_what, publicKey) => {
    expect(isSoundKey(publicKey)).toBe(false)
  })
})

describe('crafted signatures get one answer from both back ends', () => {
  test('an honest one', async () => {
    expect(await answers(A.toBytes(), await craft(secret, A.toBytes(), R.toBytes()))).toEqual([true, true])
  })

  test('R of mixed order, which the cofactored equation accepts', async () => {
    const mixed = R.add(torsion).toBytes()
    expect(await answers(A.toBytes(), await craft(secret, A.toBytes(), mixed))).toEqual([false, false])
  })

  test('S beyond the group order', async () => {
    const good = await craft(secret, A.toBytes(), R.toBytes())
    const larger = concat(good.subarray(0, 32), bytesOf(numberOf(good.subarray(32)) + L))
    expect(await answers(A.toBytes(), larger)).toEqual([false, false])
  })

  test('R the identity, canonical', async () => {
    const signature = await craft({ a: secret.a, r: 0n }, A.toBytes(), Point.ZERO.toBytes())
    expect(await answers(A.toBytes(), signature)).toEqual([true, true])
  })

  test('R the identity, not canonical', async () => {
    const signature = await craft({ a: secret.a, r: 0n }, A.toBytes(), bytesOf(2n ** 255n - 18n))
    expect(await answers(A.toBytes(), signature)).toEqual([false, false])
  })

  test('S = 0', async () => {
    expect(await answers(A.toBytes(), concat(R.toBytes(), new Uint8Array(32)))).toEqual([false, false])
  })

  test('any length', async () => {
    for (const length of [0, 63, 65]) expect(await answers(A.toBytes(), new Uint8Array(length))).toEqual([false, false])
  })

  test('any change of an honest one', async () => {
    const good = await craft(secret, A.toBytes(), R.toBytes())
    await fc.assert(
      fc.asyncProperty(fc.nat(63), fc.integer({ min: 1, max: 255 }), async (index, change) => {
        const changed = good.slice()
        changed[index] = (changed[index] ?? 0) ^ change
        expect(await answers(A.toBytes(), changed)).toEqual([false, false])
      }),
      { numRuns: 50 },
    )
  })
})

test('WebCrypto is taken where it has Ed25519', async () => {
  expect((await detectEd25519()).name).toBe('webcrypto')
})

test('a bounded cache forgets what was not asked for the longest', () => {
  const cache = new BoundedCache<string, number>(2)
  cache.set('a', 1)
  cache.set('b', 2)
  expect(cache.get('a')).toBe(1)
  cache.set('c', 3)
  expect([cache.get('a'), cache.get('b'), cache.get('c'), cache.size]).toEqual([1, undefined, 3, 2])
})
