/** The network between all machines of a world: how long what is sent takes, and what does not arrive. */
import type { NodeId } from '../base/identity.ts'
import type { Rng } from '../base/rng.ts'
import type { Channel } from '../peer/world.ts'
import type { EventLoop } from './event-loop.ts'
import { channelEnds } from './sim-channel.ts'
import type { Trace } from './trace.ts'

/** What another machine can be asked for when a link to it opens. */
export interface Endpoint<Attempt> {
  /** Opens the other end of an attempt's direct link; false when that side has given the attempt up. */
  answer(peer: NodeId, attempt: Attempt, channel: Channel): boolean
}

/** Something that hinders the network for a while. Several at once add up: what one of them holds back does not arrive. */
export interface Disturbance {
  /** Added to the delay from one peer to another, in ms; asked for each message. */
  extraDelayMs?(from: NodeId, to: NodeId): number
  /** See SimNetwork.carries. */
  carries?(from: NodeId, to: NodeId): boolean
  /** See SimNetwork.reachable. */
  reachable?(from: NodeId, to: NodeId): boolean
}

/** A direct channel while it is open, for faults that hit one of them. */
export interface Wire {
  readonly first: NodeId
  readonly second: NodeId
  /** What the first sends is lost without notice; what the second sends. */
  deafSecond: boolean
  deafFirst: boolean
  readonly ends: readonly [Channel & { readonly isClosed: boolean }, Channel & { readonly isClosed: boolean }]
}

/** Wires that ended are forgotten when there are this many more than at the last sweep. */
const SWEEP_EVERY = 1_024

export class SimNetwork<Attempt = unknown> {
  readonly loop: EventLoop
  readonly rng: Rng
  readonly trace: Trace | null
  readonly peers = new Map<NodeId, Endpoint<Attempt>>()
  /** One way, in ms. */
  leastDelayMs = 5
  mostDelayMs = 30
  /** Added to the delay from one peer to another, in ms: asymmetry, slow links. */
  extraDelayMs: ((from: NodeId, to: NodeId) => number) | null = null
  /** Whether what one peer sends reaches the other, over links and over the rendezvous: partitions. */
  carries: (from: NodeId, to: NodeId) => boolean = () => true
  /** Whether a direct link between these two can be made: some pairs of networks never get one. */
  reachable: (from: NodeId, to: NodeId) => boolean = () => true
  /** Added to the three above. */
  readonly disturbances = new Set<Disturbance>()
  /** Messages carried, by sender. */
  readonly sent = new Map<NodeId, number>()
  #wires: Wire[] = []
  #sweepAt = SWEEP_EVERY
  #direct = 0

  constructor(loop: EventLoop, rng: Rng, trace: Trace | null = null) {
    this.loop = loop
    this.rng = rng
    this.trace = trace
  }

  delayMs(): number {
    return this.leastDelayMs + this.rng.float() * (this.mostDelayMs - this.leastDelayMs)
  }

  delayBetweenMs(from: NodeId, to: NodeId): number {
    let delayMs = this.delayMs() + (this.extraDelayMs?.(from, to) ?? 0)
    for (const disturbance of this.disturbances) delayMs += disturbance.extraDelayMs?.(from, to) ?? 0
    return delayMs
  }

  /** Whether what one peer sends now reaches the other: no partition is between them. */
  isCarried(from: NodeId, to: NodeId): boolean {
    if (!this.carries(from, to)) return false
    for (const { carries } of this.disturbances) if (carries?.(from, to) === false) return false
    return true
  }

  /** Whether direct links work between these two. */
  isReachable(from: NodeId, to: NodeId): boolean {
    if (!this.reachable(from, to)) return false
    for (const { reachable } of this.disturbances) if (reachable?.(from, to) === false) return false
    return true
  }

  /** The direct channels that are open. */
  wires(): readonly Wire[] {
    this.#wires = this.#wires.filter(({ ends }) => !ends[0].isClosed && !ends[1].isClosed)
    return this.#wires
  }

  /** A message leaves. */
  count(from: NodeId, to: NodeId, message: Uint8Array): void {
    this.sent.set(from, (this.sent.get(from) ?? 0) + 1)
    this.trace?.text(to)
    this.trace?.bytes(message)
  }

  /** Both ends of a direct channel. */
  open(first: NodeId, second: NodeId): [Channel, Channel] {
    this.#direct += 1
    const carried = (fromFirst: boolean): boolean => {
      if (fromFirst ? wire.deafSecond : wire.deafFirst) return false
      const [from, to] = fromFirst ? [first, second] : [second, first]
      return this.isCarried(from, to) && this.isReachable(from, to)
    }
    const ends = channelEnds(
      {
        loop: this.loop,
        transport: 'direct',
        delayMs: (fromFirst) => (fromFirst ? this.delayBetweenMs(first, second) : this.delayBetweenMs(second, first)),
      },
      { name: `direct ${this.#direct}`, isCarried: carried },
    )
    const wire: Wire = { first, second, deafFirst: false, deafSecond: false, ends }
    this.#wires.push(wire)
    if (this.#wires.length > this.#sweepAt) this.#sweepAt = this.wires().length + SWEEP_EVERY
    return ends
  }
}
