/** Channels and a WebRTC in memory, so that all of the links but simple-peer runs in Node. */
import { fingerprintOf } from '../../src/adapters/links/sdp.ts'
import type { OpenRtc, RtcListener } from '../../src/adapters/links/webrtc-channel.ts'
import type { Channel } from '../../src/peer/world.ts'
import { randomHex } from './links-identity.ts'

type Listener = Parameters<Channel['listen']>[0]

/** One end of a channel in memory. */
export class MemoryChannel implements Channel {
  readonly transport: Channel['transport']
  readonly localBinding: string
  readonly remoteBinding: string
  readonly sent: Uint8Array[] = []
  /** Set it to make the channel look slow. */
  bufferedBytes = 0
  other: MemoryChannel | null = null
  closed = false
  #listener: Listener | null = null
  readonly #early: Uint8Array[] = []
  readonly #queue: (() => void)[] = []

  constructor(transport: Channel['transport'], localBinding: string, remoteBinding: string) {
    this.transport = transport
    this.localBinding = localBinding
    this.remoteBinding = remoteBinding
  }

  send(frame: Uint8Array): void {
    if (this.closed) return
    const copy = frame.slice()
    this.sent.push(copy)
    this.#later(() => this.other?.arrive(copy))
  }

  arrive(frame: Uint8Array): void {
    if (this.closed) return
    if (this.#listener === null) this.#early.push(frame)
    else this.#listener.onFrame(frame)
  }

  close(): void {
    if (this.closed) return
    this.closed = true
    this.#later(() => this.other?.lose('the other end closed'))
  }

  /** In order: a browser's nested timers of 0 ms overtake each other. */
  #later(action: () => void): void {
    this.#queue.push(action)
    setTimeout(() => this.#queue.shift()?.(), 0)
  }

  lose(reason: string): void {
    if (this.closed) return
    this.closed = true
    this.#listener?.onClose(reason)
  }

  listen(listener: Listener): void {
    this.#listener = listener
    for (const frame of this.#early.splice(0)) listener.onFrame(frame)
  }
}

/** Two ends of a channel. `bindings`: what each end believes its own and the other's to be; right ones when left out. */
export function memoryChannels(transport: Channel['transport'], bindings = ['sha-256 AA', 'sha-256 BB']): [MemoryChannel, MemoryChannel] {
  const [first = '', second = ''] = bindings
  const left = new MemoryChannel(transport, first, second)
  const right = new MemoryChannel(transport, second, first)
  left.other = right
  right.other = left
  return [left, right]
}

/** An SDP as Chrome writes it. */
export function sampleSdp(kind: 'offer' | 'answer', fingerprint: string): string {
  const setup = kind === 'offer' ? 'actpass' : 'active'
  const lines = ['v=0', 'o=- 1 2 IN IP4 127.0.0.1', 's=-', 't=0 0', 'a=group:BUNDLE 0', 'a=extmap-allow-mixed', 'a=msid-semantic: WMS']
  const media = [
    'm=application 50000 UDP/DTLS/SCTP webrtc-datachannel',
    'c=IN IP4 127.0.0.1',
    'a=ice-ufrag:AbCd',
    'a=ice-pwd:0123456789abcdef01234567',
  ]
  const rest = [`a=fingerprint:${fingerprint}`, `a=setup:${setup}`, 'a=mid:0', 'a=sctp-port:5000', 'a=max-message-size:262144']
  return `${[...lines, ...media, ...rest].join('\r\n')}\r\n`
}

export function randomFingerprint(): string {
  return `sha-256 ${(randomHex(32).toUpperCase().match(/../g) ?? []).join(':')}`
}

interface End {
  readonly own: string
  readonly listener: RtcListener
  expected: string | undefined
  channel: MemoryChannel | null
}

/** A WebRTC whose connections open when each end was given the SDP of the other's fingerprint. */
export function memoryWebRtc(): { readonly openRtc: OpenRtc; readonly opened: () => number } {
  const ends = new Map<string, End>()
  let opened = 0
  const meet = (end: End): void => {
    const other = ends.get(end.expected ?? '')
    if (other === undefined || other.expected !== end.own || end.channel !== null) return
    const [left, right] = memoryChannels('direct', [end.own, other.own])
    end.channel = left
    other.channel = right
    setTimeout(() => end.listener.onOpen(left), 0)
    setTimeout(() => other.listener.onOpen(right), 0)
  }
  const openRtc: OpenRtc = ({ initiator }, listener) => {
    opened += 1
    const end: End = { own: randomFingerprint(), listener, expected: undefined, channel: null }
    ends.set(end.own, end)
    if (initiator) setTimeout(() => listener.onSdp(sampleSdp('offer', end.own)), 0)
    return {
      accept(sdp) {
        end.expected = fingerprintOf(sdp)
        if (!initiator) setTimeout(() => listener.onSdp(sampleSdp('answer', end.own)), 0)
        else setTimeout(() => meet(end), 0)
      },
      close() {
        ends.delete(end.own)
        end.channel?.close()
      },
    }
  }
  return { openRtc, opened: () => opened }
}

/** Waits for a condition, looking again at every turn of the event loop; throws after `patienceMs`. */
export async function until(condition: () => boolean, what: string, patienceMs = 5_000): Promise<void> {
  const lastMs = Date.now() + patienceMs
  while (!condition()) {
    if (Date.now() > lastMs) throw new Error(`in vain: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}
