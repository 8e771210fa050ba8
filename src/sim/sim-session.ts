/**
 * A session's twin: one channel from its opening to its end. Over the rendezvous' channels it begins with the questions of the real
 * handshake, without its cryptography; over a direct one the signals have answered them.
 */
import { assert } from '../base/assert.ts'
import { concat, fromHex, fromUtf8, toHex, utf8 } from '../base/bytes.ts'
import type { NodeId } from '../base/identity.ts'
import type { Channel } from '../peer/world.ts'
import { MAX_MESSAGE_BYTES } from '../wire/messages.ts'

/** The first byte of a frame. Messages are not cut: the twin's channel takes frames of any size. */
const FRAME = { hello: 0, proof: 1, message: 2, close: 3 }
const NODE_ID_BYTES = 16

/** Both sides have a direct link already: the channel is not needed. No failure. */
export const ALREADY_LINKED = 'already linked'

export interface SimSessionOptions {
  readonly channel: Channel
  readonly nodeId: NodeId
  readonly networkId: string
  /** Who is at the other end, when that is known: then the session is open at once. */
  readonly peer: NodeId | null
  /** True when there is a direct link to the peer. */
  isLinked(peer: NodeId): boolean
  /** Why no link with this peer is wanted, or empty. */
  objection(peer: NodeId): string
}

export interface SimSessionListener {
  onOpen(): void
  onMessage(message: Uint8Array): void
  /** Not after `close`. */
  onClose(reason: string): void
}

export class SimSession {
  readonly #options: SimSessionOptions
  readonly #listener: SimSessionListener
  #peer: NodeId | null
  #stage: 'hello' | 'proof' | 'open' | 'closed'
  #isLinked = false

  constructor(options: SimSessionOptions, listener: SimSessionListener) {
    this.#options = options
    this.#listener = listener
    this.#peer = options.peer
    this.#stage = options.peer === null ? 'hello' : 'open'
  }

  /** Who the other side is; null before its hello. */
  get peer(): NodeId | null {
    return this.#peer
  }

  get transport(): Channel['transport'] {
    return this.#options.channel.transport
  }

  /** No callback runs within this call. */
  start(): void {
    const { channel, nodeId, networkId } = this.#options
    if (this.#stage === 'hello') this.#send(FRAME.hello, concat(fromHex(nodeId), utf8(networkId)))
    channel.listen({
      onFrame: (frame) => this.#onFrame(frame[0] ?? FRAME.close, frame.subarray(1)),
      onDrain: () => {},
      onClose: (reason) => this.#end(reason),
    })
  }

  send(message: Uint8Array): boolean {
    assert(message.length <= MAX_MESSAGE_BYTES, `a message has at most ${MAX_MESSAGE_BYTES} bytes`)
    if (this.#stage !== 'open') return false
    this.#send(FRAME.message, message)
    return true
  }

  /** Tells the other side the reason. No callback follows. */
  close(reason: string): void {
    if (this.#stage === 'closed') return
    this.#stage = 'closed'
    this.#send(FRAME.close, utf8(reason))
    this.#options.channel.close()
  }

  #send(kind: number, body: Uint8Array): void {
    const frame = new Uint8Array(1 + body.length)
    frame[0] = kind
    frame.set(body, 1)
    this.#options.channel.send(frame)
  }

  #onFrame(kind: number, body: Uint8Array): void {
    if (this.#stage === 'open' && kind === FRAME.message) this.#listener.onMessage(body)
    else if (this.#stage === 'hello' && kind === FRAME.hello) this.#onHello(body)
    else if (this.#stage === 'proof' && kind === FRAME.proof) this.#onProof(body[0] === 1)
    else if (kind === FRAME.close) {
      const reason = fromUtf8(body) ?? ''
      this.#end(this.#stage === 'open' ? reason : `refused by the other side: ${reason}`)
    } else this.#end(`broke the protocol: a frame ${kind} at the wrong time`)
  }

  #onHello(body: Uint8Array): void {
    const { nodeId, networkId, objection, isLinked } = this.#options
    const peer = toHex(body.subarray(0, NODE_ID_BYTES))
    const network = fromUtf8(body.subarray(NODE_ID_BYTES)) ?? ''
    this.#peer = peer
    if (network !== networkId) return this.#end(`other network: ${network}, ours is ${networkId}`)
    if (peer === nodeId) return this.#end('duplicate identity')
    const reason = objection(peer)
    if (reason !== '') return this.#end(reason)
    this.#stage = 'proof'
    this.#isLinked = isLinked(peer)
    this.#send(FRAME.proof, Uint8Array.of(this.#isLinked ? 1 : 0))
  }

  #onProof(isLinkedThere: boolean): void {
    if (this.#isLinked && isLinkedThere) return this.#end(ALREADY_LINKED)
    this.#stage = 'open'
    this.#listener.onOpen()
  }

  #end(reason: string): void {
    if (this.#stage === 'closed') return
    this.close(reason)
    this.#listener.onClose(reason)
  }
}
