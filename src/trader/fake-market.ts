/**
 * A market for the trader's tests: virtual time, obedient brokers that can be made to misbehave, disks that can be lost, fake signatures.
 * Every message goes through the codec, and its signatures are checked as the shell would.
 */
import { sha256, toHex } from '../base/bytes.ts'
import { Heap } from '../base/heap.ts'
import { type Credentials, type Id, type NodeId, nodeIdOf, type SignedPart } from '../base/identity.ts'
import { Rng } from '../base/rng.ts'
import { Schedule } from '../base/schedule.ts'
import { decide } from '../market/decide.ts'
import { nextExchangeStartMs, slotEndMs, slotNumber } from '../market/slot.ts'
import { closest } from '../ring/closest.ts'
import { type Codec, createCodec, type MarketMessage } from '../wire/messages.ts'
import { networkId, type Parameters } from '../wire/parameters.ts'
import type { FirstAnswer, TraderPort } from '../wire/port.ts'
import type { StoredRecord, Write } from '../wire/records.ts'
import type { Outcome } from './failures.ts'
import { FakeBroker, fakeSign } from './fake-broker.ts'
import { ownRecordSignatures } from './records.ts'
import { Trader, type TraderCommand } from './trader.ts'

export const PARAMETERS: Parameters = { network: 'test', n: 5, f: 3, m: 64, t: 600_000, slot: 200, s: 3, p: 0, a: 0.1 }

/** Times of the fake world, in ms: small against a slot. */
const LATENCY_MS = 5
const CONNECT_MS = 20

function holds(parts: readonly SignedPart[]): boolean {
  return parts.every(({ credentials, bytes, signature }) => fakeSign(credentials, bytes) === signature)
}

export function fakeCredentials(index: number): Credentials {
  return { publicKey: toHex(sha256(Uint8Array.of(index >> 8, index & 255))), nonce: index }
}

interface Event {
  readonly atMs: number
  readonly order: number
  readonly run: () => void
}

export interface Letter {
  readonly from: NodeId
  readonly to: NodeId
  readonly message: MarketMessage
}

export class FakeMarket {
  readonly parameters: Parameters
  readonly network: string
  readonly codec: Codec
  readonly brokers: FakeBroker[] = []
  readonly traders: FakeTrader[] = []
  /** Everything that was sent, dropped letters included. */
  readonly letters: Letter[] = []
  /** Letters that are lost. */
  loses: (letter: Letter) => boolean = () => false
  /** How long a link to nobody takes to fail. */
  connectFailsMs = 300
  /** Brokers decide at the end of every odd slot. */
  decides = true
  /** Traders that start from now on watch their offers. */
  watch = true
  /** Start of an even slot, about now. */
  nowMs = 1_700_000_000_000
  readonly #events = new Heap<Event>((left, right) => left.atMs < right.atMs || (left.atMs === right.atMs && left.order < right.order))
  #order = 0

  constructor(brokers = 5, parameters: Partial<Parameters> = {}) {
    this.parameters = { ...PARAMETERS, ...parameters }
    this.network = networkId(this.parameters)
    this.codec = createCodec(this.network)
    for (let index = 0; index < brokers; index += 1) this.addBroker(1_000 + index)
    this.#forwardLater()
    this.#decideLater()
  }

  addBroker(index: number): FakeBroker {
    const broker = new FakeBroker(this, fakeCredentials(index))
    this.brokers.push(broker)
    return broker
  }

  addTrader(): FakeTrader {
    const trader = new FakeTrader(this, this.traders.length + 1)
    this.traders.push(trader)
    return trader
  }

  get slotMs(): number {
    return this.parameters.slot
  }

  get slot(): number {
    return slotNumber(this.nowMs, this.parameters.slot)
  }

  at(delayMs: number, run: () => void): void {
    this.#order += 1
    this.#events.push({ atMs: this.nowMs + delayMs, order: this.#order, run })
  }

  broker(nodeId: NodeId): FakeBroker | undefined {
    return this.brokers.find((broker) => broker.nodeId === nodeId)
  }

  members(service: Id): NodeId[] {
    const live = this.brokers.filter(({ alive }) => alive).map(({ nodeId }) => nodeId)
    return closest(live, service, this.parameters.n)
  }

  isAlive(peer: NodeId): boolean {
    return this.broker(peer)?.alive ?? this.traders.some(({ nodeId, alive }) => nodeId === peer && alive)
  }

  send(letter: Letter): void {
    this.letters.push(letter)
    if (this.loses(letter) || !this.isAlive(letter.to)) return
    const bytes = this.codec.encode(letter.message)
    this.at(letter.from === letter.to ? 0 : LATENCY_MS, () => {
      const decoded = this.codec.decode(bytes)
      if (!decoded.ok || !holds(this.codec.signatures(decoded.value))) return
      const message = decoded.value as MarketMessage
      this.broker(letter.to)?.onMessage(letter.from, message)
      for (const trader of this.traders) if (trader.nodeId === letter.to) trader.step(({ onMessage }) => onMessage(letter.from, message))
    })
  }

  /** Lets time pass. */
  run(ms: number): void {
    const endMs = this.nowMs + ms
    for (;;) {
      const next = this.#next()
      if (next === null || next.atMs > endMs) break
      if (next === this.#events.peek()) this.#events.pop()
      this.nowMs = Math.max(this.nowMs, next.atMs)
      next.run()
    }
    this.nowMs = endMs
  }

  /** Lets time pass until something holds. False when it does not within `mostMs`. */
  until(holdsNow: () => boolean, mostMs = 20_000): boolean {
    const endMs = this.nowMs + mostMs
    while (!holdsNow() && this.nowMs < endMs) this.run(1)
    return holdsNow()
  }

  /** The earliest event of the world or of a trader's schedule. */
  #next(): Event | null {
    let first: Event | null = this.#events.peek() ?? null
    for (const trader of this.traders) {
      const atMs = trader.nextMs()
      if (atMs < (first?.atMs ?? Number.POSITIVE_INFINITY)) first = { atMs, order: 0, run: () => trader.step(() => undefined) }
    }
    return first
  }

  /** At the start of each odd slot: who is honest forwards what it stores, once to each. */
  #forwardLater(): void {
    this.at(nextExchangeStartMs(this.nowMs, this.slotMs) - this.nowMs, () => {
      for (const broker of this.brokers) if (broker.isHonest) this.#forward(broker)
      this.#forwardLater()
    })
  }

  #forward(from: FakeBroker): void {
    for (const broker of this.brokers) {
      if (broker !== from) for (const offer of from.news(broker.nodeId)) this.at(LATENCY_MS, () => broker.hear(offer))
    }
  }

  #decideLater(): void {
    const { slot } = this.parameters
    const end = slotEndMs(this.slot % 2 === 1 ? this.slot : this.slot + 1, slot)
    this.at(end - this.nowMs, () => {
      const decided = this.slot - 1
      if (this.decides) this.#decide(decided)
      this.#decideLater()
    })
  }

  #decide(slot: number): void {
    for (const service of new Set(this.brokers.flatMap((broker) => broker.services()))) {
      const live = this.brokers.filter(({ isHonest }) => isHonest)
      const forwards = live.map((broker) => ({ broker: broker.nodeId, offers: broker.stored(service) }))
      for (const { buy, sell } of decide(forwards, this.nowMs).matches) for (const broker of live) broker.match({ buy, sell, slot })
    }
  }
}

/** One trader with its disk and its ways to others. */
export class FakeTrader {
  readonly market: FakeMarket
  readonly credentials: Credentials
  readonly nodeId: NodeId
  readonly disk = new Map<string, StoredRecord>()
  readonly #index: number
  trader: Trader
  alive = true
  /** The disk refuses. */
  full = false
  /** How long a transaction takes. */
  diskMs = 2
  /** How long a signature takes. */
  signMs = 1
  /** Own clock against the world's, in ms. */
  clockMs = 0
  /** Called before each action at the border; the tests crash it there. */
  onAction: (action: string) => void = () => undefined
  /** What `closest` knows; undefined: the whole truth. */
  near: readonly NodeId[] | undefined
  /** Peers that no direct link can be opened to. */
  readonly unreachable = new Set<NodeId>()
  /** Peers without room for a link, until then. */
  readonly fullUntilMs = new Map<NodeId, number>()
  readonly connected = new Set<NodeId>()
  /** Links that opened for this trader and were not given back: how often, by peer. The ring keeps them up. */
  readonly wishes = new Map<NodeId, number>()
  /** Answers of the routed first request; undefined: the truth. */
  first: ((service: Id) => FirstAnswer) | undefined
  #schedule: Schedule
  /** Grows with each crash: what was under way before it never ends. */
  #life = 0

  constructor(market: FakeMarket, index: number) {
    this.market = market
    this.#index = index
    this.credentials = fakeCredentials(index)
    this.nodeId = nodeIdOf(market.network, this.credentials)
    this.#schedule = new Schedule(market.nowMs)
    this.trader = new Trader(this.#port())
  }

  nextMs(): number {
    return this.alive ? this.#schedule.nextMs() - this.clockMs : Number.POSITIVE_INFINITY
  }

  /** One event: time, what happens, then whatever is due. */
  step(happen: (trader: { onMessage: Trader['onMessage'] }) => void): void {
    if (!this.alive) return
    this.#schedule.advance(this.market.nowMs + this.clockMs)
    happen({ onMessage: (from, message) => this.trader.onMessage(from, message) })
    if (this.alive) this.#schedule.run()
  }

  start(): this {
    this.step(() => this.trader.start())
    return this
  }

  /** Ends with the outcome; undefined while it waits. */
  command(command: TraderCommand): { outcome: Outcome<unknown> | undefined; ends: number } {
    const asked: { outcome: Outcome<unknown> | undefined; ends: number } = { outcome: undefined, ends: 0 }
    this.step(() =>
      this.trader.command(command, (outcome) => {
        asked.outcome = outcome
        asked.ends += 1
      }),
    )
    return asked
  }

  crash(): void {
    this.alive = false
    this.#life += 1
    this.connected.clear()
    this.wishes.clear()
  }

  /** Returns the number of damaged records. */
  restart(): number {
    this.#life += 1
    this.alive = true
    this.#schedule = new Schedule(this.market.nowMs + this.clockMs)
    this.trader = new Trader(this.#port())
    const records = [...this.disk.values()]
    const sound = records.filter((record) => {
      const parts = ownRecordSignatures(this.market.network, record)
      return parts !== null && holds(parts)
    })
    const damaged = this.trader.restore(sound) + records.length - sound.length
    this.start()
    return damaged
  }

  /** `isFull`: it gave way to another's. */
  loseLink(peer: NodeId, isFull = false): void {
    this.connected.delete(peer)
    this.step(() => this.trader.onLinkLost(peer, isFull))
  }

  /** Runs later, unless it crashed meanwhile. */
  #later(delayMs: number, run: () => void): void {
    const life = this.#life
    this.market.at(delayMs, () => {
      if (life === this.#life) this.step(run)
    })
  }

  #store(writes: readonly Write[], done?: (ok: boolean) => void): void {
    this.onAction('store')
    this.#later(this.diskMs, () => {
      const ok = !this.full
      for (const { store, key, value } of ok ? writes : []) {
        if (value === null) this.disk.delete(`${store} ${key}`)
        else this.disk.set(`${store} ${key}`, { store, key, value })
      }
      this.onAction('stored')
      if (this.alive) done?.(ok)
    })
  }

  #connect(peer: NodeId, done: (open: boolean, isFull?: boolean) => void): void {
    const isFull = (this.fullUntilMs.get(peer) ?? 0) > this.market.nowMs
    const open = this.market.isAlive(peer) && !this.unreachable.has(peer) && !isFull
    this.#later(open ? CONNECT_MS : this.market.connectFailsMs, () => {
      if (open) {
        this.connected.add(peer)
        this.wishes.set(peer, (this.wishes.get(peer) ?? 0) + 1)
      }
      done(open, isFull)
    })
  }

  #release(peer: NodeId): void {
    const left = (this.wishes.get(peer) ?? 0) - 1
    if (left > 0) this.wishes.set(peer, left)
    else {
      this.wishes.delete(peer)
      this.connected.delete(peer)
    }
  }

  #send(to: NodeId, message: MarketMessage): boolean {
    if (!this.alive || (to !== this.nodeId && !this.connected.has(to))) return false
    this.onAction(`send ${message.type}`)
    if (this.alive) this.market.send({ from: this.nodeId, to, message })
    return true
  }

  #port(): TraderPort {
    const { market } = this
    return {
      nodeId: this.nodeId,
      credentials: this.credentials,
      network: market.network,
      parameters: market.parameters,
      rng: new Rng([this.#index, 2, 3, this.#life]),
      schedule: this.#schedule,
      watch: market.watch,
      networkNowMs: () => market.nowMs + this.clockMs,
      send: (to, message) => this.#send(to, message),
      sign: (bytes, done) => {
        this.onAction('sign')
        this.#later(this.signMs, () => {
          this.onAction('signed')
          if (this.alive) done(fakeSign(this.credentials, bytes))
        })
      },
      closest: (service) => this.near ?? market.members(service),
      changed: () => undefined,
      storeNow: (writes, done) => this.#store(writes, done),
      connect: (peer, done) => this.#connect(peer, done),
      release: (peer) => this.#release(peer),
      firstRequest: (service, _message, done) => this.#later(CONNECT_MS, () => done((this.first ?? ((id) => this.#truth(id)))(service))),
      relay: (via, to, message) => {
        if (!this.connected.has(via)) return false
        market.send({ from: this.nodeId, to, message })
        return true
      },
    }
  }

  #truth(service: Id): FirstAnswer {
    const [from] = this.market.members(service)
    const message = from === undefined ? undefined : this.market.broker(from)?.price(service, this.nodeId, 0)
    return from === undefined || message === undefined ? { ok: false, reason: 'nobody' } : { ok: true, from, message }
  }
}
