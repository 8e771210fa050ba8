/** The peers worth asking for after a reload (PROTOCOL 8), as one record on disk. */
import { idSchema, type NodeId } from '../base/identity.ts'
import { decode, encode, list } from '../base/schema.ts'
import { MAX_LIST } from '../ring/messages.ts'
import type { StoredRecord, Write } from '../wire/records.ts'

const cacheSchema = list(idSchema, MAX_LIST)

/** Best first; what is past the bound is not kept. */
export function cacheWrite(peers: readonly NodeId[]): Write {
  return { store: 'peers', key: 'cache', value: encode(cacheSchema, peers.slice(0, MAX_LIST)) }
}

/** First `invitedBy`, whom the link that led here names. Nobody else when there is no cache, or it is damaged: the rendezvous knows others. */
export function cachedPeers(records: readonly StoredRecord[], invitedBy: NodeId | undefined): readonly NodeId[] {
  const cache = records.find((record) => record.store === 'peers')
  const cached = cache === undefined ? undefined : decode(cacheSchema, cache.value)
  const known = cached?.ok ? cached.value : []
  return invitedBy === undefined ? known : [...new Set([invitedBy, ...known])]
}
