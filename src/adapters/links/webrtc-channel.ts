/**
 * A Channel over simple-peer: one ordered, reliable data channel between two tabs. simple-peer 9.11 has no back-pressure for `send`, obeys
 * whatever signal it is given and leaves handlers behind (FIELD-NOTES); so it is given one checked SDP and nothing else, and watched here.
 *
 * Invariants
 * 1. simple-peer gets at most one signal, an `offer` or `answer` that passed `checkSdp`. Candidates, renegotiation and transceivers never reach it.
 * 2. The bindings are the fingerprints in the browser's own reading of both SDPs, to which DTLS holds the two ends.
 * 3. At most STOP_BYTES and one frame wait in the browser; the rest waits here until the browser is down to LOW_BYTES.
 * 4. Any second data channel, and one that is not ordered and reliable, ends it.
 */
import SimplePeer from 'simple-peer/simplepeer.min.js'
import type { Channel } from '../../peer/world.ts'
import { type IceOptions, rtcConfiguration } from './rtc-configuration.ts'
import { checkSdp, fingerprintOf } from './sdp.ts'

/** How long simple-peer waits for the last candidate, in ms, before it signals what it has: host candidates come at once, STUN answers in a second. */
const ICE_COMPLETE_TIMEOUT_MS = 1_500
/** Bytes waiting in the browser: go on below the low mark, stop above the other. At 16 MiB Chrome's event never came (FIELD-NOTES). */
const LOW_BYTES = 64 * 1024
const STOP_BYTES = 1024 * 1024
/** How long a closed data channel may take, in ms, to deliver what waits, before the connection is torn down. */
const CLOSE_TIMEOUT_MS = 1_000
/** Frames that may come before anyone listens: the handshake's first ones. */
const MAX_EARLY_FRAMES = 64

/** What becomes of an attempt to open a WebRTC connection. No callback runs within a call. `onFail` only before `onOpen`. */
export interface RtcListener {
  onSdp(sdp: string): void
  onOpen(channel: Channel): void
  onFail(reason: string): void
}

/** An attempt to open a WebRTC connection. It has no deadline of its own. */
export interface Rtc {
  /** The other side's SDP, checked by `checkSdp`; only the first is used. */
  accept(sdp: string): void
  /** Ends it, an opened channel too. `onFail` does not follow. */
  close(): void
}

export interface RtcOptions extends IceOptions {
  /** Makes the offer. */
  readonly initiator: boolean
}

/** Opens WebRTC connections; a test may bring another. */
export type OpenRtc = (options: RtcOptions, listener: RtcListener) => Rtc

type Listener = Parameters<Channel['listen']>[0]

class WebRtc implements Rtc, Channel {
  readonly transport = 'direct'
  localBinding = ''
  remoteBinding = ''
  readonly #initiator: boolean
  readonly #rtcListener: RtcListener
  readonly #peer: SimplePeer
  #listener: Listener | null = null
  #early: Uint8Array[] = []
  #queue: Uint8Array[] = []
  #queueHead = 0
  #queuedBytes = 0
  #connection: RTCPeerConnection | null
  #data: RTCDataChannel | null = null
  #closeTimer: ReturnType<typeof setTimeout> | undefined
  #signalled = false
  #accepted = false
  #opened = false
  #closed = false
  #channels = 0

  constructor(options: RtcOptions, listener: RtcListener) {
    this.#initiator = options.initiator
    this.#rtcListener = listener
    const peer = new SimplePeer({
      initiator: options.initiator,
      trickle: false,
      iceCompleteTimeout: ICE_COMPLETE_TIMEOUT_MS,
      channelConfig: { ordered: true },
      config: rtcConfiguration(options),
    })
    this.#peer = peer
    // 'error' always has a listener: without one, simple-peer's emitter throws.
    peer.on('error', (error) => this.#end(error.message))
    peer.on('close', () => {
      this.#end('the connection closed')
      this.#release()
    })
    peer.on('signal', (data) => this.#onSignal(data))
    peer.on('connect', () => this.#onConnect())
    peer.on('data', (chunk) => this.#onData(chunk))
    this.#connection = peer._pc ?? null
    this.#connection?.addEventListener('datachannel', () => this.#onDataChannel())
  }

  get bufferedBytes(): number {
    return this.#queuedBytes + (this.#data?.bufferedAmount ?? 0)
  }

  accept(sdp: string): void {
    const type = this.#initiator ? 'answer' : 'offer'
    if (this.#accepted || this.#closed) return
    this.#accepted = true
    const checked = checkSdp(type, sdp)
    if (checked.ok) this.#peer.signal({ type, sdp })
    else queueMicrotask(() => this.#end(checked.reason))
  }

  listen(listener: Listener): void {
    this.#listener = listener
    const early = this.#early
    this.#early = []
    for (const frame of early) listener.onFrame(frame)
  }

  send(frame: Uint8Array): void {
    if (this.#closed || this.#data === null) return
    if (this.#queue.length === 0 && this.#data.bufferedAmount < STOP_BYTES) return this.#give(frame)
    this.#queue.push(frame)
    this.#queuedBytes += frame.length
  }

  /** What was sent is delivered first, as far as the browser has it: a data channel closes in order, a connection does not. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#queue = []
    this.#queuedBytes = 0
    this.#listener = null
    if (this.#data === null) return this.#destroy()
    this.#data.close()
    this.#closeTimer = setTimeout(() => this.#destroy(), CLOSE_TIMEOUT_MS)
  }

  #onSignal(data: { type: string; sdp?: string }): void {
    if (this.#signalled || this.#closed || data.type !== (this.#initiator ? 'offer' : 'answer') || data.sdp === undefined) return
    this.#signalled = true
    this.#rtcListener.onSdp(data.sdp)
  }

  #onDataChannel(): void {
    this.#channels += 1
    if (this.#initiator || this.#channels > 1) this.#end('the other side opened a second data channel')
  }

  #onConnect(): void {
    const connection = this.#peer._pc
    const data = this.#peer._channel
    if (this.#closed || connection === null || data === null) return
    const local = fingerprintOf(connection.localDescription?.sdp ?? '')
    const remote = fingerprintOf(connection.remoteDescription?.sdp ?? '')
    if (local === undefined || remote === undefined) return this.#end('no DTLS fingerprint')
    if (!data.ordered || data.maxRetransmits !== null || data.maxPacketLifeTime !== null)
      return this.#end('a data channel that may lose messages')
    this.localBinding = local
    this.remoteBinding = remote
    data.bufferedAmountLowThreshold = LOW_BYTES
    data.addEventListener('bufferedamountlow', () => this.#flush())
    this.#data = data
    this.#opened = true
    this.#rtcListener.onOpen(this)
  }

  #onData(chunk: Uint8Array): void {
    if (this.#closed) return
    // simple-peer's Buffer has methods of its own: nobody should get to see one.
    const frame = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    if (this.#listener !== null) this.#listener.onFrame(frame)
    else if (this.#early.length < MAX_EARLY_FRAMES) this.#early.push(frame)
    else this.#end('too much before the handshake')
  }

  #flush(): void {
    if (this.#closed || this.#data === null) return
    while (this.#queueHead < this.#queue.length && this.#data.bufferedAmount < STOP_BYTES) {
      const frame = this.#queue[this.#queueHead] as Uint8Array
      this.#queueHead += 1
      this.#queuedBytes -= frame.length
      this.#give(frame)
      if (this.#closed) return
    }
    // What has left is let go, also on a link that is always behind.
    this.#queue.splice(0, this.#queueHead)
    this.#queueHead = 0
    if (this.#queue.length === 0) this.#listener?.onDrain()
  }

  #give(frame: Uint8Array): void {
    try {
      this.#peer.send(frame)
    } catch {
      // The channel closed and its event is on the way; here it must not come within `send`.
      queueMicrotask(() => this.#end('the connection closed'))
    }
  }

  /** The other side, the network or a broken rule ends it. */
  #end(reason: string): void {
    if (this.#closed) return
    this.#closed = true
    this.#queue = []
    this.#queuedBytes = 0
    const listener = this.#listener
    this.#destroy()
    if (this.#opened) listener?.onClose(reason)
    else this.#rtcListener.onFail(reason)
  }

  #destroy(): void {
    this.#listener = null
    this.#peer.destroy()
    this.#release()
  }

  /** simple-peer's destroy leaves two handlers, which would keep the connection alive, and Chrome counts those that live. */
  #release(): void {
    clearTimeout(this.#closeTimer)
    if (this.#connection !== null) this.#connection.onconnectionstatechange = null
    if (this.#data !== null) this.#data.onbufferedamountlow = null
    this.#connection = null
    this.#data = null
  }
}

/** Opens a real WebRTC connection. Throws when the browser has no WebRTC. */
export const openWebRtc: OpenRtc = (options, listener) => new WebRtc(options, listener)
