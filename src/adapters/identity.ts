/**
 * Which peer this tab is (PROTOCOL 1): a key pair with a solved puzzle, kept in this browser and claimed with a Web Lock.
 *
 * Invariants
 * 1. Two tabs of a browser never run one identity: a stored one is used only while its lock is held, for the tab's whole life.
 * 2. A reloaded tab is the peer it was. A duplicated tab, which has a copy of the sessionStorage, finds the lock taken and gets another identity.
 * 3. A new tab takes a free stored identity before it makes one: that saves the puzzle, and the offers and receipts of a closed tab come back.
 */
import { type Credentials, type NodeId, nodeIdOf } from '../base/identity.ts'
import { detectEd25519, type PrivateKey } from './ed25519.ts'
import {
  claimLock,
  databaseOf,
  graceMs,
  openIdentities,
  RELOAD_WAIT_MS,
  remember,
  remembered,
  type StoredIdentity,
} from './identity-store.ts'
import { type PuzzleProgress, solvePuzzle } from './puzzle.ts'

export interface TabIdentity {
  readonly credentials: Credentials
  readonly nodeId: NodeId
  readonly privateKey: PrivateKey
  /** For a backup; an identity of the app's first version has none that can be read out. */
  readonly backupKey: PrivateKey
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

type Identities = Awaited<ReturnType<typeof openIdentities>>

/** The identity for this tab. Rejects only when this page can have no key at all, with what to do. */
export async function claimIdentity(options: IdentityOptions): Promise<TabIdentity> {
  let database: Identities | null = null
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

function tabIdentity({ publicKey, nonce, nodeId, privateKey, backupKey }: StoredIdentity, release: () => void): TabIdentity {
  const keys = { privateKey, backupKey: backupKey ?? privateKey }
  return { credentials: { publicKey, nonce }, nodeId, ...keys, database: databaseOf(nodeId), release }
}

interface Claimed {
  readonly identity: StoredIdentity
  release(): void
}

/** The one this tab had, else the oldest that no tab runs. */
async function firstFree(database: Identities, network: string): Promise<Claimed | null> {
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

async function createStored(database: Identities, options: IdentityOptions): Promise<Claimed> {
  const identity = await create(options)
  const release = await claimLock(identity.nodeId, RELOAD_WAIT_MS)
  await database.put('identities', identity)
  return { identity, release: release ?? (() => {}) }
}

async function create({ network, puzzleBits, onProgress }: IdentityOptions): Promise<StoredIdentity> {
  const ed25519 = await detectEd25519()
  const pair = await ed25519.createKeyPair()
  const { publicKey } = pair
  const nonce = await solvePuzzle({ network, publicKey, bits: puzzleBits, onProgress })
  return { ...pair, nonce, nodeId: nodeIdOf(network, { publicKey, nonce }), network, createdMs: Date.now() }
}

function isReload(): boolean {
  const [entry] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
  return entry?.type === 'reload' || entry?.type === 'back_forward'
}
