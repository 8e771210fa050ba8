import 'fake-indexeddb/auto'
import { deleteDB, openDB } from 'idb'
import { describe, expect, test, vi } from 'vitest'
import { type StoreWorld, storeContract } from '../../test/contracts/store-contract.ts'
import { utf8 } from '../base/bytes.ts'
import type { Store } from '../peer/world.ts'
import type { Write } from '../wire/records.ts'
import { crc32 } from './crc32.ts'
import { openStore } from './idb-store.ts'
import { createMemoryStore } from './memory-store.ts'
import { seal, unseal } from './sealed-value.ts'

const realPut = IDBObjectStore.prototype.put
let databases = 0

function createWorld(): StoreWorld & { readonly databaseName: string } {
  databases += 1
  const databaseName = `store-${databases}`
  const problems: string[] = []
  let store: Store | undefined
  return {
    databaseName,
    problems,
    open() {
      store?.close()
      store = openStore(databaseName, (problem) => problems.push(problem))
      return store
    },
    async damage(name, key) {
      store?.close()
      const database = await openDB(databaseName)
      const value: Uint8Array = await database.get(name, key)
      value[value.length - 1] = (value.at(-1) ?? 0) ^ 1
      await database.put(name, value, key)
      database.close()
    },
    setFull(full) {
      IDBObjectStore.prototype.put = full ? refuse : realPut
    },
    until: (condition) => vi.waitFor(() => expect(condition()).toBe(true), { timeout: 8_000, interval: 5 }),
  }
}

function refuse(): never {
  throw new DOMException('full', 'QuotaExceededError')
}

const write = (key: string): Write[] => [{ store: 'own', key, value: Uint8Array.of(1) }]
const commit = (store: Store, key: string) =>
  new Promise<{ ok: boolean; reason: string }>((resolve) => store.commit(write(key), (ok, reason) => resolve({ ok, reason })))
const keys = (store: Store) => new Promise<string[]>((resolve) => store.load((records) => resolve(records.map(({ key }) => key))))

describe('the store on IndexedDB', () => {
  for (const { name, run } of storeContract) test(name, () => run(createWorld()))

  test('it makes way for a newer version in another tab, and says so', async () => {
    const world = createWorld()
    const store = world.open()
    await commit(store, 'a')
    const newer = await openDB(world.databaseName, 99)
    const { ok, reason } = await commit(store, 'b')
    expect(ok).toBe(false)
    expect(reason).toContain('newer version')
    newer.close()
  })

  test('data removed under its feet: it says so and goes on', async () => {
    const world = createWorld()
    const store = world.open()
    await commit(store, 'a')
    await deleteDB(world.databaseName)
    expect(await commit(store, 'b')).toEqual({ ok: true, reason: '' })
    expect(world.problems.join()).toContain('removed')
    expect(await keys(store)).toEqual(['b'])
  })

  test('it waits for a deletion that another tab holds up, and then goes on', async () => {
    const world = createWorld()
    const holding = await openDB(world.databaseName, 1)
    const deleting = deleteDB(world.databaseName)
    const waiting = commit(world.open(), 'a')
    setTimeout(() => holding.close(), 50)
    await deleting
    expect(await waiting).toEqual({ ok: true, reason: '' })
  })

  test('an upgrade that an older tab blocks: it says so, gives up in time, and works once that tab is gone', async () => {
    const world = createWorld()
    // Version 1 is the lowest there can be, so an opening that waits behind a blocked deletion stands for the blocked upgrade.
    const holding = await openDB(world.databaseName, 1)
    const deleting = deleteDB(world.databaseName)
    const store = world.open()
    const { ok, reason } = await commit(store, 'a')
    expect([ok, reason]).toEqual([false, expect.stringContaining('other tabs')])
    holding.close()
    await deleting
    expect(await commit(store, 'b')).toEqual({ ok: true, reason: '' })
  }, 15_000)

  test('a transaction that the browser aborts is refused with a reason, all of it', async () => {
    const world = createWorld()
    const store = world.open()
    await commit(store, 'a')
    const realCommit = IDBTransaction.prototype.commit
    IDBTransaction.prototype.commit = function commit(this: IDBTransaction) {
      this.abort()
    }
    const { ok, reason } = await commit(store, 'b')
    IDBTransaction.prototype.commit = realCommit
    expect([ok, reason.length > 20]).toEqual([false, true])
    expect(await keys(store)).toEqual(['a'])
  })
})

test('CRC-32 is the common one', () => {
  expect(crc32(utf8('123456789'))).toBe(0xcbf43926)
  expect(crc32(utf8('1234'), utf8('56789'))).toBe(0xcbf43926)
})

test('a sealed value opens in its own place only', () => {
  const sealed = seal({ store: 'own', key: 'a' }, Uint8Array.of(1, 2))
  expect(unseal({ store: 'own', key: 'a' }, sealed)).toEqual(Uint8Array.of(1, 2))
  expect(unseal({ store: 'own', key: 'b' }, sealed)).toBeNull()
  expect(unseal({ store: 'tables', key: 'a' }, sealed)).toBeNull()
  for (const stored of [undefined, null, 'text', new Uint8Array(3), sealed.subarray(0, 5)]) {
    expect(unseal({ store: 'own', key: 'a' }, stored)).toBeNull()
  }
})

test('the memory store answers like a store that keeps nothing', async () => {
  const store = createMemoryStore('kept nowhere')
  expect(await commit(store, 'a')).toEqual({ ok: true, reason: '' })
  expect(await new Promise((resolve) => store.load((records, problem) => resolve([records, problem])))).toEqual([[], 'kept nowhere'])
  store.close()
  expect((await commit(store, 'b')).ok).toBe(false)
})
