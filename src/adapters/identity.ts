/**
 * Which peer this tab is (PROTOCOL 1): a key pair with a solved puzzle, kept in this browser and claimed with a Web Lock.
 *
 * Invariants
 * 1. Two tabs of a browser never run one identity: a stored one is used only while its lock is held, for the tab's whole life.
 * 2. A reloaded tab is the peer it was. A duplicated tab, which has a copy of the sessionStorage, finds the lock taken and gets another identity.
 * 3. A new tab takes a free stored identity before it makes one: that saves the puzzle, and the offers and receipts of a closed tab come back.
 */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import { type Credentials, type NodeId, nodeIdOf } from '../base/identity.ts'
import { detectEd25519, type PrivateKey } from './ed25519.ts'
import { type PuzzleProgress, solvePuzzle } from './puzzle.ts'

export interface TabIdentity {
  readonly credentials: Credentials
  readonly nodeId: NodeId
  readonly privateKey: PrivateKey
  /** Its own database's name; null when this browser keeps nothing. */
  readonly database: string | null
  /** Lets another tab have it. Call it when nothing runs any more. */
  release(): void
}

export interface IdentityOptions {
  /** The network's id: an identity belongs to one network. */
  readonly network: string
  readonly puzzleBits: number
  onProgress(progress: PuzzleProgress): void
  /** What a person should know. */
  onNotice(notice: string): void
}

interface StoredIdentity extends Credentials {
  readonly nodeId: NodeId
  readonly network: string
  /** A CryptoKey that cannot be read out is stored as such by the browser; else the seed. */
  readonly privateKey: PrivateKey
  readonly createdMs: number
}

interface Schema extends DBSchema {
  identities: { key: string; value: StoredIdentity; indexes: { network: string } }
}

const DATABASE = 'peermart-identities'
/** A page that is reloaded may start before the old one's lock is free. */
const RELOAD_WAIT_MS = 2_000
/** A new tab leaves an identity so long to the tab that had it just now, which may be reloading. */
const RELOAD_GRACE_MS = 2_500

/** The identity for this tab. Rejects only when this page can have no key at all, with what to do. */
export async function claimIdentity(options: IdentityOptions): Promise<TabIdentity> {
  let database: IDBPDatabase<Schema> | null = null
  try {
    database = await openIdentities()
    const { identity, release } = (await firstFree(database, options.network)) ?? (await createStored(database, options))
    remember(options.network, identity.nodeId)
    return tabIdentity(identity, release)
  } catch (error) {
    if (database !== null && !(error instanceof DOMException)) throw error
    const why = error instanceof Error ? error.message : String(error)
    options.onNotice(
      `This browser keeps nothing for this page (${why}). You can trade, but offers, receipts and this identity end with the tab.`,
    )
    return { ...tabIdentity(await create(options), () => {}), database: null }
  } finally {
    database?.close()
  }
}

function tabIdentity({ publicKey, nonce, nodeId, privateKey }: StoredIdentity, release: () => void): TabIdentity {
  return { credentials: { publicKey, nonce }, nodeId, privateKey, database: `peermart-${nodeId}`, release }
}

function openIdentities(): Promise<IDBPDatabase<Schema>> {
  if (navigator.locks === undefined) throw new DOMException('Web Locks are missing')
  return openDB<Schema>(DATABASE, 1, {
    upgrade: (database) => database.createObjectStore('identities', { keyPath: 'nodeId' }).createIndex('network', 'network'),
  })
}

interface Claimed {
  readonly identity: StoredIdentity
  release(): void
}

/** The one this tab had, else the oldest that no tab runs. */
async function firstFree(database: IDBPDatabase<Schema>, network: string): Promise<Claimed | null> {
  const own = remembered(network)
  const sound = (await database.getAllFromIndex('identities', 'network', network)).filter(
    (stored) => nodeIdOf(network, stored) === stored.nodeId,
  )
  const mine = sound.find(({ nodeId }) => nodeId === own)
  if (mine !== undefined) {
    const release = await claimLock(mine.nodeId, isReload() ? RELOAD_WAIT_MS : 0)
    if (release !== null) return { identity: mine, release }
  }
  const others = sound.filter(({ nodeId }) => nodeId !== own).sort((left, right) => left.createdMs - right.createdMs)
  for (const identity of others.filter(({ nodeId }) => graceMs(nodeId) === 0)) {
    const release = await claimLock(identity.nodeId, 0)
    if (release !== null) return { identity, release }
  }
  // To wait is better than to make a new one: a person who closed the tab and opens it again finds offers and receipts.
  for (const identity of others.filter(({ nodeId }) => graceMs(nodeId) > 0)) {
    await new Promise((resolve) => setTimeout(resolve, graceMs(identity.nodeId)))
    const release = await claimLock(identity.nodeId, 0)
    if (release !== null) return { identity, release }
  }
  return null
}

async function createStored(database: IDBPDatabase<Schema>, options: IdentityOptions): Promise<Claimed> {
  const identity = await create(options)
  const release = await claimLock(identity.nodeId, RELOAD_WAIT_MS)
  await database.put('identities', identity)
  return { identity, release: release ?? (() => {}) }
}

async function create({ network, puzzleBits, onProgress }: IdentityOptions): Promise<StoredIdentity> {
  const ed25519 = await detectEd25519()
  const { privateKey, publicKey } = await ed25519.createKeyPair()
  const nonce = await solvePuzzle({ network, publicKey, bits: puzzleBits, onProgress })
  return { publicKey, nonce, nodeId: nodeIdOf(network, { publicKey, nonce }), network, privateKey, createdMs: Date.now() }
}

/** Holds the identity's lock until the returned function is called; null when another tab has it for longer than `waitMs`. */
function claimLock(nodeId: NodeId, waitMs: number): Promise<(() => void) | null> {
  return new Promise((resolve) => {
    const hold = (lock: Lock | null): Promise<void> | undefined => {
      if (lock === null) {
        resolve(null)
        return undefined
      }
      return new Promise((end) => {
        resolve(() => {
          leave(nodeId)
          end()
        })
      })
    }
    const wish = waitMs === 0 ? { ifAvailable: true } : { signal: AbortSignal.timeout(waitMs) }
    navigator.locks.request(`peermart-identity/${nodeId}`, wish, hold).catch(() => resolve(null))
  })
}

function isReload(): boolean {
  const [entry] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
  return entry?.type === 'reload' || entry?.type === 'back_forward'
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

const remembered = (network: string): string | null => quietly(() => sessionStorage.getItem(rememberedKey(network)))
function remember(network: string, nodeId: NodeId): void {
  quietly(() => sessionStorage.setItem(rememberedKey(network), nodeId))
  quietly(() => localStorage.removeItem(leftKey(nodeId)))
}

/** Written when the page goes, when only synchronous storage can be. */
function leave(nodeId: NodeId): void {
  quietly(() => localStorage.setItem(leftKey(nodeId), String(Date.now())))
}

/** How long the identity is still left to the tab that let go of it; 0 when a tab runs it, or none wants it back. */
function graceMs(nodeId: NodeId): number {
  const leftMs = Number(quietly(() => localStorage.getItem(leftKey(nodeId))) ?? 0)
  const agoMs = Date.now() - leftMs
  // A mark of the future is one of a clock that was set back.
  return agoMs < 0 ? 0 : Math.max(0, RELOAD_GRACE_MS - agoMs)
}
