/**
 * Signals: the messages of the WebRTC signalling, signed. The signature covers every field, so that whoever carries a signal can drop it
 * and nothing else; the SDP in it holds the DTLS fingerprint (PROTOCOL 7.4).
 */
import { type Hex, sha256, toHex } from '../../base/bytes.ts'
import { domainBytes, nodeIdOf, type SignedPart } from '../../base/identity.ts'
import { encode } from '../../base/schema.ts'
import type { Signer } from '../../peer/world.ts'
import { type Signal, signalSchema } from '../../ring/messages.ts'

/** A signal before it is signed. */
export type SignalBody = Omit<Signal, 'signature'>

const NO_SIGNATURE: Hex = '00'.repeat(64)

/** What the signature of a signal covers: its encoding with a signature of zeros. */
export function signalBytes(network: string, body: SignalBody): Uint8Array {
  return domainBytes('peermart/signal', network, encode(signalSchema, { ...body, signature: NO_SIGNATURE }))
}

/** The signature to check before a signal may be believed. */
export function signalPart(network: string, signal: Signal): SignedPart {
  const { publicKey, nonce, signature } = signal
  const bytes = signalBytes(network, signal)
  return { key: `signal/${toHex(sha256(bytes))}/${signature}`, credentials: { publicKey, nonce }, bytes, signature }
}

/** Signs with the own key; `done` gets the whole signal. */
export function signSignal(
  context: { readonly network: string; readonly signer: Signer },
  body: SignalBody,
  done: (signal: Signal) => void,
): void {
  context.signer.sign(signalBytes(context.network, body), (signature) => done({ ...body, signature }))
}

/** `done` gets true when the signal's key is sound, gives `from` as its nodeId, and signed it. */
export function verifySignal(
  context: { readonly network: string; readonly signer: Signer },
  signal: Signal,
  done: (valid: boolean) => void,
): void {
  if (nodeIdOf(context.network, signal) !== signal.from) {
    queueMicrotask(() => done(false))
    return
  }
  context.signer.verify([signalPart(context.network, signal)], done)
}
