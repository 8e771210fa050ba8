/**
 * stabilize and notify in one exchange (Chord IV.E.3, Zave 2017): neighbours tell each other whom they are linked to.
 * Often while links change, seldom in a quiet ring; the nearest on either side each time, the other neighbours in turn.
 */
import type { NodeId } from '../base/identity.ts'
import type { Timer } from '../base/schedule.ts'
import type { Sizes } from '../base/sizes.ts'
import type { Context } from './context.ts'
import type { LinkTable } from './links.ts'
import type { RingMessage } from './messages.ts'
import type { Neighbours } from './neighbours.ts'

type Exchange = Extract<RingMessage, { type: 'stabilize' | 'neighbours' }>

/** The pause grows by this factor after each round without a change. */
const RELAXATION = 1.5
/** Of the neighbours beyond the two nearest, one in so many takes part in a round. */
const TURNS = 3
/** After a change all neighbours are told, this part of a fast period later, so that several changes make one message. */
const NEWS_PART = 1 / 5
/** The id of a message that answers nothing: news. */
const NEWS_ID = 0

export class Stabilizer {
  readonly #context: Context
  readonly #links: LinkTable
  readonly #neighbours: Neighbours
  #periodMs: number
  #turn = 0
  #nextId = 1
  #round: Timer | null = null
  #news: Timer | null = null
  /** Newest exchange sent to a peer and not answered. */
  readonly #open = new Map<NodeId, { readonly id: number; readonly sentMs: number }>()

  constructor(context: Context, links: LinkTable, neighbours: Neighbours) {
    this.#context = context
    this.#links = links
    this.#neighbours = neighbours
    this.#periodMs = context.limits.fastMs
  }

  /** See Sized. */
  sizes(): Sizes {
    return { open: this.#open.size }
  }

  start(): void {
    this.#arm()
  }

  /** The links to neighbours changed: tell them soon, and stay alert. */
  hasten(): void {
    this.#periodMs = this.#context.limits.fastMs
    this.#news ??= this.#context.after(this.#periodMs * NEWS_PART, () => {
      this.#news = null
      for (const peer of this.#neighbours.near()) {
        this.#context.port.send(peer, { type: 'neighbours', id: NEWS_ID, ...this.#neighbours.firstHand() })
      }
    })
    this.#round?.cancel()
    this.#arm()
  }

  /** An exchange with every neighbour, now. */
  all(): void {
    for (const peer of this.#neighbours.near()) this.exchange(peer)
  }

  exchange(peer: NodeId): void {
    const id = this.#nextId
    this.#nextId = (id % 0xffffffff) + 1
    this.#open.set(peer, { id, sentMs: this.#context.nowMs() })
    this.#context.port.send(peer, { type: 'stabilize', id, ...this.#neighbours.firstHand() })
  }

  onMessage(from: NodeId, message: Exchange): void {
    if (!this.#links.isDirect(from)) return
    if (message.type === 'stabilize') {
      this.#context.port.send(from, { type: 'neighbours', id: message.id, ...this.#neighbours.firstHand() })
    } else {
      this.#measure(from, message.id)
    }
    const ids = [...message.predecessors, ...message.successors]
    if (this.#neighbours.report(from, ids, this.#context.nowMs())) this.#context.touch()
  }

  #measure(from: NodeId, id: number): void {
    const open = this.#open.get(from)
    if (open?.id !== id) return
    this.#links.get(from)?.roundTrip.add(this.#context.nowMs() - open.sentMs)
    this.#open.delete(from)
  }

  onLinkDown(peer: NodeId): void {
    this.#open.delete(peer)
  }

  #arm(): void {
    const { rng } = this.#context.port
    this.#round = this.#context.after(this.#periodMs * (0.8 + 0.4 * rng.float()), () => {
      this.#exchangeInTurn()
      this.#periodMs = Math.min(this.#context.limits.slowMs, this.#periodMs * RELAXATION)
      this.#arm()
    })
  }

  #exchangeInTurn(): void {
    this.#turn = (this.#turn + 1) % TURNS
    for (const [index, peer] of this.#neighbours.near().entries()) {
      if (index < 2 || index % TURNS === this.#turn) this.exchange(peer)
    }
  }
}
