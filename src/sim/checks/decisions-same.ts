import type { Id, NodeId } from '../../base/identity.ts'
import type { TableInspection } from '../../broker/view.ts'
import { isExchangeSlot, slotEndMs, slotStartMs } from '../../market/slot.ts'
import type { Effect } from '../../peer/effect.ts'
import type { PeerEvent } from '../../peer/event.ts'
import type { Message, MessageOf } from '../../wire/messages.ts'
import type { Checker, Scene } from '../run/scene.ts'
import type { SimNode } from '../sim-node.ts'
import { Hearing } from './decisions-heard.ts'
import { StartLinks } from './decisions-links.ts'
import { touchedBy } from './decisions-touched.ts'
import { SeenReceipts } from './receipts-seen.ts'

/** This share of a slot before its end it is seen what each broker knows, and twice this share after it what it decided. */
const GUARD = 1 / 8
/** From one step to the next a clock that only drifts moves less. */
const CLOCK_SET_MS = 20
/** Instead of a digest, when a broker matched nothing in a slot. */
const NOTHING = 'nothing'

/** One odd slot, of all services. */
interface Round {
  readonly slot: number
  readonly closeMs: number
  isClosing: boolean
  /** Whose clock was set, and whose first step after it was in this slot: it counts slots anew from there, and need not decide this one. */
  readonly reset: Set<NodeId>
  readonly hearings: Map<Id, Map<NodeId, Hearing>>
  /** By service, sender and receiver: parts of exchanges said and not yet heard. Of honest brokers only. */
  readonly lost: Map<Id, Map<string, number>>
}

/**
 * PROTOCOL 6: honest brokers that were forwarded the same in an odd slot, and knew the same of it, decided the same.
 *
 * A decision depends on the offers that count, and on how many brokers forwarded each. What counts follows from a broker's memories, which are
 * seen just before the slot ends. Whoever cannot be judged for certain is left out: with an exchange that was heard late or not acknowledged, a
 * restart, a clock elsewhere, or a memory that changed between that look and the decision; whoever is a party itself, or had a link to no
 * other member when its exchange began and told nobody, as what a peer says to itself is not seen; and where two offers have one number, or one has no row.
 * Counted besides: `decisions compared`, when one matched something, and `decision split`, a slot in which every exchange among honest brokers arrived and they differ all the same.
 */
class SameDecision implements Checker {
  readonly name = 'same-decision'
  readonly #scene: Scene
  readonly #seen: SeenReceipts
  readonly #links: StartLinks
  readonly #rounds = new Map<number, Round>()
  readonly #startedMs = new Map<NodeId, number>()
  /** How far the clock of each node was ahead in its last step. */
  readonly #aheadMs = new Map<NodeId, number>()
  /** Rounds that are closing. */
  #closing = 0

  constructor(scene: Scene) {
    this.#scene = scene
    this.#seen = new SeenReceipts(scene.world)
    this.#links = new StartLinks(scene.world, scene.world.parameters.slot * GUARD)
  }

  stepped(node: SimNode, event: PeerEvent, effects: readonly Effect[]): void {
    this.#followClock(node, event.nowMs)
    this.#links.stepped(node, event)
    if (event.type === 'message') this.#heard(node, event.from, event.message)
    else if (event.type === 'command' && event.command.type === 'adjustClock') this.#clockSet(node)
    for (const effect of effects) if (effect.type === 'send') this.#said(node, effect.to, effect.message)
  }

  lived(node: SimNode): void {
    this.#startedMs.set(node.nodeId, this.#scene.world.loop.nowMs)
    this.#spoil(node)
  }

  /** A clock that was set, even if it is right again by the end of the slot, may have made its broker decide early. */
  #followClock(node: SimNode, nowMs: number): void {
    const aheadMs = nowMs - this.#scene.world.loop.nowMs
    const before = this.#aheadMs.get(node.nodeId) ?? aheadMs
    this.#aheadMs.set(node.nodeId, aheadMs)
    if (Math.abs(aheadMs - before) > CLOCK_SET_MS) this.#clockSet(node)
  }

  /** Also what it hears later in the slot decides nothing there. */
  #clockSet(node: SimNode): void {
    this.#spoil(node)
    if (node.running) this.#roundOf(node.peer.view().slot)?.reset.add(node.nodeId)
  }

  #heard(node: SimNode, from: NodeId, message: Message): void {
    if (message.type === 'exchange') {
      const round = this.#roundOf(message.slot)
      if (round !== null && this.#scene.isHonest(node.nodeId)) {
        const hearing = this.#hearingOf(round, node, message.service)
        if (round.isClosing && isPast(node, message.slot)) hearing.addLate(from)
        else if (round.isClosing || !this.#isStarted(message.slot)) hearing.isSpoilt = true
        else {
          hearing.add(from, message.offers)
          this.#count(round, message.service, { pair: `${from} ${node.nodeId}`, by: -1 })
        }
      }
    }
    this.#touch(node, message)
  }

  #said(node: SimNode, to: NodeId, message: Message): void {
    if (message.type === 'exchange') this.#forwarded(node, to, message)
    else if (message.type === 'exchange-ack' && message.known) {
      this.#rounds.get(message.slot)?.hearings.get(message.service)?.get(node.nodeId)?.acknowledge(to)
    } else if (message.type !== 'handoff') this.#touch(node, message)
  }

  #forwarded(node: SimNode, to: NodeId, { service, slot, offers }: MessageOf<'exchange'>): void {
    if (!this.#scene.isHonest(node.nodeId)) return
    const round = this.#roundOf(slot)
    if (round === null) return
    const hearing = this.#hearingOf(round, node, service)
    if (round.isClosing) hearing.isSpoilt = true
    hearing.add(node.nodeId, offers)
    if (this.#scene.isHonest(to)) this.#count(round, service, { pair: `${node.nodeId} ${to}`, by: 1 })
  }

  /** Between the look at its memories and its decision a broker learnt something more. */
  #touch(node: SimNode, outer: Message): void {
    if (this.#closing === 0) return
    const inner = this.#seen.inner(outer)
    const touched = inner === null ? null : touchedBy(inner)
    if (touched === null) return
    for (const round of this.#rounds.values()) {
      if (!round.isClosing) continue
      const hearing = round.hearings.get(touched.service)?.get(node.nodeId)
      if (hearing === undefined || isPast(node, round.slot)) continue
      for (const peer of touched.peers) hearing.touched.add(peer)
    }
  }

  #close(round: Round): void {
    round.isClosing = true
    this.#closing += 1
    const mostForwards = 2 * this.#scene.world.parameters.m
    const tables = new Map<SimNode, readonly TableInspection[]>()
    for (const [service, byBroker] of round.hearings) {
      for (const hearing of byBroker.values()) {
        const { node } = hearing
        if (!node.running || node.asleep || this.#isNew(node, round.slot)) hearing.isSpoilt = true
        else
          hearing.snap(tableOf(tables, node, service), { slot: round.slot, mostForwards, linked: this.#links.at(node.nodeId, round.slot) })
      }
    }
  }

  #compare(round: Round): void {
    this.#rounds.delete(round.slot)
    this.#closing -= 1
    const tables = new Map<SimNode, readonly TableInspection[]>()
    for (const [service, byBroker] of round.hearings) {
      const digests = new Set<string>()
      const byBasis = new Map<string, { readonly digest: string; readonly broker: NodeId }>()
      for (const hearing of byBroker.values()) {
        if (!hearing.hasDecided(round.slot)) continue
        const decision = tableOf(tables, hearing.node, service)?.decision
        const digest = decision?.slot === round.slot ? decision.digest : NOTHING
        digests.add(digest)
        const basis = hearing.basis()
        if (basis === null) continue
        const other = byBasis.get(basis)
        if (other === undefined) byBasis.set(basis, { digest, broker: hearing.node.nodeId })
        else this.#agree(`${service} in slot ${round.slot}`, other, { digest, broker: hearing.node.nodeId })
      }
      const isAllHeard = [...(round.lost.get(service)?.values() ?? [])].every((count) => count === 0)
      const isCalm = [...byBroker.values()].every(({ isSpoilt }) => !isSpoilt)
      if (digests.size > 1 && isAllHeard && isCalm) this.#scene.sometimes.add('decision split')
    }
  }

  #agree(what: string, left: { digest: string; broker: NodeId }, right: { digest: string; broker: NodeId }): void {
    if (left.digest !== NOTHING || right.digest !== NOTHING) this.#scene.sometimes.add('decisions compared')
    if (left.digest === right.digest) return
    const detail = `of ${what} ${left.broker} decided ${left.digest}, ${right.broker} ${right.digest}, from the same`
    this.#scene.violations.report(this.name, detail)
  }

  /** The round of a slot that has not come to its end; null for another. */
  #roundOf(slot: number): Round | null {
    const known = this.#rounds.get(slot)
    if (known !== undefined) return known
    const { loop, parameters } = this.#scene.world
    const endMs = slotEndMs(slot, parameters.slot)
    const closeMs = endMs - parameters.slot * GUARD
    if (!isExchangeSlot(slot) || loop.nowMs >= closeMs || loop.nowMs < slotStartMs(slot - 2, parameters.slot)) return null
    const round: Round = { slot, closeMs, isClosing: false, reset: new Set(), hearings: new Map(), lost: new Map() }
    this.#rounds.set(slot, round)
    loop.after(closeMs - loop.nowMs, () => this.#close(round))
    loop.after(endMs + 2 * parameters.slot * GUARD - loop.nowMs, () => this.#compare(round))
    return round
  }

  #hearingOf(round: Round, node: SimNode, service: Id): Hearing {
    const byBroker = round.hearings.get(service) ?? new Map<NodeId, Hearing>()
    round.hearings.set(service, byBroker)
    const hearing = byBroker.get(node.nodeId) ?? new Hearing(node)
    if (round.reset.has(node.nodeId)) hearing.isSpoilt = true
    byBroker.set(node.nodeId, hearing)
    return hearing
  }

  #count(round: Round, service: Id, { pair, by }: { readonly pair: string; readonly by: number }): void {
    const lost = round.lost.get(service) ?? new Map<string, number>()
    round.lost.set(service, lost)
    // What a liar sends is not counted when it leaves, so not when it comes either.
    if (by > 0 || lost.has(pair)) lost.set(pair, (lost.get(pair) ?? 0) + by)
  }

  /** A broker whose clock is ahead by more than this would be heard in a slot that has long not begun. */
  #isStarted(slot: number): boolean {
    const { loop, parameters } = this.#scene.world
    return loop.nowMs >= slotStartMs(slot - 1, parameters.slot)
  }

  #isNew(node: SimNode, slot: number): boolean {
    return (this.#startedMs.get(node.nodeId) ?? 0) >= slotStartMs(slot, this.#scene.world.parameters.slot)
  }

  #spoil(node: SimNode): void {
    this.#links.doubt(node.nodeId)
    for (const { hearings } of this.#rounds.values()) {
      for (const byBroker of hearings.values()) {
        const hearing = byBroker.get(node.nodeId)
        if (hearing !== undefined) hearing.isSpoilt = true
      }
    }
  }
}

/** Slots are handled before anything that arrives in a later one, so in this node's last step the slot was decided already. */
function isPast(node: SimNode, slot: number): boolean {
  return node.running && node.peer.view().slot > slot
}

/** The table of a service as it is now; a node is inspected once. */
function tableOf(tables: Map<SimNode, readonly TableInspection[]>, node: SimNode, service: Id): TableInspection | undefined {
  const known = tables.get(node) ?? node.peer.tables()
  tables.set(node, known)
  return known.find(({ serviceId }) => serviceId === service)
}

/** See {@link SameDecision}. */
export function sameDecision(scene: Scene): Checker {
  return new SameDecision(scene)
}
