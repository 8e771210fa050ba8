/**
 * What honest peers' people began comes to an end: no own offer stays in a passing state, none is open when its time is long over, and one that
 * brokers took out or refused says why.
 * A seller who was told that its half is whole waits for the whole, as somebody has proof of the trade. It comes once both are in one ring: a match from before the
 * healing has its time from then on, as rings that were parted find each other in a time of their own (`one-ring`).
 * (That each command ends is `ends-once`.)
 */
import type { Id } from '../../base/identity.ts'
import { RECEIPT_SLOTS } from '../../market/receipt.ts'
import { slotEndMs } from '../../market/slot.ts'
import type { OfferRow } from '../../trader/command.ts'
import { answerMs, CONNECT_MS, FIND_MS, ROUND_MS, SILENCE_SLOTS } from '../../trader/durations.ts'
import type { Checker, Scene } from '../run/scene.ts'
import type { SimNode } from '../sim-node.ts'
import { placesOf } from './ring-one.ts'

const NAME = 'operations'
/** So many nodes are looked at a virtual second, in turn. */
const NODES_A_LOOK = 40
/** Signatures, commits, the trader's tick and the looks of this checker, each more than once. */
const SLACK_MS = 5_000
/** A trader ends its offer in the slot after its validity (src/trader/offers.ts), at its next tick; its network time may stand still for a slot. */
const OVERDUE_SLOTS = 4
/** A withdrawal asks each broker so often (src/trader/withdrawals.ts). */
const WITHDRAWAL_ATTEMPTS = 2

type Passing = 'sending' | 'matched' | 'withdrawing'
type Live = Passing | 'open'

interface Seen {
  readonly state: Live
  /** What is left of it: a re-offer of a rest is another passage. */
  readonly quantity: number
  readonly sinceMs: number
  /** It was matched when its node was first looked at: when all was healed, or the node had joined anew. */
  readonly isOldMatch: boolean
}

/** How long an offer may be in each of the passing states, in ms, while nothing goes wrong any more. A match counts from its slot's end, by its trader's clock. */
export function mostPassingMs(slotMs: number, lookMs: number): Record<Passing, number> {
  const slackMs = SLACK_MS + 2 * lookMs
  return {
    sending: FIND_MS + ROUND_MS + slackMs,
    // From the decision to the deadline, then the silence that gives it up.
    matched: (RECEIPT_SLOTS + 1 + SILENCE_SLOTS + 2) * slotMs + slackMs,
    // The set is found, and a broker without room is asked for as long again.
    withdrawing: 2 * FIND_MS + WITHDRAWAL_ATTEMPTS * (CONNECT_MS + answerMs(slotMs)) + slackMs,
  }
}

/** How long an offer may still be open, or be sent, when its validity is over, in ms of its trader's network time. */
export function mostOverdueMs(slotMs: number, lookMs: number): number {
  return OVERDUE_SLOTS * slotMs + SLACK_MS + 2 * lookMs
}

type LiveRow = OfferRow & { readonly state: Live }

interface Looked {
  readonly node: SimNode
  readonly row: LiveRow
  readonly networkMs: number
  readonly isFirst: boolean
}

class Operations implements Checker {
  readonly name = NAME
  readonly #scene: Scene
  readonly #mostMs: Record<Passing, number>
  readonly #mostOverdueMs: number
  /** By node: a new life begins anew. */
  readonly #seen = new Map<SimNode, Map<Id, Seen>>()
  readonly #reported = new Set<Id>()
  /** Not yet one ring since all was healed; null: not known in this look. Once it is one it stays so (`ideal-after-heal`). */
  #parted: boolean | null = null
  #next = 0

  constructor(scene: Scene) {
    this.#scene = scene
    const rounds = Math.ceil(scene.nodes.length / NODES_A_LOOK)
    this.#mostMs = mostPassingMs(scene.world.parameters.slot, 1_000 * rounds)
    this.#mostOverdueMs = mostOverdueMs(scene.world.parameters.slot, 1_000 * rounds)
  }

  stepped(): void {}

  lived(node: SimNode): void {
    this.#seen.delete(node)
  }

  look(): void {
    if (this.#scene.phase !== 'liveness') return
    const { nodes } = this.#scene
    if (this.#parted === true) this.#parted = null
    const count = Math.min(NODES_A_LOOK, nodes.length)
    for (let index = 0; index < count; index += 1) this.#check(nodes[(this.#next + index) % nodes.length] as SimNode)
    this.#next = (this.#next + count) % nodes.length
  }

  #check(node: SimNode): void {
    if (!node.running || node.asleep || !this.#scene.isHonest(node.nodeId)) return void this.#seen.delete(node)
    const { clockOff, clockOffsetMs, offers, state } = node.peer.view()
    if (state !== 'joined') return void this.#seen.delete(node)
    // As its trader reckons: a clock that was set right after the offer was signed ends it early or late.
    const networkMs = node.clock.nowMs() + (clockOff ? 0 : clockOffsetMs)
    const before = this.#seen.get(node)
    const now = new Map<Id, Seen>()
    for (const row of offers) {
      if (isLive(row)) now.set(row.offerId, this.#follow({ node, row, networkMs, isFirst: before === undefined }, before?.get(row.offerId)))
      else if ((row.state === 'dropped' || row.state === 'refused') && row.reason === undefined) this.#report(node, row, 'without a reason')
    }
    this.#seen.set(node, now)
  }

  #follow({ node, row, networkMs, isFirst }: Looked, before: Seen | undefined): Seen {
    const { quantity, state } = row
    const nowMs = this.#scene.nowMs()
    if (before?.state !== state || before.quantity !== quantity) {
      return { state, quantity, sinceMs: nowMs, isOldMatch: isFirst && state === 'matched' }
    }
    if (before.isOldMatch && this.#isParted()) return { ...before, sinceMs: nowMs }
    // A clock that was set back leaves a match that was decided in a slot to come: until its deadline the other side may complete it.
    const passedMs = Math.min(nowMs - before.sinceMs, networkMs - this.#decidedMs(row))
    if (state !== 'open' && passedMs > this.#mostMs[state]) this.#report(node, row, `for ${Math.floor(passedMs / 1_000)} s`)
    const isTradable = state === 'open' || state === 'sending'
    // Not when it was matched or withdrawn meanwhile, and has just come back from that.
    const overdueMs = Math.min(passedMs, networkMs - row.validUntil)
    if (isTradable && overdueMs > this.#mostOverdueMs) this.#report(node, row, `${Math.floor(overdueMs / 1_000)} s after its validity`)
    return before
  }

  #decidedMs({ slot }: OfferRow): number {
    return slot === undefined ? 0 : slotEndMs(slot, this.#scene.world.parameters.slot)
  }

  #isParted(): boolean {
    this.#parted ??= !isOneRing(this.#scene.nodes)
    return this.#parted
  }

  #report(node: SimNode, { offerId, state }: OfferRow, what: string): void {
    if (this.#reported.has(offerId)) return
    this.#reported.add(offerId)
    this.#scene.violations.report(NAME, `the offer ${offerId} of ${node.nodeId} is ${state} ${what}`)
  }
}

function isOneRing(nodes: readonly SimNode[]): boolean {
  const running = nodes.filter((node) => node.running)
  const circles = [...placesOf(nodes).values()].map(({ circle }) => circle)
  return circles.length === running.length && circles.every((circle) => circle !== null && circle === circles[0])
}

function isLive(row: OfferRow): row is LiveRow {
  return row.state === 'open' || row.state === 'sending' || row.state === 'matched' || row.state === 'withdrawing'
}

export function operations(scene: Scene): Checker {
  return new Operations(scene)
}
