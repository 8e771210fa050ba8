/**
 * A session: one channel from its opening to its end, whatever carries it. First the handshake, then whole messages.
 *
 * Invariants
 * 1. Nothing but the handshake is read before the other side has proven its nodeId with a signature over both nodeIds, both challenges,
 *    both bindings (DTLS fingerprints) and the role (PROTOCOL 7.4).
 * 2. The lower nodeId opens a session by its `ready`, the higher when that arrives. The lower's order number in it decides between two open
 *    sessions of the same peers, so both sides always prefer the same one.
 * 3. It ends once, by `onClose` or by the owner's `close`, and says nothing afterwards. No callback runs within a call of the owner.
 */
import type { Hex } from '../../base/bytes.ts'
import type { NodeId } from '../../base/identity.ts'
import { decode, encode } from '../../base/schema.ts'
import { type Channel, MAX_FRAME_BYTES, type Signer } from '../../peer/world.ts'
import { Assembler, closeFrame, closeReason, controlFrame, cutMessage, FRAME, isPiece } from './frames.ts'
import {
  CHALLENGE_BYTES,
  type Claim,
  claimBytes,
  claimedNodeId,
  decodeHello,
  encodeHello,
  type Hello,
  type Identity,
  proofPart,
  proofSchema,
  readySchema,
} from './handshake.ts'

/** The other side has this peer's own key: this identity runs twice. Only ever said by this side, after the other has proven it. */
export const DUPLICATE_IDENTITY = 'duplicate identity'
/** Both sides know each other over a direct link already: the rendezvous' channel is not needed. No failure. */
export const ALREADY_LINKED = 'already linked'
/** Bytes that may wait to leave before a link is cut as too slow: four seconds at 8 Mbit/s. */
export const MAX_WAITING_BYTES = 4 * 1024 * 1024

export interface SessionOptions {
  readonly channel: Channel
  /** One side is, the other is not. */
  readonly initiator: boolean
  readonly identity: Identity
  readonly signer: Signer
  readonly random: (byteCount: number) => Hex
  /** The only peer that may be at the other end; null: whoever comes. */
  readonly expected: NodeId | null
  /** True when there is a direct link to the peer. Asked once its claim is known. */
  readonly isLinked: (peer: NodeId) => boolean
  /** Why no link with this peer is wanted, or empty. Asked once its claim is known. */
  readonly objection: (peer: NodeId) => string
  /** For {@link Session.order}, asked once by the lower nodeId. Greater at every call, over reloads too. */
  readonly nextOrder: () => number
  readonly handshakeTimeoutMs: number
}

export interface SessionListener {
  onOpen(): void
  onMessage(message: Uint8Array): void
  /** The other side sends no more messages on this session; it has another one. */
  onEnd(): void
  /** `violation`: the other side broke the rules, so it is cut off for a while. */
  onClose(end: { readonly reason: string; readonly violation: boolean }): void
}

type Stage = 'new' | 'hello' | 'proof' | 'verifying' | 'verified' | 'open' | 'closed'

export class Session {
  readonly #options: SessionOptions
  readonly #listener: SessionListener
  readonly #assembler = new Assembler()
  readonly #challenge: Hex
  #stage: Stage = 'new'
  #hello: Hello | null = null
  #peer: NodeId | null = null
  #timer: ReturnType<typeof setTimeout> | null = null
  #proven = false
  #linked = false
  #bothLinked = false
  #proofSent = false
  #readySent = false
  #readyReceived = false
  #ended = false
  #order = 0
  /** The channel went away while a proof was being checked; what the proof says comes first. */
  #gone = ''

  constructor(options: SessionOptions, listener: SessionListener) {
    this.#options = options
    this.#listener = listener
    this.#challenge = options.random(CHALLENGE_BYTES)
  }

  /** Who the other side claims to be, proven from `onOpen` on; null before its hello. */
  get peer(): NodeId | null {
    return this.#peer
  }

  /** True once the other side's key has signed. */
  get proven(): boolean {
    return this.#proven
  }

  /** Of two open sessions with a peer both sides send on the one of greater order. */
  get order(): number {
    return this.#order
  }

  get channel(): Channel {
    return this.#options.channel
  }

  /** Says hello. Callbacks may run from here on; call it from no call of the owner's own owner. */
  start(): void {
    const { channel, identity, handshakeTimeoutMs } = this.#options
    if (this.#stage !== 'new') return
    this.#stage = 'hello'
    this.#timer = setTimeout(() => this.#fail('the handshake took too long'), handshakeTimeoutMs)
    channel.send(controlFrame(FRAME.hello, encodeHello(identity, this.#challenge)))
    channel.listen({
      onFrame: (frame) => this.#onFrame(frame),
      onDrain: () => {},
      onClose: (reason) => this.#onGone(reason),
    })
  }

  /** False when the session is not open, or so far behind that it is cut now (`onClose` follows). */
  send(message: Uint8Array): boolean {
    if (this.#stage !== 'open' || this.#ended) return false
    const { channel } = this.#options
    if (channel.bufferedBytes + message.length > MAX_WAITING_BYTES) {
      this.#ended = true
      queueMicrotask(() => this.#fail('too slow: its messages pile up'))
      return false
    }
    for (const frame of cutMessage(message)) channel.send(frame)
    return true
  }

  /** Tells the other side that no message follows on this session. It goes on receiving. */
  end(): void {
    if (this.#stage !== 'open' || this.#ended) return
    this.#ended = true
    this.#options.channel.send(controlFrame(FRAME.end, new Uint8Array()))
  }

  /** Closes it, with a reason for the other side. No callback follows. */
  close(reason: string): void {
    if (this.#stage === 'closed') return
    this.#stage = 'closed'
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#options.channel.send(closeFrame(reason))
    this.#options.channel.close()
  }

  #fail(reason: string, violation = false): void {
    if (this.#stage === 'closed') return
    this.close(reason)
    this.#listener.onClose({ reason, violation })
  }

  #violation(what: string): void {
    this.#fail(`broke the protocol: ${what}`, true)
  }

  #onGone(reason: string): void {
    if (this.#stage === 'verifying') this.#gone ||= reason
    else this.#fail(reason)
  }

  #onFrame(frame: Uint8Array): void {
    if (this.#stage === 'closed') return
    if (frame.length === 0 || frame.length > MAX_FRAME_BYTES) return this.#violation(`a frame of ${frame.length} bytes`)
    if (isPiece(frame)) return this.#onPiece(frame)
    switch (frame[0]) {
      case FRAME.hello:
        return this.#onHello(frame.subarray(1))
      case FRAME.proof:
        return this.#onProof(frame.subarray(1))
      case FRAME.ready:
        return this.#onReady(frame.subarray(1))
      case FRAME.end:
        return this.#stage === 'open' ? this.#listener.onEnd() : this.#violation('an end before the start')
      case FRAME.close:
        return this.#onCloseFrame(closeReason(frame))
      default:
        return this.#violation(`an unknown frame ${frame[0]}`)
    }
  }

  #onPiece(frame: Uint8Array): void {
    if (this.#stage !== 'open') return this.#violation('a message before the handshake')
    const assembled = this.#assembler.push(frame)
    if (assembled.type === 'malformed') this.#violation(assembled.reason)
    else if (assembled.type === 'message') this.#listener.onMessage(assembled.message)
  }

  /** What the other side says is marked as such: it must not pass for this side's own finding. */
  #onCloseFrame(reason: string): void {
    if (this.#linked && reason === ALREADY_LINKED) return this.#fail(ALREADY_LINKED)
    this.#onGone(this.#stage === 'open' ? reason : `refused by the other side: ${reason}`)
  }

  #onHello(body: Uint8Array): void {
    const { identity, expected, objection, isLinked } = this.#options
    if (this.#stage !== 'hello') return this.#violation('a second hello')
    const hello = decodeHello(body)
    if (!hello.ok) return hello.reason.startsWith('other version') ? this.#fail(hello.reason) : this.#violation(`hello: ${hello.reason}`)
    this.#hello = hello.value
    const peer = claimedNodeId(hello.value)
    this.#peer = peer
    if (hello.value.network !== identity.network) {
      return this.#fail(`other network: ${printable(hello.value.network)}, ours is ${identity.network}`)
    }
    if (expected !== null && peer !== expected) return this.#fail('another peer than expected')
    const refusal = objection(peer)
    if (refusal !== '') return this.#fail(refusal)
    this.#stage = 'proof'
    this.#linked = isLinked(peer)
    this.#prove(peer, hello.value)
  }

  #prove(peer: NodeId, hello: Hello): void {
    const { channel, identity, initiator, signer } = this.#options
    const claim: Claim = {
      initiator,
      from: identity.nodeId,
      to: peer,
      fromChallenge: this.#challenge,
      toChallenge: hello.challenge,
      fromBinding: channel.localBinding,
      toBinding: channel.remoteBinding,
    }
    signer.sign(claimBytes(identity.network, claim), (signature) => {
      if (this.#stage === 'closed') return
      channel.send(controlFrame(FRAME.proof, encode(proofSchema, { signature, linked: this.#linked })))
      this.#proofSent = true
      this.#advance()
    })
  }

  #onProof(body: Uint8Array): void {
    const { channel, identity, initiator, signer } = this.#options
    const hello = this.#hello
    const peer = this.#peer
    if (this.#stage !== 'proof' || hello === null || peer === null) return this.#violation('a proof at the wrong time')
    const proof = decode(proofSchema, body)
    if (!proof.ok) return this.#violation(`proof: ${proof.reason}`)
    const claim: Claim = {
      initiator: !initiator,
      from: peer,
      to: identity.nodeId,
      fromChallenge: hello.challenge,
      toChallenge: this.#challenge,
      fromBinding: channel.remoteBinding,
      toBinding: channel.localBinding,
    }
    this.#bothLinked = this.#linked && proof.value.linked
    this.#stage = 'verifying'
    signer.verify([proofPart({ network: identity.network, credentials: hello }, claim, proof.value.signature)], (valid) => {
      if (this.#stage !== 'verifying') return
      if (!valid) return this.#fail('the proof of its nodeId does not hold', true)
      this.#stage = 'verified'
      this.#proven = true
      this.#advance()
    })
  }

  #onReady(body: Uint8Array): void {
    const ready = decode(readySchema, body)
    const isLower = this.#isLower()
    if (!ready.ok) return this.#violation(`ready: ${ready.reason}`)
    const inTime = isLower ? this.#stage === 'verifying' || this.#stage === 'verified' : this.#readySent && this.#stage === 'verified'
    if (!inTime || this.#readyReceived) return this.#violation('ready at the wrong time')
    this.#readyReceived = true
    if (!isLower) this.#order = ready.value.order
    this.#advance()
  }

  #isLower(): boolean {
    return this.#peer !== null && this.#options.identity.nodeId < this.#peer
  }

  /** Goes on as far as both proofs allow. */
  #advance(): void {
    const { channel, identity, nextOrder } = this.#options
    if (!this.#proofSent || this.#stage !== 'verified') return
    if (this.#peer === identity.nodeId) return this.#fail(DUPLICATE_IDENTITY)
    if (this.#bothLinked && channel.transport === 'rendezvous') return this.#fail(ALREADY_LINKED)
    if (this.#gone !== '') return this.#fail(this.#gone)
    if (this.#isLower() && !this.#readyReceived) return
    if (this.#isLower()) this.#order = nextOrder()
    if (!this.#readySent) channel.send(controlFrame(FRAME.ready, encode(readySchema, { order: this.#order })))
    this.#readySent = true
    if (this.#readyReceived) this.#open()
  }

  #open(): void {
    this.#stage = 'open'
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#listener.onOpen()
  }
}

function printable(text: string): string {
  return text.replaceAll(/\p{C}/gu, '').slice(0, 120)
}
