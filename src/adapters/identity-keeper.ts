/** What a person does with this tab's key and its data: backs it up, restores another, wipes it, asks the browser to keep it. */
import type { NodeId } from '../base/identity.ts'
import { ApiError } from './api-error.ts'
import { seedOf } from './ed25519.ts'
import type { TabIdentity } from './identity.ts'
import { claimLock, forget, remember, removeIdentity, storeIdentity } from './identity-store.ts'

export interface StorageReport {
  /** Of all tabs of this page's address; null when the browser does not say. */
  readonly usedBytes: number | null
  readonly quotaBytes: number | null
  /** The browser will not remove the data by itself. */
  readonly persisted: boolean
  /** Nothing outlives this tab. */
  readonly memoryOnly: boolean
}

interface KeeperOptions {
  readonly identity: TabIdentity
  readonly network: string
  readonly puzzleBits: number
  /** Ends the peer, which then holds none of its data open. */
  stop(): void
}

export class IdentityKeeper {
  readonly #options: KeeperOptions
  /** Restored ones, whose locks this tab holds until it is loaded anew: no other tab takes them meanwhile. */
  readonly #restored = new Set<NodeId>()

  constructor(options: KeeperOptions) {
    this.#options = options
  }

  async backup(passphrase: unknown): Promise<string> {
    const { identity, network } = this.#options
    const seed = await seedOf(identity.backupKey)
    if (seed === null) throw notReadable()
    const { sealBackup } = await import('./backup.ts')
    const { nodeId, credentials } = identity
    try {
      return await sealBackup({ network, nodeId, nonce: credentials.nonce, seed }, passphrase)
    } finally {
      seed.fill(0)
    }
  }

  /**
   * Puts a backup's identity beside the others of this browser, for this tab to claim at its next load. Its numbers need no care: they
   * follow the clock (PROTOCOL 4), so the first one signed here is newer than any that was signed before the backup or after it.
   */
  async restore(text: unknown, passphrase: unknown): Promise<{ nodeId: NodeId }> {
    const { identity, network, puzzleBits } = this.#options
    if (identity.database === null) throw storageError('This browser keeps nothing for this page, so a key cannot be restored here.')
    const { openBackup } = await import('./backup.ts')
    const restored = await openBackup(text, passphrase, { network, puzzleBits })
    const { nodeId } = restored
    if (nodeId === identity.nodeId) throw new ApiError({ code: 'already-here', message: 'This tab runs the key of this backup already.' })
    await this.#claim(nodeId)
    try {
      await storeIdentity({ ...restored, network, createdMs: Date.now() })
    } catch (error) {
      throw storageError(`This browser did not keep the key: ${String(error)}`)
    }
    remember(network, nodeId)
    return { nodeId }
  }

  /** Does not return in time for anything else: the page is loaded anew. */
  async wipe(): Promise<void> {
    const { identity, network, stop } = this.#options
    stop()
    if (identity.database !== null) {
      await removeIdentity(identity.nodeId).catch((error) => {
        throw storageError(`The browser did not remove everything: ${String(error)}. Reload the page and try again.`)
      })
    }
    identity.release()
    forget(network, identity.nodeId)
    location.reload()
  }

  async storage(): Promise<StorageReport> {
    const memoryOnly = this.#options.identity.database === null
    const { usage = null, quota = null } = (await navigator.storage?.estimate?.().catch(() => undefined)) ?? {}
    const persisted = (await navigator.storage?.persisted?.().catch(() => false)) ?? false
    return { usedBytes: usage, quotaBytes: quota, persisted, memoryOnly }
  }

  /** False when the browser does not agree. */
  async persist(): Promise<boolean> {
    return (await navigator.storage?.persist?.().catch(() => false)) ?? false
  }

  async #claim(nodeId: NodeId): Promise<void> {
    if (this.#restored.has(nodeId)) return
    const release = await claimLock(nodeId, 0)
    if (release === null)
      throw new ApiError({
        code: 'runs-elsewhere',
        message: 'Another tab of this browser runs the key of this backup: close that tab first.',
      })
    this.#restored.add(nodeId)
    addEventListener('pagehide', release)
  }
}

function notReadable(): ApiError {
  const what = 'This key was made by the first version of this app, in a form that no browser gives out again.'
  const todo = 'To have one that can be backed up, withdraw your offers, then wipe this key: the next one can be.'
  return new ApiError({ code: 'no-backup', message: `${what} ${todo}` })
}

function storageError(message: string): ApiError {
  return new ApiError({ code: 'storage', message })
}
