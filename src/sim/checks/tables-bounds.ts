import type { NodeId } from '../../base/identity.ts'
import type { TableInspection } from '../../broker/view.ts'
import type { Offer, Side } from '../../market/offer.ts'
import { isBetterPrice } from '../../market/order-table.ts'
import type { Effect } from '../../peer/effect.ts'
import type { PeerEvent } from '../../peer/event.ts'
import type { MessageOf } from '../../wire/messages.ts'
import type { Checker, Scene } from '../run/scene.ts'
import type { SimNode } from '../sim-node.ts'

/** Nodes looked at in one virtual second, in turn. */
const MOST_A_LOOK = 16
/** Answers with prices that are checked in one virtual second. */
const MOST_ANSWERS = 2
/** A memory may say `stored` without its row for so many slots: network time that was set back by two has let it go. */
const ROWLESS_SLOTS = 4
/** A row may outlive its validity by so many slots: until the broker's next step, and by the clocks' difference. */
const EXPIRED_SLOTS = 4

type Say = (what: string) => void

/** At most m/2 rows, all of this service and side, best price first, of equal prices the one that came first. `order`: of arrival, by peer. */
function checkSide({ rows, side, most }: { rows: readonly Offer[]; side: Side; most: number }, table: TableInspection, say: Say): void {
  if (rows.length > most) say(`${rows.length} rows to ${side}, at most ${most} may be there`)
  if (rows.some((row) => row.service !== table.serviceId || row.side !== side)) say(`a row to ${side} that does not belong there`)
  const order = orderOf(rows, table)
  for (const [index, row] of rows.entries()) {
    const next = rows[index + 1]
    if (next === undefined) return
    if (isBetterPrice(side, next.price, row.price)) say(`${next.id} to ${side} at ${next.price} stands below ${row.id} at ${row.price}`)
    if (next.price === row.price && (order.get(next.peer) ?? 0) < (order.get(row.peer) ?? 0)) {
      say(`${next.id} came before ${row.id} and stands below it at the same price`)
    }
  }
}

/** Ranks of arrival; only made when prices are equal, as tables are long. */
function orderOf(rows: readonly Offer[], { memories }: TableInspection): ReadonlyMap<NodeId, number> {
  const isTied = rows.some((row, index) => row.price === rows[index + 1]?.price)
  return new Map(isTied ? [...memories.keys()].map((peer, index) => [peer, index]) : [])
}

/** One row a peer, each the newest word that is remembered of it, and none that has expired by `untilMs`. */
function checkRows({ bids, asks, memories }: TableInspection, untilMs: number, say: Say): void {
  const peers = new Set<NodeId>()
  for (const row of [...bids, ...asks]) {
    if (peers.has(row.peer)) say(`two rows of ${row.peer}`)
    peers.add(row.peer)
    if (row.validUntil <= untilMs) say(`${row.id} expired ${untilMs - row.validUntil} ms ago, and some slots before`)
    const known = memories.get(row.peer)
    if (known === undefined) say(`${row.id} is a row, but nothing is remembered of its peer`)
    // Not yet on disk: nobody is told of it.
    else if (known.state === 'unknown') continue
    else if (known.seq !== row.seq) say(`number ${row.seq} of ${row.peer} is a row, but ${known.seq} is remembered`)
    else if (known.state !== 'stored') say(`${row.id} is a row, but it is remembered as ${known.state}`)
  }
}

/** PROTOCOL 5: the tables of honest brokers keep their bounds and their order, and an answer tells what is on top. */
class TableBounds implements Checker {
  readonly name = 'table-bounds'
  readonly #scene: Scene
  /** Nodes whose clock was ever off by a slot: rows go when their time comes, and it may come back. */
  readonly #wasOff = new Set<NodeId>()
  /** Nodes whose clock was off by a slot at their last step: when that was, in ms of the loop. */
  readonly #steppedOff = new Map<NodeId, number>()
  /** How coarse the timers were at each node's last step, in ms: the timer that makes its next one was set then. */
  readonly #coarseMs = new Map<NodeId, number>()
  /** Memories without their row: since when, in ms of the loop, by node. */
  readonly #rowless = new Map<NodeId, ReadonlyMap<string, number>>()
  #turn = 0
  #answersLeft = MOST_ANSWERS

  constructor(scene: Scene) {
    this.#scene = scene
  }

  stepped(node: SimNode, _event: PeerEvent, effects: readonly Effect[]): void {
    if (this.#isOff(node)) {
      this.#wasOff.add(node.nodeId)
      this.#steppedOff.set(node.nodeId, this.#scene.world.loop.nowMs)
    } else this.#steppedOff.delete(node.nodeId)
    this.#coarseMs.set(node.nodeId, node.clock.coarseMs)
    if (this.#answersLeft === 0) return
    const [effect] = effects
    // Alone in its step, so that nothing else can have changed the table in it.
    if (effects.length !== 1 || effect?.type !== 'send' || effect.message.type !== 'price') return
    if (this.#scene.isHonest(node.nodeId)) this.#checkAnswer(node, effect.message)
  }

  lived(node: SimNode): void {
    this.#rowless.delete(node.nodeId)
    this.#steppedOff.delete(node.nodeId)
    this.#coarseMs.delete(node.nodeId)
  }

  look(): void {
    this.#answersLeft = MOST_ANSWERS
    const { nodes } = this.#scene
    for (let count = 0; count < Math.min(MOST_A_LOOK, nodes.length); count += 1) {
      const node = nodes[this.#turn % nodes.length] as SimNode
      this.#turn += 1
      if (node.running && this.#scene.isHonest(node.nodeId)) this.#checkNode(node)
    }
  }

  #checkNode(node: SimNode): void {
    const { loop, parameters } = this.#scene.world
    const { slot, m } = parameters
    const lateMs = EXPIRED_SLOTS * slot + Math.max(node.clock.coarseMs, this.#coarseMs.get(node.nodeId) ?? 0)
    // A peer reads its clock when it steps: until then it cannot know that it was set right. With a table it steps in each slot.
    const isUnaware = loop.nowMs - (this.#steppedOff.get(node.nodeId) ?? Number.NEGATIVE_INFINITY) <= lateMs
    const untilMs = node.asleep || this.#isOff(node) || isUnaware ? 0 : loop.nowMs - lateMs
    const tables = node.peer.tables()
    if (!node.asleep && !this.#wasOff.has(node.nodeId)) this.#checkMemories(node, tables)
    for (const table of tables) {
      const say = this.#say(node, table.serviceId)
      checkSide({ rows: table.bids, side: 'buy', most: m / 2 }, table, say)
      checkSide({ rows: table.asks, side: 'sell', most: m / 2 }, table, say)
      checkRows(table, untilMs, say)
    }
  }

  #isOff(node: SimNode): boolean {
    return Math.abs(node.clock.offsetMs) >= this.#scene.world.parameters.slot
  }

  /** What is remembered as stored is a row (Book, invariant 2). */
  #checkMemories(node: SimNode, tables: readonly TableInspection[]): void {
    const { loop, parameters } = this.#scene.world
    const before = this.#rowless.get(node.nodeId)
    const rowless = new Map<string, number>()
    for (const { serviceId, bids, asks, memories } of tables) {
      const peers = new Set([...bids, ...asks].map(({ peer }) => peer))
      for (const [peer, { seq, state }] of memories) {
        if (state !== 'stored' || peers.has(peer)) continue
        const key = `${serviceId} ${peer} ${seq}`
        const sinceMs = before?.get(key) ?? loop.nowMs
        rowless.set(key, sinceMs)
        if (loop.nowMs - sinceMs <= ROWLESS_SLOTS * parameters.slot) continue
        this.#say(node, serviceId)(`number ${seq} of ${peer} is remembered as stored, and is no row for ${loop.nowMs - sinceMs} ms`)
      }
    }
    this.#rowless.set(node.nodeId, rowless)
  }

  /** A peer that trades there itself may have told itself something in the same step. */
  #checkAnswer(node: SimNode, { service, bid, ask }: MessageOf<'price'>): void {
    const table = node.peer.tables(service)[0]
    if (table?.memories.has(node.nodeId) === true) return
    this.#answersLeft -= 1
    const bestBid = table?.bids[0]?.price ?? 0
    const bestAsk = table?.asks[0]?.price ?? 0
    if (bid === 2 * bestBid && ask === 2 * bestAsk) return
    this.#say(node, service)(`it quotes ${bid / 2} and ${ask / 2}, its best rows are ${bestBid} and ${bestAsk}`)
  }

  #say(node: SimNode, service: string): Say {
    return (what) => this.#scene.violations.report(this.name, `${node.nodeId}, service ${service}: ${what}`)
  }
}

/** See {@link TableBounds}. */
export function tableBounds(scene: Scene): Checker {
  return new TableBounds(scene)
}
