/** Identities as this browser keeps them: the records, the locks of those that run, and which of them a tab had. */
import { type DBSchema, deleteDB, type IDBPDatabase, openDB } from 'idb'
import type { Credentials, NodeId } from '../base/identity.ts'
import type { PrivateKey } from './ed25519.ts'

export interface StoredIdentity extends Credentials {
  readonly nodeId: NodeId
  readonly network: string
  /** A CryptoKey that cannot be read out is stored as such by the browser; else the seed. */
  readonly privateKey: PrivateKey
  /** The same key to back up; absent in what the first version of the app stored. */
  readonly backupKey?: PrivateKey
  readonly createdMs: number
}

interface Schema extends DBSchema {
  identities: { key: string; value: StoredIdentity; indexes: { network: string } }
}

const DATABASE = 'peermart-identities'
/** A page that is reloaded may start before the old one's lock is free. */
export const RELOAD_WAIT_MS = 2_000
/** A new tab leaves an identity so long to the tab that had it just now, which may be reloading. */
const RELOAD_GRACE_MS = 2_500
/** A database that another page keeps open is removed once that page ends; nobody waits longer than this for it. */
const REMOVAL_TIMEOUT_MS = 5_000

export function openIdentities(): Promise<IDBPDatabase<Schema>> {
  if (navigator.locks === undefined) throw new DOMException('Web Locks are missing')
  return openDB<Schema>(DATABASE, 1, {
    upgrade: (database) => database.createObjectStore('identities', { keyPath: 'nodeId' }).createIndex('network', 'network'),
  })
}

/** Where the identity's offers and receipts are. */
export function databaseOf(nodeId: NodeId): string {
  return `peermart-${nodeId}`
}

export async function storeIdentity(identity: StoredIdentity): Promise<void> {
  const database = await openIdentities()
  try {
    await database.put('identities', identity)
  } finally {
    database.close()
  }
}

/** Removes all that belongs to the key, then the key: one whose removal did not end can be wiped again. Rejects when the browser does not. */
export async function removeIdentity(nodeId: NodeId): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new DOMException('another page keeps the data open', 'TimeoutError')), REMOVAL_TIMEOUT_MS)
    deleteDB(databaseOf(nodeId))
      .then(resolve, reject)
      .finally(() => clearTimeout(timer))
  })
  const database = await openIdentities()
  try {
    await database.delete('identities', nodeId)
  } finally {
    database.close()
  }
}

/** Holds the identity's lock until the returned function is called, once; null when another tab has it for longer than `waitMs`. */
export function claimLock(nodeId: NodeId, waitMs: number): Promise<(() => void) | null> {
  return new Promise((resolve) => {
    const hold = (lock: Lock | null): Promise<void> | undefined => {
      if (lock === null) {
        resolve(null)
        return undefined
      }
      return new Promise((end) => {
        let held = true
        resolve(() => {
          if (held) leave(nodeId)
          held = false
          end()
        })
      })
    }
    const wish = waitMs === 0 ? { ifAvailable: true } : { signal: AbortSignal.timeout(waitMs) }
    navigator.locks.request(`peermart-identity/${nodeId}`, wish, hold).catch(() => resolve(null))
  })
}

const rememberedKey = (network: string): string => `peermart/identity/${network}`
const leftKey = (nodeId: NodeId): string => `peermart/left/${nodeId}`

/** Storage that is blocked throws: then nothing is remembered, and the lock alone decides. */
function quietly<T>(action: () => T): T | null {
  try {
    return action()
  } catch {
    return null
  }
}

/** The identity that this tab had. */
export const remembered = (network: string): string | null => quietly(() => sessionStorage.getItem(rememberedKey(network)))

/** This tab takes the identity at its next load. */
export function remember(network: string, nodeId: NodeId): void {
  quietly(() => sessionStorage.setItem(rememberedKey(network), nodeId))
  quietly(() => localStorage.removeItem(leftKey(nodeId)))
}

/** No tab had it. */
export function forget(network: string, nodeId: NodeId): void {
  if (remembered(network) === nodeId) quietly(() => sessionStorage.removeItem(rememberedKey(network)))
  quietly(() => localStorage.removeItem(leftKey(nodeId)))
}

/** Written when the page goes, when only synchronous storage can be. */
function leave(nodeId: NodeId): void {
  quietly(() => localStorage.setItem(leftKey(nodeId), String(Date.now())))
}

/** How long the identity is still left to the tab that let go of it; 0 when a tab runs it, or none wants it back. */
export function graceMs(nodeId: NodeId): number {
  const leftMs = Number(quietly(() => localStorage.getItem(leftKey(nodeId))) ?? 0)
  const agoMs = Date.now() - leftMs
  // A mark of the future is one of a clock that was set back.
  return agoMs < 0 ? 0 : Math.max(0, RELOAD_GRACE_MS - agoMs)
}
