/**
 * A session's twin: one channel from its opening to its end. Over the rendezvous' channels it begins with the questions of the real
 * handshake, answered at once and without its `ready`; over a direct one the signals have answered them (PROTOCOL 7.4).
 */
import { assert } from '../base/assert.ts'
import { fromUtf8, type Hex, utf8 } from '../base/bytes.ts'
import { type Credentials, domainBytes, type NodeId, nodeIdOf, publicKeySchema, signatureSchema } from '../base/identity.ts'
import { bool, decode, encode, record, text, u53, type ValueOf } from '../base/schema.ts'
import type { Channel } from '../peer/world.ts'
import { MAX_MESSAGE_BYTES } from '../wire/messages.ts'
import type { Signed } from './sim-signer.ts'

/** The first byte of a frame. Messages are not cut: the twin's channel takes frames of any size. */
const FRAME = { hello: 0, proof: 1, message: 2, close: 3 }

const helloSchema = record({ network: text(300), publicKey: publicKeySchema, nonce: u53, challenge: text(60) })
type Hello = ValueOf<typeof helloSchema>
/** `linked`: the sender has a direct link to the receiver. */
const proofSchema = record({ signature: signatureSchema, linked: bool })

/** Both sides have a direct link already: the channel is not needed. No failure. */
export const ALREADY_LINKED = 'already linked'

/** Who this peer is to others, with its own key and a judge of all others'. */
interface SimIdentity {
  readonly nodeId: NodeId
  readonly networkId: string
  readonly credentials: Credentials
  sign(bytes: Uint8Array): Hex
  holds(part: Signed): boolean
}

export interface SimSessionOptions {
  readonly channel: Channel
  readonly identity: SimIdentity
  /** One side is, the other is not. */
  readonly initiator: boolean
  /** No two sessions of a peer have the same; at most 60 bytes. */
  readonly challenge: string
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
  #hello: Hello | null = null
  #isLinked = false

  constructor(options: SimSessionOptions, listener: SimSessionListener) {
    this.#options = options
    this.#listener = listener
    this.#peer = options.peer
    this.#stage = options.peer === null ? 'hello' : 'open'
  }

  /** Who the other side is, by its own word until `onOpen`; null before its hello. */
  get peer(): NodeId | null {
    return this.#peer
  }

  get transport(): Channel['transport'] {
    return this.#options.channel.transport
  }

  /** No callback runs within this call. */
  start(): void {
    const { channel, challenge, identity } = this.#options
    const { networkId: network, credentials } = identity
    if (this.#stage === 'hello') this.#send(FRAME.hello, encode(helloSchema, { network, ...credentials, challenge }))
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
    else if (this.#stage === 'proof' && kind === FRAME.proof) this.#onProof(body)
    else if (kind === FRAME.close) {
      const reason = fromUtf8(body) ?? ''
      this.#end(this.#stage === 'open' ? reason : `refused by the other side: ${reason}`)
    } else this.#end(`broke the protocol: a frame ${kind} at the wrong time`)
  }

  #onHello(body: Uint8Array): void {
    const { channel, challenge, identity, initiator, objection, isLinked } = this.#options
    const hello = decode(helloSchema, body)
    if (!hello.ok) return this.#end(`broke the protocol: hello: ${hello.reason}`)
    const { network } = hello.value
    const peer = nodeIdOf(network, hello.value)
    this.#hello = hello.value
    this.#peer = peer
    if (network !== identity.networkId) return this.#end(`other network: ${network}, ours is ${identity.networkId}`)
    const reason = objection(peer)
    if (reason !== '') return this.#end(reason)
    this.#stage = 'proof'
    this.#isLinked = isLinked(peer)
    const ends = [identity.nodeId, challenge, channel.localBinding, peer, hello.value.challenge, channel.remoteBinding]
    const signature = identity.sign(claimBytes(network, initiator, ends))
    this.#send(FRAME.proof, encode(proofSchema, { signature, linked: this.#isLinked }))
  }

  #onProof(body: Uint8Array): void {
    const proof = decode(proofSchema, body)
    if (!proof.ok) return this.#end(`broke the protocol: proof: ${proof.reason}`)
    if (!this.#isProven(proof.value.signature)) return this.#end('the proof of its nodeId does not hold')
    if (this.#peer === this.#options.identity.nodeId) return this.#end('duplicate identity')
    if (this.#isLinked && proof.value.linked) return this.#end(ALREADY_LINKED)
    this.#stage = 'open'
    this.#listener.onOpen()
  }

  #isProven(signature: Hex): boolean {
    const { channel, challenge, identity, initiator } = this.#options
    const [hello, peer] = [this.#hello, this.#peer]
    assert(hello !== null && peer !== null, 'a proof is read after a hello')
    const { publicKey, nonce } = hello
    const ends = [peer, hello.challenge, channel.remoteBinding, identity.nodeId, challenge, channel.localBinding]
    const bytes = claimBytes(identity.networkId, !initiator, ends)
    return identity.holds({ credentials: { publicKey, nonce }, bytes, signature })
  }

  #end(reason: string): void {
    if (this.#stage === 'closed') return
    this.close(reason)
    this.#listener.onClose(reason)
  }
}

/** What a proof signs, seen from its signer: both ends of the session with nodeId, challenge and binding, its own first, and its role. */
function claimBytes(network: string, initiator: boolean, ends: readonly string[]): Uint8Array {
  return domainBytes('peermart/link', network, utf8(JSON.stringify([initiator, ...ends])))
}
