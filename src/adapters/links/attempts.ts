/**
 * Attempts to open direct links: signalling, one RTCPeerConnection an attempt, and the pace at which they are made.
 *
 * Invariants
 * 1. At most one attempt a peer. The lower nodeId always makes the offer (simple-peer cannot roll back); the higher sends `ask`.
 * 2. When both sides try at once, the lower one's offer wins: it ignores the ask, and the higher takes the offer for the answer to its ask.
 * 3. No signal has an effect before its signature holds. An ask or offer has one once, by its connection id; an answer or refusal only on the
 *    attempt whose id it has.
 * 4. Every attempt ends: taken over by a link, failed, or cancelled. Only those that this side wanted (`connect`) report failure.
 */
import type { Hex } from '../../base/bytes.ts'
import type { NodeId } from '../../base/identity.ts'
import type { Channel, Signer } from '../../peer/world.ts'
import { type LinkPurpose, MAX_SDP_BYTES, type Signal } from '../../ring/messages.ts'
import { RecentSet } from './bounded.ts'
import type { Identity } from './handshake.ts'
import type { LinkLimits } from './limits.ts'
import { checkSdp } from './sdp.ts'
import { signSignal, verifySignal } from './signals.ts'
import { TokenBucket } from './token-bucket.ts'
import type { OpenRtc, Rtc } from './webrtc-channel.ts'

const CONNECTION_BYTES = 16
/** Characters of a refusal's reason; it is for a person. */
const MAX_REASON = 200

/** An attempt, for its owner. */
export interface Attempt {
  readonly peer: NodeId
  readonly purpose: LinkPurpose
}

export type AttemptStage = 'begun' | 'opened' | 'failed' | 'refused'

interface Work extends Attempt {
  readonly connection: string
  /** This side called `connect`. */
  wanted: boolean
  rtc: Rtc | null
  answered: boolean
  timer: ReturnType<typeof setTimeout> | undefined
  /** Its offer, and when it was last sent. */
  offered: { readonly signal: Signal; atMs: number } | null
}

/** An offer that was sent so long ago and not answered is sent again to who asks for it. */
const OFFER_AGAIN_MS = 1_000

export interface AttemptsOptions {
  readonly identity: Identity
  readonly signer: Signer
  readonly random: (byteCount: number) => Hex
  readonly nowMs: () => number
  readonly iceServers: readonly RTCIceServer[]
  readonly relayOnly: boolean
  readonly openRtc: OpenRtc
  readonly limits: LinkLimits
  /** Why no link with this peer is wanted, or empty. */
  readonly objection: (peer: NodeId) => string
}

export interface AttemptsListener {
  onSignal(signal: Signal): void
  /** A channel is open; the handshake on it decides, by `succeed` or `fail`. */
  onChannel(attempt: Attempt, channel: Channel, initiator: boolean): void
  onFailed(peer: NodeId, reason: string): void
  /** The peer signed something that no honest peer signs. */
  onViolation(peer: NodeId): void
  /** For whoever counts. An attempt that was given up is neither opened nor failed. */
  onStage(stage: AttemptStage): void
  /** An SDP of this side, with the candidates that it gathered. */
  onGathered(sdp: string): void
}

export class Attempts {
  readonly #options: AttemptsOptions
  readonly #listener: AttemptsListener
  readonly #works = new Map<NodeId, Work>()
  readonly #bucket: TokenBucket
  readonly #used: RecentSet
  /** Attempts that wait for a token; at most one an attempt. */
  #waiting: { readonly work: Work; readonly begin: () => void }[] = []
  #pumpTimer: ReturnType<typeof setTimeout> | null = null
  #verifying = 0
  #closed = false

  constructor(options: AttemptsOptions, listener: AttemptsListener) {
    this.#options = options
    this.#listener = listener
    this.#bucket = new TokenBucket(options.limits.construction, options.nowMs())
    this.#used = new RecentSet(options.limits.rememberedConnections)
  }

  has(peer: NodeId): boolean {
    return this.#works.has(peer)
  }

  connect(peer: NodeId, purpose: LinkPurpose): void {
    const { identity, random, limits, objection } = this.#options
    const present = this.#works.get(peer)
    if (present !== undefined) {
      present.wanted = true
      return
    }
    const hindrance = this.#works.size >= limits.attempts ? 'too many attempts at once' : objection(peer)
    if (hindrance !== '') {
      queueMicrotask(() => this.#closed || this.#listener.onFailed(peer, hindrance))
      return
    }
    const work = this.#start({ peer, purpose, connection: random(CONNECTION_BYTES), wanted: true })
    if (identity.nodeId < peer) this.#whenAllowed(work, () => this.#offer(work))
    else this.#sign(work, 'ask', '')
  }

  /** A signal that came over the ring. */
  signal(signal: Signal): void {
    if (this.#closed || !this.#concerns(signal) || this.#verifying >= this.#options.limits.verifications) return
    this.#verifying += 1
    verifySignal(this.#context(), signal, (valid) => {
      this.#verifying -= 1
      if (this.#closed || !this.#concerns(signal)) return
      if (valid) this.#act(signal)
      else this.#failed(this.#workOf(signal), 'a signal on the way was forged')
    })
  }

  /** Signs a refusal of an ask or offer. */
  refuse(signal: Signal, reason: string): void {
    const { identity } = this.#options
    const { purpose, connection } = signal
    const sdp = reason.slice(0, MAX_REASON)
    const body = { kind: 'refuse', from: identity.nodeId, to: signal.from, purpose, connection, sdp, ...this.#credentials() } as const
    signSignal(this.#context(), body, (refusal) => this.#closed || this.#listener.onSignal(refusal))
  }

  /** Over: its channel has become a link. False when it was given up before: then the link is not wanted. */
  succeed(attempt: Attempt): boolean {
    const isCurrent = this.#works.get(attempt.peer) === attempt
    if (isCurrent) {
      this.#drop(attempt as Work)
      this.#listener.onStage('opened')
    }
    return isCurrent
  }

  /** Over: the handshake on its channel failed. */
  fail(attempt: Attempt, reason: string): void {
    this.#failed(attempt as Work, reason)
  }

  /** Gives an attempt up, silently. */
  cancel(peer: NodeId): void {
    const work = this.#works.get(peer)
    if (work === undefined) return
    this.#drop(work)
    work.rtc?.close()
  }

  close(): void {
    this.#closed = true
    for (const peer of [...this.#works.keys()]) this.cancel(peer)
    if (this.#pumpTimer !== null) clearTimeout(this.#pumpTimer)
  }

  /** Whether a signal can have any effect; cheap, and before its signature is looked at. */
  #concerns(signal: Signal): boolean {
    const { nodeId } = this.#options.identity
    const { kind, from, to } = signal
    if (to !== nodeId || from === nodeId) return false
    if (kind === 'ask') return from > nodeId && !this.#used.has(usedKey(signal))
    if (kind === 'offer') return from < nodeId && !this.#used.has(usedKey(signal))
    const work = this.#workOf(signal)
    return work !== undefined && (kind === 'refuse' || (from > nodeId && work.rtc !== null && !work.answered))
  }

  #workOf(signal: Signal): Work | undefined {
    const work = this.#works.get(signal.from)
    return work?.connection === signal.connection ? work : undefined
  }

  #act(signal: Signal): void {
    const { kind, from, sdp } = signal
    const work = this.#workOf(signal)
    // Marked as the other side's word: some reasons of this side's own, such as a duplicate identity, have consequences.
    if (kind === 'refuse') return this.#failed(work, `refused: ${printable(sdp)}`, 'refused')
    if (kind === 'answer') return this.#takeAnswer(work, signal)
    this.#used.add(usedKey(signal))
    const objection = this.#options.objection(from)
    if (objection !== '') return this.refuse(signal, objection)
    if (kind === 'ask') this.#takeAsk(signal)
    else this.#takeOffer(signal)
  }

  #takeAsk(signal: Signal): void {
    const { from, purpose, connection } = signal
    const running = this.#works.get(from)
    if (running !== undefined && !running.answered) return this.#offerAgain(running)
    // Who answered and asks again has given up what it answered.
    this.cancel(from)
    if (this.#works.size >= this.#options.limits.attempts) return this.refuse(signal, 'too many attempts at once')
    const wanted = running?.wanted ?? false
    const work = this.#start({ peer: from, purpose, connection, wanted })
    this.#whenAllowed(work, () => this.#offer(work))
  }

  /** Who asks while an offer is on its way may have asked at the same time; a while later it shows that the offer was lost. */
  #offerAgain(work: Work): void {
    const { offered } = work
    const nowMs = this.#options.nowMs()
    if (offered === null || nowMs - offered.atMs < OFFER_AGAIN_MS) return
    offered.atMs = nowMs
    this.#listener.onSignal(offered.signal)
  }

  /** A newer offer of the same peer shows that it gave the older one up. */
  #takeOffer(signal: Signal): void {
    const { from, purpose, connection, sdp } = signal
    const checked = checkSdp('offer', sdp)
    if (!checked.ok) return this.#malformed(this.#workOf(signal), signal, checked.reason)
    const wanted = this.#works.get(from)?.wanted ?? false
    this.cancel(from)
    if (this.#works.size >= this.#options.limits.attempts) return this.refuse(signal, 'too many attempts at once')
    const work = this.#start({ peer: from, purpose, connection, wanted })
    this.#whenAllowed(work, () => this.#open(work, false)?.accept(sdp))
  }

  #takeAnswer(work: Work | undefined, signal: Signal): void {
    const checked = checkSdp('answer', signal.sdp)
    if (!checked.ok) return this.#malformed(work, signal, checked.reason)
    if (work === undefined) return
    work.answered = true
    work.rtc?.accept(signal.sdp)
  }

  #malformed(work: Work | undefined, signal: Signal, reason: string): void {
    if (signal.kind === 'offer') this.refuse(signal, reason)
    this.#listener.onViolation(signal.from)
    this.#failed(work, reason)
  }

  #start(begun: Pick<Work, 'peer' | 'purpose' | 'connection' | 'wanted'>): Work {
    const work: Work = { ...begun, rtc: null, offered: null, answered: false, timer: undefined }
    this.#works.set(work.peer, work)
    this.#restartTimer(work)
    this.#listener.onStage('begun')
    return work
  }

  #restartTimer(work: Work): void {
    clearTimeout(work.timer)
    work.timer = setTimeout(() => this.#failed(work, 'no answer in time'), this.#options.limits.connectTimeoutMs)
  }

  #offer(work: Work): void {
    this.#open(work, true)
  }

  /** Constructs an RTCPeerConnection. Its callbacks count only while the attempt lives. */
  #open(work: Work, initiator: boolean): Rtc | null {
    const { openRtc, iceServers, relayOnly } = this.#options
    const isCurrent = (): boolean => this.#works.get(work.peer) === work
    try {
      work.rtc = openRtc(
        { initiator, iceServers, relayOnly },
        {
          onSdp: (sdp) => isCurrent() && this.#sign(work, initiator ? 'offer' : 'answer', sdp),
          onOpen: (channel) => (isCurrent() ? this.#listener.onChannel(work, channel, initiator) : channel.close()),
          onFail: (reason) => this.#failed(work, reason),
        },
      )
    } catch (error) {
      queueMicrotask(() => this.#failed(work, `no WebRTC: ${error instanceof Error ? error.message : String(error)}`))
    }
    return work.rtc
  }

  #sign(work: Work, kind: Signal['kind'], sdp: string): void {
    if (sdp.length > MAX_SDP_BYTES) return this.#failed(work, `an SDP of ${sdp.length} bytes; at most ${MAX_SDP_BYTES} can be sent`)
    const { identity } = this.#options
    const { peer, purpose, connection } = work
    this.#listener.onGathered(sdp)
    const body = { kind, from: identity.nodeId, to: peer, purpose, connection, sdp, ...this.#credentials() }
    signSignal(this.#context(), body, (signal) => {
      if (this.#works.get(peer) !== work) return
      if (kind === 'offer') work.offered = { signal, atMs: this.#options.nowMs() }
      this.#listener.onSignal(signal)
    })
  }

  /** Attempts wait for a token rather than fail. The wait of one that this side wants is not counted into its deadline. */
  #whenAllowed(work: Work, begin: () => void): void {
    this.#waiting.push({ work, begin })
    if (this.#pumpTimer === null) this.#pump()
  }

  #pump(): void {
    const { nowMs } = this.#options
    this.#pumpTimer = null
    this.#waiting = this.#waiting.filter(({ work }) => this.#works.get(work.peer) === work)
    while (this.#waiting.length > 0 && this.#bucket.take(nowMs())) {
      const next = this.#waiting.shift()
      if (next?.work.wanted) this.#restartTimer(next.work)
      next?.begin()
    }
    if (this.#waiting.length === 0) return
    for (const { work } of this.#waiting) if (work.wanted) this.#restartTimer(work)
    this.#pumpTimer = setTimeout(() => this.#pump(), this.#bucket.waitMs(nowMs()))
  }

  #failed(work: Work | undefined, reason: string, stage: 'failed' | 'refused' = 'failed'): void {
    if (work === undefined || this.#works.get(work.peer) !== work) return
    this.cancel(work.peer)
    this.#listener.onStage(stage)
    if (work.wanted) this.#listener.onFailed(work.peer, reason)
  }

  #drop(work: Work): void {
    clearTimeout(work.timer)
    this.#works.delete(work.peer)
  }

  #context(): { readonly network: string; readonly signer: Signer } {
    return { network: this.#options.identity.network, signer: this.#options.signer }
  }

  #credentials(): { readonly publicKey: Hex; readonly nonce: number } {
    const { publicKey, nonce } = this.#options.identity.credentials
    return { publicKey, nonce }
  }
}

function usedKey(signal: Signal): string {
  return `${signal.from}/${signal.connection}`
}

function printable(text: string): string {
  return text.replaceAll(/\p{C}/gu, '').slice(0, MAX_REASON)
}
