/**
 * What every Signer does, real or simulated. Cases over a world, for any test framework:
 * `for (const { name, run } of signerContract) test(name, async () => run(await createWorld()))`.
 */
import { assert } from '../../src/base/assert.ts'
import type { Hex } from '../../src/base/bytes.ts'
import type { Credentials, SignedPart } from '../../src/base/identity.ts'
import type { Signer } from '../../src/peer/world.ts'

export interface SignerWorld {
  /** Two peers of one network, each with its own key; puzzles of at least 4 bits are asked for. */
  readonly peers: readonly [SignerPeer, SignerPeer]
  /** The same key with a nonce that does not solve the puzzle. */
  readonly unpaid: Credentials
  /** This key, whoever has its secret, with a nonce that solves the puzzle. */
  pay(publicKey: Hex): Credentials
  /** Runs the world until the condition holds; throws when it does not come. */
  until(condition: () => boolean): Promise<void>
}

export interface SignerPeer {
  readonly signer: Signer
  readonly credentials: Credentials
}

export interface SignerCase {
  readonly name: string
  run(world: SignerWorld): Promise<void>
}

const message = Uint8Array.of(1, 2, 3, 4)

/** In a function, as the compiler would else take the array to stay empty. */
function notYet(answers: readonly unknown[], call: string): void {
  assert(answers.length === 0, `${call} does not call back within the call`)
}

async function signed(world: SignerWorld, bytes = message): Promise<Hex> {
  const results: Hex[] = []
  world.peers[0].signer.sign(bytes, (signature) => results.push(signature))
  notYet(results, 'sign')
  await world.until(() => results.length > 0)
  const [result = ''] = results
  assert(/^[0-9a-f]{128}$/.test(result), 'a signature is 64 bytes of lower-case hex')
  return result
}

async function verified(world: SignerWorld, parts: readonly SignedPart[]): Promise<boolean> {
  const answers: boolean[] = []
  world.peers[1].signer.verify(parts, (valid) => answers.push(valid))
  notYet(answers, 'verify')
  await world.until(() => answers.length > 0)
  assert(answers.length === 1, 'verify calls back exactly once')
  return answers[0] === true
}

async function goodPart(world: SignerWorld): Promise<SignedPart> {
  return { key: 'good', credentials: world.peers[0].credentials, bytes: message, signature: await signed(world) }
}

function refused(name: string, spoil: (part: SignedPart, world: SignerWorld) => SignedPart): SignerCase {
  return {
    name,
    async run(world) {
      const part = await goodPart(world)
      const spoilt = { ...spoil(part, world), key: 'spoilt' }
      assert(!(await verified(world, [spoilt])), 'it is refused')
      assert(!(await verified(world, [spoilt])), 'it is refused again')
      assert(!(await verified(world, [part, spoilt])), 'one bad part spoils all')
      assert(await verified(world, [part]), 'and the good part is still good')
    },
  }
}

/**
 * Points whose multiple by the order is nothing. With R the identity and S = 0 the equation of RFC 8032 holds over any bytes whose hash is a multiple of the
 * order, such as this one byte: no secret is needed.
 */
const SMALL_ORDER = [
  { order: 1, publicKey: `01${'00'.repeat(31)}`, byte: 0 },
  { order: 2, publicKey: `ec${'ff'.repeat(30)}7f`, byte: 1 },
  { order: 4, publicKey: `${'00'.repeat(31)}80`, byte: 7 },
  { order: 8, publicKey: 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a', byte: 13 },
]

export const signerContract: readonly SignerCase[] = [
  {
    name: 'what one peer signs, another one verifies, at once and again',
    async run(world) {
      const part = await goodPart(world)
      assert(await verified(world, [part]), 'a good signature holds')
      assert(await verified(world, [part, part]), 'it holds again, from the cache')
      assert(await verified(world, []), 'no parts: nothing to doubt')
    },
  },
  {
    name: 'the same part asked for many times at once is answered each time',
    async run(world) {
      const part = await goodPart(world)
      const answers: boolean[] = []
      for (let index = 0; index < 10; index += 1) world.peers[1].signer.verify([part], (valid) => answers.push(valid))
      notYet(answers, 'verify')
      await world.until(() => answers.length === 10)
      assert(
        answers.every((valid) => valid),
        'every call is answered alike',
      )
    },
  },
  {
    name: 'a buffer that is reused after sign was called does not change what is signed',
    async run(world) {
      const bytes = message.slice()
      let signature: Hex = ''
      world.peers[0].signer.sign(bytes, (result) => {
        signature = result
      })
      bytes.fill(9)
      await world.until(() => signature !== '')
      assert(
        await verified(world, [{ key: 'k', credentials: world.peers[0].credentials, bytes: message, signature }]),
        'the old bytes count',
      )
    },
  },
  refused('other bytes are refused', (part) => ({ ...part, bytes: Uint8Array.of(1, 2, 3, 5) })),
  refused('the signature of another peer is refused', (part, world) => ({ ...part, credentials: world.peers[1].credentials })),
  refused('a peer that did not solve its puzzle is refused', (part, world) => ({ ...part, credentials: world.unpaid })),
  refused('a changed R is refused', (part) => ({ ...part, signature: flipped(part.signature, 0) })),
  refused('a changed S is refused', (part) => ({ ...part, signature: flipped(part.signature, 64) })),
  refused('a signature of the wrong length is refused', (part) => ({ ...part, signature: part.signature.slice(2) })),
  refused('a public key of the wrong length is refused', (part) => ({
    ...part,
    credentials: { ...part.credentials, publicKey: part.credentials.publicKey.slice(2) },
  })),
  ...SMALL_ORDER.map(({ order, publicKey, byte }) =>
    refused(`what anybody can sign under a key of order ${order} is refused`, (part, world) => ({
      ...part,
      credentials: world.pay(publicKey),
      bytes: Uint8Array.of(byte),
      signature: `01${'00'.repeat(63)}`,
    })),
  ),
]

function flipped(signature: Hex, digit: number): Hex {
  return signature.slice(0, digit) + (Number.parseInt(signature.charAt(digit), 16) ^ 1).toString(16) + signature.slice(digit + 1)
}
