/** The rendezvous' twin: a server with a few well-known ids, which can be stopped; peers see each other through it only. */
import type { NodeId } from '../base/identity.ts'
import type { Rng } from '../base/rng.ts'
import type { Rendezvous, RendezvousListener } from '../peer/world.ts'
import type { EventLoop } from './event-loop.ts'
import { channelPair, type SimChannel } from './sim-channel.ts'

const WELL_KNOWN_IDS = 4
const CLAIM_MS = 10
const CHANNEL_MS = 10
/** Contacts that a seek looks for. */
const ENOUGH_CONTACTS = 2
/** Pauses of a peer without a well-known id, and of one without its server. */
const SERVE_MS = { least: 30_000, most: 90_000 }
const BACK_OFF_MS = { least: 1_000, most: 30_000 }
const UNREACHABLE = 'no rendezvous server reachable: the connection is refused or lost'

/** One PeerServer, for one network. */
export class SimServer {
  readonly loop: EventLoop
  readonly rng: Rng
  /** Whether what one peer sends reaches the other, over the channels of this server. */
  carries: (from: NodeId, to: NodeId) => boolean = () => true
  #holders: (SimRendezvous | null)[] = Array.from({ length: WELL_KNOWN_IDS }, () => null)
  #running = true
  #channels = 0

  constructor(loop: EventLoop, rng: Rng) {
    this.loop = loop
    this.rng = rng
  }

  get running(): boolean {
    return this.#running
  }

  /** Whoever held an id is told that it is lost; channels stay. */
  stop(): void {
    this.#running = false
    const holders = this.#holders
    this.#holders = holders.map(() => null)
    for (const holder of holders) holder?.lost()
  }

  start(): void {
    this.#running = true
  }

  isHeldBy(peer: SimRendezvous): boolean {
    return this.#holders.includes(peer)
  }

  /** Holders other than the asker: those it knows by name first, then in random order. */
  others(asker: SimRendezvous, cached: readonly NodeId[]): SimRendezvous[] {
    const others = this.#holders.filter((holder): holder is SimRendezvous => holder !== null && holder !== asker)
    const sample = this.rng.sample(others, others.length)
    const isCached = (holder: SimRendezvous): boolean => cached.includes(holder.nodeId)
    return [...sample.filter(isCached), ...sample.filter((holder) => !isCached(holder))]
  }

  /** Takes a free id, if there is one and the peer has none. */
  claim(peer: SimRendezvous): void {
    const free = this.#holders.indexOf(null)
    if (this.#running && !this.isHeldBy(peer) && free >= 0) this.#holders[free] = peer
  }

  release(peer: SimRendezvous): void {
    this.#holders = this.#holders.map((holder) => (holder === peer ? null : holder))
  }

  /** A channel to each of `to` that still is there; `done` then gets how many these are. */
  connect(from: SimRendezvous, to: readonly SimRendezvous[], done: (contacts: number) => void): void {
    this.loop.after(CHANNEL_MS, () => {
      const reached = to.filter((other) => this.isHeldBy(other) && this.carries(from.nodeId, other.nodeId))
      for (const other of reached) {
        this.#channels += 1
        const isCarried = (fromFirst: boolean): boolean =>
          fromFirst ? this.carries(from.nodeId, other.nodeId) : this.carries(other.nodeId, from.nodeId)
        const name = `rendezvous channel ${this.#channels}`
        const [first, second] = channelPair({ loop: this.loop, delayMs: CHANNEL_MS, name }, isCarried)
        from.arrive(first, true)
        other.arrive(second, false)
      }
      done(reached.length)
    })
  }
}

export class SimRendezvous implements Rendezvous {
  readonly nodeId: NodeId
  readonly #server: SimServer
  #listener: RendezvousListener | null = null
  #channels: SimChannel[] = []
  #cached: readonly NodeId[] = []
  #serving = false
  /** The server was gone: others may have founded a ring without us. */
  #unresolved = false
  /** Counts what was asked for: whatever was under way for an earlier one has no effect. */
  #round = 0
  #backOffMs = BACK_OFF_MS.least
  #closed = false

  constructor(server: SimServer, nodeId: NodeId) {
    this.#server = server
    this.nodeId = nodeId
  }

  listen(listener: RendezvousListener): void {
    this.#listener = listener
  }

  setMode(mode: 'seek' | 'serve' | 'probe' | 'off', cached: readonly NodeId[]): void {
    if (this.#closed) return
    if (mode === 'off') this.#hide()
    else if (mode === 'probe') this.#server.loop.after(CLAIM_MS, () => this.#probe())
    else if (mode === 'seek') {
      this.#cached = cached
      this.#wake(CLAIM_MS, () => this.#seek())
    } else {
      this.#serving = true
      this.#wake(this.#unresolved ? this.#backOff() : CLAIM_MS, () => this.#serve())
    }
  }

  /** Ends its channels too. */
  close(): void {
    this.vanish()
    for (const channel of this.#channels) channel.close()
  }

  /** As when the machine loses power: its channels stay half open. */
  vanish(): void {
    this.#closed = true
    this.#listener = null
    this.#hide()
  }

  arrive(channel: SimChannel, initiator: boolean): void {
    if (this.#listener === null) return channel.close()
    this.#channels = [...this.#channels.filter(({ isClosed }) => !isClosed), channel]
    this.#listener.onChannel(channel, initiator)
  }

  /** The server is gone, and its well-known id with it. */
  lost(): void {
    this.#unresolved = true
    this.#wake(this.#backOff(), () => this.#serve())
  }

  #hide(): void {
    this.#serving = false
    this.#unresolved = false
    this.#round += 1
    this.#server.release(this)
  }

  /** Instead of whatever it waits for. */
  #wake(delayMs: number, act: () => void): void {
    this.#round += 1
    const round = this.#round
    this.#server.loop.after(delayMs, () => {
      if (round === this.#round) act()
    })
  }

  #backOff(): number {
    const pauseMs = this.#backOffMs
    this.#backOffMs = Math.min(2 * pauseMs, BACK_OFF_MS.most)
    return pauseMs
  }

  #seek(): void {
    const round = this.#round
    this.#look((contacts) => {
      if (round !== this.#round) return
      if (this.#unresolved) this.#wake(this.#backOff(), () => this.#serve())
      const held = this.#server.isHeldBy(this)
      this.#listener?.onSought({ contacts, held, reason: this.#unresolved ? UNREACHABLE : '' })
    })
  }

  /** Looks for others when that has failed before, and for a free id as long as this peer wants to be found. */
  #serve(): void {
    const { rng } = this.#server
    if (this.#unresolved) this.#look(() => {})
    else this.#server.claim(this)
    if (this.#unresolved) this.#wake(this.#backOff(), () => this.#serve())
    else if (this.#serving && !this.#server.isHeldBy(this)) {
      this.#wake(SERVE_MS.least + rng.float() * (SERVE_MS.most - SERVE_MS.least), () => this.#serve())
    }
  }

  /** Opens channels to others and takes an id; `done` comes once the channels did. */
  #look(done: (contacts: number) => void): void {
    const server = this.#server
    this.#unresolved = !server.running
    if (this.#unresolved) return done(0)
    this.#backOffMs = BACK_OFF_MS.least
    const others = server.others(this, this.#cached).slice(0, ENOUGH_CONTACTS)
    server.claim(this)
    if (others.length === 0) done(0)
    else server.connect(this, others, done)
  }

  #probe(): void {
    const server = this.#server
    if (this.#closed || !server.running) return
    server.connect(this, server.others(this, []).slice(0, 1), () => {})
  }
}
