/** A broker for the trader's tests: it stores, answers, attests; and can be made silent, refusing or lying. */
import { concat, fromHex, type Hex, sha256, toHex } from '../base/bytes.ts'
import { type Credentials, type Id, type NodeId, nodeIdOf } from '../base/identity.ts'
import type { Offer } from '../market/offer.ts'
import { type Attestation, attestationBytes, type Receipt } from '../market/receipt.ts'
import type { Service } from '../market/service.ts'
import type { Refusal } from '../wire/market-messages.ts'
import type { MarketMessage, Match, MessageOf, Newest, OfferState } from '../wire/messages.ts'
import { deadlineMs } from './checks.ts'

/** What a broker sees of the world. */
export interface BrokerWorld {
  readonly network: string
  readonly slotMs: number
  readonly nowMs: number
  readonly slot: number
  at(delayMs: number, run: () => void): void
  send(letter: { readonly from: NodeId; readonly to: NodeId; readonly message: MarketMessage }): void
  members(service: Id): readonly NodeId[]
}

/** Whoever knows the bytes and the key can make it: good enough where nobody is out to forge. */
export function fakeSign(credentials: Credentials, bytes: Uint8Array): Hex {
  const half = toHex(sha256(concat(fromHex(credentials.publicKey), bytes)))
  return half + half
}

interface Memory {
  readonly newest: Newest
  state: OfferState['state']
  match: Match | null
  /** It came from its peer, who is told of its match. */
  readonly direct: boolean
}

const STORE_MS = 3

export class FakeBroker {
  readonly #market: BrokerWorld
  readonly #credentials: Credentials
  readonly nodeId: NodeId
  alive = true
  /** Takes everything and answers nothing. */
  silent = false
  /** Acknowledges and answers, and neither forwards, decides, notifies nor attests. */
  holdsBack = false
  /** Answers every offer so. */
  refuses: Refusal | null = null
  /** Says that it is no broker. */
  denies = false
  /** Names these as members instead of the truth. */
  names: readonly NodeId[] | undefined
  /** Signs this about every receipt, whatever it saw. */
  swears: boolean | null = null
  /** The number of members that it signs in attestations instead of the truth. */
  counts: number | undefined
  /** Acknowledges nothing of receipts. */
  deaf = false
  bid = 0
  ask = 0
  /** What it says of a trader's offer in a price, instead of the truth. */
  claims: ((truth: OfferState) => OfferState) | undefined
  readonly #memories = new Map<string, Memory>()
  /** Numbers that other brokers forwarded, by service and peer. */
  readonly #heard = new Map<string, number>()
  /** What it forwarded to whom. */
  readonly #told = new Set<string>()
  readonly #parameters = new Map<Id, Service>()
  readonly wholes = new Map<Id, Receipt>()
  /** Receipts that were seen whole by their deadline. */
  readonly #seen = new Set<Id>()

  constructor(market: BrokerWorld, credentials: Credentials) {
    this.#market = market
    this.#credentials = credentials
    this.nodeId = nodeIdOf(market.network, credentials)
  }

  get isHonest(): boolean {
    return this.alive && !this.silent && !this.holdsBack
  }

  services(): Id[] {
    return [...new Set([...this.#memories.values()].map(({ newest }) => serviceOf(newest)))]
  }

  stored(service: Id): Offer[] {
    return [...this.#memories.values()].flatMap(({ newest, state }) =>
      newest.type === 'offer' && state === 'stored' && newest.offer.service === service ? [newest.offer] : [],
    )
  }

  memory(service: Id, peer: NodeId): Memory | undefined {
    return this.#memories.get(`${service} ${peer}`)
  }

  forget(): void {
    this.#memories.clear()
    this.#heard.clear()
    this.#told.clear()
  }

  /** What it stores and has not forwarded to this broker yet. */
  news(to: NodeId): Offer[] {
    const offers = this.services().flatMap((service) => this.stored(service))
    const news = offers.filter(({ id }) => !this.#told.has(`${to} ${id}`))
    for (const { id } of news) this.#told.add(`${to} ${id}`)
    return news
  }

  /** Another broker forwards this to it. */
  hear({ service, peer, seq }: Offer): void {
    const key = `${service} ${peer}`
    if (this.alive) this.#heard.set(key, Math.max(seq, this.#heard.get(key) ?? 0))
  }

  /** It decided this match, and tells the peers that sent it their offers. */
  match(match: Match): void {
    for (const offer of [match.buy, match.sell]) {
      const memory = this.memory(offer.service, offer.peer)
      if (memory !== undefined && newestOf(memory.newest).id !== offer.id) continue
      if (memory !== undefined) Object.assign(memory, { state: 'matched', match })
      if (memory?.direct) this.#send(offer.peer, { type: 'notify-offer', match })
    }
  }

  drop(offer: Offer, reason: Refusal): void {
    const memory = this.memory(offer.service, offer.peer)
    if (memory !== undefined) memory.state = 'dropped'
    this.#send(offer.peer, { type: 'notify-drop', offer, reason })
  }

  price(service: Id, peer: NodeId, id: number): MessageOf<'price'> {
    const truth = this.#stateOf(service, peer)
    const state = this.claims === undefined ? truth : this.claims(truth)
    return {
      type: 'price',
      id,
      service,
      bid: this.bid * 2,
      ask: this.ask * 2,
      slot: this.#market.slot,
      state,
      members: this.#members(service),
    }
  }

  onMessage(from: NodeId, message: MarketMessage): void {
    if (!this.alive || this.silent) return
    switch (message.type) {
      case 'get-price':
      case 'get-book':
        return this.#answer(from, message)
      case 'send-offer':
        return this.#onOffer(from, message)
      case 'withdraw': {
        const refusal = this.#take(from, { type: 'withdrawal', withdrawal: message.withdrawal })
        return this.#acknowledge(from, { id: message.id, service: message.withdrawal.service, refusal })
      }
      case 'receipt':
        return this.#onReceipt(message.receipt)
      case 'ask-attestation':
        return this.#attest(from, message.receipt)
      default:
    }
  }

  #answer(from: NodeId, { type, id, service }: MessageOf<'get-price' | 'get-book'>): void {
    const members = this.#members(service)
    if (this.denies) return this.#send(from, { type: 'not-broker', id, service, members })
    if (type === 'get-price') return this.#send(from, this.price(service, from, id))
    const receipts = [...this.wholes.values()].filter((receipt) => receipt.service === service)
    const parameters = this.#parameters.get(service) ?? null
    const { slot } = this.#market
    this.#send(from, { type: 'book', id, service, parameters, offers: this.stored(service), receipts, slot, decision: null, members })
  }

  #onOffer(from: NodeId, { id, offer, parameters }: MessageOf<'send-offer'>): void {
    const { service } = offer
    if (this.denies) return this.#send(from, { type: 'not-broker', id, service, members: this.#members(service) })
    if (parameters !== null) this.#parameters.set(service, parameters)
    const refusal = this.refuses ?? this.#take(from, { type: 'offer', offer })
    this.#market.at(STORE_MS, () => this.#acknowledge(from, { id, service, refusal }))
  }

  #take(from: NodeId, newest: Newest): Refusal | null {
    const { service, peer, seq } = newestOf(newest)
    const known = this.memory(service, peer)
    if (known !== undefined && newestOf(known.newest).id === newestOf(newest).id) return null
    if (known !== undefined && newestOf(known.newest).seq >= seq) return 'stale'
    const state = newest.type === 'offer' ? 'stored' : 'withdrawn'
    this.#memories.set(`${service} ${peer}`, { newest, state, match: null, direct: from === peer })
    return null
  }

  #acknowledge(from: NodeId, { id, service, refusal }: { id: number; service: Id; refusal: Refusal | null }): void {
    this.#send(from, { type: 'offer-answer', id, service, refusal, state: this.#stateOf(service, from), members: this.#members(service) })
  }

  #onReceipt(receipt: Receipt): void {
    if (receipt.buyerSignature === null || this.deaf) return
    this.wholes.set(receipt.id, receipt)
    if (this.#market.nowMs < deadlineMs(receipt.slot, this.#market.slotMs)) this.#seen.add(receipt.id)
    if (this.#seen.has(receipt.id)) for (const { peer } of [receipt.buy, receipt.sell]) this.#attest(peer, receipt)
  }

  #attest(to: NodeId, receipt: Receipt): void {
    if (this.deaf || this.holdsBack) return
    const members = this.counts ?? this.#members(receipt.service).length
    const seen = this.swears ?? this.#seen.has(receipt.id)
    const terms = { ...this.#credentials, service: receipt.service, receipt: receipt.id, seen, members }
    const signature = fakeSign(this.#credentials, attestationBytes(this.#market.network, terms))
    const attestation: Attestation = { ...terms, signature, broker: this.nodeId }
    this.#send(to, { type: 'attestation', attestation })
  }

  #members(service: Id): readonly NodeId[] {
    return this.names ?? this.#market.members(service)
  }

  #stateOf(service: Id, peer: NodeId): OfferState {
    const memory = this.memory(service, peer)
    const heard = this.#heard.get(`${service} ${peer}`) ?? 0
    if (heard > (memory === undefined ? 0 : newestOf(memory.newest).seq)) return { seq: heard, state: 'stored', match: null }
    if (memory === undefined) return { seq: 0, state: 'unknown', match: null }
    return { seq: newestOf(memory.newest).seq, state: memory.state, match: memory.match }
  }

  #send(to: NodeId, message: MarketMessage): void {
    if (this.alive && !this.silent) this.#market.send({ from: this.nodeId, to, message })
  }
}

function newestOf(newest: Newest): { readonly id: Id; readonly seq: number; readonly peer: NodeId; readonly service: Id } {
  return newest.type === 'offer' ? newest.offer : newest.withdrawal
}

function serviceOf(newest: Newest): Id {
  return newestOf(newest).service
}
