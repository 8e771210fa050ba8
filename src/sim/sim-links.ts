/**
 * The links' twin: signals are carried by the ring as in a tab, then messages flow with delay and in order.
 * A link that comes by the rendezvous runs over its channel, after a handshake like the real one. The twin of either kind is a SimSession.
 */
import type { Hex } from '../base/bytes.ts'
import type { Credentials, NodeId } from '../base/identity.ts'
import type { Channel, Links, LinksListener } from '../peer/world.ts'
import type { LinkPurpose, Signal } from '../ring/messages.ts'
import { type SimAttempt, SimAttempts } from './sim-attempts.ts'
import type { SimNetwork } from './sim-network.ts'
import { ALREADY_LINKED, SimSession } from './sim-session.ts'
import { isSigned, signalBytes } from './sim-signals.ts'
import type { Signed } from './sim-signer.ts'

const BAN_MS = 60_000
const CUT_OFF = 'cut off for a while, for breaking the protocol'
/** A replaced session goes on receiving for so long. */
const REPLACED_MS = 1_000

export interface SimLinksOptions {
  readonly network: SimNetwork<SimAttempt>
  readonly networkId: string
  readonly nodeId: NodeId
  readonly credentials: Credentials
  sign(bytes: Uint8Array): Hex
  /** See Signer.verify; at once, for one part. */
  holds(part: Signed): boolean
}

interface Link {
  session: SimSession
  purpose: LinkPurpose
  initiator: boolean
  /** On which the other side may still have messages under way. */
  readonly replaced: Set<SimSession>
}

/** How a session came about. `purpose` null: by the rendezvous. */
interface Origin {
  readonly initiator: boolean
  readonly purpose: LinkPurpose | null
}

export class SimLinks implements Links {
  readonly #options: SimLinksOptions
  readonly #attempts: SimAttempts
  readonly #links = new Map<NodeId, Link>()
  readonly #handshakes = new Set<SimSession>()
  readonly #bannedUntil = new Map<NodeId, number>()
  #listener: LinksListener | null = null
  #closed = false
  /** Sessions so far, for their challenges. */
  #sessions = 0

  constructor(options: SimLinksOptions) {
    const { network, nodeId } = options
    this.#options = options
    this.#attempts = new SimAttempts({
      loop: network.loop,
      nodeId,
      objection: (peer) => this.#objection(peer),
      connection: () => network.rng.hex(16),
      isSigned: (signal) => isSigned(signal, options),
      emit: ({ peer, connection, purpose }, kind, sdp) => this.#emit({ to: peer, connection, purpose, kind, sdp }),
      onAnswer: (attempt) => network.loop.after(network.delayMs(), () => this.#open(attempt)),
      onFailed: (peer, reason) => this.#listener?.onConnectFailed(peer, reason),
    })
    network.peers.set(nodeId, this)
  }

  listen(listener: LinksListener): void {
    this.#listener = listener
  }

  connect(peer: NodeId, purpose: LinkPurpose): void {
    if (!this.#closed && !this.#isDirect(peer)) this.#attempts.connect(peer, purpose)
  }

  signal(signal: Signal): void {
    if (!this.#closed) this.#attempts.signal(signal)
  }

  refuse(signal: Signal, reason: string): void {
    const { from, connection, purpose } = signal
    if (!this.#closed) this.#emit({ to: from, connection, purpose, kind: 'refuse', sdp: reason })
  }

  accept(channel: Channel, initiator: boolean): void {
    if (this.#closed) return channel.close()
    const session = this.#session({ channel, peer: null }, { initiator, purpose: null })
    this.#handshakes.add(session)
    session.start()
  }

  send(to: NodeId, message: Uint8Array): boolean {
    if (this.#closed || this.#links.get(to)?.session.send(message) !== true) return false
    const { network, nodeId } = this.#options
    network.count(nodeId, to, message)
    return true
  }

  disconnect(peer: NodeId, reason: string): void {
    this.#attempts.end(peer)
    if (!this.#closed) this.#drop(peer, reason)
  }

  ban(peer: NodeId, reason: string): void {
    this.#bannedUntil.set(peer, this.#options.network.loop.nowMs + BAN_MS)
    this.disconnect(peer, reason)
  }

  close(): void {
    if (this.#closed) return
    this.vanish()
    for (const peer of [...this.#links.keys()]) this.#drop(peer, 'the other side closed')
    for (const session of this.#handshakes) session.close('the other side closed')
  }

  /** As when the machine loses power: nobody is told, and links stay half open. */
  vanish(): void {
    this.#closed = true
    this.#listener = null
    this.#attempts.clear()
    const { network, nodeId } = this.#options
    if (network.peers.get(nodeId) === this) network.peers.delete(nodeId)
  }

  /** The other side opens the direct link of an attempt; false when this side has given that up. */
  answer(peer: NodeId, attempt: SimAttempt, channel: Channel): boolean {
    if (this.#closed || !this.#attempts.awaits(peer, attempt.connection)) return false
    this.#openedDirect({ channel, peer }, { initiator: false, purpose: attempt.purpose })
    return true
  }

  #isDirect(peer: NodeId): boolean {
    return this.#links.get(peer)?.session.transport === 'direct'
  }

  #objection(peer: NodeId): string {
    return (this.#bannedUntil.get(peer) ?? 0) > this.#options.network.loop.nowMs ? CUT_OFF : ''
  }

  #session({ channel, peer }: { channel: Channel; peer: NodeId | null }, origin: Origin): SimSession {
    this.#sessions += 1
    const challenge = `${this.#options.network.loop.nowMs} ${this.#sessions}`
    const { initiator } = origin
    const isLinked = (other: NodeId): boolean => this.#isDirect(other)
    const session: SimSession = new SimSession(
      { channel, identity: this.#options, initiator, challenge, peer, isLinked, objection: (other) => this.#objection(other) },
      {
        onOpen: () => this.#opened(session, origin),
        onMessage: (message) => this.#listener?.onMessage(session.peer as NodeId, message),
        onClose: (reason) => this.#sessionClosed(session, reason),
      },
    )
    return session
  }

  /** The offer was answered: the direct link opens on both sides. Out of reach of each other, both wait until they give up. */
  #open(attempt: SimAttempt): void {
    const { network, nodeId } = this.#options
    const { peer, purpose } = attempt
    const other = network.peers.get(peer)
    if (this.#closed || !this.#attempts.awaits(peer, attempt.connection)) return
    if (other === undefined || !isOpenBetween(network, nodeId, peer)) return
    const [first, second] = network.open(nodeId, peer)
    if (!other.answer(nodeId, attempt, second)) return this.#attempts.fail(attempt, 'the other side gave the attempt up')
    this.#openedDirect({ channel: first, peer }, { initiator: true, purpose })
  }

  #openedDirect({ channel, peer }: { channel: Channel; peer: NodeId }, origin: Origin): void {
    const session = this.#session({ channel, peer }, origin)
    this.#attempts.end(peer)
    session.start()
    this.#opened(session, origin)
  }

  #opened(session: SimSession, { initiator, purpose }: Origin): void {
    if (this.#closed) return
    const peer = session.peer as NodeId
    const link = this.#links.get(peer)
    this.#handshakes.delete(session)
    if (link === undefined) this.#links.set(peer, { session, purpose: purpose ?? 'guest', initiator, replaced: new Set() })
    else {
      this.#retire(link, link.session)
      link.session = session
      link.purpose = purpose ?? link.purpose
      link.initiator = initiator
    }
    this.#linkUp(peer)
  }

  #retire(link: Link, session: SimSession): void {
    link.replaced.add(session)
    this.#options.network.loop.after(REPLACED_MS, () => {
      if (!this.#closed && link.replaced.delete(session)) session.close('replaced by another transport')
    })
  }

  #sessionClosed(session: SimSession, reason: string): void {
    const { peer } = session
    this.#handshakes.delete(session)
    if (this.#closed || peer === null) return
    const link = this.#links.get(peer)
    if (link?.session === session) {
      this.#drop(peer, reason)
      this.#listener?.onLinkDown(peer, reason)
    } else if (!link?.replaced.delete(session)) this.#handshakeFailed(peer, reason)
  }

  /** A claim of a linked or awaited peer's name says nothing about that peer. */
  #handshakeFailed(peer: NodeId, reason: string): void {
    if (this.#attempts.has(peer)) return
    if (!this.#links.has(peer)) this.#listener?.onConnectFailed(peer, reason)
    else if (reason === ALREADY_LINKED) this.#linkUp(peer)
  }

  #linkUp(peer: NodeId): void {
    const link = this.#links.get(peer)
    if (link === undefined) return
    const { session, purpose, initiator } = link
    this.#listener?.onLinkUp({ peer, transport: session.transport, purpose, initiator })
  }

  #drop(peer: NodeId, reason: string): void {
    const link = this.#links.get(peer)
    if (link === undefined) return
    this.#links.delete(peer)
    for (const session of [link.session, ...link.replaced]) session.close(reason)
    link.replaced.clear()
  }

  #emit({ kind, to, connection, purpose, sdp }: Pick<Signal, 'kind' | 'to' | 'connection' | 'purpose' | 'sdp'>): void {
    const { credentials, nodeId, network } = this.#options
    const body = { kind, from: nodeId, to, purpose, connection, sdp, ...credentials }
    const signal: Signal = { ...body, signature: this.#options.sign(signalBytes(body)) }
    network.loop.after(0, () => {
      if (!this.#closed) this.#listener?.onSignal(signal)
    })
  }
}

/** Whether a direct link can be made now. */
function isOpenBetween(network: SimNetwork<SimAttempt>, first: NodeId, second: NodeId): boolean {
  const isOpen = (from: NodeId, to: NodeId): boolean => network.isCarried(from, to) && network.isReachable(from, to)
  return isOpen(first, second) && isOpen(second, first)
}
