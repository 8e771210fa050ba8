import type { Id, NodeId } from '../base/identity.ts'
import type { Timer } from '../base/schedule.ts'
import type { Offer } from '../market/offer.ts'
import type { Service } from '../market/service.ts'
import type { Refusal } from '../wire/market-messages.ts'
import type { Match, OfferState } from '../wire/messages.ts'
import type { TraderPort } from '../wire/port.ts'
import type { Answer, Asks } from './asks.ts'
import type { BrokerDirectory } from './broker-directory.ts'
import { FIND_MS, FULL_RETRY_SLOTS, MAX_POLL_SLOTS, ROUND_MS } from './durations.ts'
import type { Marks } from './marks.ts'
import type { OwnOffer } from './own-offer.ts'
import { commonest } from './reasons.ts'

/** One broker's trouble, not the offer's: another broker may well take it. */
const TRY_ANOTHER: ReadonlySet<Refusal> = new Set(['not-broker', 'tables-full', 'storage', 'busy', 'service-unknown', 'services-full'])

export interface PlacementHost {
  /** The parameters, for brokers that do not know the service. */
  parameters(service: Id): Service | null
  /** A broker reports a match of the present number. */
  report(own: OwnOffer, broker: NodeId, match: Match): void
  /** No broker holds the present number any more. */
  gone(own: OwnOffer, reason: Refusal): void
  /** Brokers that would take the present number are left no more, as they report matches of it that cannot be: it needs a new number. */
  stuck(own: OwnOffer): void
  /** Who holds it has changed. */
  changed(own: OwnOffer): void
  /** A holder answers that it has the present number in its table, not matched. */
  stored(own: OwnOffer, broker: NodeId): void
}

/** What placing stands on. */
export interface PlacementAround {
  readonly asks: Asks
  readonly directory: BrokerDirectory
  readonly marks: Marks
  readonly host: PlacementHost
}

/** What a round of sending came to. */
export interface Round {
  readonly accepted: number
  readonly of: number
  /** The commonest refusal; undefined when nobody refused. */
  readonly refusal: Refusal | undefined
  /** Brokers that said nothing: they may hold it all the same. */
  readonly silent: number
}

type Outcome = { readonly held: true } | { readonly held: false; readonly refusal: Refusal | null }

/** One number on its first way to brokers. */
interface Sending {
  readonly own: OwnOffer
  readonly offer: Offer
  /** Members not asked yet, in random order, marked ones last. */
  readonly spare: NodeId[]
  /** Members that had no room for a link: asked again while nobody holds it. */
  readonly full: NodeId[]
  /** Brokers that hold an older number, but for those that are told of this one beside the round. */
  readonly older: Set<NodeId>
  readonly refusals: Refusal[]
  waiting: number
  silent: number
  readonly done: (round: Round) => void
  timer: Timer
  over: boolean
}

/**
 * Gets the present number of an offer to f brokers of the set, and sees that f hold it (PROTOCOL 5, 6).
 *
 * Invariants
 * 1. Each member is asked at most once a round; answers about an older number count for nothing.
 * 2. A round ends exactly once, within ROUND_MS.
 */
export class Placement {
  readonly #port: TraderPort
  readonly #asks: Asks
  readonly #directory: BrokerDirectory
  readonly #marks: Marks
  readonly #host: PlacementHost

  constructor(port: TraderPort, around: PlacementAround) {
    this.#port = port
    this.#asks = around.asks
    this.#directory = around.directory
    this.#marks = around.marks
    this.#host = around.host
  }

  /** Sends the present number to f random members, marked ones last, and to `extra`: brokers that hold an older one. */
  place(own: OwnOffer, extra: readonly NodeId[], done: (round: Round) => void): void {
    const { offer } = own
    this.#directory.find(own.service, (members) => {
      const { parameters } = this.#port
      const order = this.#marks.shuffle(members)
      const chosen = order.slice(0, parameters.f)
      const first = [...chosen, ...extra.filter((broker) => !chosen.includes(broker))]
      const spare = order.slice(parameters.f).filter((broker) => !first.includes(broker))
      const timer = this.#port.schedule.after(ROUND_MS, () => this.#endRound(sending))
      const counts = { full: [], older: new Set(extra), refusals: [], waiting: 0, silent: 0 }
      const sending: Sending = { own, offer, spare, ...counts, done, timer, over: false }
      if (own.offer !== offer || !own.live) return this.#endRound(sending)
      own.of = first.length
      if (first.length > 0) own.life.note('sent', this.#port.networkNowMs(), { of: first.length })
      for (const broker of first) this.#sendIn(sending, broker)
      this.#endWhenAnswered(sending)
      this.#host.changed(own)
    })
  }

  /** Once a slot, for an open offer: polls now and then, and less and less often while nothing happens. */
  tick(own: OwnOffer): void {
    own.idleSlots += 1
    const { pollSlots } = own
    if (own.idleSlots < pollSlots) return
    this.poll(own)
    if (this.#isCalm(own)) own.pollSlots = Math.min(2 * pollSlots, MAX_POLL_SLOTS)
  }

  /** As many hold it as should, and nobody has told of a match. */
  #isCalm(own: OwnOffer): boolean {
    const wanted = Math.min(this.#port.parameters.f, this.#directory.members(own.service).length)
    return own.holders.length >= wanted && own.reports === null && own.match === null && own.halves.size + own.early.size === 0
  }

  /** Asks the brokers that hold the present number what became of it, as something happened: and soon again. */
  poll(own: OwnOffer): void {
    own.idleSlots = 0
    own.stir()
    for (const broker of own.holders) this.#pollOne(own, { broker, again: true })
    this.#directory.find(own.service, () => {
      this.renew(own)
      // Only here, so that liars cause no more than one new number a poll.
      if (this.#isStuck(own)) this.#host.stuck(own)
    })
  }

  /** Has other members take it while fewer than f hold it: brokers leave. One that has expired nobody takes. */
  renew(own: OwnOffer): void {
    if (own.state !== 'open' || own.spent || own.offer.validUntil <= this.#port.networkNowMs()) return
    const members = this.#directory.members(own.service)
    const wanted = Math.min(this.#port.parameters.f, members.length)
    const missing = wanted - own.holders.length - own.withHolding('asked').length
    if (missing <= 0) return
    const free = members.filter((broker) => (own.holdings.get(broker) ?? 'lost') === 'lost')
    this.offerTo(own, this.#marks.shuffle(free).slice(0, missing))
  }

  /** Sends the present number to these as well. When the last of them refuses it and nobody holds it, it is gone. */
  offerTo(own: OwnOffer, brokers: readonly NodeId[]): void {
    for (const broker of brokers) {
      this.#offerTo(own, broker, (outcome) => {
        if (!outcome.held && outcome.refusal !== null && this.#isGone(own)) this.#host.gone(own, outcome.refusal)
      })
    }
  }

  /** A broker says that it dropped the present number. */
  dropped(own: OwnOffer, broker: NodeId, reason: Refusal): void {
    if (own.holdings.get(broker) !== 'held') return
    own.holdings.set(broker, 'dropped')
    own.stir()
    this.#host.changed(own)
    if (own.holders.length > 0 || own.withHolding('asked').length > 0) this.renew(own)
    else this.#host.gone(own, reason)
  }

  /** A holder reports a match of the present number that cannot be: others take its place. */
  faulty(own: OwnOffer, broker: NodeId): void {
    if (own.holdings.get(broker) !== 'held') return
    own.holdings.set(broker, 'faulty')
    own.stir()
    this.#host.changed(own)
    this.renew(own)
  }

  /** Nobody holds it, nobody else may take it, and some say that it is matched though it is not. */
  #isStuck(own: OwnOffer): boolean {
    if (own.state !== 'open' || own.spent || own.withHolding('faulty').length === 0) return false
    return own.holders.length === 0 && own.withHolding('asked').length === 0
  }

  /** Nobody holds it or may yet answer, and every member has refused or dropped it. */
  #isGone(own: OwnOffer): boolean {
    if (own.state !== 'open' || own.spent) return false
    const members = this.#directory.members(own.service)
    return members.length > 0 && members.every((broker) => ['refused', 'dropped'].includes(own.holdings.get(broker) ?? 'lost'))
  }

  #sendIn(sending: Sending, broker: NodeId): void {
    sending.waiting += 1
    this.#offerTo(sending.own, broker, (outcome) => {
      sending.waiting -= 1
      if (!outcome.held) {
        if (outcome.refusal === null) sending.silent += 1
        else sending.refusals.push(outcome.refusal)
        if (outcome.refusal === null && this.#asks.isFull(broker)) this.#onFull(sending, broker)
        if (outcome.refusal === null || TRY_ANOTHER.has(outcome.refusal)) this.#sendToAnother(sending)
      }
      this.#endWhenAnswered(sending)
    })
  }

  /** Another member in place of one that failed, unless f hold it or may yet answer. */
  #sendToAnother(sending: Sending): void {
    if (sending.over || sending.own.holders.length + sending.waiting >= this.#port.parameters.f) return
    const next = sending.spare.shift()
    if (next !== undefined) this.#sendIn(sending, next)
    else this.#sendAgain(sending)
  }

  /** No room for a link: it lives. One that holds an older number is told of the newer one whoever else holds that (PROTOCOL 4). */
  #onFull(sending: Sending, broker: NodeId): void {
    sending.full.push(broker)
    if (!sending.older.delete(broker)) return
    sending.own.outdated.add(broker)
    this.#supersede(sending, broker, FULL_RETRY_SLOTS * this.#port.parameters.slot)
  }

  /** Asked again as `askPatiently` does, and beside the round: a broker without room must not hold that up. */
  #supersede(sending: Sending, broker: NodeId, pauseMs: number): void {
    const { own, offer } = sending
    // Others pass it on, as it was forwarded before.
    if (pauseMs >= FIND_MS) return void own.outdated.delete(broker)
    this.#port.schedule.after(pauseMs, () => {
      const isOpen = own.offer === offer && (own.state === 'sending' || own.state === 'open') && !own.spent
      if (!isOpen) return
      const holding = own.holdings.get(broker)
      // A poll has just asked it too, and may find it full as well.
      if (holding === 'asked') return this.#supersede(sending, broker, 2 * pauseMs)
      if (holding === 'lost')
        this.#offerTo(own, broker, ({ held }) => {
          if (!held && this.#asks.isFull(broker)) this.#supersede(sending, broker, 2 * pauseMs)
        })
    })
  }

  /** Once more to a member that had no room, while nobody holds it: links that rest give way to others. */
  #sendAgain(sending: Sending): void {
    if (sending.own.holders.length > 0) return
    const next = sending.full.shift()
    if (next === undefined) return
    sending.waiting += 1
    this.#port.schedule.after(FULL_RETRY_SLOTS * this.#port.parameters.slot, () => {
      sending.waiting -= 1
      if (!sending.over && sending.own.offer === sending.offer && sending.own.holders.length === 0) this.#sendIn(sending, next)
      this.#endWhenAnswered(sending)
    })
  }

  #endWhenAnswered(sending: Sending): void {
    if (sending.waiting === 0) this.#endRound(sending)
  }

  #endRound(sending: Sending): void {
    if (sending.over) return
    sending.over = true
    sending.timer.cancel()
    const { own, offer, refusals, silent, waiting } = sending
    const accepted = own.offer === offer ? own.holders.length : 0
    sending.done({ accepted, of: own.of, refusal: commonest(refusals), silent: silent + waiting })
  }

  /** Sends the present number to one broker. Ends unheard when another number took its place meanwhile. */
  #offerTo(own: OwnOffer, broker: NodeId, done: (outcome: Outcome) => void): void {
    const { offer } = own
    own.holdings.set(broker, 'asked')
    own.stir()
    this.#asks.ask(broker, { type: 'send-offer', offer, parameters: this.#host.parameters(own.service) }, (answer) => {
      if (answer !== null) this.#directory.learn(own.service, broker, answer)
      // Only who had no room is waited for. One that is silent, or could not be asked, hears of it from others.
      if (answer !== null || !this.#asks.isFull(broker)) own.outdated.delete(broker)
      if (own.offer !== offer) return done({ held: false, refusal: null })
      const outcome = outcomeOf(offer, answer)
      if (outcome.held) {
        own.holdings.set(broker, 'held')
        own.heldMs.set(broker, this.#port.networkNowMs())
        own.noteHeld(this.#port.networkNowMs())
      } else own.holdings.set(broker, outcome.refusal === null || outcome.refusal === 'not-broker' ? 'lost' : 'refused')
      if (answer === null) this.#directory.fail(own.service, broker)
      this.#host.changed(own)
      done(outcome)
      if (answer?.type === 'offer-answer') this.#reportMatch(own, broker, answer.state)
    })
  }

  #pollOne(own: OwnOffer, { broker, again }: { broker: NodeId; again: boolean }): void {
    const { offer } = own
    const askedMs = this.#port.networkNowMs()
    this.#asks.ask(broker, { type: 'get-price', service: own.service }, (answer) => {
      if (own.offer !== offer || !own.live || own.holdings.get(broker) !== 'held') return
      if (answer === null && again) return this.#pollAgain(own, broker)
      if (answer?.type === 'price') {
        this.#directory.learn(own.service, broker, answer)
        if (answer.state.seq === offer.seq && answer.state.state === 'stored') {
          own.storedMs.set(broker, askedMs)
          this.#host.stored(own, broker)
        }
        return this.#onState(own, broker, answer.state)
      }
      own.holdings.set(broker, 'lost')
      own.stir()
      if (answer === null) this.#directory.fail(own.service, broker)
      else this.#directory.learn(own.service, broker, answer)
      this.#host.changed(own)
      this.renew(own)
    })
  }

  /** One without room is left a while for its links to rest. */
  #pollAgain(own: OwnOffer, broker: NodeId): void {
    const { offer } = own
    if (!this.#asks.isFull(broker)) return this.#pollOne(own, { broker, again: false })
    this.#port.schedule.after(2 * FULL_RETRY_SLOTS * this.#port.parameters.slot, () => {
      if (own.offer === offer && own.live && own.holdings.get(broker) === 'held') this.#pollOne(own, { broker, again: false })
    })
  }

  /** What a holder says of the present number. */
  #onState(own: OwnOffer, broker: NodeId, state: OfferState): void {
    if (state.seq < own.offer.seq) return this.offerTo(own, [broker])
    if (state.seq > own.offer.seq) return this.dropped(own, broker, 'stale')
    if (state.state === 'dropped') return this.dropped(own, broker, 'price')
    if (state.state === 'expired' || state.state === 'withdrawn') return this.dropped(own, broker, 'expired')
    this.#reportMatch(own, broker, state)
  }

  #reportMatch(own: OwnOffer, broker: NodeId, state: OfferState): void {
    if (state.state === 'matched' && state.match !== null && state.seq === own.offer.seq) this.#host.report(own, broker, state.match)
  }
}

/** What an answer says of the offer that was sent. The very same offer again is answered with its state, whatever the refusal. */
function outcomeOf(offer: Offer, answer: Answer | null): Outcome {
  if (answer === null) return { held: false, refusal: null }
  if (answer.type !== 'offer-answer') return { held: false, refusal: 'not-broker' }
  const same = answer.state.seq === offer.seq && (answer.state.state === 'stored' || answer.state.state === 'matched')
  return answer.refusal === null || same ? { held: true } : { held: false, refusal: answer.refusal }
}
