/**
 * One peer: ring, broker and trader as one synchronous state machine. A tab and the simulator run this very object.
 *
 * Invariants
 * 1. `step` runs to completion and never throws for what a peer, a disk or a person can cause.
 * 2. All effects of a step are in what it returns, in the order they must be carried out. No effect is answered within the step.
 * 3. Every `sign`, `store` and `command` ends exactly once.
 */
import { assert } from '../base/assert.ts'
import type { Hex } from '../base/bytes.ts'
import type { Credentials, Id, NodeId } from '../base/identity.ts'
import { Rng } from '../base/rng.ts'
import { Schedule } from '../base/schedule.ts'
import { type Sizes, sizesOf } from '../base/sizes.ts'
import { Broker } from '../broker/broker.ts'
import type { TableInspection } from '../broker/view.ts'
import { slotNumber } from '../market/slot.ts'
import { FULL } from '../ring/admission.ts'
import type { RingMessage } from '../ring/messages.ts'
import type { RingPort } from '../ring/port.ts'
import { Ring } from '../ring/ring.ts'
import type { Command } from '../trader/command.ts'
import { Trader } from '../trader/trader.ts'
import { type Codec, createCodec, isRingMessage, type MarketMessage, type Message } from '../wire/messages.ts'
import type { Parameters } from '../wire/parameters.ts'
import type { BrokerPort, MarketPort, TraderPort } from '../wire/port.ts'
import type { StoredRecord, Write } from '../wire/records.ts'
import { Commands } from './commands.ts'
import type { Effect } from './effect.ts'
import type { PeerEvent } from './event.ts'
import { answerFirst, readFirstAnswer, readRelayed } from './first-request.ts'
import { NetworkClock } from './network-clock.ts'
import { Notice } from './notice.ts'
import { cachedPeers, cacheWrite } from './peer-cache.ts'
import { Publisher } from './publisher.ts'
import { StoreQueue } from './store-queue.ts'
import type { View } from './view.ts'

export interface PeerOptions {
  readonly credentials: Credentials
  readonly nodeId: NodeId
  /** See networkId(). */
  readonly network: string
  readonly parameters: Parameters
  readonly linkBudget: number
  /** For the core's chance: four random 32-bit words. */
  readonly seed: readonly [number, number, number, number]
  /** Local clock at the start, ms since 1970. */
  readonly nowMs: number
  /** Views are published at most once in so many ms; Infinity: never. */
  readonly publishMs: number
  readonly invitedBy?: NodeId | undefined
  /** See TraderPort.watch; true by default. */
  readonly watch?: boolean | undefined
}

/** Messages to itself in one step; far above what a step needs, a bound against a loop of our own. */
const MAX_LOOPBACK = 10_000
/** How often the neighbours' clocks are looked at. */
const CLOCK_PERIOD_MS = 2_000
/** Commands that need other peers. */
const NETWORK_COMMANDS: ReadonlySet<Command['type']> = new Set(['getPrice', 'sendOffer', 'withdraw', 'orderBook', 'startBidder'])

export class Peer {
  readonly #options: PeerOptions
  readonly #codec: Codec
  readonly #schedule: Schedule
  readonly #rng: Rng
  readonly #clock: NetworkClock
  readonly #ring: Ring
  readonly #broker: Broker
  readonly #trader: Trader
  readonly #storeQueue: StoreQueue
  readonly #signing = new Map<number, (signature: Hex) => void>()
  readonly #commands = new Commands((effect) => this.#emit(effect))
  #nextSigning = 1
  #effects: Effect[] = []
  #loopback: MarketMessage[] = []
  readonly #publisher: Publisher
  #ringChanged = false
  #joined = false
  readonly #notice: Notice
  #stopped = false

  constructor(options: PeerOptions) {
    this.#options = options
    this.#codec = createCodec(options.network)
    this.#schedule = new Schedule(options.nowMs)
    this.#publisher = new Publisher(this.#schedule, options.publishMs)
    this.#notice = new Notice(this.#schedule, () => this.#publisher.changed())
    this.#rng = new Rng(options.seed)
    this.#clock = new NetworkClock(options.parameters.slot)
    this.#storeQueue = new StoreQueue({ emit: (transaction, writes) => this.#emit({ type: 'store', transaction, writes }) })
    const { nodeId, linkBudget, parameters } = options
    this.#ring = new Ring({ nodeId, n: parameters.n, linkBudget, slotMs: parameters.slot }, this.#ringPort())
    this.#broker = new Broker(this.#brokerPort())
    this.#trader = new Trader(this.#traderPort())
  }

  /** When a `timer` event is wanted, on the local clock; Infinity: not at all. */
  nextMs(): number {
    return this.#stopped ? Number.POSITIVE_INFINITY : this.#schedule.nextMs()
  }

  /** Handles one event. Returns what is to be done, in order. */
  step(event: PeerEvent): Effect[] {
    if (this.#stopped) return this.#afterStop(event)
    const woke = this.#schedule.advance(event.nowMs)
    if (woke || event.type === 'wake') this.#wake()
    this.#handle(event)
    this.#settle()
    this.#schedule.run()
    this.#settle()
    this.#publish()
    const effects = this.#effects
    this.#effects = []
    return effects
  }

  /** What the screen shows now. */
  view(): View {
    const ring = this.#ring
    const { network, nodeId, parameters } = this.#options
    return {
      nodeId,
      state: this.#stopped ? 'stopped' : ring.state,
      notice: this.#notice.text || ring.notice,
      network,
      peers: ring.known().length,
      links: ring.links(),
      predecessors: ring.predecessors(),
      successors: ring.successors(),
      fingers: ring.fingers(),
      clockOffsetMs: this.#clock.measuredMs,
      clockOff: this.#clock.off,
      slot: slotNumber(this.#networkNowMs(), parameters.slot),
      brokering: this.#broker.view(),
      services: this.#trader.services(),
      offers: this.#trader.offers(),
      receipts: this.#trader.receipts(),
      bidders: this.#trader.bidders(),
    }
  }

  /** Every table this peer keeps, or that of one service. Changes nothing. */
  tables(only?: Id): TableInspection[] {
    return this.#broker.inspect(only)
  }

  /** See Sized. */
  sizes(): Sizes {
    const parts = { ring: this.#ring, broker: this.#broker, trader: this.#trader, stores: this.#storeQueue, timers: this.#schedule }
    return { ...sizesOf(parts), signing: this.#signing.size, commands: this.#commands.size }
  }

  /** Everything but commands is over after a stop; commands still end. */
  #afterStop(event: PeerEvent): Effect[] {
    if (event.type === 'command') this.#commands.refuse(event.request)
    const effects = this.#effects
    this.#effects = []
    return effects
  }

  #handle(event: PeerEvent): void {
    switch (event.type) {
      case 'start':
        return this.#start(event.records)
      case 'message':
        return this.#receive(event.from, event.message)
      case 'linkUp':
        return this.#ring.onLinkUp(event)
      case 'linkDown':
        this.#trader.onLinkLost(event.peer)
        return this.#ring.onLinkDown(event.peer, event.reason)
      case 'connectFailed':
        return this.#connectFailed(event.peer, event.reason)
      case 'signal':
        return this.#ring.onLocalSignal(event.signal)
      case 'sought':
        return this.#ring.onSought(event)
      case 'stored':
        return this.#stored(event)
      case 'signed':
        return this.#signed(event.request, event.signature)
      case 'command':
        return this.#command(event.request, event.command)
      case 'stop':
        return this.#stop('')
      case 'timer':
      case 'wake':
    }
  }

  #start(records: readonly StoredRecord[]): void {
    const damaged =
      this.#broker.restore(records.filter((record) => record.store === 'tables')) +
      this.#trader.restore(records.filter((record) => record.store === 'own' || record.store === 'receipts'))
    if (damaged > 0) this.#notice.keep(`${damaged} damaged records on this device were left out. Everything else was restored.`)
    this.#ring.start(cachedPeers(records, this.#options.invitedBy))
    this.#measureClock()
  }

  #measureClock(): void {
    const before = this.#clock.measuredMs
    this.#clock.measure(this.#ring.clockOffsetMs())
    if (before !== this.#clock.measuredMs) this.#publisher.changed()
    this.#schedule.after(CLOCK_PERIOD_MS, () => this.#measureClock())
  }

  #wake(): void {
    this.#ring.wake()
    this.#broker.onWake()
    this.#trader.onWake()
  }

  #stop(notice: string): void {
    this.#ring.leave()
    this.#commands.stop()
    this.#notice.keep(notice)
    this.#emit({ type: 'rendezvous', mode: 'off', cached: [] })
    this.#publisher.hurry()
    this.#publish()
    this.#stopped = true
  }

  /** A peer that meets its own nodeId alive elsewhere stops and says so (PROTOCOL 1). */
  #connectFailed(peer: NodeId, reason: string): void {
    if (reason.startsWith('duplicate identity')) {
      return this.#stop('This identity runs in another tab or on another device. Close one of the two, then reload this page.')
    }
    if (reason.startsWith('other network')) this.#notice.tell(reason)
    this.#ring.onConnectFailed(peer, reason)
  }

  #stored(event: { readonly transaction: number; readonly ok: boolean; readonly reason: string }): void {
    if (!event.ok) this.#notice.tell(event.reason)
    this.#storeQueue.stored(event.transaction, event.ok)
  }

  #signed(request: number, signature: Hex): void {
    const done = this.#signing.get(request)
    this.#signing.delete(request)
    done?.(signature)
  }

  #command(request: number, command: Command): void {
    const end = this.#commands.begin(request)
    if (command.type === 'adjustClock') {
      this.#clock.agree()
      this.#publisher.changed()
      return end({ ok: true, value: { correctedMs: this.#clock.measuredMs } })
    }
    if (NETWORK_COMMANDS.has(command.type) && !this.#joined) {
      const message = 'This tab is not in a ring yet. Wait until it has joined (window.peermart.ready), then try again.'
      return end({ ok: false, failure: { code: 'not-joined', message } })
    }
    this.#trader.command(command, end)
  }

  #receive(from: NodeId, message: Message): void {
    if (message.type === 'relay') return this.#relayed(from, message)
    if (isRingMessage(message)) return this.#ring.onMessage(from, message)
    this.#ring.onUse(from)
    this.#deliver(from, message)
  }

  /** Broker and trader each take what is theirs; receipts and superseding offers go to both. */
  #deliver(from: NodeId, message: MarketMessage): void {
    this.#broker.onMessage(from, message)
    this.#trader.onMessage(from, message)
  }

  /** One hop, for signed notices only (PROTOCOL 8). */
  #relayed(from: NodeId, message: Extract<RingMessage, { type: 'relay' }>): void {
    const inner = readRelayed(this.#codec, message.payload)
    if (inner === null) return
    if (!message.outbound) this.#deliver(message.peer, inner)
    else if (message.peer === this.#options.nodeId) this.#deliver(from, inner)
    else if (this.#ring.isLinked(message.peer))
      this.#emit({ type: 'send', to: message.peer, message: { ...message, peer: from, outbound: false } })
  }

  /** Lets messages to itself arrive, then tells broker and trader of a changed ring, until nothing is left. */
  #settle(): void {
    for (let count = 0; this.#loopback.length > 0 || this.#ringChanged; count += 1) {
      assert(count < MAX_LOOPBACK, 'messages to itself come to an end')
      if (this.#ringChanged) this.#onRingChanged()
      const message = this.#loopback.shift()
      if (message !== undefined) this.#deliver(this.#options.nodeId, message)
    }
  }

  #onRingChanged(): void {
    this.#ringChanged = false
    this.#publisher.changed()
    if (this.#ring.state === 'joined' && !this.#joined) {
      this.#joined = true
      this.#trader.start()
    }
    this.#broker.onPeersChanged()
    this.#trader.onPeersChanged()
  }

  #publish(): void {
    if (this.#publisher.isDue()) this.#emit({ type: 'publish', view: this.view() })
  }

  #emit(effect: Effect): void {
    this.#effects.push(effect)
  }

  #networkNowMs(): number {
    return this.#clock.nowMs(this.#schedule.nowMs)
  }

  #send(to: NodeId, message: MarketMessage): boolean {
    if (to === this.#options.nodeId) {
      this.#loopback.push(message)
      return true
    }
    if (!this.#ring.isLinked(to)) return false
    this.#ring.onUse(to)
    this.#emit({ type: 'send', to, message })
    return true
  }

  #sign(bytes: Uint8Array, done: (signature: Hex) => void): void {
    const request = this.#nextSigning
    this.#nextSigning += 1
    this.#signing.set(request, done)
    this.#emit({ type: 'sign', request, bytes })
  }

  #ringPort(): RingPort {
    return {
      rng: this.#rng,
      schedule: this.#schedule,
      send: (to, message) => {
        if (!this.#ring.hasLink(to)) return false
        this.#emit({ type: 'send', to, message })
        return true
      },
      connect: (peer, purpose) => this.#emit({ type: 'connect', peer, purpose }),
      disconnect: (peer, reason) => {
        this.#emit({ type: 'disconnect', peer, reason })
        this.#trader.onLinkLost(peer, reason === FULL)
      },
      signal: (signal) => this.#emit({ type: 'signal', signal }),
      refuse: (signal, reason) => this.#emit({ type: 'refuse', signal, reason }),
      rendezvous: (mode, cached) => this.#emit({ type: 'rendezvous', mode, cached }),
      request: (target, payload) => answerFirst(this.#codec, this.#broker, { target, payload }),
      changed: () => {
        this.#ringChanged = true
      },
      remember: (peers) => this.#storeQueue.table([cacheWrite(peers)], undefined),
    }
  }

  #marketPort(): MarketPort {
    const { credentials, nodeId, network, parameters } = this.#options
    return {
      nodeId,
      credentials,
      network,
      parameters,
      rng: this.#rng,
      schedule: this.#schedule,
      networkNowMs: () => this.#networkNowMs(),
      send: (to, message) => this.#send(to, message),
      sign: (bytes, done) => this.#sign(bytes, done),
      closest: (service) => this.#ring.closest(service, parameters.n),
      changed: () => this.#publisher.changed(),
    }
  }

  #brokerPort(): BrokerPort {
    return { ...this.#marketPort(), storeTable: (writes: readonly Write[], done) => this.#storeQueue.table(writes, done) }
  }

  #traderPort(): TraderPort {
    return {
      ...this.#marketPort(),
      watch: this.#options.watch ?? true,
      storeNow: (writes, done) => this.#storeQueue.own(writes, done),
      connect: (peer, done) => (peer === this.#options.nodeId ? done(true) : this.#ring.ensureLink(peer, done)),
      release: (peer) => (peer === this.#options.nodeId ? undefined : this.#ring.releaseLink(peer)),
      firstRequest: (service, message, done) => {
        this.#ring.request(service, this.#codec.encode(message), (answer) => done(readFirstAnswer(this.#codec, answer)))
      },
      relay: (via, to, message) => {
        if (!this.#ring.isLinked(via)) return false
        const payload = this.#codec.encode(message)
        this.#emit({ type: 'send', to: via, message: { type: 'relay', peer: to, outbound: true, hops: 0, payload } })
        return true
      },
    }
  }
}
