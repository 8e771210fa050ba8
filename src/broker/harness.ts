/**
 * For tests: brokers and bare traders in one virtual network, with one clock, one latency and a disk each.
 * Signatures are hashes: the shell checks real ones before the core sees anything.
 */
import { type Hex, sha256, toHex, utf8 } from '../base/bytes.ts'
import { type Credentials, type Id, type NodeId, nodeIdOf } from '../base/identity.ts'
import { Rng } from '../base/rng.ts'
import { Schedule } from '../base/schedule.ts'
import { type Offer, type Side, sealOffer, sealWithdrawal, type Withdrawal } from '../market/offer.ts'
import { type Receipt, receiptIdOf } from '../market/receipt.ts'
import { type Service, serviceIdOf } from '../market/service.ts'
import { createCodec, type MarketMessage, type MessageOf } from '../wire/messages.ts'
import { networkId, type Parameters } from '../wire/parameters.ts'
import type { BrokerPort } from '../wire/port.ts'
import type { StoredRecord, Write } from '../wire/records.ts'
import { Broker } from './broker.ts'

const START_MS = 1_700_000_000_000
const LATENCY_MS = 20
const COMMIT_MS = 3

export const SERVICE: Service = { name: 'Storage', kind: 'general', unit: 'GB', currency: 'credit', decimals: 0, tags: [], file: null }

const DEFAULTS: Parameters = { network: 'test', n: 5, f: 3, m: 8, t: 600_000, slot: 200, s: 3, p: 8, a: 0.1 }

/** A signature that needs no key. */
function fakeSignature(text: string): Hex {
  const digest = toHex(sha256(utf8(text)))
  return digest + digest
}

/** A peer: with a broker, or only an inbox. */
export interface Node {
  readonly name: string
  readonly nodeId: NodeId
  readonly credentials: Credentials
  readonly inbox: { readonly from: NodeId; readonly message: MarketMessage }[]
  readonly disk: Map<string, Uint8Array>
  broker: Broker | null
  /** Counts reloads: what an earlier life asked for does not happen any more. */
  life: number
  /** `full`: only what makes room is taken. */
  diskState: 'works' | 'refuses' | 'hangs' | 'full'
}

type Terms = Partial<Pick<Offer, 'price' | 'quantity' | 'seq' | 'service'>> & { readonly side?: Side; readonly validForMs?: number }

export class Market {
  readonly parameters: Parameters
  readonly network: string
  readonly service: Id
  readonly schedule = new Schedule(START_MS)
  readonly nodes = new Map<NodeId, Node>()
  /** Network time less the local clock, at every broker. */
  correctionMs = 0
  /** What `closest` gives, whatever the service. */
  members: NodeId[] = []
  /** Messages for which this is true are lost on their way. */
  loses: (from: NodeId, to: NodeId, message: MarketMessage) => boolean = () => false
  /** Messages sent, by type. */
  readonly sent: Record<string, number> = {}
  readonly #codec
  #requests = 0

  constructor(brokers: number, parameters: Partial<Parameters> = {}) {
    this.parameters = { ...DEFAULTS, ...parameters }
    this.network = networkId(this.parameters)
    this.service = serviceIdOf(this.network, SERVICE)
    this.#codec = createCodec(this.network)
    for (let index = 0; index < brokers; index += 1) this.members.push(this.addBroker(`broker ${index}`).nodeId)
  }

  /** Network time. */
  get nowMs(): number {
    return this.schedule.nowMs + this.correctionMs
  }

  /** The present slot. */
  get slot(): number {
    return Math.floor(this.nowMs / this.parameters.slot)
  }

  get brokers(): Node[] {
    return this.members.map((member) => this.node(member))
  }

  node(nodeId: NodeId): Node {
    const node = this.nodes.get(nodeId)
    if (node === undefined) throw new Error(`no node ${nodeId}`)
    return node
  }

  /** A peer that only trades; the same for the same name. */
  trader(name: string): Node {
    const credentials = { publicKey: toHex(sha256(utf8(name))), nonce: 1 }
    const nodeId = nodeIdOf(this.network, credentials)
    const known = this.nodes.get(nodeId)
    if (known !== undefined) return known
    const node: Node = { name, nodeId, credentials, inbox: [], disk: new Map(), broker: null, life: 0, diskState: 'works' }
    this.nodes.set(nodeId, node)
    return node
  }

  addBroker(name: string): Node {
    const node = this.trader(name)
    node.broker = new Broker(this.#port(node))
    return node
  }

  /** The tab is reloaded: what was not committed is lost. Returns the number of damaged records. */
  reload(node: Node): number {
    node.life += 1
    node.broker = new Broker(this.#port(node))
    const records: StoredRecord[] = [...node.disk].map(([key, value]) => ({ store: 'tables', key, value }))
    return node.broker.restore(records)
  }

  offer(trader: string, { side = 'buy', price = 100, quantity = 1, seq = 1, service, validForMs = 60_000 }: Terms = {}): Offer {
    const terms = { ...this.trader(trader).credentials, side, price, quantity, seq }
    const all = { ...terms, service: service ?? this.service, validUntil: this.nowMs + validForMs }
    return sealOffer(this.network, all, fakeSignature(JSON.stringify(all)))
  }

  withdrawal(trader: string, { seq = 2, validForMs = 60_000 }: { seq?: number; validForMs?: number } = {}): Withdrawal {
    const terms = { ...this.trader(trader).credentials, service: this.service, seq, validUntil: this.nowMs + validForMs }
    return sealWithdrawal(this.network, terms, fakeSignature(JSON.stringify(terms)))
  }

  /** A half, or a whole, as its traders would sign it. */
  receipt({ buy, sell, slot }: { buy: Offer; sell: Offer; slot: number }, whole: boolean): Receipt {
    const terms = { service: buy.service, buy, sell, quantity: Math.min(buy.quantity, sell.quantity), slot }
    const id = receiptIdOf(this.network, terms)
    const sign = (who: string): Hex => fakeSignature(`${who} ${id}`)
    return { ...terms, id, sellerSignature: sign('seller'), buyerSignature: whole ? sign('buyer') : null }
  }

  /** Sends; it arrives one latency later. */
  send(from: Node, to: Node, message: MarketMessage): void {
    this.#post(from, to, message)
  }

  /** Sends a request, lets time go on until the answer is there, and returns it. */
  ask<T extends MarketMessage['type']>(from: Node, to: Node, message: MarketMessage): MessageOf<T> {
    const before = from.inbox.length
    this.#post(from, to, message)
    this.run(2 * LATENCY_MS + 2 * COMMIT_MS)
    const answer = from.inbox.slice(before).find((received) => received.from === to.nodeId)
    if (answer === undefined) throw new Error(`${to.name} did not answer ${message.type}`)
    return answer.message as unknown as MessageOf<T>
  }

  /** Sends an offer to some brokers, from its own trader. Returns when the answers are there. */
  sendOffer(offer: Offer, brokers: readonly Node[] = this.brokers): MessageOf<'offer-answer'>[] {
    const trader = this.node(offer.peer)
    const before = trader.inbox.length
    for (const broker of brokers) this.#post(trader, broker, { type: 'send-offer', id: this.nextId(), offer, parameters: SERVICE })
    this.run(2 * LATENCY_MS + 2 * COMMIT_MS)
    return this.received(trader, 'offer-answer', before)
  }

  nextId(): number {
    this.#requests += 1
    return this.#requests
  }

  received<T extends MarketMessage['type']>(node: Node, type: T, after = 0): MessageOf<T>[] {
    return node.inbox.slice(after).flatMap(({ message }) => (message.type === type ? [message as unknown as MessageOf<T>] : []))
  }

  price(asker: Node, broker: Node, service = this.service): MessageOf<'price'> {
    return this.ask<'price'>(asker, broker, { type: 'get-price', id: this.nextId(), service })
  }

  book(broker: Node): MessageOf<'book'> {
    return this.ask<'book'>(this.trader('watcher'), broker, { type: 'get-book', id: this.nextId(), service: this.service })
  }

  /** Lets time go on. */
  run(ms: number): void {
    const endMs = this.schedule.nowMs + ms
    while (this.schedule.nextMs() <= endMs) {
      this.schedule.advance(this.schedule.nextMs())
      this.schedule.run()
    }
    this.schedule.advance(endMs)
  }

  /** Lets time go on to a little after the next start of an even or an odd slot. */
  runToSlot(parity: 'even' | 'odd', count = 1): void {
    for (let done = 0; done < count; done += 1) {
      const next = this.slot + 1
      const slot = next % 2 === (parity === 'odd' ? 1 : 0) ? next : next + 1
      this.run(slot * this.parameters.slot + 1 - this.nowMs)
    }
  }

  /** Ids of the offers of a broker's table. */
  table(broker: Node): string[] {
    return this.book(broker).offers.map(({ id }) => id)
  }

  #post(from: Node, to: Node, message: MarketMessage): void {
    this.sent[message.type] = (this.sent[message.type] ?? 0) + 1
    if (this.loses(from.nodeId, to.nodeId, message)) return
    const bytes = this.#codec.encode(message)
    this.schedule.after(from === to ? 0 : LATENCY_MS, () => {
      const decoded = this.#codec.decode(bytes)
      if (!decoded.ok) throw new Error(decoded.reason)
      to.inbox.push({ from: from.nodeId, message: decoded.value as MarketMessage })
      to.broker?.onMessage(from.nodeId, decoded.value as MarketMessage)
    })
  }

  #port(node: Node): BrokerPort {
    const { life } = node
    const alive = (): boolean => node.life === life
    return {
      nodeId: node.nodeId,
      credentials: node.credentials,
      network: this.network,
      parameters: this.parameters,
      rng: new Rng([1, 2, 3, 4]),
      schedule: this.schedule,
      networkNowMs: () => this.nowMs,
      send: (to, message) => {
        const receiver = this.nodes.get(to)
        if (!alive() || receiver === undefined) return false
        this.#post(node, receiver, message)
        return true
      },
      sign: (bytes, done) => {
        this.schedule.after(1, () => alive() && done(fakeSignature(toHex(bytes))))
      },
      closest: () => this.members,
      changed: () => undefined,
      storeTable: (writes, done) => this.#store(node, writes, (ok) => alive() && done?.(ok)),
    }
  }

  #store(node: Node, writes: readonly Write[], done: (ok: boolean) => void): void {
    const { life } = node
    this.schedule.after(COMMIT_MS, () => {
      if (node.life !== life || node.diskState === 'hangs') return
      const ok = node.diskState === 'works' || (node.diskState === 'full' && writes.every(({ value }) => value === null))
      if (ok) {
        for (const { key, value } of writes) {
          if (value === null) node.disk.delete(key)
          else node.disk.set(key, value)
        }
      }
      done(ok)
    })
  }
}
