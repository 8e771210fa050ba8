import type { NodeId } from '../base/identity.ts'
import type { Offer } from '../market/offer.ts'
import { isExchangeSlot, nextExchangeStartMs, slotNumber, slotStartMs } from '../market/slot.ts'
import type { MessageOf } from '../wire/messages.ts'
import type { TraderPort } from '../wire/port.ts'
import type { Answer, Asks } from './asks.ts'
import type { BrokerDirectory } from './broker-directory.ts'
import { EXCHANGE_SLOTS, LOOK_SLOTS, MAX_LOOK_SLOTS } from './durations.ts'
import type { Marks } from './marks.ts'
import type { OwnOffer } from './own-offer.ts'
import type { Placement } from './placement.ts'

/** Members asked in one look, and never more than f: an odd number, so that one voice more or less is a majority. More would cost messages and find nothing else. */
const MAX_WITNESSES = 3

type Price = MessageOf<'price'>

/** One number under watch. */
interface Watched {
  /** Slots from a look that finds nothing to the next one. */
  pauseSlots: number
  /** The last look found that it is held back. */
  heldBack: boolean
  /** Holders that are marked if they answer that they have it in their tables. */
  suspects: Set<NodeId>
}

/** One question to some members that the offer was not sent to. */
interface Look {
  readonly own: OwnOffer
  readonly offer: Offer
  readonly watched: Watched
  /** The exchange in which they are asked. */
  readonly slot: number
  readonly witnesses: readonly NodeId[]
  /** Members that quoted a price, and of those the answers by which the offer is held back from them. */
  answers: number
  readonly missed: Price[]
  waiting: number
  over: boolean
}

/**
 * The watch (PROTOCOL 6): finds out that the brokers which acknowledged an offer hold it back, and brings it to others.
 *
 * An honest broker forwards the best offer of each side to every member, in every exchange until they have it. So in an exchange, once what it forwards has arrived,
 * a member that the offer was not sent to either knows its number or quotes a price that is as good. When most of the members asked know it not and quote a worse one,
 * it is held back: it goes to up to f further members, and holders that had it for two exchanges and say that they still have it are marked.
 *
 * What liars can do here. Those that are asked may say that they know an offer, which puts the next look off; or, when they are the majority of those asked, that they do not:
 * then the offer goes to more members, and honest holders are marked. That costs messages and where later offers go first, no more: what is sent is the very same signed offer
 * under the same number, so nothing is traded twice, and reports of a match count from acknowledging brokers only, as ever. One voice among several marks nobody.
 *
 * Invariants
 * 1. A look asks at most f members, sends to at most f, and neither while a match of the offer is pending.
 * 2. Only the present number is sent, as it was signed.
 * 3. Nobody is marked that reported a match, dropped the offer, does not answer, or got it after the exchange before the look began.
 */
export class Watch {
  readonly #port: TraderPort
  readonly #asks: Asks
  readonly #directory: BrokerDirectory
  readonly #placement: Placement
  readonly #marks: Marks
  readonly #watched = new WeakMap<Offer, Watched>()

  constructor(
    port: TraderPort,
    around: { readonly asks: Asks; readonly directory: BrokerDirectory; readonly placement: Placement; readonly marks: Marks },
  ) {
    this.#port = port
    this.#asks = around.asks
    this.#directory = around.directory
    this.#placement = around.placement
    this.#marks = around.marks
  }

  /** Once a slot, for an open offer: its present number is watched from when brokers have it. */
  tick(own: OwnOffer): void {
    const { holders, offer } = own
    if (!this.#port.watch || holders.length === 0 || this.#watched.has(offer)) return
    this.#watched.set(offer, { pauseSlots: LOOK_SLOTS, heldBack: false, suspects: new Set() })
    const nowMs = this.#port.networkNowMs()
    this.#lookLater(own, { fromMs: Math.max(...holders.map((holder) => own.heldMs.get(holder) ?? nowMs)), slots: LOOK_SLOTS })
  }

  /** A holder answers that it has the present number in its table, not matched. */
  stored(own: OwnOffer, broker: NodeId): void {
    if (this.#watched.get(own.offer)?.suspects.delete(broker) === true) this.#marks.mark(broker)
  }

  /** Sets a look in the middle of the exchange that ends `slots` after `fromMs`, each exchange being counted from its start: what is forwarded takes half a slot at most. */
  #lookLater(own: OwnOffer, { fromMs, slots }: { readonly fromMs: number; readonly slots: number }): void {
    const { offer } = own
    const { parameters, schedule } = this.#port
    const exchangeMs = nextExchangeStartMs(fromMs, parameters.slot) + (slots - EXCHANGE_SLOTS) * parameters.slot
    const delayMs = exchangeMs + parameters.slot / 2 - this.#port.networkNowMs()
    schedule.after(Math.max(0, delayMs), () => this.#look(own, offer))
  }

  #again(own: OwnOffer, slots: number): void {
    this.#lookLater(own, { fromMs: this.#port.networkNowMs(), slots })
  }

  #look(own: OwnOffer, offer: Offer): void {
    const watched = this.#watched.get(offer)
    if (watched === undefined || own.offer !== offer || !own.live) return
    const slot = slotNumber(this.#port.networkNowMs(), this.#port.parameters.slot)
    // A timer that comes late would find the prices after a decision.
    if (!this.#isAtRest(own) || !isExchangeSlot(slot)) return this.#again(own, LOOK_SLOTS)
    const { f } = this.#port.parameters
    const witnesses = this.#isAtHome(own) ? [] : this.#marks.shuffle(this.#unsent(own)).slice(0, Math.min(f, MAX_WITNESSES))
    if (witnesses.length === 0) return this.#endRounds(own, watched)
    const look: Look = { own, offer, watched, slot, witnesses, answers: 0, missed: [], waiting: witnesses.length, over: false }
    for (const broker of witnesses) {
      this.#asks.ask(broker, { type: 'get-price', service: offer.service }, (answer) => this.#take(look, broker, answer))
    }
  }

  /** Nobody is left to ask. Those that did not answer when it was held back may be there again. */
  #endRounds(own: OwnOffer, watched: Watched): void {
    const lost = watched.heldBack ? this.#lost(own) : []
    this.#placement.offerTo(own, this.#marks.shuffle(lost).slice(0, this.#port.parameters.f))
    this.#pause(own, watched)
  }

  #take(look: Look, broker: NodeId, answer: Answer | null): void {
    const { offer, missed, witnesses } = look
    if (answer === null) this.#directory.fail(offer.service, broker)
    else this.#directory.learn(offer.service, broker, answer)
    look.waiting -= 1
    if (answer?.type === 'price') {
      look.answers += 1
      if (hasIt(offer, answer)) this.#noteForwarded(look)
      if (isMissed(offer, answer)) missed.push(answer)
    }
    if (look.over || (look.waiting > 0 && missed.length * 2 <= witnesses.length)) return
    look.over = true
    this.#judge(look)
  }

  /** The offer did not go to this member: another passed it on. */
  #noteForwarded({ own, offer }: Look): void {
    if (own.offer !== offer || !this.#isAtRest(own) || own.life.latest?.state === 'forwarded') return
    own.life.note('forwarded', this.#port.networkNowMs())
    this.#port.changed()
  }

  #judge(look: Look): void {
    const { own, offer, watched, answers, missed } = look
    if (own.offer !== offer || !own.live) return
    if (!this.#isAtRest(own)) return this.#again(own, LOOK_SLOTS)
    watched.heldBack = missed.length * 2 > answers
    if (watched.heldBack) return this.#bringToOthers(look)
    if (answers === 0) return this.#again(own, watched.pauseSlots)
    this.#pause(own, watched)
  }

  /** Further members get it, those first that have just shown that they do not know it; then who held it back is looked for. */
  #bringToOthers(look: Look): void {
    const { own, watched, witnesses } = look
    const unsent = this.#unsent(own)
    const unasked = this.#marks.shuffle(unsent.filter((broker) => !witnesses.includes(broker)))
    const order = [...witnesses.filter((broker) => unsent.includes(broker)), ...unasked, ...this.#lost(own)]
    this.#placement.offerTo(own, order.slice(0, this.#port.parameters.f))
    watched.pauseSlots = LOOK_SLOTS
    own.stir()
    watched.suspects = new Set(isProof(look) ? this.#suspects(own, look.slot) : [])
    if (watched.suspects.size > 0) this.#placement.poll(own)
    this.#again(own, LOOK_SLOTS)
  }

  /** Holders for the exchange of this slot and the whole of the one before. Whoever is not known to be new held it before this tab was loaded. */
  #suspects(own: OwnOffer, slot: number): NodeId[] {
    const sinceMs = slotStartMs(slot - EXCHANGE_SLOTS, this.#port.parameters.slot)
    return own.holders.filter((broker) => (own.heldMs.get(broker) ?? 0) < sinceMs && own.reports?.has(broker) !== true)
  }

  #pause(own: OwnOffer, watched: Watched): void {
    watched.pauseSlots = Math.min(2 * watched.pauseSlots, MAX_LOOK_SLOTS)
    this.#again(own, watched.pauseSlots)
  }

  /** Nothing of it is being decided, traded or changed. */
  #isAtRest(own: OwnOffer): boolean {
    return own.state === 'open' && !own.spent && own.match === null && own.frozen === 0 && own.reports?.isWaiting !== true
  }

  /** This peer's own broker has it, and that one forwards it. */
  #isAtHome(own: OwnOffer): boolean {
    return own.holdings.get(this.#port.nodeId) === 'held'
  }

  /** Members that the present number was not sent to. */
  #unsent(own: OwnOffer): NodeId[] {
    return this.#directory.members(own.service).filter((broker) => !own.holdings.has(broker))
  }

  /** Members that it was sent to in vain. */
  #lost(own: OwnOffer): NodeId[] {
    return this.#directory.members(own.service).filter((broker) => own.holdings.get(broker) === 'lost')
  }
}

/** The member says that this very number is in its table, or was. */
function hasIt({ seq }: Offer, { state }: Price): boolean {
  return state.seq === seq && (state.state === 'stored' || state.state === 'matched')
}

/** The member knows no number as new as this one, and quotes a price on its side that is worse; 0 stands for an empty side, prices are doubled on the wire. */
function isMissed({ side, price, seq }: Offer, { state, bid, ask }: Price): boolean {
  if (state.state !== 'unknown' && state.seq >= seq) return false
  return side === 'buy' ? 2 * price > bid : ask === 0 || 2 * price < ask
}

/**
 * Enough to mark somebody: most of those that answered, and not a single voice of several that were asked. Answers from after the exchange do not count here:
 * a better offer that was there in the exchange may have been traded since, and an honest holder had no reason to forward the second best.
 */
function isProof({ slot, missed, answers, witnesses }: Look): boolean {
  const voices = missed.filter((price) => price.slot <= slot).length
  return voices * 2 > answers && (voices > 1 || witnesses.length === 1)
}
