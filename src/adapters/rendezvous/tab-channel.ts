/**
 * A Channel between two tabs of one browser: a BroadcastChannel of its own, whose name only these two know. A BroadcastChannel tells nobody
 * when a tab is gone, so each tab holds a Web Lock for as long as it lives, and the other one waits for that lock: no timer that a hidden
 * tab could be late with is needed.
 */
import type { Channel } from '../../peer/world.ts'
import { Inbox } from './inbox.ts'

/** Below this many unacknowledged bytes there is room again; the same mark as a data channel's. */
const LOW_BYTES = 64 * 1024
/** Packets that may come before the other side's answer: it says little more than hello before it hears from us. */
const MAX_EARLY = 16

export interface TabChannelOptions {
  /** The BroadcastChannel's name; the random part in it is the connection's. */
  readonly name: string
  /** Random, one for each side: 128 bits in hex. */
  readonly localToken: string
  /** null while the other side has not answered: see `meet`. */
  readonly remoteToken: string | null
  /** The Web Lock that the other tab holds while it lives. */
  readonly remoteLock: string
  /** Called once, when the channel has ended in any way. */
  onEnd(): void
}

type Packet =
  | { readonly from: string; readonly type: 'frame'; readonly frame: Uint8Array }
  | { readonly from: string; readonly type: 'taken'; readonly bytes: number }
  | { readonly from: string; readonly type: 'close' }

export class TabChannel implements Channel {
  readonly transport = 'rendezvous'
  readonly localBinding: string
  readonly #options: TabChannelOptions
  #remoteToken: string | null
  /** What came before the other side's token: its first frames may overtake its answer, which takes another way. */
  #early: Packet[] = []
  readonly #broadcast: BroadcastChannel
  readonly #inbox = new Inbox()
  readonly #abort = new AbortController()
  #unacknowledged = 0

  constructor(options: TabChannelOptions) {
    this.#options = options
    this.localBinding = `tab ${options.localToken}`
    this.#remoteToken = options.remoteToken
    this.#broadcast = new BroadcastChannel(options.name)
    this.#broadcast.addEventListener('message', (event: MessageEvent<Packet>) => this.#receive(event.data))
    watchTab(options.remoteLock, this.#abort.signal, () => this.#end('the other tab was closed'))
  }

  get remoteBinding(): string {
    return `tab ${this.#remoteToken ?? ''}`
  }

  /** The other side answered, with its token. */
  meet(remoteToken: string): void {
    this.#remoteToken = remoteToken
    const early = this.#early
    this.#early = []
    for (const packet of early) this.#receive(packet)
  }

  get bufferedBytes(): number {
    return this.#unacknowledged
  }

  send(frame: Uint8Array): void {
    if (this.#inbox.closed) return
    this.#unacknowledged += frame.length
    this.#post({ type: 'frame', frame })
  }

  close(): void {
    if (this.#inbox.closed) return
    this.#post({ type: 'close' })
    this.#inbox.close()
    this.#release()
  }

  listen(listener: Parameters<Channel['listen']>[0]): void {
    this.#inbox.listen(listener)
  }

  #post(packet: { type: 'frame'; frame: Uint8Array } | { type: 'taken'; bytes: number } | { type: 'close' }): void {
    this.#broadcast.postMessage({ ...packet, from: this.#options.localToken })
  }

  #receive(packet: Packet): void {
    if (this.#remoteToken === null && this.#early.length < MAX_EARLY) this.#early.push(packet)
    if (this.#inbox.closed || this.#remoteToken === null || packet?.from !== this.#remoteToken) return
    if (packet.type === 'close') this.#end('the other tab closed the channel')
    else if (packet.type === 'taken') this.#taken(packet.bytes)
    else if (packet.type === 'frame' && packet.frame instanceof Uint8Array) {
      this.#post({ type: 'taken', bytes: packet.frame.length })
      if (!this.#inbox.frame(packet.frame)) this.#end('too much before the handshake')
    }
  }

  #taken(bytes: number): void {
    const before = this.#unacknowledged
    this.#unacknowledged = Math.max(0, before - bytes)
    if (before > LOW_BYTES && this.#unacknowledged <= LOW_BYTES) this.#inbox.drain()
  }

  #end(reason: string): void {
    if (this.#inbox.closed) return
    this.#release()
    this.#inbox.end(reason)
  }

  #release(): void {
    this.#abort.abort()
    this.#broadcast.close()
    this.#options.onEnd()
  }
}

/** Calls `gone` when the tab that holds the lock lets go of it. */
function watchTab(lock: string, signal: AbortSignal, gone: () => void): void {
  navigator.locks.request(lock, { signal, mode: 'shared' }, gone).catch(() => {
    // Aborted: the channel ended first.
  })
}

/** Holds a lock until the signal, or the tab's end; resolves when it is held. */
export function holdTabLock(lock: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const held = () => {
      resolve()
      return new Promise<void>((release) => signal.addEventListener('abort', () => release()))
    }
    navigator.locks.request(lock, { signal }, held).catch(reject)
  })
}
