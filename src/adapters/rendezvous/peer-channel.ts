/**
 * A Channel over a peerjs connection. The first message each way is a text: the one who was called says whether the caller is welcome, the
 * caller then says that it stays, as it may have enough others by now; all others are frames. The bindings are the DTLS fingerprints, as in any WebRTC channel.
 */
import type { DataConnection } from 'peerjs'
import { type Channel, MAX_FRAME_BYTES } from '../../peer/world.ts'
import { fingerprintOf } from '../links/sdp.ts'
import { Inbox } from './inbox.ts'

/** Signalling over the server, ICE and DTLS. A ghost, whose id outlives it, never answers (FIELD-NOTES). */
const OPEN_TIMEOUT_MS = 6_000
/** From open to welcome, and from welcome to welcome: a round trip, and whatever else busy machines do first. */
const WELCOME_TIMEOUT_MS = 6_000
/** How long a closed data channel may take to deliver what waits. */
const CLOSE_TIMEOUT_MS = 1_000
/** Below this many waiting bytes there is room again. */
const LOW_BYTES = 64 * 1024
const WELCOME = 'welcome'

export type Connection = DataConnection

/** The channel once it is open, or why it does not come about; then the connection is closed. `cancel` gets a way to give up early. */
export function openConnection(connection: Connection, cancel: (fail: (reason: string) => void) => void): Promise<PeerChannel | string> {
  return new Promise((resolve) => {
    const end = (result: PeerChannel | string) => {
      clearTimeout(timer)
      if (typeof result === 'string') connection.close()
      resolve(result)
    }
    const timer = setTimeout(() => end('it does not answer'), OPEN_TIMEOUT_MS)
    cancel(end)
    connection.on('error', (error) => end(error.message))
    connection.on('close', () => end('the connection was closed'))
    connection.on('open', () => {
      // It hears what comes from now on, even before its bindings are known.
      const channel = new PeerChannel(connection)
      described(connection.peerConnection).then(() => end(channel.bind() || channel))
    })
  })
}

/**
 * Both sides' descriptions are there. Where much is going on a data channel is open before the page gets to know the answer that opened it
 * (measured in Chrome): `remoteDescription` is null then.
 */
function described(peerConnection: RTCPeerConnection): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (peerConnection.signalingState !== 'stable' || peerConnection.remoteDescription === null) return
      peerConnection.removeEventListener('signalingstatechange', look)
      resolve()
    }
    peerConnection.addEventListener('signalingstatechange', look)
    look()
  })
}

export class PeerChannel implements Channel {
  readonly transport = 'rendezvous'
  /** Called once, when nothing is left of it. */
  onEnd: () => void = () => {}
  readonly #connection: Connection
  readonly #data: RTCDataChannel
  readonly #inbox = new Inbox()
  /** What the called side said, before anyone asked. */
  #answer: string | null = null
  #onAnswer: ((refusal: string) => void) | null = null
  #closeTimer: ReturnType<typeof setTimeout> | undefined
  #reason = 'the connection was closed'
  #bindings = { local: '', remote: '' }

  constructor(connection: Connection) {
    this.#connection = connection
    this.#data = connection.dataChannel
    this.#data.bufferedAmountLowThreshold = LOW_BYTES
    this.#data.addEventListener('bufferedamountlow', () => this.#inbox.drain())
    connection.on('data', (data) => this.#receive(data))
    connection.on('close', () => this.#gone())
  }

  /** Takes the bindings from the connection's descriptions; why the channel is no good, or empty. */
  bind(): string {
    const { localDescription, remoteDescription } = this.#connection.peerConnection
    const local = fingerprintOf(localDescription?.sdp ?? '')
    const remote = fingerprintOf(remoteDescription?.sdp ?? '')
    if (local === undefined || remote === undefined) return 'no DTLS fingerprint'
    this.#bindings = { local, remote }
    const { ordered, maxRetransmits, maxPacketLifeTime } = this.#data
    return ordered && maxRetransmits === null && maxPacketLifeTime === null ? '' : 'it may lose messages'
  }

  get localBinding(): string {
    return this.#bindings.local
  }

  get remoteBinding(): string {
    return this.#bindings.remote
  }

  get bufferedBytes(): number {
    return this.#data.bufferedAmount
  }

  send(frame: Uint8Array): void {
    if (!this.#inbox.closed && this.#connection.open) this.#connection.send(frame)
  }

  listen(listener: Parameters<Channel['listen']>[0]): void {
    this.#inbox.listen(listener)
  }

  /** What was sent is delivered first, as far as the browser has it: a data channel closes in order, a connection does not. */
  close(): void {
    if (this.#inbox.closed) return
    this.#inbox.close()
    this.#data.close()
    this.#closeTimer = setTimeout(() => this.#connection.close(), CLOSE_TIMEOUT_MS)
  }

  /** Tells the other side whether it is welcome (`refusal` empty), before any frame. */
  welcome(refusal: string): void {
    this.#connection.send(refusal === '' ? WELCOME : refusal)
  }

  /** Empty when the other side welcomes this one, otherwise why not. */
  welcomed(): Promise<string> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => give('it does not answer'), WELCOME_TIMEOUT_MS)
      const give = (answer: string) => {
        clearTimeout(timer)
        this.#onAnswer = null
        resolve(answer === WELCOME ? '' : answer)
      }
      if (this.#answer !== null) give(this.#answer)
      else this.#onAnswer = give
    })
  }

  #receive(data: unknown): void {
    if (typeof data === 'string' && this.#answer === null && data.length <= 200) {
      this.#answer = data
      this.#onAnswer?.(data)
    } else if (data instanceof ArrayBuffer && data.byteLength <= MAX_FRAME_BYTES) {
      if (!this.#inbox.frame(new Uint8Array(data))) this.#fail('too much before the handshake')
    } else this.#fail('the other side sent something that is no frame')
  }

  #fail(reason: string): void {
    this.#reason = reason
    this.#connection.close()
  }

  /** The connection is gone, whoever closed it. */
  #gone(): void {
    clearTimeout(this.#closeTimer)
    this.#onAnswer?.(this.#reason)
    this.onEnd()
    this.#inbox.end(this.#reason)
  }
}
