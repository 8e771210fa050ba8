/** Two ends of a simulated way for frames, with delay, in order. */
import type { Transport } from '../peer/event.ts'
import type { Channel } from '../peer/world.ts'
import type { EventLoop } from './event-loop.ts'

type Listener = Parameters<Channel['listen']>[0]

class SimChannel implements Channel {
  readonly transport: Transport = 'rendezvous'
  readonly localBinding: string
  readonly remoteBinding: string
  readonly bufferedBytes = 0
  readonly #loop: EventLoop
  readonly #delayMs: number
  #other: SimChannel | null = null
  #listener: Listener | null = null
  #early: Uint8Array[] = []
  #open = true

  constructor(options: { loop: EventLoop; delayMs: number; bindings: readonly [string, string] }) {
    this.#loop = options.loop
    this.#delayMs = options.delayMs
    ;[this.localBinding, this.remoteBinding] = options.bindings
  }

  join(other: SimChannel): void {
    this.#other = other
  }

  listen(listener: Listener): void {
    this.#listener = listener
    const early = this.#early
    this.#early = []
    this.#loop.after(0, () => {
      for (const frame of early) listener.onFrame(frame)
      if (!this.#open) listener.onClose('closed')
    })
  }

  send(frame: Uint8Array): void {
    if (!this.#open) return
    const copy = frame.slice()
    this.#loop.after(this.#delayMs, () => this.#other?.arrive(copy))
  }

  close(): void {
    if (!this.#open) return
    this.#open = false
    this.#loop.after(this.#delayMs, () => this.#other?.closed())
  }

  arrive(frame: Uint8Array): void {
    if (!this.#open) return
    if (this.#listener === null) this.#early.push(frame)
    else this.#listener.onFrame(frame)
  }

  closed(): void {
    if (!this.#open) return
    this.#open = false
    this.#listener?.onClose('closed by the other side')
  }
}

/** Both ends of one channel; the first is the initiator's. */
export function channelPair(loop: EventLoop, delayMs: number, name: string): [Channel, Channel] {
  const first = new SimChannel({ loop, delayMs, bindings: [`${name} a`, `${name} b`] })
  const second = new SimChannel({ loop, delayMs, bindings: [`${name} b`, `${name} a`] })
  first.join(second)
  second.join(first)
  return [first, second]
}
