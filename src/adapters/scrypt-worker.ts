/** Derives one key from a passphrase. The page ends it. */
import { scryptKey } from '../base/scrypt.ts'
import type { ScryptRequest } from './scrypt-messages.ts'

addEventListener('message', ({ data }: MessageEvent<ScryptRequest>) => postMessage(scryptKey(data.passphrase, data.salt, data.work)))
