/** Two ends of a simulated way for frames, with delay, in order. */
import type { Transport } from '../peer/event.ts'
import type { Channel } from '../peer/world.ts'
import type { EventLoop } from './event-loop.ts'

type Listener = Parameters<Channel['listen']>[0]

interface SimChannelOptions {
  readonly loop: EventLoop
  readonly transport: Transport
  /** Local, remote. */
  readonly bindings: readonly [string, string]
  /** One way, in ms; asked for each frame. */
  delayMs(): number
  /** Whether what is sent now arrives: frames and the close alike. */
  isCarried(): boolean
}

export class SimChannel implements Channel {
  readonly transport: Transport
  readonly localBinding: string
  readonly remoteBinding: string
  readonly bufferedBytes = 0
  readonly #options: SimChannelOptions
  #other: SimChannel | null = null
  #listener: Listener | null = null
  /** What came before somebody listened, the close included. */
  #early: ((listener: Listener) => void)[] | null = []
  #isClosed = false
  /** In order: nothing arrives before what was sent earlier. */
  #arrivesMs = 0

  constructor(options: SimChannelOptions) {
    this.#options = options
    this.transport = options.transport
    ;[this.localBinding, this.remoteBinding] = options.bindings
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  join(other: SimChannel): void {
    this.#other = other
  }

  listen(listener: Listener): void {
    this.#listener = listener
    this.#options.loop.after(0, () => {
      const early = this.#early ?? []
      this.#early = null
      for (const give of early) if (this.#listener !== null) give(this.#listener)
    })
  }

  send(frame: Uint8Array): void {
    if (this.#isClosed) return
    const copy = frame.slice()
    this.#carry((other) => other.#arrive((listener) => listener.onFrame(copy)))
  }

  /** The other side is told, the own one is not. */
  close(): void {
    this.#listener = null
    this.#early = []
    if (this.#isClosed) return
    this.#isClosed = true
    this.#carry((other) => other.#lose())
  }

  #carry(arrive: (other: SimChannel) => void): void {
    const { loop, delayMs, isCarried } = this.#options
    this.#arrivesMs = Math.max(this.#arrivesMs, loop.nowMs + delayMs())
    loop.after(this.#arrivesMs - loop.nowMs, () => {
      if (this.#other !== null && isCarried()) arrive(this.#other)
    })
  }

  #arrive(give: (listener: Listener) => void): void {
    if (this.#isClosed) return
    if (this.#early !== null) this.#early.push(give)
    else if (this.#listener !== null) give(this.#listener)
  }

  #lose(): void {
    this.#arrive((listener) => listener.onClose('closed by the other side'))
    this.#isClosed = true
  }
}

/** What differs between the two directions: from the first end, or from the second. */
interface Directions {
  readonly loop: EventLoop
  readonly transport: Transport
  /** One way, in ms; asked for each frame. */
  delayMs(fromFirst: boolean): number
}

/** Both ends of one channel; the first is the initiator's. */
export function channelEnds(
  { loop, transport, delayMs }: Directions,
  { name, isCarried }: { readonly name: string; isCarried(fromFirst: boolean): boolean },
): [SimChannel, SimChannel] {
  const bindings = [`${name}, the first end`, `${name}, the second end`] as const
  const end = (isFirst: boolean): SimChannel =>
    new SimChannel({
      loop,
      transport,
      bindings: isFirst ? bindings : [bindings[1], bindings[0]],
      delayMs: () => delayMs(isFirst),
      isCarried: () => isCarried(isFirst),
    })
  const first = end(true)
  const second = end(false)
  first.join(second)
  second.join(first)
  return [first, second]
}

/** Both ends of a channel of the rendezvous; it carries everything, unless `isCarried` says otherwise. */
export function channelPair(
  { loop, delayMs, name }: { readonly loop: EventLoop; readonly delayMs: number; readonly name: string },
  isCarried: (fromFirst: boolean) => boolean = () => true,
): [SimChannel, SimChannel] {
  return channelEnds({ loop, transport: 'rendezvous', delayMs: () => delayMs }, { name, isCarried })
}
