import type { Id, NodeId } from '../base/identity.ts'
import type { Offer } from '../market/offer.ts'
import { type Receipt, receiptPrice } from '../market/receipt.ts'
import { slotNumber } from '../market/slot.ts'
import type { MessageOf } from '../wire/messages.ts'
import type { TraderPort } from '../wire/port.ts'
import type { Asks } from './asks.ts'
import type { BrokerDirectory } from './broker-directory.ts'
import type { Price } from './broker-set.ts'
import { termsFault } from './checks.ts'
import type { BookAnswer, BookRow, PriceAnswer, TradeRow } from './command.ts'
import { answerMs } from './durations.ts'
import { failure, type Outcome } from './failures.ts'

/** Time for links to open again, beyond an answer's. */
const LINK_MS = 1_000

type Book = MessageOf<'book'>

/** What the books stand on. */
export interface BooksAround {
  readonly asks: Asks
  readonly directory: BrokerDirectory
  /** What this peer knows better than any broker: false for an own offer that it no longer stands by, and for one in an own receipt. */
  readonly isOpen: (offer: Offer) => boolean
}

/** A broker's answer, and when it came in local time. */
interface Answered {
  readonly book: Book
  readonly atMs: number
}

/** What brokers say of a service, asked afresh: its prices and its order book. */
export class Books {
  readonly #port: TraderPort
  readonly #around: BooksAround

  constructor(port: TraderPort, around: BooksAround) {
    this.#port = port
    this.#around = around
  }

  /** The bid and the ask that most brokers name, of f asked. */
  getPrice(service: Id, done: (outcome: Outcome<PriceAnswer>) => void): void {
    const { directory } = this.#around
    const sinceMs = this.#port.schedule.steadyMs
    directory.find(service, (members) => {
      if (members.length === 0) return done(noBrokers())
      // Finding the set has brought prices already.
      const quotes = directory.quotes(service, sinceMs)
      if (quotes.length > 0) return done({ ok: true, value: commonestPrice(quotes) })
      this.#askPrices(service, this.#port.rng.sample(members, members.length), (answers) => {
        done(answers.length === 0 ? silent() : { ok: true, value: commonestPrice(answers) })
      })
    })
  }

  /** Asks f of them, and another for each that fails; one without room again when nobody else is left and nobody has answered. */
  #askPrices(service: Id, order: readonly NodeId[], done: (quotes: readonly Price[]) => void): void {
    const { asks, directory } = this.#around
    const quotes: Price[] = []
    const spare = [...order]
    let waiting = 0
    const ask = (broker: NodeId): void => {
      const question = { ask: { type: 'get-price', service } as const, isWanted: () => spare.length === 0 && quotes.length === 0 }
      waiting += 1
      asks.askPatiently(broker, question, (answer) => {
        waiting -= 1
        if (answer === null) directory.fail(service, broker)
        else directory.learn(service, broker, answer)
        if (answer?.type === 'price') quotes.push(answer)
        const next = answer === null ? spare.shift() : undefined
        if (next !== undefined) ask(next)
        else if (waiting === 0) done(quotes)
      })
    }
    for (const broker of spare.splice(0, this.#port.parameters.f)) ask(broker)
  }

  /** The union of what the members of the set hold, when all have answered or it has taken too long. */
  orderBook(service: Id, done: (outcome: Outcome<BookAnswer>) => void): void {
    const { asks, directory } = this.#around
    directory.find(service, (members) => {
      if (members.length === 0) return done(noBrokers())
      const answers: Answered[] = []
      let waiting = members.length
      let over = false
      const end = (): void => {
        if (over) return
        over = true
        timer.cancel()
        done(answers.length === 0 ? silent() : { ok: true, value: this.#bookOf(service, answers, members.length) })
      }
      const timer = this.#port.schedule.after(answerMs(this.#port.parameters.slot) + LINK_MS, end)
      for (const broker of members) {
        asks.askPatiently(broker, { ask: { type: 'get-book', service }, isWanted: () => !over }, (answer) => {
          waiting -= 1
          if (answer === null) directory.fail(service, broker)
          else directory.learn(service, broker, answer)
          if (answer?.type === 'book') answers.push({ book: answer, atMs: this.#port.schedule.steadyMs })
          if (waiting === 0) end()
        })
      }
    })
  }

  #bookOf(service: Id, answers: readonly Answered[], of: number): BookAnswer {
    const networkMs = this.#port.networkNowMs()
    const books = answers.map(({ book }) => book)
    const offers = unionOf(books).filter((offer) => offer.service === service && offer.validUntil > networkMs && this.#around.isOpen(offer))
    const side = (wanted: Offer['side']): Offer[] => offers.filter((offer) => offer.side === wanted)
    return {
      bids: side('buy')
        .sort((left, right) => right.price - left.price || byAge(left, right))
        .map(rowOf),
      asks: side('sell')
        .sort((left, right) => left.price - right.price || byAge(left, right))
        .map(rowOf),
      slot: slotNumber(networkMs, this.#port.parameters.slot),
      answered: answers.length,
      agreeing: agreeing(books),
      of,
      ageMs: this.#port.schedule.steadyMs - Math.min(...answers.map(({ atMs }) => atMs)),
      trades: this.#tradesOf(service, books),
    }
  }

  /** Whole receipts of all books, each once. Their signatures were checked by the shell; that they mean a trade of this service is checked here. */
  #tradesOf(service: Id, books: readonly Book[]): TradeRow[] {
    const clock = { slotMs: this.#port.parameters.slot, networkMs: this.#port.networkNowMs() }
    const trades = new Map<Id, TradeRow>()
    for (const receipt of books.flatMap(({ receipts }) => receipts)) {
      const isTrade = receipt.buyerSignature !== null && receipt.service === service && termsFault(receipt, receipt.buy, clock) === null
      if (isTrade) trades.set(receipt.id, tradeOf(receipt))
    }
    return [...trades.values()].sort((left, right) => right.slot - left.slot || (left.receiptId < right.receiptId ? -1 : 1))
  }
}

function tradeOf(receipt: Receipt): TradeRow {
  return { receiptId: receipt.id, price: receiptPrice(receipt), quantity: receipt.quantity, slot: receipt.slot }
}

/** The price that most quotes name; of equally common ones the one of the latest slot, then the higher bid, then the lower ask. */
function commonestPrice(quotes: readonly Price[]): PriceAnswer {
  const groups = new Map<string, { readonly quote: Price; count: number; slot: number }>()
  for (const quote of quotes) {
    const key = `${quote.bid} ${quote.ask}`
    const group = groups.get(key) ?? { quote, count: 0, slot: 0 }
    group.count += 1
    group.slot = Math.max(group.slot, quote.slot)
    groups.set(key, group)
  }
  const [best] = [...groups.values()].sort(
    (left, right) =>
      right.count - left.count || right.slot - left.slot || right.quote.bid - left.quote.bid || askOf(left.quote) - askOf(right.quote),
  )
  return { bid: (best?.quote.bid ?? 0) / 2, ask: best === undefined ? Number.POSITIVE_INFINITY : askOf(best.quote) }
}

/** 0 on the wire stands for no ask; Infinity here. */
function askOf(quote: Price): number {
  return quote.ask === 0 ? Number.POSITIVE_INFINITY : quote.ask / 2
}

/** The newest offer of each peer, less those that a receipt closes and those of equivocators. */
function unionOf(books: readonly Book[]): Offer[] {
  const closed = new Set(books.flatMap(({ receipts }) => receipts.flatMap(closedBy)))
  const newest = new Map<NodeId, Offer[]>()
  for (const offer of books.flatMap(({ offers }) => offers)) {
    const known = newest.get(offer.peer)
    const seq = known?.[0]?.seq ?? 0
    if (known === undefined || offer.seq > seq) newest.set(offer.peer, [offer])
    else if (offer.seq === seq && known.every(({ id }) => id !== offer.id)) known.push(offer)
  }
  return [...newest.values()].flatMap((offers) => {
    const [offer] = offers
    return offer === undefined || offers.length > 1 || closed.has(offer.id) ? [] : [offer]
  })
}

/** A half takes its signer's offer out of the tables, a whole both (PROTOCOL 6). */
function closedBy(receipt: Receipt): Id[] {
  return receipt.buyerSignature === null ? [receipt.sell.id] : [receipt.buy.id, receipt.sell.id]
}

/** How many brokers share the commonest last decision; those that have decided nothing yet share that. */
function agreeing(books: readonly Book[]): number {
  const counts = new Map<string, number>()
  for (const { decision } of books) {
    const key = decision === null ? '' : `${decision.slot} ${decision.digest}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return Math.max(0, ...counts.values())
}

function byAge(left: Offer, right: Offer): number {
  return left.seq - right.seq || (left.id < right.id ? -1 : 1)
}

function rowOf({ price, quantity, peer, seq }: Offer): BookRow {
  return { price, quantity, peer, seq }
}

function noBrokers(): ReturnType<typeof failure> {
  return failure('no-brokers', 'No broker of this service can be reached. Check the connection, then try again.')
}

function silent(): ReturnType<typeof failure> {
  return failure('timeout', 'The brokers of this service did not answer in time. Try again.')
}
