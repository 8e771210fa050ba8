/** What one broker forwarded and was forwarded for one service in one odd slot, and whether it can be compared with others. */
import type { Id, NodeId } from '../../base/identity.ts'
import type { TableInspection } from '../../broker/view.ts'
import type { Offer } from '../../market/offer.ts'
import type { SimNode } from '../sim-node.ts'

/**
 * Would a broker with this table let the offer count? Null: that cannot be told from outside. A peer without a row may have been left out for its price,
 * be blocked, or have signed another offer under the same number, which is no offer to count then.
 */
function counts(offer: Offer, table: TableInspection | undefined): boolean | null {
  const known = table?.memories.get(offer.peer)
  if (known === undefined || known.seq < offer.seq || known.state === 'unknown') return null
  if (known.seq > offer.seq) return false
  if (known.state === 'matched' || known.state === 'withdrawn') return false
  const rows = offer.side === 'buy' ? table?.bids : table?.asks
  return rows?.some(({ id }) => id === offer.id) === true ? true : null
}

interface Look {
  readonly slot: number
  /** Beyond it a broker does not hear another. */
  readonly mostForwards: number
  /** Whom the broker could tell when its exchange began. */
  readonly linked: ReadonlySet<NodeId>
}

export class Hearing {
  readonly node: SimNode
  /** Peers whose memory may have changed after the look at it and before the decision. */
  readonly touched = new Set<NodeId>()
  /** Something makes it incomparable: it came late, restarted, or set its clock. */
  isSpoilt = false
  readonly #offsetMs: number
  readonly #offers = new Map<Id, Offer>()
  /** By forwarding broker, this one included, the offers. */
  readonly #forwards = new Map<NodeId, Set<Id>>()
  /** Parts heard of each other broker, less those that were acknowledged. */
  readonly #owed = new Map<NodeId, number>()
  /** Of each offer, whether it counts here; from just before the decision. */
  #counted: ReadonlyMap<Id, boolean | null> | null = null

  constructor(node: SimNode) {
    this.node = node
    this.#offsetMs = node.clock.offsetMs
  }

  add(broker: NodeId, offers: readonly Offer[]): void {
    const forwarded = this.#forwards.get(broker) ?? new Set<Id>()
    this.#forwards.set(broker, forwarded)
    for (const offer of offers) {
      forwarded.add(offer.id)
      this.#offers.set(offer.id, offer)
    }
    if (broker !== this.node.nodeId) this.#owed.set(broker, (this.#owed.get(broker) ?? 0) + 1)
  }

  /** Too late for the decision. */
  addLate(broker: NodeId): void {
    this.#owed.set(broker, (this.#owed.get(broker) ?? 0) + 1)
  }

  acknowledge(broker: NodeId): void {
    this.#owed.set(broker, (this.#owed.get(broker) ?? 0) - 1)
  }

  /** Just before the decision: what it knows of the offers. */
  snap(table: TableInspection | undefined, { slot, mostForwards, linked }: Look): void {
    const { node } = this
    const offers = [...this.#offers.values()]
    this.#counted = new Map(offers.map((offer) => [offer.id, counts(offer, table)]))
    const names = new Set(offers.map(({ peer, seq }) => `${peer} ${seq}`))
    const isOdd = names.size < offers.length || offers.some(({ peer }) => peer === node.nodeId)
    const isMuch = [...this.#forwards.values()].some(({ size }) => size >= mostForwards)
    const isShifted = Math.abs(node.clock.offsetMs - this.#offsetMs) > 1
    const isThere = table?.serving === true && table.since < slot && node.peer.view().slot <= slot
    // It decided that slot before, as its clock was ahead and was set back since.
    const isAgain = (table?.decision?.slot ?? 0) >= slot
    if (isOdd || isMuch || isShifted || isAgain || !isThere || this.#isMute(table.members, linked)) this.isSpoilt = true
  }

  /** A little after the slot's end: this broker has certainly decided it. */
  hasDecided(slot: number): boolean {
    const { node } = this
    if (this.isSpoilt || !node.running || node.asleep || node.clock.coarseMs > 0) return false
    return node.peer.view().slot === slot + 1
  }

  /** What it decided from, if that is certain; brokers with the same must have decided the same. */
  basis(): string | null {
    if (this.#counted === null) return null
    if ([...this.#owed.values()].some((owed) => owed !== 0)) return null
    const lines: string[] = []
    for (const [id, isCounted] of this.#counted) {
      const peer = this.#offers.get(id)?.peer
      if (isCounted === null || peer === undefined || this.touched.has(peer)) return null
      if (isCounted) lines.push(`${id} ${this.#forwardersOf(id)}`)
    }
    return lines.sort().join('\n')
  }

  /**
   * Who had nobody to tell when its exchange began, as after a restart before it meets its set, still forwarded what crosses to itself: that is in no
   * message, and a link that comes later in the slot brings nothing of it to light.
   */
  #isMute(members: readonly NodeId[], linked: ReadonlySet<NodeId>): boolean {
    return !this.#forwards.has(this.node.nodeId) && !members.some((member) => linked.has(member))
  }

  #forwardersOf(offer: Id): number {
    return [...this.#forwards.values()].filter((offers) => offers.has(offer)).length
  }
}
