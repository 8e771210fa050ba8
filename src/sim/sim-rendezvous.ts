/**
 * The rendezvous' twin: a server with a few well-known ids, which can be stopped; peers see each other through it only.
 * As in a tab, an id is asked for at a time: it is free, then it is ours, or its holder is called. Peers that search at once meet each other.
 */
import type { NodeId } from '../base/identity.ts'
import type { Rng } from '../base/rng.ts'
import type { Rendezvous, RendezvousListener } from '../peer/world.ts'
import type { EventLoop } from './event-loop.ts'
import { channelPair, type SimChannel } from './sim-channel.ts'

const WELL_KNOWN_IDS = 4
/** To ask for an id takes this long, and up to so much more. */
const CLAIM_MS = 10
const CLAIM_SPREAD_MS = 20
const CHANNEL_MS = 10
/** From a call to its open channel: longer than asking for all ids, as in a tab. */
const CALL_MS = 150
/** Contacts that a seek looks for. */
const ENOUGH_CONTACTS = 2
/** Pauses of a peer without a well-known id. */
const SERVE_MS = { least: 30_000, most: 90_000 }
/** Pauses of a peer without its server. */
export const BACK_OFF_MS = { least: 1_000, most: 30_000 }
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

  /** The ids in the order in which a peer asks for them: those of holders that it knows by name, then the others in random order. */
  slots(cached: readonly NodeId[]): number[] {
    const slots = this.rng.sample(
      this.#holders.map((_, slot) => slot),
      WELL_KNOWN_IDS,
    )
    const isCached = (slot: number): boolean => cached.includes(this.#holders[slot]?.nodeId ?? '')
    return [...slots.filter(isCached), ...slots.filter((slot) => !isCached(slot))]
  }

  /** Who holds this id. The asker takes it when nobody does and it has none. */
  ask(slot: number, asker: SimRendezvous): SimRendezvous | null {
    const holder = this.#holders[slot] ?? null
    if (holder === null && this.#running && !this.isHeldBy(asker)) this.#holders[slot] = asker
    return holder
  }

  /** Takes a free id, if there is one and the peer has none. */
  claim(peer: SimRendezvous): void {
    const free = this.#holders.indexOf(null)
    if (this.#running && !this.isHeldBy(peer) && free >= 0) this.#holders[free] = peer
  }

  release(peer: SimRendezvous): void {
    this.#holders = this.#holders.map((holder) => (holder === peer ? null : holder))
  }

  /** A channel between these two. */
  connect(from: SimRendezvous, to: SimRendezvous): void {
    this.#channels += 1
    const isCarried = (fromFirst: boolean): boolean =>
      fromFirst ? this.carries(from.nodeId, to.nodeId) : this.carries(to.nodeId, from.nodeId)
    const name = `rendezvous channel ${this.#channels}`
    const [first, second] = channelPair({ loop: this.loop, delayMs: CHANNEL_MS, name }, isCarried)
    from.arrive(first, true)
    to.arrive(second, false)
  }
}

/** A search that goes on. `founding`: by a peer that is in no ring yet. */
interface Search {
  readonly want: number
  readonly founding: boolean
  readonly slots: number[]
  readonly called: Set<SimRendezvous>
  readonly done: (contacts: number) => void
  contacts: number
  /** Calls, and questions for an id, that have not ended. */
  open: number
  ended: boolean
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
  #search: Search | null = null
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
      this.#wake(0, () => this.#seek())
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
    this.#search = null
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
    this.#look(ENOUGH_CONTACTS, true, (contacts) => {
      if (round !== this.#round) return
      if (this.#unresolved) this.#wake(this.#backOff(), () => this.#serve())
      const held = this.#server.isHeldBy(this)
      this.#listener?.onSought({ contacts, held, reason: this.#unresolved ? UNREACHABLE : '' })
    })
  }

  /** Looks for others when that has failed before, and for a free id as long as this peer wants to be found. */
  #serve(): void {
    const { rng } = this.#server
    if (this.#unresolved) this.#look(ENOUGH_CONTACTS, false, () => {})
    else this.#server.claim(this)
    if (this.#unresolved) this.#wake(this.#backOff(), () => this.#serve())
    else if (this.#serving && !this.#server.isHeldBy(this)) {
      this.#wake(SERVE_MS.least + rng.float() * (SERVE_MS.most - SERVE_MS.least), () => this.#serve())
    }
  }

  /** Opens channels to others and takes an id; `done` comes once the channels did. */
  #look(want: number, founding: boolean, done: (contacts: number) => void): void {
    const server = this.#server
    this.#unresolved = !server.running
    if (this.#unresolved) return done(0)
    this.#backOffMs = BACK_OFF_MS.least
    const slots = server.slots(this.#cached)
    this.#search = { want, founding, slots, called: new Set(), done, contacts: 0, open: 0, ended: false }
    this.#askNext(this.#search)
  }

  /** The next id, unless there are enough contacts or calls that may bring them; the end when nothing is left to wait for. */
  #askNext(search: Search): void {
    const { loop, rng } = this.#server
    if (this.#search !== search || search.ended) return
    const isEnough = search.contacts >= search.want
    if (isEnough || (search.open === 0 && search.slots.length === 0)) {
      search.ended = true
      search.done(search.contacts)
      return
    }
    if (search.contacts + search.open >= search.want) return
    const slot = search.slots.shift()
    if (slot === undefined) return
    search.open += 1
    loop.after(CLAIM_MS + rng.float() * CLAIM_SPREAD_MS, () => {
      search.open -= 1
      if (this.#search !== search) return
      const holder = this.#server.ask(slot, this)
      if (holder !== null && holder !== this) this.#call(search, holder)
      this.#askNext(search)
    })
  }

  /** The holder hears of it at once; the channel takes its time. */
  #call(search: Search, holder: SimRendezvous): void {
    const server = this.#server
    if (search.called.has(holder)) return
    search.called.add(holder)
    const isHeard = server.carries(this.nodeId, holder.nodeId)
    if (isHeard && holder.#callsItself(this, search)) return
    search.open += 1
    server.loop.after(CALL_MS, () => {
      search.open -= 1
      if (this.#search !== search || this.#closed) return
      if (isHeard && server.isHeldBy(holder) && !search.ended) {
        search.contacts += 1
        server.connect(this, holder)
      }
      this.#askNext(search)
    })
  }

  /** Of two holders that both look for their first contact only the higher one calls, so that one of them founds the ring. */
  #callsItself(caller: SimRendezvous, { founding }: Search): boolean {
    const search = this.#search
    if (search === null || search.ended || !search.founding || !founding) return false
    if (caller.nodeId >= this.nodeId || !this.#server.isHeldBy(caller)) return false
    this.#call(search, caller)
    return true
  }

  #probe(): void {
    if (this.#closed || !this.#server.running || (this.#search !== null && !this.#search.ended)) return
    this.#look(1, false, () => {})
  }
}
