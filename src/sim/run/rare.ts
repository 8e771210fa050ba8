/** Rare branches: a batch of runs in which one of them is never taken has tested less than it seems (DESIGN, Tests). */
import { BoundedMap } from '../../base/bounded.ts'
import type { NodeId } from '../../base/identity.ts'
import type { Effect } from '../../peer/effect.ts'
import type { PeerEvent } from '../../peer/event.ts'
import type { Refusal } from '../../wire/market-messages.ts'
import { type Codec, createCodec, type Match, type Message } from '../../wire/messages.ts'
import type { Observer } from '../observer.ts'
import type { SimNode } from '../sim-node.ts'
import type { Counts } from './counts.ts'

/** Each with what shows that it was taken. Only honest peers' messages count. */
const RARE_MESSAGES: readonly (readonly [name: string, type: Message['type'], isTaken: (message: Message) => boolean])[] = [
  ['a newer number or withdrawal passed on', 'exchange', (message) => message.type === 'exchange' && message.withdrawals.length > 0],
  ['a proof of equivocation passed on', 'exchange', (message) => message.type === 'exchange' && message.equivocations.length > 0],
  ['an exchange about an unknown service', 'exchange-ack', (message) => message.type === 'exchange-ack' && !message.known],
  ['tables handed over', 'handoff', (message) => message.type === 'handoff' && message.memories.length > 0],
  ['a proof handed over', 'handoff', (message) => message.type === 'handoff' && message.equivocations.length > 0],
  ['a receipt handed over', 'handoff', (message) => message.type === 'handoff' && message.receipts.length > 0],
  ['a handover acknowledged', 'handoff-ack', () => true],
  ['an offer withdrawn', 'withdraw', () => true],
  ['a row pushed out', 'notify-drop', () => true],
  ['a half answered by a newer word', 'superseded', () => true],
  ['a half', 'receipt', (message) => message.type === 'receipt' && message.receipt.buyerSignature === null],
  ['attested as not seen', 'attestation', (message) => message.type === 'attestation' && !message.attestation.seen],
  ['asked for an attestation', 'ask-attestation', () => true],
  ['a notice relayed', 'relay', () => true],
  ['asked a peer that is no broker', 'not-broker', () => true],
  [
    'the same offer sent again',
    'offer-answer',
    (message) => message.type === 'offer-answer' && message.refusal === 'stale' && message.state.state === 'matched',
  ],
  ['a route failed', 'route-reply', (message) => message.type === 'route-reply' && message.body.type === 'failed'],
  [
    'a link refused',
    'route',
    (message) => message.type === 'route' && message.body.type === 'signal' && message.body.signal.kind === 'refuse',
  ],
  [
    'a link refused',
    'route-reply',
    (message) => message.type === 'route-reply' && message.body.type === 'signal' && message.body.signal.kind === 'refuse',
  ],
  ['a goodbye', 'leave', () => true],
]

const REFUSALS = [
  'price',
  'stale',
  'expired',
  'service-unknown',
  'services-full',
  'equivocator',
  'phantom',
  'storage',
] as const satisfies readonly Refusal[]
const BY_TYPE = new Map<Message['type'], (typeof RARE_MESSAGES)[number][]>()
for (const rare of RARE_MESSAGES) BY_TYPE.set(rare[1], [...(BY_TYPE.get(rare[1]) ?? []), rare])
const refused = (reason: string): string => `refused: ${reason}`

const RARE_EVENTS: readonly (readonly [name: string, isTaken: (event: PeerEvent) => boolean])[] = [
  ['woken from sleep', (event) => event.type === 'wake'],
  ['the disk refused', (event) => event.type === 'stored' && !event.ok],
  ['a link attempt failed', (event) => event.type === 'connectFailed'],
  ['no way in was found', (event) => event.type === 'sought' && event.contacts === 0 && event.reason !== ''],
  ['started from a disk with tables', (event) => event.type === 'start' && event.records.some(({ store }) => store === 'tables')],
]

const MADE_GOOD = 'a lost notice made good by asking'
/** Matches that traders were told of; one that was forgotten is told of no more, as it is long over. */
const MAX_TOLD = 65_536

/** Every name that a batch of runs must have hit at least once. */
export const RARE_BRANCHES: readonly string[] = [
  ...new Set(RARE_MESSAGES.map(([name]) => name)),
  MADE_GOOD,
  ...RARE_EVENTS.map(([name]) => name),
  ...REFUSALS.map(refused),
  // By the checkers: they wait for the ring and the market to come to rest before they judge.
  'a settled market was judged',
  'the healed ring was judged',
  'a peer at rest was judged',
  'a market at rest was judged',
  'a late completion was judged',
  'the changing ring was judged',
]

/** Counts them. */
export class RareBranches implements Observer {
  readonly #counts: Counts
  readonly #codec: Codec
  /** Who has misbehaved so far. */
  readonly #liars = new Set<NodeId>()
  /** By trader and match. */
  readonly #told = new BoundedMap<string, true>({ capacity: MAX_TOLD })

  /** `network`: see networkId(). */
  constructor(counts: Counts, network: string) {
    this.#counts = counts
    this.#codec = createCodec(network)
  }

  stepped(node: SimNode, event: PeerEvent, effects: readonly Effect[]): void {
    if (node.behaviour !== null) {
      this.#liars.add(node.nodeId)
      return
    }
    if (event.type === 'message') this.#news(node.nodeId, event.from, event.message)
    for (const [name, isTaken] of RARE_EVENTS) if (isTaken(event)) this.#counts.add(name)
    for (const effect of effects) if (effect.type === 'send') this.#message(effect.message)
  }

  /** An honest broker's answer that is the first word of a match: neither a notice nor a half of it came, straight or relayed. */
  #news(trader: NodeId, from: NodeId, message: Message): void {
    if (message.type === 'price') {
      const { match } = message.state
      if (match !== null && this.#tell(trader, match) && !this.#liars.has(from)) this.#counts.add(MADE_GOOD)
    } else if (message.type === 'notify-offer') this.#tell(trader, message.match)
    else if (message.type === 'receipt') this.#tell(trader, message.receipt)
    else if (message.type === 'offer-answer' && message.state.match !== null) this.#tell(trader, message.state.match)
    else if (message.type === 'relay') {
      const inner = this.#codec.decode(message.payload)
      if (inner.ok && inner.value.type !== 'relay') this.#news(trader, from, inner.value)
    }
  }

  /** True the first time. */
  #tell(trader: NodeId, { buy, sell }: Pick<Match, 'buy' | 'sell'>): boolean {
    if (buy.peer !== trader && sell.peer !== trader) return false
    const key = `${trader} ${buy.id} ${sell.id}`
    const isNew = !this.#told.has(key)
    if (isNew) this.#told.set(key, true)
    return isNew
  }

  #message(message: Message): void {
    for (const [name, , isTaken] of BY_TYPE.get(message.type) ?? []) if (isTaken(message)) this.#counts.add(name)
    if (message.type === 'offer-answer' && message.refusal !== null) this.#counts.add(refused(message.refusal))
  }
}
