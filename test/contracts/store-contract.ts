/**
 * What every Store does, real or simulated. Cases over a world, for any test framework:
 * `for (const { name, run } of storeContract) test(name, async () => run(await createWorld()))`.
 */
import { assert } from '../../src/base/assert.ts'
import { equalBytes } from '../../src/base/bytes.ts'
import type { Store } from '../../src/peer/world.ts'
import type { StoredRecord, StoreName, Write } from '../../src/wire/records.ts'

export interface StoreWorld {
  /** A store on this world's one disk, which is empty at first. Opening it again is a reload: the one before is closed. */
  open(): Store
  /** Spoils a record on the disk, between two openings. */
  damage(store: StoreName, key: string): Promise<void>
  /** From now on the disk refuses values for want of space, or takes them again. */
  setFull(full: boolean): void
  /** What was told to a person. */
  readonly problems: readonly string[]
  /** Runs the world until the condition holds; throws when it does not come. */
  until(condition: () => boolean): Promise<void>
}

export interface StoreCase {
  readonly name: string
  run(world: StoreWorld): Promise<void>
}

interface Loaded {
  readonly records: readonly StoredRecord[]
  readonly problem: string
}

const put = (store: StoreName, key: string, ...bytes: number[]): Write => ({ store, key, value: Uint8Array.from(bytes) })
const remove = (store: StoreName, key: string): Write => ({ store, key, value: null })

async function load(world: StoreWorld, store: Store): Promise<Loaded> {
  const results: Loaded[] = []
  store.load((records, problem) => results.push({ records, problem }))
  notYet(results, 'load')
  await world.until(() => results.length > 0)
  return results[0] as Loaded
}

async function commit(world: StoreWorld, store: Store, ...writes: Write[]): Promise<{ ok: boolean; reason: string }> {
  const results: { ok: boolean; reason: string }[] = []
  store.commit(writes, (ok, reason) => results.push({ ok, reason }))
  notYet(results, 'commit')
  await world.until(() => results.length > 0)
  return results[0] as { ok: boolean; reason: string }
}

async function committed(world: StoreWorld, store: Store, ...writes: Write[]): Promise<void> {
  const { ok, reason } = await commit(world, store, ...writes)
  assert(ok && reason === '', `the commit is done: ${reason}`)
}

/** In a function, as the compiler would else take the array to stay empty. */
function notYet(results: readonly unknown[], call: string): void {
  assert(results.length === 0, `${call} does not call back within the call`)
}

/** Exactly these records, in any order. */
function holds(loaded: Loaded, ...writes: Write[]): void {
  assert(loaded.records.length === writes.length, `${writes.length} records are stored, not ${loaded.records.length}`)
  for (const { store, key, value } of writes) {
    const found = loaded.records.find((record) => record.store === store && record.key === key)
    assert(found !== undefined && value !== null && equalBytes(found.value, value), `${store}/${key} is as it was written`)
  }
}

export const storeContract: readonly StoreCase[] = [
  {
    name: 'a new disk is empty and says nothing',
    async run(world) {
      const loaded = await load(world, world.open())
      holds(loaded)
      assert(loaded.problem === '', 'there is no problem')
    },
  },
  {
    name: 'what was committed is there after a reload, in all four stores, empty values and odd keys too',
    async run(world) {
      const writes = [put('tables', 'a', 1, 2), put('own', 'a', 3), put('receipts', 'ü/…\n', 4), put('peers', '', 5), put('own', 'b')]
      await committed(world, world.open(), ...writes)
      holds(await load(world, world.open()), ...writes)
    },
  },
  {
    name: 'a commit of nothing is answered',
    run: async (world) => committed(world, world.open()),
  },
  {
    name: 'a later write of a key counts, within a commit and after it; null removes',
    async run(world) {
      const store = world.open()
      await committed(world, store, put('own', 'a', 1), put('own', 'a', 2), put('own', 'b', 1), put('own', 'c', 1), remove('own', 'c'))
      await committed(world, store, put('own', 'b', 2), remove('own', 'never written'))
      holds(await load(world, world.open()), put('own', 'a', 2), put('own', 'b', 2))
    },
  },
  {
    name: 'commits asked for at once are carried out and answered in their order',
    async run(world) {
      const store = world.open()
      const answered: number[] = []
      for (let index = 0; index < 20; index += 1) {
        store.commit([put('tables', 'same', index), put('own', `${index}`, index)], (ok) => ok && answered.push(index))
      }
      await world.until(() => answered.length === 20)
      assert(
        answered.every((value, index) => value === index),
        'the answers come in order',
      )
      const { records } = await load(world, world.open())
      assert(records.length === 21 && records.find(({ store: name }) => name === 'tables')?.value[0] === 19, 'the last one counts')
    },
  },
  {
    name: 'a buffer that is reused after its commit was answered does not change what is stored',
    async run(world) {
      const value = Uint8Array.of(1, 2, 3)
      await committed(world, world.open(), { store: 'own', key: 'a', value })
      value.fill(9)
      holds(await load(world, world.open()), put('own', 'a', 1, 2, 3))
    },
  },
  {
    name: 'a disk that is full refuses a commit as a whole, says why, and takes the next one when there is room',
    async run(world) {
      const store = world.open()
      await committed(world, store, put('own', 'a', 1))
      world.setFull(true)
      const { ok, reason } = await commit(world, store, remove('own', 'a'), put('tables', 'b', 2), put('receipts', 'c', 3))
      assert(!ok && reason.length > 20, `a person can read why: ${reason}`)
      assert(world.problems.includes(reason), 'and is told')
      world.setFull(false)
      await committed(world, store, put('peers', 'd', 4))
      holds(await load(world, world.open()), put('own', 'a', 1), put('peers', 'd', 4))
    },
  },
  {
    name: 'a damaged record is reported and left out, the others are read',
    async run(world) {
      await committed(world, world.open(), put('own', 'a', 1, 2, 3), put('own', 'b', 4))
      await world.damage('own', 'a')
      const loaded = await load(world, world.open())
      holds(loaded, put('own', 'b', 4))
      assert(loaded.problem.includes('own/a'), `the problem names it: ${loaded.problem}`)
      await committed(world, world.open(), put('own', 'a', 5))
      const again = await load(world, world.open())
      holds(again, put('own', 'a', 5), put('own', 'b', 4))
      assert(again.problem === '', 'written again, it is sound')
    },
  },
  {
    name: 'many records and large values are read back whole',
    async run(world) {
      const writes = Array.from({ length: 2_500 }, (_, index) => put('tables', `${index}`, index & 255, index >> 8))
      const large: Write = { store: 'own', key: 'large', value: new Uint8Array(1_000_000).fill(7) }
      await committed(world, world.open(), ...writes, large)
      holds(await load(world, world.open()), ...writes, large)
    },
  },
  {
    name: 'what was asked for before close is done and answered; what comes after is refused',
    async run(world) {
      const store = world.open()
      const answers: boolean[] = []
      store.commit([put('own', 'a', 1)], (ok) => answers.push(ok))
      store.close()
      store.commit([put('own', 'b', 1)], (ok) => answers.push(ok))
      await world.until(() => answers.length === 2)
      assert(answers[0] === true && answers[1] === false, 'the first is done, the second is not')
      holds(await load(world, world.open()), put('own', 'a', 1))
    },
  },
]
