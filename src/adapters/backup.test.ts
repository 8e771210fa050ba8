import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromHex, toHex, utf8 } from '../base/bytes.ts'
import { nodeIdOf, puzzleBits } from '../base/identity.ts'
import { type BackedUp, openBackup, sealBackup } from './backup.ts'
import { keyPairOf, nobleEd25519, seedOf, signBytes, webCryptoEd25519 } from './ed25519.ts'

const network = 'test#0'
const passphrase = 'correct horse battery'
const own = { network, puzzleBits: 2 }
/** Quick, and within what a file may ask for. */
const quick = { N: 2 ** 12, r: 8, p: 1 }

async function identityOf(seed: Uint8Array): Promise<BackedUp & { publicKey: string }> {
  const { publicKey } = await keyPairOf(seed)
  for (let nonce = 0; ; nonce += 1) {
    const credentials = { publicKey, nonce }
    if (puzzleBits(network, credentials) >= 2) return { ...credentials, network, nodeId: nodeIdOf(network, credentials), seed }
  }
}

const identity = await identityOf(fromHex('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'))
const file = await sealBackup(identity, passphrase, quick)

/** The code that a call is rejected with. */
function codeOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'none',
    (error: { code?: string }) => error.code ?? String(error),
  )
}

const changed = (change: (backup: { [field: string]: unknown; kdf: Record<string, unknown> }) => void): string => {
  const backup = JSON.parse(file)
  change(backup)
  return JSON.stringify(backup)
}

describe('a key’s seed', () => {
  // RFC 8032, section 7.1, tests 1 and 2.
  test.each([
    [
      '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
      'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    ],
    [
      '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
      '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    ],
  ])('the published vector %s', async (seed, publicKey) => {
    for (const backEnd of [webCryptoEd25519, nobleEd25519]) {
      const pair = await backEnd.keyPairOf(fromHex(seed))
      expect(pair.publicKey).toBe(publicKey)
      expect(toHex((await seedOf(pair.backupKey)) as Uint8Array)).toBe(seed)
    }
  })

  test('of a new pair makes the same pair again, and what signs does not give it away', async () => {
    for (const backEnd of [webCryptoEd25519, nobleEd25519]) {
      const pair = await backEnd.createKeyPair()
      const again = await keyPairOf((await seedOf(pair.backupKey)) as Uint8Array)
      expect(again.publicKey).toBe(pair.publicKey)
      expect(toHex(await signBytes(again.privateKey, utf8('a')))).toBe(toHex(await signBytes(pair.privateKey, utf8('a'))))
    }
    expect(await seedOf((await webCryptoEd25519.createKeyPair()).privateKey)).toBeNull()
  })
})

test('a backup opens with its passphrase, in any order of its fields and however it is laid out', async () => {
  const { nodeId, publicKey, nonce } = identity
  expect(await openBackup(file, passphrase, own)).toMatchObject({ nodeId, publicKey, nonce })
  const turned = JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(file)).reverse()))
  expect(await openBackup(turned, passphrase, own)).toMatchObject({ nodeId })
})

test('any seed and any passphrase come back', async () => {
  const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 })
  await fc.assert(
    fc.asyncProperty(seeds, fc.string({ minLength: 10, maxLength: 60, unit: 'grapheme' }), async (seed, words) => {
      const given = await identityOf(seed)
      const text = await sealBackup(given, words, quick)
      expect(text).not.toContain(toHex(seed))
      const restored = await openBackup(text, words.normalize('NFD'), own)
      expect(restored.nodeId).toBe(given.nodeId)
      expect(toHex((await seedOf(restored.backupKey)) as Uint8Array)).toBe(toHex(seed))
    }),
    { numRuns: 15 },
  )
})

test('as shipped the work is 2^17, and two backups of one key share neither salt nor iv', async () => {
  const [one, two] = [JSON.parse(await sealBackup(identity, passphrase)), JSON.parse(file)]
  expect(one.kdf).toMatchObject({ name: 'scrypt', N: 131_072, r: 8, p: 1 })
  expect(one.kdf.salt).not.toBe(two.kdf.salt)
  expect(one.iv).not.toBe(two.iv)
  expect(await openBackup(JSON.stringify(one), passphrase, own)).toMatchObject({ nodeId: identity.nodeId })
})

describe('a file that was changed', () => {
  const flipped = (hex: string): string => `${hex.startsWith('0') ? '1' : '0'}${hex.slice(1)}`
  const fields = ['nodeId', 'iv', 'seed', 'checksum'] as const
  test.each(fields)('%s', async (field) => {
    const text = changed((backup) => {
      backup[field] = flipped(String(backup[field]))
    })
    expect(await codeOf(openBackup(text, passphrase, own))).toBe('damaged-backup')
  })

  test.each<[string, (backup: { [field: string]: unknown; kdf: Record<string, unknown> }) => void, string]>([
    ['format', (backup) => Object.assign(backup, { format: 'other' }), 'not-a-backup'],
    ['version 0', (backup) => Object.assign(backup, { version: 0 }), 'damaged-backup'],
    ['a version to come', (backup) => Object.assign(backup, { version: 2 }), 'newer-backup'],
    ['network', (backup) => Object.assign(backup, { network: 'test#1' }), 'damaged-backup'],
    ['nonce', (backup) => Object.assign(backup, { nonce: Number(backup.nonce) + 1 }), 'damaged-backup'],
    ['salt', ({ kdf }) => Object.assign(kdf, { salt: flipped(String(kdf.salt)) }), 'damaged-backup'],
    ['another N', ({ kdf }) => Object.assign(kdf, { N: 8_192 }), 'damaged-backup'],
    ['work without end', ({ kdf }) => Object.assign(kdf, { N: 2 ** 30 }), 'damaged-backup'],
    ['work that is no power of two', ({ kdf }) => Object.assign(kdf, { N: 5_000 }), 'damaged-backup'],
    ['another r', ({ kdf }) => Object.assign(kdf, { r: 1_000 }), 'damaged-backup'],
    ['another p', ({ kdf }) => Object.assign(kdf, { p: 1_000 }), 'damaged-backup'],
    ['another kdf', ({ kdf }) => Object.assign(kdf, { name: 'none' }), 'damaged-backup'],
    ['no kdf', (backup) => Object.assign(backup, { kdf: null }), 'damaged-backup'],
  ])('%s', async (_what, change, code) => {
    expect(await codeOf(openBackup(changed(change), passphrase, own))).toBe(code)
  })

  test('with a checksum made anew it does not open either: the encryption covers what stands in the open', async () => {
    const other = await identityOf(new Uint8Array(32).fill(7))
    const [mine, theirs] = [JSON.parse(file), JSON.parse(await sealBackup(other, passphrase, quick))]
    // The other's file, whole and with a checksum that holds, but for the encrypted seed: taken from this one.
    const forged = await forge({ ...theirs, kdf: mine.kdf, iv: mine.iv, seed: mine.seed })
    expect(await codeOf(openBackup(forged, passphrase, own))).toBe('wrong-passphrase')
  })
})

/** The file with the checksum that its fields ask for, worked out from the format's description alone. */
async function forge({
  checksum: _old,
  ...backup
}: Record<string, unknown> & { kdf: Record<string, unknown>; seed: string }): Promise<string> {
  const { format, version, network, nodeId, nonce, kdf, iv, seed } = backup as typeof backup & Record<string, unknown>
  const header = utf8(JSON.stringify([format, version, network, nodeId, nonce, kdf.name, kdf.N, kdf.r, kdf.p, kdf.salt, iv]))
  const digest = await crypto.subtle.digest('SHA-256', Uint8Array.of(...header, ...fromHex(seed)))
  return JSON.stringify({ ...backup, checksum: toHex(new Uint8Array(digest).subarray(0, 16)) })
}

test.each<[string, unknown, unknown, string]>([
  ['a wrong passphrase', file, 'correct horse batterie', 'wrong-passphrase'],
  ['no text', undefined, passphrase, 'invalid-argument'],
  ['no backup', '{"a":1}', passphrase, 'not-a-backup'],
  ['half a backup', file.slice(0, 200), passphrase, 'not-a-backup'],
  ['a file that is far too long', file + ' '.repeat(5_000), passphrase, 'not-a-backup'],
  ['no passphrase', file, undefined, 'invalid-argument'],
  ['a passphrase without end', file, 'a'.repeat(2_000), 'invalid-argument'],
])('%s', async (...[, text, words, code]) => {
  expect(await codeOf(openBackup(text, words, own))).toBe(code)
})

test('a backup of another network, and one whose puzzle this network does not take', async () => {
  expect(await codeOf(openBackup(file, passphrase, { network: 'test#1', puzzleBits: 0 }))).toBe('other-network')
  expect(await codeOf(openBackup(file, passphrase, { network, puzzleBits: 200 }))).toBe('damaged-backup')
})

test('a short passphrase makes no backup', async () => {
  expect(await codeOf(sealBackup(identity, 'too short', quick))).toBe('invalid-argument')
})
