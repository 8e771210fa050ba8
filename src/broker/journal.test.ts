import { expect, it } from 'vitest'
import type { Write } from '../wire/records.ts'
import { Journal, MAX_REMOVALS } from './journal.ts'

function setUp() {
  const transactions: { readonly keys: string[]; readonly end: (ok: boolean) => void }[] = []
  const journal = new Journal((writes, end) => transactions.push({ keys: writes.map(({ key }) => key), end }))
  const write = (key: string, value: Uint8Array | null = new Uint8Array(1)): Write => ({ store: 'tables', key, value })
  /** A handler that ends. */
  const handle = (handler: () => void): void => {
    handler()
    journal.flush()
  }
  return { journal, transactions, write, handle }
}

it('writes once more what is under way, so that what is promised follows a commit of it', () => {
  const { journal, transactions, write, handle } = setUp()
  const promised: boolean[] = []
  handle(() => journal.write(write('a')))
  handle(() => {
    journal.secure('a')
    journal.secure('a')
    journal.afterCommit((ok) => promised.push(ok))
  })
  expect(transactions.map(({ keys }) => keys)).toEqual([['a'], ['a']])
  expect(journal.isSure('a')).toBe(false)
  transactions[0]?.end(true)
  expect([journal.isSure('a'), promised]).toEqual([true, []])
  transactions[1]?.end(true)
  expect([journal.isSure('a'), promised]).toEqual([true, [true]])
})

it('writes nothing for what is on disk: what is promised may be said at once', () => {
  const { journal, transactions, write, handle } = setUp()
  handle(() => journal.write(write('a')))
  transactions[0]?.end(true)
  const promised: boolean[] = []
  handle(() => {
    journal.secure('a')
    journal.secure('never written')
    journal.afterCommit((ok) => promised.push(ok))
  })
  expect([transactions.length, promised]).toEqual([1, [true]])
})

it('a key stays sure while one is under way that promises no more than what is on disk, and when it is refused', () => {
  const { journal, transactions, write, handle } = setUp()
  handle(() => journal.write(write('a')))
  transactions[0]?.end(true)
  handle(() => journal.amend(write('a')))
  expect([journal.isSure('a'), journal.unsure]).toEqual([true, 1])
  transactions[1]?.end(false)
  expect([journal.isSure('a'), journal.refused]).toEqual([true, 1])
  handle(() => journal.amend(write('a')))
  expect(journal.isSure('a')).toBe(true)
  handle(() => journal.write(write('a')))
  expect(journal.isSure('a')).toBe(false)
  transactions[2]?.end(true)
  expect(journal.isSure('a')).toBe(false)
  transactions[3]?.end(true)
  expect([journal.isSure('a'), journal.unsure]).toEqual([true, 0])
})

it('a key is sure as soon as what is amended is on disk', () => {
  const { journal, transactions, write, handle } = setUp()
  handle(() => journal.write(write('a')))
  handle(() => journal.amend(write('a')))
  handle(() => journal.amend(write('a')))
  expect(journal.isSure('a')).toBe(false)
  transactions[0]?.end(true)
  expect([journal.isSure('a'), journal.unsure]).toEqual([true, 1])
})

it('what rests on an amendment follows its commit', () => {
  const { journal, transactions, write, handle } = setUp()
  handle(() => journal.write(write('a')))
  transactions[0]?.end(true)
  const promised: boolean[] = []
  handle(() => journal.amend(write('a')))
  handle(() => {
    journal.secure('a')
    journal.afterCommit((ok) => promised.push(ok))
  })
  transactions[1]?.end(false)
  expect(promised).toEqual([])
  transactions[2]?.end(true)
  expect(promised).toEqual([true])
})

it('writes again what the disk refused, until it takes it or something newer', () => {
  const { journal, transactions, write, handle } = setUp()
  handle(() => {
    journal.write(write('a'))
    journal.write(write('b'))
  })
  transactions[0]?.end(false)
  expect(journal.unsure).toBe(2)
  handle(() => journal.retry())
  expect(transactions[1]?.keys).toEqual(['a', 'b'])
  transactions[1]?.end(false)
  handle(() => journal.write(write('b')))
  transactions[2]?.end(true)
  handle(() => journal.retry())
  transactions[3]?.end(true)
  expect(transactions.slice(2).map(({ keys }) => keys)).toEqual([['b'], ['a']])
  expect(journal.unsure).toBe(0)
  handle(() => journal.retry())
  expect(transactions.length).toBe(4)
})

it('what is written again goes alone, once nothing is under way, and fewer at once after each refusal', () => {
  const { journal, transactions, write, handle } = setUp()
  handle(() => {
    for (const key of ['a', 'b', 'c', 'd']) journal.write(write(key))
  })
  transactions[0]?.end(false)
  handle(() => {
    journal.retry()
    journal.write(write('new'))
  })
  expect(transactions.length).toBe(2)
  transactions[1]?.end(true)
  transactions[2]?.end(false)
  handle(() => journal.retry())
  transactions[3]?.end(true)
  handle(() => journal.retry())
  expect(transactions.slice(1).map(({ keys }) => keys.join(''))).toEqual(['new', 'abcd', 'ab', 'cd'])
})

it('an older write of a key says nothing of the newer one', () => {
  const { journal, transactions, write, handle } = setUp()
  handle(() => journal.write(write('a')))
  handle(() => journal.write(write('a')))
  transactions[0]?.end(true)
  expect(journal.isSure('a')).toBe(false)
  transactions[1]?.end(false)
  expect(journal.isSure('a')).toBe(false)
  handle(() => journal.retry())
  transactions[2]?.end(true)
  expect(journal.isSure('a')).toBe(true)
})

it('removals are written again before all else, as they make room', () => {
  const { journal, transactions, write, handle } = setUp()
  handle(() => {
    journal.write(write('a'))
    journal.write(write('b', null))
  })
  transactions[0]?.end(false)
  handle(() => journal.retry())
  transactions[1]?.end(true)
  handle(() => journal.retry())
  transactions[2]?.end(true)
  expect(transactions.slice(1).map(({ keys }) => keys)).toEqual([['b'], ['a']])
  expect(journal.unsure).toBe(0)
})

it('of removals that the disk refuses the oldest are left to the next reading', () => {
  const { journal, transactions, write, handle } = setUp()
  handle(() => {
    for (let index = 0; index < MAX_REMOVALS + 10; index += 1) journal.write(write(`${index}`, null))
  })
  transactions[0]?.end(false)
  expect(journal.unsure).toBe(MAX_REMOVALS)
  expect(journal.isSure('9')).toBe(true)
})
