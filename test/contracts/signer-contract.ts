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
]

function flipped(signature: Hex, digit: number): Hex {
  return signature.slice(0, digit) + (Number.parseInt(signature.charAt(digit), 16) ^ 1).toString(16) + signature.slice(digit + 1)
}
