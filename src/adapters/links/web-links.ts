/**
 * Authenticated links to other tabs: direct ones over WebRTC, and those that the rendezvous brings.
 *
 * Invariants
 * 1. At most one link a peer. Its messages are given in the order they were sent, each once, per transport.
 * 2. A new session of a linked peer replaces the present one: each side says `end` on the old one once it sends on the new one, goes on
 *    receiving on it, and closes it after the other's `end`. Both sides prefer the session of greater order, which the lower nodeId sets.
 * 3. No callback runs within a call, and none after `close`.
 */
import type { Hex } from '../../base/bytes.ts'
import type { Credentials, NodeId } from '../../base/identity.ts'
import type { Channel, Links, LinksListener, Signer } from '../../peer/world.ts'
import type { LinkPurpose, Signal } from '../../ring/messages.ts'
import { type Attempt, Attempts, type AttemptsListener } from './attempts.ts'
import { BanList } from './bounded.ts'
import type { Identity } from './handshake.ts'
import { lateWebRtc } from './late-rtc.ts'
import { DEFAULT_LIMITS, type LinkLimits } from './limits.ts'
import { ALREADY_LINKED, Session } from './session.ts'
import type { OpenRtc } from './webrtc-channel.ts'

export interface WebLinksOptions {
  readonly nodeId: NodeId
  readonly credentials: Credentials
  /** The network id, with its digest (see `networkId`). */
  readonly network: string
  readonly signer: Signer
  readonly iceServers: readonly RTCIceServer[]
  /** Links go over TURN servers only; false when left out. */
  readonly relayOnly?: boolean
  /** Random bytes in hex, from the browser's generator: challenges and connection ids must not be guessed. */
  readonly random: (byteCount: number) => Hex
  /** The local clock; Date.now when left out. */
  readonly nowMs?: () => number
  readonly limits?: Partial<LinkLimits>
  /** Who counts what becomes of attempts. */
  readonly watch?: Pick<AttemptsListener, 'onStage' | 'onGathered'>
  /** Another WebRTC, for tests. */
  readonly openRtc?: OpenRtc
}

interface Link {
  session: Session
  purpose: LinkPurpose
  initiator: boolean
  /** Replaced sessions on which the other side may still have messages under way. */
  readonly replaced: Set<Session>
}

/** How a session came about. */
interface Origin {
  readonly channel: Channel
  readonly initiator: boolean
  /** null: from the rendezvous. */
  readonly attempt: Attempt | null
}

const CUT_OFF = 'cut off for a while, for breaking the protocol'
/** What a link of the rendezvous is for, until the ring says more. */
const RENDEZVOUS_PURPOSE: LinkPurpose = 'guest'

export class WebLinks implements Links {
  readonly #options: WebLinksOptions
  readonly #identity: Identity
  readonly #limits: LinkLimits
  readonly #nowMs: () => number
  readonly #attempts: Attempts
  readonly #bans: BanList
  readonly #links = new Map<NodeId, Link>()
  readonly #handshakes = new Set<Session>()
  /** Sessions on which the other side said `end`. */
  readonly #ended = new WeakSet<Session>()
  #listener: LinksListener | null = null
  #lastOrder = 0
  #closed = false

  constructor(options: WebLinksOptions) {
    const { nodeId, credentials, network } = options
    this.#options = options
    this.#identity = { nodeId, credentials, network }
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits }
    this.#nowMs = options.nowMs ?? Date.now
    this.#bans = new BanList(this.#limits.banMs, this.#limits.bans)
    this.#attempts = this.#createAttempts()
  }

  listen(listener: LinksListener): void {
    this.#listener = listener
  }

  connect(peer: NodeId, purpose: LinkPurpose): void {
    if (this.#closed || this.#isDirect(peer)) return
    if (peer === this.#identity.nodeId) queueMicrotask(() => this.#connectFailed(peer, 'a peer has no link to itself'))
    else this.#attempts.connect(peer, purpose)
  }

  signal(signal: Signal): void {
    if (!this.#closed) this.#attempts.signal(signal)
  }

  refuse(signal: Signal, reason: string): void {
    if (!this.#closed) this.#attempts.refuse(signal, reason)
  }

  accept(channel: Channel, initiator: boolean): void {
    if (this.#closed || this.#handshakes.size >= this.#limits.handshakes) channel.close()
    else this.#start({ channel, initiator, attempt: null })
  }

  send(to: NodeId, message: Uint8Array): boolean {
    return this.#links.get(to)?.session.send(message) ?? false
  }

  disconnect(peer: NodeId, reason: string): void {
    this.#attempts.cancel(peer)
    this.#drop(peer, reason)
  }

  ban(peer: NodeId, reason: string): void {
    this.#bans.add(peer, this.#nowMs())
    this.disconnect(peer, reason)
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    for (const peer of [...this.#links.keys()]) this.#drop(peer, 'the other side closed')
    for (const session of this.#handshakes) session.close('the other side closed')
    this.#attempts.close()
    this.#handshakes.clear()
  }

  #createAttempts(): Attempts {
    const { signer, random, iceServers, relayOnly = false, openRtc, watch } = this.#options
    return new Attempts(
      {
        identity: this.#identity,
        signer,
        random,
        iceServers,
        relayOnly,
        nowMs: this.#nowMs,
        openRtc: openRtc ?? lateWebRtc.open,
        limits: this.#limits,
        objection: (peer) => this.#objection(peer),
      },
      {
        onSignal: (signal) => this.#closed || this.#listener?.onSignal(signal),
        onChannel: (attempt, channel, initiator) => this.#start({ channel, initiator, attempt }),
        onFailed: (peer, reason) => this.#connectFailed(peer, reason),
        onViolation: (peer) => this.#bans.add(peer, this.#nowMs()),
        onStage: (stage) => watch?.onStage(stage),
        onGathered: (sdp) => watch?.onGathered(sdp),
      },
    )
  }

  #objection(peer: NodeId): string {
    return this.#bans.has(peer, this.#nowMs()) ? CUT_OFF : ''
  }

  #isDirect(peer: NodeId): boolean {
    return this.#links.get(peer)?.session.channel.transport === 'direct'
  }

  /** For the sessions in which this peer is the lower: later than any before, over reloads too unless the clock was set back. */
  #nextOrder(): number {
    this.#lastOrder = Math.max(this.#lastOrder + 1, Math.floor(this.#nowMs()))
    return this.#lastOrder
  }

  #start(origin: Origin): void {
    const { signer, random } = this.#options
    const { channel, initiator, attempt } = origin
    const session: Session = new Session(
      {
        channel,
        initiator,
        identity: this.#identity,
        signer,
        random,
        expected: attempt?.peer ?? null,
        isLinked: (peer) => this.#isDirect(peer),
        objection: (peer) => this.#objection(peer),
        nextOrder: () => this.#nextOrder(),
        handshakeTimeoutMs: this.#limits.handshakeTimeoutMs,
      },
      {
        onOpen: () => this.#opened(session, origin),
        onMessage: (message) => this.#message(session, message),
        onEnd: () => this.#sessionEnded(session),
        onClose: (end) => this.#sessionClosed(session, { ...origin, ...end }),
      },
    )
    this.#handshakes.add(session)
    queueMicrotask(() => session.start())
  }

  #opened(session: Session, { attempt, initiator }: Origin): void {
    const peer = session.peer as NodeId
    this.#handshakes.delete(session)
    if (attempt !== null && !this.#attempts.succeed(attempt)) return session.close('the attempt was given up')
    const link = this.#links.get(peer)
    if (link === undefined) {
      const purpose = attempt?.purpose ?? RENDEZVOUS_PURPOSE
      this.#links.set(peer, { session, purpose, initiator, replaced: new Set() })
    } else if (link.session.order > session.order) {
      this.#retire(link, session)
    } else {
      const old = link.session
      link.session = session
      link.purpose = attempt?.purpose ?? link.purpose
      link.initiator = initiator
      this.#retire(link, old)
    }
    this.#linkUp(peer)
  }

  /** Sends no more on this session of the link, and closes it after the other side's end or some time. */
  #retire(link: Link, session: Session): void {
    session.end()
    link.replaced.add(session)
    if (this.#ended.has(session)) return this.#closeReplaced(link, session)
    setTimeout(() => this.#closeReplaced(link, session), this.#limits.drainTimeoutMs)
  }

  #closeReplaced(link: Link, session: Session): void {
    if (link.replaced.delete(session)) session.close('replaced by another transport')
  }

  #sessionEnded(session: Session): void {
    this.#ended.add(session)
    const link = this.#links.get(session.peer as NodeId)
    if (link?.replaced.has(session)) this.#closeReplaced(link, session)
  }

  #message(session: Session, message: Uint8Array): void {
    if (!this.#closed) this.#listener?.onMessage(session.peer as NodeId, message)
  }

  #sessionClosed(session: Session, end: Origin & { readonly reason: string; readonly violation: boolean }): void {
    const peer = session.peer
    this.#handshakes.delete(session)
    // A claim alone bans nobody: over the rendezvous anyone can claim to be anyone. Over a direct channel signed signals have named the peer.
    const culprit = end.attempt?.peer ?? (session.proven ? peer : null)
    if (end.violation && culprit !== null) this.#bans.add(culprit, this.#nowMs())
    const link = peer === null ? undefined : this.#links.get(peer)
    if (peer !== null && link?.session === session) {
      this.#drop(peer, end.reason)
      this.#listener?.onLinkDown(peer, end.reason)
    } else if (!link?.replaced.delete(session)) {
      this.#handshakeFailed(peer, end)
    }
  }

  #handshakeFailed(peer: NodeId | null, { attempt, reason }: Origin & { readonly reason: string }): void {
    if (attempt !== null) return this.#attempts.fail(attempt, reason)
    // Who never said a name is no one to speak of; a bad claim of a linked or awaited peer's name says nothing about that peer.
    if (peer === null || this.#attempts.has(peer)) return
    if (!this.#links.has(peer)) this.#connectFailed(peer, reason)
    else if (reason === ALREADY_LINKED) this.#linkUp(peer)
  }

  #linkUp(peer: NodeId): void {
    const link = this.#links.get(peer)
    if (this.#closed || link === undefined) return
    const { purpose, initiator, session } = link
    this.#listener?.onLinkUp({ peer, transport: session.channel.transport, purpose, initiator })
  }

  #connectFailed(peer: NodeId, reason: string): void {
    if (!this.#closed) this.#listener?.onConnectFailed(peer, reason)
  }

  #drop(peer: NodeId, reason: string): void {
    const link = this.#links.get(peer)
    if (link === undefined) return
    this.#links.delete(peer)
    for (const session of [link.session, ...link.replaced]) session.close(reason)
    link.replaced.clear()
  }
}
