/**
 * A small virtual network for tests of the ring alone: virtual time, delays, links opened by signals that the ring itself carries,
 * as the link adapter would, and a rendezvous. Every message is encoded and decoded on its way.
 */

import { Heap } from '../base/heap.ts'
import type { NodeId } from '../base/identity.ts'
import { Rng } from '../base/rng.ts'
import { Schedule } from '../base/schedule.ts'
import { decode, encode } from '../base/schema.ts'
import type { LinkTransport } from './links.ts'
import { type LinkPurpose, type RingMessage, ringMessageSchema, type Signal } from './messages.ts'
import type { RingPort } from './port.ts'
import { Ring } from './ring.ts'

/** An attempt of the twin of the link adapter. */
interface Attempt {
  readonly connection: string
  readonly purpose: LinkPurpose
}

interface Options {
  readonly n: number
  readonly linkBudget: number
  readonly slotMs: number
  readonly seed: number
}

const ATTEMPT_TIMEOUT_MS = 8_000
/** A peer's own clock is ahead of the net's by this, times its number. */
const CLOCK_STEP_MS = 7

export class TestNode {
  readonly id: NodeId
  readonly ring: Ring
  readonly schedule: Schedule
  readonly links = new Map<NodeId, LinkTransport>()
  /** Its clock less the net's. A test may set it. */
  clockMs: number
  readonly requests: string[] = []
  /** Which rendezvous it uses; those of one place find each other. */
  place = 0
  alive = true
  serving = false
  /** How often it looked for a way in. */
  seeks = 0
  /** Swallows what it should forward. */
  isSilentHop = false
  /** Peers that no direct link can be opened to, as through some NATs. */
  readonly blocked = new Set<NodeId>()
  mostDirect = 0
  remembered: readonly NodeId[] = []
  sent: Record<string, number> = {}
  readonly #net: TestNet
  readonly #attempts = new Map<NodeId, Attempt>()
  #armedMs = Number.POSITIVE_INFINITY

  constructor(net: TestNet, id: NodeId, clockMs: number) {
    this.#net = net
    this.id = id
    this.clockMs = clockMs
    this.schedule = new Schedule(net.nowMs + clockMs)
    this.ring = new Ring({ nodeId: id, n: net.options.n, linkBudget: net.options.linkBudget, slotMs: net.options.slotMs }, this.#port())
  }

  /** Handles an event as a peer's step does. */
  step(action: () => void): void {
    if (!this.alive) return
    if (this.schedule.advance(this.#net.nowMs + this.clockMs)) this.ring.wake()
    action()
    this.schedule.run()
    this.mostDirect = Math.max(this.mostDirect, [...this.links.values()].filter((transport) => transport === 'direct').length)
    const nextMs = this.schedule.nextMs() - this.clockMs
    if (nextMs >= this.#armedMs || nextMs === Number.POSITIVE_INFINITY) return
    this.#armedMs = nextMs
    this.#net.at(nextMs, () => {
      if (this.#armedMs === nextMs) this.#armedMs = Number.POSITIVE_INFINITY
      this.step(() => {})
    })
  }

  /** The rest of a link's opening; `purpose` is that of the attempt. */
  linkUp(peer: NodeId, up: { readonly transport: LinkTransport; readonly purpose: LinkPurpose }): void {
    this.links.set(peer, up.transport)
    if (up.transport === 'direct') this.#attempts.delete(peer)
    this.step(() => this.ring.onLinkUp({ peer, ...up, initiator: this.id < peer }))
  }

  #port(): RingPort {
    const net = this.#net
    return {
      rng: new Rng([net.options.seed, Number.parseInt(this.id.slice(0, 8), 16), 3, 4]),
      schedule: this.schedule,
      send: (to, message) => this.#send(to, message),
      connect: (peer, purpose) => this.#connect(peer, purpose),
      disconnect: (peer) => this.#disconnect(peer),
      signal: (signal) => net.after(1, () => this.#onSignal(signal)),
      refuse: (signal, reason) => this.#carry({ ...signal, kind: 'refuse', from: this.id, to: signal.from, sdp: reason }),
      rendezvous: (mode) => net.rendezvous(this, mode),
      request: (target, payload) => {
        this.requests.push(target)
        return payload
      },
      changed: () => {},
      remember: (peers) => {
        this.remembered = peers
      },
    }
  }

  #send(to: NodeId, message: RingMessage): boolean {
    if (!this.links.has(to)) return false
    this.sent[message.type] = (this.sent[message.type] ?? 0) + 1
    if (this.isSilentHop && message.type.startsWith('route')) return true
    const bytes = encode(ringMessageSchema, message)
    this.#net.deliver(this.id, to, () => {
      const decoded = decode(ringMessageSchema, bytes)
      if (!decoded.ok) throw new Error(decoded.reason)
      const peer = this.#net.node(to)
      if (peer.links.has(this.id)) peer.step(() => peer.ring.onMessage(this.id, decoded.value))
    })
    return true
  }

  #connect(peer: NodeId, purpose: LinkPurpose): void {
    if (this.links.get(peer) === 'direct' || this.#attempts.has(peer)) return
    const connection = this.#net.rng.hex(16)
    this.#begin(peer, { connection, purpose })
    this.#emit(this.id < peer ? 'offer' : 'ask', peer)
  }

  #begin(peer: NodeId, attempt: Attempt): void {
    this.#attempts.set(peer, attempt)
    this.#net.after(ATTEMPT_TIMEOUT_MS, () => {
      if (this.#attempts.get(peer) === attempt) this.#fail(peer, 'timeout')
    })
  }

  #fail(peer: NodeId, reason: string): void {
    if (this.#attempts.delete(peer)) this.step(() => this.ring.onConnectFailed(peer, reason))
  }

  #emit(kind: Signal['kind'], to: NodeId): void {
    const attempt = this.#attempts.get(to)
    if (attempt === undefined) return
    const { connection, purpose } = attempt
    const publicKey = '00'.repeat(32)
    this.#carry({ kind, from: this.id, to, purpose, connection, sdp: '', publicKey, nonce: 0, signature: '00'.repeat(64) })
  }

  #carry(signal: Signal): void {
    this.#net.after(1, () => this.step(() => this.ring.onLocalSignal(signal)))
  }

  #onSignal({ kind, from, connection, purpose, sdp }: Signal): void {
    if (!this.alive) return
    if (kind === 'refuse') {
      if (this.#attempts.get(from)?.connection === connection) this.#fail(from, sdp)
      return
    }
    if (kind === 'answer') {
      if (this.#attempts.get(from)?.connection === connection) this.#net.open(this.id, from, { transport: 'direct', purpose })
      return
    }
    if (this.#attempts.get(from)?.connection !== connection) this.#begin(from, { connection, purpose })
    this.#emit(kind === 'ask' ? 'offer' : 'answer', from)
  }

  #disconnect(peer: NodeId): void {
    this.#attempts.delete(peer)
    if (!this.links.delete(peer)) return
    this.#net.deliver(this.id, peer, () => this.#net.node(peer).lost(this.id, 'closed'))
  }

  lost(peer: NodeId, reason: string): void {
    if (this.#net.node(peer).links.has(this.id) && this.#net.node(peer).alive) return
    if (this.links.delete(peer)) this.step(() => this.ring.onLinkDown(peer, reason))
  }
}

export class TestNet {
  readonly options: Options
  readonly rng: Rng
  nowMs = 1_700_000_000_000
  readonly nodes: TestNode[] = []
  readonly #byId = new Map<NodeId, TestNode>()
  readonly #events = new Heap<{ readonly atMs: number; readonly order: number; readonly action: () => void }>(
    (left, right) => left.atMs < right.atMs || (left.atMs === right.atMs && left.order < right.order),
  )
  #order = 0
  /** When the last message from one to another arrives: links keep order. */
  readonly #arrivals = new Map<string, number>()

  constructor(options: Partial<Options> = {}) {
    const n = options.n ?? 8
    this.options = { n, linkBudget: 2 * (n - 1) + 10, slotMs: 1_000, seed: 1, ...options }
    this.rng = new Rng([this.options.seed, 2, 3, 4])
  }

  at(atMs: number, action: () => void): void {
    this.#events.push({ atMs, order: this.#order, action })
    this.#order += 1
  }

  after(delayMs: number, action: () => void): void {
    this.at(this.nowMs + delayMs, action)
  }

  /** After 5 to 50 ms, in order from one to another. */
  deliver(from: NodeId, to: NodeId, action: () => void): void {
    const key = from + to
    const atMs = Math.max(this.nowMs + 5 + this.rng.below(45), this.#arrivals.get(key) ?? 0)
    this.#arrivals.set(key, atMs)
    this.at(atMs, action)
  }

  add(id: NodeId = this.rng.hex(16)): TestNode {
    const node = new TestNode(this, id, CLOCK_STEP_MS * this.nodes.length)
    this.nodes.push(node)
    this.#byId.set(id, node)
    return node
  }

  node(id: NodeId): TestNode {
    const node = this.#byId.get(id)
    if (node === undefined) throw new Error(`no node ${id}`)
    return node
  }

  /** Adds peers, one every `everyMs`, and starts them. */
  grow(count: number, everyMs = 300): TestNode[] {
    const added: TestNode[] = []
    for (let index = 0; index < count; index += 1) {
      const node = this.add()
      added.push(node)
      node.step(() => node.ring.start([]))
      this.run(everyMs)
    }
    return added
  }

  alive(): TestNode[] {
    return this.nodes.filter((node) => node.alive && node.ring.state !== 'stopped')
  }

  /** Runs for so long. */
  run(durationMs: number): void {
    const endMs = this.nowMs + durationMs
    for (let event = this.#events.peek(); event !== undefined && event.atMs <= endMs; event = this.#events.peek()) {
      this.#events.pop()
      this.nowMs = Math.max(this.nowMs, event.atMs)
      event.action()
    }
    this.nowMs = endMs
  }

  /** Runs until the condition holds; gives the ms it took, or Infinity after `mostMs`. */
  runUntil(condition: () => boolean, mostMs = 60_000): number {
    const startMs = this.nowMs
    while (this.nowMs - startMs < mostMs) {
      if (condition()) return this.nowMs - startMs
      this.run(100)
    }
    return condition() ? this.nowMs - startMs : Number.POSITIVE_INFINITY
  }

  /** Dead without a word; links stay open until somebody notices. */
  kill(node: TestNode): void {
    node.alive = false
    node.serving = false
  }

  /** The link between them breaks, and both notice. */
  cut(left: NodeId, right: NodeId): void {
    const [one, other] = [this.node(left), this.node(right)]
    one.links.delete(right)
    other.lost(left, 'cut')
    one.step(() => one.ring.onLinkDown(right, 'cut'))
  }

  open(left: NodeId, right: NodeId, up: { readonly transport: LinkTransport; readonly purpose: LinkPurpose }): void {
    this.after(20, () => {
      const [one, other] = [this.node(left), this.node(right)]
      if (!one.alive || !other.alive || (up.transport === 'direct' && (one.blocked.has(right) || other.blocked.has(left)))) return
      if (up.transport === 'rendezvous' && one.links.has(right)) return
      one.linkUp(right, up)
      other.linkUp(left, up)
    })
  }

  rendezvous(node: TestNode, mode: 'seek' | 'serve' | 'probe' | 'off'): void {
    if (mode === 'serve') node.serving = true
    if (mode === 'off') node.serving = false
    if (mode === 'seek') node.seeks += 1
    if (mode === 'serve' || mode === 'off') return
    const holders = this.nodes.filter((other) => other !== node && other.alive && other.serving && other.place === node.place)
    const strangers = holders.filter((other) => !node.links.has(other.id))
    const found = this.rng.sample(mode === 'seek' ? holders.slice(0, 4) : strangers, mode === 'seek' ? 2 : 1)
    for (const other of found) this.open(node.id, other.id, { transport: 'rendezvous', purpose: 'guest' })
    if (mode !== 'seek') return
    this.after(10, () => node.step(() => node.ring.onSought({ contacts: found.length, held: false, reason: '' })))
  }

  /** What is wrong with everyone's lists, against the sorted truth; empty when the ring is ideal. */
  faults(): string[] {
    const ids = this.alive()
      .map(({ id }) => id)
      .sort()
    const length = Math.max(this.options.n, 4)
    return this.alive().flatMap(({ id, ring }) => {
      const at = ids.indexOf(id)
      const others = [...ids.slice(at + 1), ...ids.slice(0, at)]
      const faults = ring.state === 'joined' ? [] : [`${id.slice(0, 4)} is ${ring.state}`]
      if (ring.successors().join() !== others.slice(0, length).join())
        faults.push(`${id.slice(0, 4)} successors ${short(ring.successors())} not ${short(others.slice(0, length))}`)
      const reversed = others.reverse().slice(0, length)
      if (ring.predecessors().join() !== reversed.join())
        faults.push(`${id.slice(0, 4)} predecessors ${short(ring.predecessors())} not ${short(reversed)}`)
      return faults
    })
  }
}

function short(ids: readonly NodeId[]): string {
  return ids.map((id) => id.slice(0, 4)).join(' ')
}
