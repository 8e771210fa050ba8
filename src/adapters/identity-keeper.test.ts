import { expect, test, vi } from 'vitest'
import { nodeIdOf } from '../base/identity.ts'
import { webCryptoEd25519 } from './ed25519.ts'
import type { TabIdentity } from './identity.ts'
import { IdentityKeeper } from './identity-keeper.ts'

const network = 'test#0'
const passphrase = 'correct horse battery'

async function keeperOf(part: Partial<TabIdentity> = {}): Promise<IdentityKeeper> {
  const { publicKey, ...keys } = await webCryptoEd25519.createKeyPair()
  const credentials = { publicKey, nonce: 0 }
  const whole = { credentials, nodeId: nodeIdOf(network, credentials), ...keys, database: 'one', release: () => {} }
  return new IdentityKeeper({ identity: { ...whole, ...part }, network, puzzleBits: 0, stop: () => {} })
}

test('a key of the app’s first version, which nothing can read, says what to do', async () => {
  const { privateKey } = await webCryptoEd25519.createKeyPair()
  await expect((await keeperOf({ backupKey: privateKey })).backup(passphrase)).rejects.toMatchObject({ code: 'no-backup' })
})

test('the key that runs here is not restored over itself', async () => {
  const keeper = await keeperOf()
  await expect(keeper.restore(await keeper.backup(passphrase), passphrase)).rejects.toMatchObject({ code: 'already-here' })
})

test('a browser that keeps nothing restores nothing, and its key can be backed up all the same', async () => {
  vi.stubGlobal('navigator', {})
  const keeper = await keeperOf({ database: null })
  const backup = await keeper.backup(passphrase)
  await expect(keeper.restore(backup, passphrase)).rejects.toMatchObject({ code: 'storage' })
  expect(await keeper.storage()).toMatchObject({ memoryOnly: true, usedBytes: null, quotaBytes: null })
})
