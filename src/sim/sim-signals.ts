/** The twin's signals: signed and checked at once, where a tab's signer takes its time (src/adapters/links/signals.ts). */
import { utf8 } from '../base/bytes.ts'
import { nodeIdOf } from '../base/identity.ts'
import type { Signal } from '../ring/messages.ts'
import type { Signed } from './sim-signer.ts'

/** What the signature of a signal covers. The network and the key are in `from`, and `sdp` comes last, as it alone may hold a space. */
export function signalBytes({ kind, from, to, connection, purpose, sdp }: Omit<Signal, 'publicKey' | 'nonce' | 'signature'>): Uint8Array {
  return utf8(`${kind} ${from} ${to} ${connection} ${purpose} ${sdp}`)
}

/** True when the signal's key gives `from` as its nodeId in this network, and signed it, by the word of `holds`. */
export function isSigned(signal: Signal, { networkId, holds }: { networkId: string; holds(part: Signed): boolean }): boolean {
  const { publicKey, nonce, signature, from } = signal
  if (nodeIdOf(networkId, signal) !== from) return false
  return holds({ credentials: { publicKey, nonce }, bytes: signalBytes(signal), signature })
}
