/** The rendezvous' twin: a server with a few well-known ids, which can be stopped; peers see each other through it only. */
import type { NodeId } from '../base/identity.ts'
import type { Rng } from '../base/rng.ts'
import type { Rendezvous, RendezvousListener } from '../peer/world.ts'
import type { EventLoop } from './event-loop.ts'
import { channelPair } from './sim-channel.ts'

const WELL_KNOWN_IDS = 4
const CLAIM_MS = 10
const CHANNEL_MS = 10

/** One PeerServer, for one network. */
export class SimServer {
  running = true
  readonly holders: (SimRendezvous | null)[] = Array.from({ length: WELL_KNOWN_IDS }, () => null)
  readonly loop: EventLoop
  readonly rng: Rng
  #channels = 0

  constructor(loop: EventLoop, rng: Rng) {
    this.loop = loop
    this.rng = rng
  }

  /** Holders other than the asker, in random order. */
  others(asker: SimRendezvous): SimRendezvous[] {
    const others = this.holders.filter((holder): holder is SimRendezvous => holder !== null && holder !== asker)
    return this.rng.sample(others, others.length)
  }

  connect(from: SimRendezvous, to: SimRendezvous): void {
    this.#channels += 1
    const [first, second] = channelPair(this.loop, CHANNEL_MS, `rendezvous ${this.#channels}`)
    this.loop.after(CHANNEL_MS, () => {
      from.arrive(first, true)
      to.arrive(second, false)
    })
  }
}

export class SimRendezvous implements Rendezvous {
  readonly #server: SimServer
  #listener: RendezvousListener | null = null
  #mode: 'seek' | 'serve' | 'probe' | 'off' = 'off'
  #closed = false

  constructor(server: SimServer) {
    this.#server = server
  }

  listen(listener: RendezvousListener): void {
    this.#listener = listener
  }

  setMode(mode: 'seek' | 'serve' | 'probe' | 'off', _cached: readonly NodeId[]): void {
    if (mode !== 'probe') this.#mode = mode
    if (mode === 'off') this.#releaseAll()
    else this.#server.loop.after(CLAIM_MS, () => this.#act(mode))
  }

  close(): void {
    this.#closed = true
    this.#releaseAll()
  }

  arrive(channel: Parameters<RendezvousListener['onChannel']>[0], initiator: boolean): void {
    if (this.#closed) channel.close()
    else this.#listener?.onChannel(channel, initiator)
  }

  #act(mode: 'seek' | 'serve' | 'probe'): void {
    if (this.#closed) return
    const server = this.#server
    if (!server.running) {
      if (mode === 'seek') this.#sought(0, 'no rendezvous server reachable')
      return
    }
    const others = server.others(this)
    if (mode !== 'probe') this.#claim()
    if (mode === 'serve') return
    const chosen = others.slice(0, mode === 'seek' ? 2 : 1)
    for (const other of chosen) server.connect(this, other)
    if (mode === 'seek') this.#sought(chosen.length, chosen.length === 0 ? 'nobody was found' : '')
  }

  #claim(): void {
    const { holders } = this.#server
    const free = holders.indexOf(null)
    if (!holders.includes(this) && free >= 0) holders[free] = this
  }

  #releaseAll(): void {
    const { holders } = this.#server
    for (const [index, holder] of holders.entries()) if (holder === this) holders[index] = null
  }

  #sought(contacts: number, reason: string): void {
    const held = this.#server.holders.includes(this)
    if (this.#mode === 'seek') this.#listener?.onSought({ contacts, held, reason })
  }
}
