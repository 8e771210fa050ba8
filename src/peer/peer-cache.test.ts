import { expect, test } from 'vitest'
import { cachedPeers, cacheWrite } from './peer-cache.ts'

const [one, two, three] = ['1', '2', '3'].map((digit) => digit.repeat(32)) as [string, string, string]

test('the inviter comes first, once', () => {
  const records = [cacheWrite([one, two])].map(({ store, key, value }) => ({ store, key, value: value! }))
  expect(cachedPeers(records, undefined)).toEqual([one, two])
  expect(cachedPeers(records, three)).toEqual([three, one, two])
  expect(cachedPeers(records, two)).toEqual([two, one])
})

test('with no cache, or a damaged one, there is the inviter alone', () => {
  expect(cachedPeers([], undefined)).toEqual([])
  expect(cachedPeers([], one)).toEqual([one])
  expect(cachedPeers([{ store: 'peers', key: 'cache', value: new Uint8Array([255]) }], one)).toEqual([one])
})
