/** The receiving end of a channel: keeps what comes before anyone listens, and lets nothing out after the end. */
import type { Channel } from '../../peer/world.ts'

type Listener = Parameters<Channel['listen']>[0]

/** Frames that may come before anyone listens: the handshake's first ones. More end the channel. */
const MOST_EARLY = 64

export class Inbox {
  #listener: Listener | null = null
  #early: Uint8Array[] = []
  #closed = false

  get closed(): boolean {
    return this.#closed
  }

  /** What came before is given at once; an end that came before, a moment later. */
  listen(listener: Listener): void {
    this.#listener = listener
    const early = this.#early
    this.#early = []
    for (const frame of early) listener.onFrame(frame)
    const reason = this.#reason
    if (reason !== null) queueMicrotask(() => listener.onClose(reason))
  }

  /** False when there is no room for it. */
  frame(frame: Uint8Array): boolean {
    if (this.#closed) return true
    if (this.#listener) this.#listener.onFrame(frame)
    else if (this.#early.length >= MOST_EARLY) return false
    else this.#early.push(frame)
    return true
  }

  drain(): void {
    if (!this.#closed) this.#listener?.onDrain()
  }

  /** The other side or the network ended it. */
  end(reason: string): void {
    if (this.#closed) return
    this.#closed = true
    this.#reason = reason
    this.#listener?.onClose(reason)
  }

  /** This side ended it: nothing more is told. */
  close(): void {
    this.#closed = true
    this.#listener = null
    this.#early = []
  }

  /** Why it ended while nobody listened. */
  #reason: string | null = null
}
