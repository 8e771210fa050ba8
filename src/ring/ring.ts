/**
 * A peer's place in the ring: who its neighbours are, who answers for an id, and how to reach whom (PROTOCOL 8).
 * Knows no market. Everything that happens comes in by a method, everything it does goes out by the port.
 *
 * Invariants
 * 1. After every event `#settle` has brought lists, wished links, purposes and the views of others in line with the links that are open.
 * 2. Whatever is asked (`request`, `lookup`, `ensureLink`) ends exactly once, and never within the call that asked.
 * 3. Once stopped it does nothing more.
 */
import type { Id, NodeId } from '../base/identity.ts'
import { type Sizes, sizesOf } from '../base/sizes.ts'
import { Admission, isForWantOfRoom } from './admission.ts'
import { answerTo } from './answering.ts'
import { Changes } from './changes.ts'
import { closest } from './closest.ts'
import type { Context } from './context.ts'
import { Dialer } from './dialer.ts'
import { Fingers, type FingerView } from './fingers.ts'
import { limitsOf } from './limits.ts'
import { LinkKeeper } from './link-keeper.ts'
import { type Link, LinkTable, type LinkUp } from './links.ts'
import { Liveness } from './liveness.ts'
import { Membership, type RingState } from './membership.ts'
import type { ReplyBody, RingMessage, RouteBody, Signal } from './messages.ts'
import { Neighbours } from './neighbours.ts'
import type { Surroundings } from './next-hop.ts'
import type { RingOptions, RingPort } from './port.ts'
import { type Outcome, Requests } from './requests.ts'
import { type LinkView, type LookupResult, linkView, lookupResult, type RequestResult, requestResult } from './results.ts'
import type { RouteMessage } from './route-memory.ts'
import { Routes } from './routes.ts'
import { Signals } from './signals.ts'
import { Stabilizer } from './stabilizer.ts'
import { type Opened, Trades } from './trades.ts'

/** A bound against consequences that follow from each other without end. */
const MAX_SETTLINGS = 8

export class Ring {
  readonly #context: Context
  readonly #port: RingPort
  readonly #links: LinkTable
  readonly #neighbours: Neighbours
  readonly #dialer: Dialer
  readonly #routes: Routes
  readonly #requests: Requests
  readonly #signals: Signals
  readonly #liveness: Liveness
  readonly #stabilizer: Stabilizer
  readonly #fingers: Fingers
  readonly #trades: Trades
  readonly #membership: Membership
  readonly #keeper: LinkKeeper
  #isDirty = false
  readonly #changes = new Changes()

  constructor(options: RingOptions, port: RingPort) {
    const limits = limitsOf(options)
    const context: Context = {
      nodeId: options.nodeId,
      limits,
      port,
      nowMs: () => Math.floor(port.schedule.steadyMs),
      clockMs: () => Math.floor(port.schedule.nowMs),
      after: (delayMs, action) =>
        port.schedule.after(Math.ceil(delayMs), () => {
          if (this.state === 'stopped') return
          action()
          this.#settle()
        }),
      touch: () => {
        this.#isDirty = true
      },
    }
    const owner = {
      surroundings: () => this.#surroundings(),
      isMember: () => this.#membership.isMember(),
      answer: (target: Id, body: RouteBody) => answerTo({ target, body, hops: 0 }, context, this.#neighbours.lists()),
      onSilent: (peer: NodeId) => this.#liveness.probe(peer),
      onArrived: (message: RouteMessage) => this.#onArrived(message),
      onUndeliverable: (peer: NodeId) => this.#onUndeliverable(peer),
    }
    this.#context = context
    this.#port = port
    this.#links = new LinkTable(options.slotMs)
    this.#neighbours = new Neighbours(options.nodeId, limits)
    this.#dialer = new Dialer(context)
    const admission = new Admission(context, { links: this.#links, neighbours: this.#neighbours, attempts: this.#dialer })
    this.#routes = new Routes(context, this.#links, owner)
    this.#requests = new Requests(context, this.#routes, owner)
    this.#signals = new Signals(context, { links: this.#links, routes: this.#routes, dialer: this.#dialer, admission, owner })
    this.#liveness = new Liveness(context, this.#links, (peer) => this.#onDead(peer))
    this.#stabilizer = new Stabilizer(context, this.#links, this.#neighbours)
    this.#fingers = new Fingers(context, this.#neighbours, this.#requests)
    this.#trades = new Trades(context, (peer) => this.#links.isDirect(peer))
    const parts = { links: this.#links, neighbours: this.#neighbours, dialer: this.#dialer, requests: this.#requests }
    this.#membership = new Membership(context, parts)
    this.#keeper = new LinkKeeper(context, {
      ...parts,
      admission,
      fingers: this.#fingers,
      trades: this.#trades,
      membership: this.#membership,
      onGone: (peer) => this.#onGone(peer),
    })
  }

  get state(): RingState {
    return this.#membership.state
  }

  /** What hinders or happens, for a person; may be empty. */
  get notice(): string {
    return this.#membership.notice
  }

  /** Looks for a way in; `cached`: peers met before, best first. */
  start(cached: readonly NodeId[]): void {
    this.#membership.start(cached)
    this.#stabilizer.start()
    this.#fingers.start()
    this.#armHousekeeping()
    this.#settle()
  }

  /** Says goodbye to everyone and stops. */
  leave(): void {
    if (this.state === 'stopped') return
    const { predecessors, successors } = this.#neighbours.lists()
    for (const { peer } of this.#links.all()) this.#port.send(peer, { type: 'leave', predecessors, successors })
    this.#port.rendezvous('off', [])
    this.#requests.stop()
    this.#trades.stop()
    this.#membership.stop()
    this.#port.changed()
  }

  /** The machine slept: nothing that was open counts against anyone, and everything is looked at again at once. */
  wake(): void {
    if (this.state === 'stopped') return
    this.#neighbours.renew(this.#context.nowMs())
    this.#dialer.wake()
    this.#liveness.wake()
    this.#stabilizer.hasten()
    this.#stabilizer.all()
    this.#membership.look()
    this.#changed()
  }

  onMessage(from: NodeId, message: RingMessage): void {
    const link = this.#links.get(from)
    if (link === undefined || this.state === 'stopped') return
    link.heardMs = this.#context.nowMs()
    this.#dispatch(link, message)
    this.#settle()
  }

  /** A link opened; for a peer that is already linked, its transport was replaced. */
  onLinkUp(up: LinkUp): void {
    if (this.state === 'stopped' || up.peer === this.#context.nodeId) {
      this.#port.disconnect(up.peer, 'stopped')
      return
    }
    if (up.transport === 'rendezvous' && !this.#links.get(up.peer) && !this.#keeper.findsRoomForGuest()) {
      this.#port.disconnect(up.peer, 'no room for another guest')
      return
    }
    this.#links.open(up, this.#context.nowMs())
    if (up.transport === 'rendezvous') this.#membership.onGuest(up.peer)
    else if (this.#keeper.opened(up.peer)) this.#stabilizer.exchange(up.peer)
    this.#liveness.probe(up.peer)
    this.#changed()
  }

  /** The link broke. Not after an unlink, a leave or our own disconnect. */
  onLinkDown(peer: NodeId, _reason: string): void {
    if (this.state === 'stopped' || !this.#links.get(peer)) return
    if (this.#links.isDirect(peer)) this.#dialer.pause(peer)
    this.#keeper.gone(peer)
    this.#neighbours.forget(peer)
    this.#changed()
  }

  /** An attempt to link failed. Harmless when it was given up before. */
  onConnectFailed(peer: NodeId, reason: string): void {
    if (this.state === 'stopped') return
    this.#keeper.failed(peer, isForWantOfRoom(reason))
    this.#changed()
  }

  /** Carries a signal of the link adapter towards `signal.to`. */
  onLocalSignal(signal: Signal): void {
    if (this.state === 'stopped') return
    this.#signals.onLocal(signal)
    this.#settle()
  }

  /** The rendezvous ended a search; the contacts it found come as links. */
  onSought(result: { readonly contacts: number; readonly held: boolean; readonly reason: string }): void {
    if (this.state === 'stopped') return
    this.#membership.onSought(result)
    this.#changed()
  }

  /** Of this peer and all known alive, the n numerically closest to the target. */
  closest(target: Id, n: number): NodeId[] {
    return closest([this.#context.nodeId, ...this.known()], target, n)
  }

  /** All other peers known to be alive, sorted. */
  known(): NodeId[] {
    const { predecessors, successors } = this.#neighbours.lists()
    return [...new Set([...this.#links.direct(), ...predecessors, ...successors])].sort()
  }

  /** All links, by peer. */
  links(): LinkView[] {
    const { clockMs, nowMs } = this.#context
    return this.#links.all().map((link) => linkView(link, clockMs() - nowMs()))
  }

  /** Shortcuts that are known, the shortest first. */
  fingers(): FingerView[] {
    return this.#fingers.view((peer) => this.isLinked(peer))
  }

  predecessors(): readonly NodeId[] {
    return this.#neighbours.lists().predecessors
  }

  successors(): readonly NodeId[] {
    return this.#neighbours.lists().successors
  }

  /** Whether a direct link is open. */
  isLinked(peer: NodeId): boolean {
    return this.#links.isDirect(peer)
  }

  /** A link of any kind is open, one of the rendezvous included. */
  hasLink(peer: NodeId): boolean {
    return this.#links.get(peer) !== undefined
  }

  /** Wishes for a direct link. `done(true)`: it is open, and kept or opened again until released. `done(false)`: it could not be opened, and there is nothing to release. */
  ensureLink(peer: NodeId, done: Opened): void {
    if (this.state === 'stopped') this.#port.schedule.after(0, () => done(false))
    else this.#trades.ensure(peer, done)
    this.#settle()
  }

  /** Something of the market goes over this link: one that is in use keeps its place. */
  onUse(peer: NodeId): void {
    this.#links.use(peer, this.#context.nowMs())
  }

  /** Takes one wish back. */
  releaseLink(peer: NodeId): void {
    this.#trades.release(peer)
    this.#settle()
  }

  /** Asks whoever is responsible for the target; payload of at most MAX_PAYLOAD_BYTES. */
  request(target: Id, payload: Uint8Array, done: (result: RequestResult) => void): void {
    this.#ask(target, { type: 'request', payload }, (outcome) => done(requestResult(outcome)))
  }

  /** find_successor: the target's predecessor with its lists. */
  lookup(target: Id, done: (result: LookupResult) => void): void {
    this.#ask(target, { type: 'find' }, (outcome) => {
      const result = lookupResult(outcome)
      if (result.ok) this.#fingers.learn(result)
      done(result)
    })
  }

  /** Median over the neighbours of their raw clock less ours, in ms; 0 when nothing was measured. */
  clockOffsetMs(): number {
    return this.#liveness.clockOffsetMs(this.#neighbours.near())
  }

  /** See Sized. */
  sizes(): Sizes {
    return { ...this.#keeper.sizes(), ...sizesOf({ requests: this.#requests, signals: this.#signals, stabilizer: this.#stabilizer }) }
  }

  #ask(target: Id, body: Exclude<RouteBody, { type: 'signal' }>, done: (outcome: Outcome) => void): void {
    if (this.state === 'stopped') this.#port.schedule.after(0, () => done({ ok: false, reason: 'stopped' }))
    else this.#requests.ask({ target, body }, done)
    this.#settle()
  }

  #dispatch(link: Link, message: RingMessage): void {
    const from = link.peer
    switch (message.type) {
      case 'ping':
        return this.#liveness.onPing(from, message)
      case 'pong':
        return this.#liveness.onPong(from, message)
      case 'stabilize':
      case 'neighbours':
        return this.#stabilizer.onMessage(from, message)
      case 'leave':
        return this.#onLeave(from, [...message.predecessors, ...message.successors])
      case 'unlink':
        return this.#keeper.unlinked(link, message.reason)
      case 'route':
        return this.#routes.onRoute(from, message)
      case 'route-ack':
        return this.#routes.onAck(from, message.route)
      case 'route-reply':
        return this.#routes.onReply(from, message.route, message.body)
      case 'purpose':
        if (message.needed) link.theirs.add(message.purpose)
        else link.theirs.delete(message.purpose)
        return this.#context.touch()
      case 'relay':
        return
    }
  }

  #onArrived({ target, body, hops, route }: RouteMessage): ReplyBody | null {
    if (body.type !== 'signal') return answerTo({ target, body, hops: hops + 1 }, this.#context, this.#neighbours.lists())
    if (body.signal.to === this.#context.nodeId && target === this.#context.nodeId) this.#signals.onArrived(body.signal, route)
    return null
  }

  #surroundings(): Surroundings {
    const neighbours = this.#neighbours
    return {
      nodeId: this.#context.nodeId,
      linked: neighbours.linked(),
      covers: (target) => neighbours.covers(target),
      via: (target) => [...neighbours.via(target), ...this.#fingers.via(target)],
    }
  }

  /** It is silent, whatever the transport says. */
  #onDead(peer: NodeId): void {
    this.#dialer.pause(peer)
    this.#keeper.dropSilent(peer)
    this.#neighbours.forget(peer)
  }

  #onLeave(peer: NodeId, others: readonly NodeId[]): void {
    this.#keeper.drop(peer, 'left')
    this.#dialer.pause(peer)
    const candidates = others.filter((id) => id !== peer)
    this.#neighbours.suggest(candidates, { via: null, nowMs: this.#context.nowMs() })
    this.#neighbours.forget(peer)
  }

  #onUndeliverable(peer: NodeId): void {
    if (this.#links.get(peer) !== undefined || !this.#dialer.isTrying(peer)) return
    this.#port.disconnect(peer, 'no way to it')
    this.#keeper.failed(peer)
  }

  #onGone(peer: NodeId): void {
    this.#membership.onGuestDown(peer)
    this.#stabilizer.onLinkDown(peer)
    this.#routes.onLinkDown(peer)
    this.#requests.onLinkDown(peer)
  }

  #armHousekeeping(): void {
    this.#context.after(this.#context.limits.fastMs, () => {
      const nowMs = this.#context.nowMs()
      this.#neighbours.expire(nowMs)
      this.#routes.expire(nowMs)
      this.#keeper.tidy()
      this.#liveness.check(this.#neighbours.near().slice(0, 2))
      this.#context.touch()
      this.#armHousekeeping()
    })
  }

  #changed(): void {
    this.#isDirty = true
    this.#settle()
  }

  #settle(): void {
    for (let round = 0; this.#isDirty && round < MAX_SETTLINGS && this.state !== 'stopped'; round += 1) {
      this.#isDirty = false
      this.#keeper.arrange()
      this.#membership.check()
      this.#publish()
    }
  }

  /** Tells neighbours and the peer what changed. */
  #publish(): void {
    if (this.#changes.tell(this.#neighbours.near())) this.#stabilizer.hasten()
    if (this.#changes.show({ state: this.state, direct: this.#links.direct(), lists: this.#neighbours.lists() })) this.#port.changed()
  }
}
