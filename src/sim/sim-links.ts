/**
 * The links' twin: signals are carried by the ring as in a tab, then messages flow with delay and in order.
 * A link that comes by the rendezvous runs over its channel, after a handshake like the real one.
 */
import { concat, fromHex, fromUtf8, toHex, utf8 } from '../base/bytes.ts'
import type { Credentials, NodeId } from '../base/identity.ts'
import type { Rng } from '../base/rng.ts'
import type { Channel, Links, LinksListener } from '../peer/world.ts'
import type { LinkPurpose, Signal } from '../ring/messages.ts'
import type { EventLoop } from './event-loop.ts'

const CONNECT_TIMEOUT_MS = 15_000
const BAN_MS = 60_000
/** A replaced channel goes on receiving for so long. */
const REPLACED_MS = 1_000

/** Delays and faults between all peers of a world. */
export class SimNetwork {
  readonly loop: EventLoop
  readonly rng: Rng
  readonly peers = new Map<NodeId, SimLinks>()
  /** One way, in ms. */
  leastDelayMs = 5
  mostDelayMs = 30
  /** Whether a direct link between these two can be made, and carries messages. */
  reachable: (from: NodeId, to: NodeId) => boolean = () => true
  /** Messages carried, by sender. */
  readonly sent = new Map<NodeId, number>()

  constructor(loop: EventLoop, rng: Rng) {
    this.loop = loop
    this.rng = rng
  }

  delayMs(): number {
    return this.leastDelayMs + this.rng.float() * (this.mostDelayMs - this.leastDelayMs)
  }
}

export interface SimLinksOptions {
  readonly network: SimNetwork
  readonly networkId: string
  readonly nodeId: NodeId
  readonly credentials: Credentials
  sign(bytes: Uint8Array): string
}

interface Link {
  readonly transport: 'direct' | 'rendezvous'
  readonly channel: Channel | null
  /** In order: nothing arrives before what was sent earlier. */
  arrivesMs: number
}

interface Attempt {
  readonly connection: string
  readonly purpose: LinkPurpose
}

export class SimLinks implements Links {
  readonly #options: SimLinksOptions
  readonly #links = new Map<NodeId, Link>()
  readonly #attempts = new Map<NodeId, Attempt>()
  readonly #bannedUntil = new Map<NodeId, number>()
  #listener: LinksListener | null = null
  #closed = false

  constructor(options: SimLinksOptions) {
    this.#options = options
    options.network.peers.set(options.nodeId, this)
  }

  listen(listener: LinksListener): void {
    this.#listener = listener
  }

  connect(peer: NodeId, purpose: LinkPurpose): void {
    if (this.#attempts.has(peer) || this.#links.get(peer)?.transport === 'direct') return
    const attempt = { connection: this.#options.network.rng.hex(16), purpose }
    this.#attempt(peer, attempt)
    this.#emit(peer, attempt, { kind: this.#options.nodeId < peer ? 'offer' : 'ask', sdp: '' })
  }

  signal(signal: Signal): void {
    if (signal.to !== this.#options.nodeId || this.#isBanned(signal.from)) return
    const own = this.#attempts.get(signal.from)
    if (signal.kind === 'refuse') {
      if (own?.connection === signal.connection) this.#fail(signal.from, own, signal.sdp)
    } else if (signal.kind === 'ask') {
      // An own offer is on its way already: it serves both.
      if (own !== undefined || this.#options.nodeId > signal.from) return
      this.#attempt(signal.from, signal)
      this.#emit(signal.from, signal, { kind: 'offer', sdp: '' })
    } else if (signal.kind === 'offer') {
      this.#attempt(signal.from, signal)
      this.#emit(signal.from, signal, { kind: 'answer', sdp: '' })
    } else if (own?.connection === signal.connection) this.#open(signal.from, own)
  }

  refuse(signal: Signal, reason: string): void {
    this.#emit(signal.from, signal, { kind: 'refuse', sdp: reason })
  }

  accept(channel: Channel, initiator: boolean): void {
    const { nodeId, networkId } = this.#options
    channel.send(concat(fromHex(nodeId), utf8(networkId)))
    let peer: NodeId | null = null
    channel.listen({
      onFrame: (frame) => {
        if (peer !== null) return this.#listener?.onMessage(peer, frame)
        const other = toHex(frame.subarray(0, 16))
        const reason = this.#objection(other, fromUtf8(frame.subarray(16)) ?? '')
        if (reason !== '') {
          channel.close()
          return this.#listener?.onConnectFailed(other, reason)
        }
        if (this.#links.has(other)) return channel.close()
        peer = other
        this.#links.set(other, { transport: 'rendezvous', channel, arrivesMs: 0 })
        this.#listener?.onLinkUp({ peer: other, transport: 'rendezvous', purpose: 'guest', initiator })
      },
      onDrain: () => {},
      onClose: (reason) => {
        if (peer === null || this.#links.get(peer)?.channel !== channel) return
        this.#links.delete(peer)
        this.#listener?.onLinkDown(peer, reason)
      },
    })
  }

  send(to: NodeId, message: Uint8Array): boolean {
    const link = this.#links.get(to)
    if (link === undefined || this.#closed) return false
    const { network, nodeId } = this.#options
    network.sent.set(nodeId, (network.sent.get(nodeId) ?? 0) + 1)
    if (link.channel !== null) {
      link.channel.send(message)
      return true
    }
    link.arrivesMs = Math.max(link.arrivesMs, network.loop.nowMs + network.delayMs())
    const copy = message.slice()
    network.loop.after(link.arrivesMs - network.loop.nowMs, () => {
      if (network.reachable(nodeId, to)) network.peers.get(to)?.arrive(nodeId, copy)
    })
    return true
  }

  disconnect(peer: NodeId, _reason: string): void {
    this.#drop(peer)
    this.#attempts.delete(peer)
  }

  ban(peer: NodeId, reason: string): void {
    this.#bannedUntil.set(peer, this.#options.network.loop.nowMs + BAN_MS)
    this.disconnect(peer, reason)
  }

  close(): void {
    this.#closed = true
    for (const peer of [...this.#links.keys()]) this.#drop(peer)
    this.vanish()
  }

  /** As when the machine loses power: nobody is told. */
  vanish(): void {
    this.#closed = true
    this.#listener = null
    const { network, nodeId } = this.#options
    if (network.peers.get(nodeId) === this) network.peers.delete(nodeId)
  }

  get linked(): NodeId[] {
    return [...this.#links.keys()].sort()
  }

  arrive(from: NodeId, message: Uint8Array): void {
    if (this.#links.get(from)?.transport === 'direct') this.#listener?.onMessage(from, message)
  }

  /** The other side closed the link. */
  closedBy(peer: NodeId): void {
    if (this.#links.get(peer)?.transport !== 'direct') return
    this.#links.delete(peer)
    this.#listener?.onLinkDown(peer, 'closed by the other side')
  }

  /** The direct link is open on this side too. */
  opened(peer: NodeId, purpose: LinkPurpose, initiator: boolean): void {
    if (this.#closed) return
    this.#attempts.delete(peer)
    const before = this.#links.get(peer)
    this.#links.set(peer, { transport: 'direct', channel: null, arrivesMs: 0 })
    // What is under way on the replaced channel still arrives, as with the real links.
    if (before?.channel) this.#options.network.loop.after(REPLACED_MS, () => before.channel?.close())
    this.#listener?.onLinkUp({ peer, transport: 'direct', purpose, initiator })
  }

  #objection(other: NodeId, networkId: string): string {
    if (networkId !== this.#options.networkId) return `other network: ${networkId}, ours is ${this.#options.networkId}`
    if (other === this.#options.nodeId) return 'duplicate identity'
    return this.#isBanned(other) ? 'banned' : ''
  }

  #isBanned(peer: NodeId): boolean {
    return (this.#bannedUntil.get(peer) ?? 0) > this.#options.network.loop.nowMs
  }

  #attempt(peer: NodeId, { connection, purpose }: Attempt): void {
    const attempt = { connection, purpose }
    this.#attempts.set(peer, attempt)
    this.#options.network.loop.after(CONNECT_TIMEOUT_MS, () => this.#fail(peer, attempt, 'timeout'))
  }

  #fail(peer: NodeId, attempt: Attempt, reason: string): void {
    if (this.#attempts.get(peer) !== attempt) return
    this.#attempts.delete(peer)
    this.#listener?.onConnectFailed(peer, reason)
  }

  #open(peer: NodeId, { purpose }: Attempt): void {
    const { network, nodeId } = this.#options
    network.loop.after(network.delayMs(), () => {
      const other = network.peers.get(peer)
      if (other === undefined || this.#closed || !network.reachable(nodeId, peer)) return
      other.opened(nodeId, purpose, false)
      this.opened(peer, purpose, true)
    })
  }

  #drop(peer: NodeId): void {
    const link = this.#links.get(peer)
    if (link === undefined) return
    this.#links.delete(peer)
    const { network, nodeId } = this.#options
    if (link.channel !== null) link.channel.close()
    else network.loop.after(network.delayMs(), () => network.peers.get(peer)?.closedBy(nodeId))
  }

  #emit(to: NodeId, { connection, purpose }: Attempt, { kind, sdp }: Pick<Signal, 'kind' | 'sdp'>): void {
    const { credentials, nodeId, network } = this.#options
    const signature = this.#options.sign(utf8(`${kind} ${nodeId} ${to} ${connection} ${purpose} ${sdp}`))
    const signal: Signal = { kind, from: nodeId, to, purpose, connection, sdp, ...credentials, signature }
    network.loop.after(0, () => {
      if (!this.#closed) this.#listener?.onSignal(signal)
    })
  }
}
