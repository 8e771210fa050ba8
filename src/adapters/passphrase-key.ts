/** An AES key from a passphrase, by scrypt in a Worker, so that the page stays responsive; on the page itself where no Worker starts. */
import type { ScryptRequest } from './scrypt-messages.ts'

/** AES-GCM of 256 bits. The work's bounds are the caller's to check: a file must not decide how long a tab is busy. */
export async function passphraseKey(request: ScryptRequest): Promise<CryptoKey> {
  const bytes = (await inWorker(request)) ?? (await here(request))
  const key = await crypto.subtle.importKey('raw', bytes as Uint8Array<ArrayBuffer>, 'AES-GCM', false, ['encrypt', 'decrypt'])
  bytes.fill(0)
  return key
}

/** Null where no Worker starts, or it ends without an answer. */
function inWorker(request: ScryptRequest): Promise<Uint8Array | null> {
  return new Promise((resolve) => {
    try {
      const worker = new Worker(new URL('./scrypt-worker.ts', import.meta.url), { type: 'module' })
      const end = (bytes: Uint8Array | null): void => {
        worker.terminate()
        resolve(bytes)
      }
      worker.addEventListener('message', ({ data }: MessageEvent<Uint8Array>) => end(data))
      worker.addEventListener('error', () => end(null))
      worker.postMessage(request)
    } catch {
      resolve(null)
    }
  })
}

async function here({ passphrase, salt, work }: ScryptRequest): Promise<Uint8Array> {
  const { scryptKey } = await import('../base/scrypt.ts')
  return scryptKey(passphrase, salt, work)
}
