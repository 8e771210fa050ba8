import type { Id, NodeId } from '../../base/identity.ts'
import type { TableInspection } from '../../broker/view.ts'
import type { Effect } from '../../peer/effect.ts'
import type { PeerEvent } from '../../peer/event.ts'
import type { Message, MessageOf, Newest } from '../../wire/messages.ts'
import type { Checker, Scene } from '../run/scene.ts'
import type { SimNode } from '../sim-node.ts'
import type { SimDisk } from '../sim-store.ts'
import { Handovers } from './handovers.ts'

/** An offer is not looked for when it ends within so many slots: network time is off by less. */
const END_SLOTS = 3
/** Brokers looked at in one virtual second, in turn. */
const MOST_A_LOOK = 16
/** A handover is given up after eight even slots without an acknowledgement (src/broker/handoff.ts): earlier a leaver has forgotten it. */
const HANDOVER_SLOTS = 14
/** An offer that is valid for almost t may be too far ahead for another broker's clock. */
const CLOCK_SLOTS = 2
/** Peers, and services of one peer, beyond which brokers refuse new ones (src/broker): so many are far below. */
const MOST_PEERS = 4_096
const MOST_SERVICES_IN_S = 4

/** An offer that a broker said it has. */
interface Kept {
  readonly service: Id
  readonly trader: NodeId
  readonly seq: number
  readonly untilMs: number
  /** The set as its broker last showed it while it was in it, and when, in ms of the loop; -Infinity: not in this life. */
  members: readonly NodeId[]
  shownMs: number
}

/** What one broker acknowledged, by service and trader. */
interface Promises {
  readonly disk: SimDisk
  readonly kept: Map<string, Kept>
}

/** A trader's newest number, as it said it itself. */
interface Told {
  readonly seq: number
  readonly untilMs: number
}

function keyOf(service: Id, trader: NodeId): string {
  return `${service}/${trader}`
}

/**
 * What was acknowledged is not lost: an honest broker in the set remembers every offer that it said was stored, after a crash too, until the
 * offer ends, its trader says something newer, or it was dropped from the table. So it is not lost while one broker of those that
 * acknowledged it lives.
 *
 * A broker that leaves the set forgets only when every member that enters has acknowledged its handover, or does not do so for long (PROTOCOL 3);
 * and whoever acknowledges a handover is bound by it as by its own word. (Nothing is demanded of handovers that nobody acknowledges: links and
 * tabs may die.) A broker is bound no longer when its disk was lost or damaged, it left the set and forgot, or its clock is off by a slot.
 */
class AcknowledgedKept implements Checker {
  readonly name = 'acknowledged-kept'
  readonly #scene: Scene
  readonly #promises = new Map<NodeId, Promises>()
  /** By service and trader. */
  readonly #told = new Map<string, Told>()
  readonly #handovers = new Handovers()
  /** Brokers that have read their disk. */
  readonly #ready = new Set<NodeId>()
  #turn = 0

  constructor(scene: Scene) {
    this.#scene = scene
    for (const node of scene.nodes) if (node.running) this.#ready.add(node.nodeId)
  }

  stepped(node: SimNode, event: PeerEvent, effects: readonly Effect[]): void {
    if (event.type === 'start') this.#started(node)
    this.#handovers.happened(node, event, this.#isOnTime(node))
    for (const effect of effects) {
      if (effect.type === 'send') this.#said(node, effect.to, effect.message)
      else if (effect.type === 'store') this.#storing(node, effect)
    }
  }

  lived(node: SimNode, _change: 'start' | 'stop' | 'crash'): void {
    this.#ready.delete(node.nodeId)
    this.#handovers.lived(node)
    for (const kept of this.#promises.get(node.nodeId)?.kept.values() ?? []) kept.shownMs = Number.NEGATIVE_INFINITY
  }

  look(): void {
    this.#forgetEnded()
    const brokers = [...this.#promises.keys()]
    for (let count = 0; count < Math.min(MOST_A_LOOK, brokers.length); count += 1) {
      const node = this.#scene.node(brokers[this.#turn % brokers.length] as NodeId)
      this.#turn += 1
      if (node?.running === true && this.#ready.has(node.nodeId)) this.#check(node)
    }
  }

  #started(node: SimNode): void {
    this.#ready.add(node.nodeId)
    const promises = this.#promises.get(node.nodeId)
    if (promises === undefined) return
    if (promises.disk !== node.disk || node.disk.read().problem !== '') this.#promises.delete(node.nodeId)
  }

  #said(node: SimNode, to: NodeId, message: Message): void {
    switch (message.type) {
      case 'send-offer':
        return this.#tell(node, { type: 'offer', offer: message.offer })
      case 'withdraw':
        return this.#tell(node, { type: 'withdrawal', withdrawal: message.withdrawal })
      case 'superseded':
        return this.#tell(node, message.newest)
      case 'offer-answer':
        return this.#acknowledged(node, to, message)
      case 'handoff':
        return this.#handovers.said(node, to, message)
      case 'handoff-ack':
        return this.#took(node, to, message)
      // A trader that is its own broker may have told nobody else: then its word leaves with what it forwards.
      case 'exchange':
        for (const offer of message.offers) this.#tell(node, { type: 'offer', offer })
        for (const withdrawal of message.withdrawals) this.#tell(node, { type: 'withdrawal', withdrawal })
        return
      default:
    }
  }

  #tell(node: SimNode, newest: Newest): void {
    const { service, peer, seq, validUntil } = newest.type === 'offer' ? newest.offer : newest.withdrawal
    if (peer !== node.nodeId) return
    const key = keyOf(service, peer)
    const known = this.#told.get(key)
    // A withdrawal ends what was acknowledged, so nothing of it is to be kept.
    const untilMs = newest.type === 'offer' ? validUntil : 0
    if (known === undefined || known.seq < seq) this.#told.set(key, { seq, untilMs })
  }

  #acknowledged(node: SimNode, trader: NodeId, { members, refusal, service, state }: MessageOf<'offer-answer'>): void {
    if (refusal !== null || state.state !== 'stored' || !this.#scene.isHonest(node.nodeId) || !this.#scene.isHonest(trader)) return
    const key = keyOf(service, trader)
    const told = this.#told.get(key)
    if (told === undefined || told.seq !== state.seq) return
    this.#promise(node, { service, trader, ...told, members, shownMs: this.#scene.world.loop.nowMs })
  }

  #promise(node: SimNode, kept: Kept): void {
    const promises = this.#promises.get(node.nodeId) ?? { disk: node.disk, kept: new Map<string, Kept>() }
    this.#promises.set(node.nodeId, promises)
    promises.kept.set(keyOf(kept.service, kept.trader), kept)
  }

  /** Another member's table was taken: what is in it is promised too. */
  #took(node: SimNode, to: NodeId, ack: MessageOf<'handoff-ack'>): void {
    const memories = this.#handovers.taken(node, to, ack)
    if (memories.length === 0 || !this.#scene.isHonest(node.nodeId) || !this.#isOnTime(node) || this.#mayRefuse(node)) return
    const { loop, parameters } = this.#scene.world
    const table = tableOf(node, ack.service)
    if (table?.serving === false) return
    for (const { newest, state } of memories) {
      if (newest.type !== 'offer' || state !== 'stored') continue
      const { peer: trader, seq, service, validUntil: untilMs } = newest.offer
      const isElse = service !== ack.service || this.#told.get(keyOf(service, trader))?.seq !== seq || !this.#scene.isHonest(trader)
      const isTooFar = untilMs > loop.nowMs + parameters.t - CLOCK_SLOTS * parameters.slot
      if (isElse || isTooFar || this.#promises.get(node.nodeId)?.kept.has(keyOf(service, trader)) === true) continue
      this.#scene.sometimes.add('an offer handed over was followed')
      this.#promise(node, { service, trader, seq, untilMs, members: table?.members ?? [], shownMs: loop.nowMs })
    }
  }

  /** It holds somebody for a liar, perhaps wrongly, or may be full. */
  #mayRefuse(node: SimNode): boolean {
    const { nodes, services, world } = this.#scene
    const { 'broker.misconduct': accused = 0, 'broker.book.proofs': proofs = 0 } = node.sizes()
    return accused + proofs > 0 || nodes.length >= MOST_PEERS || services.length >= MOST_SERVICES_IN_S * world.parameters.s
  }

  #isOnTime(node: SimNode): boolean {
    return Math.abs(node.clock.offsetMs) < this.#scene.world.parameters.slot
  }

  /** A memory is deleted: lawfully, when its broker has left the set and handed it over. It may be back in it before the next look. */
  #storing(node: SimNode, { writes }: Extract<Effect, { type: 'store' }>): void {
    const promises = this.#promises.get(node.nodeId)
    if (promises === undefined) return
    for (const { store, key, value } of writes) {
      if (store !== 'tables' || value !== null || !key.startsWith('memory/')) continue
      const kept = promises.kept.get(key.slice('memory/'.length))
      if (kept === undefined) continue
      const table = tableOf(node, kept.service)
      if (table?.serving === true) continue
      promises.kept.delete(keyOf(kept.service, kept.trader))
      if (table !== undefined) this.#forgot(node, kept, table)
    }
  }

  /** Whoever entered since its broker showed its set has been handed the table. */
  #forgot(node: SimNode, kept: Kept, { members }: TableInspection): void {
    const { loop, parameters } = this.#scene.world
    const isSoon = loop.nowMs - kept.shownMs <= HANDOVER_SLOTS * parameters.slot
    if (!isSoon || !this.#scene.isHonest(node.nodeId) || !this.#isOnTime(node)) return
    const entrants = members.filter((member) => member !== node.nodeId && !kept.members.includes(member))
    if (entrants.length > 0) this.#scene.sometimes.add('a handover was judged')
    const deaf = entrants.find((member) => !this.#handovers.isAcknowledged(node, member, kept.service))
    if (deaf !== undefined) this.#report(node, kept, `forgot it before ${deaf} acknowledged its handover`)
  }

  #check(node: SimNode): void {
    const promises = this.#promises.get(node.nodeId)
    if (promises === undefined) return
    if (!this.#isOnTime(node) || !this.#scene.isHonest(node.nodeId)) {
      this.#promises.delete(node.nodeId)
      return
    }
    if (node.asleep) return
    const tables = new Map(node.peer.tables().map((table) => [table.serviceId, table]))
    for (const [key, kept] of promises.kept) {
      const table = tables.get(kept.service)
      const fault = faultOf(kept, table)
      if (fault !== null) {
        promises.kept.delete(key)
        if (this.#isSure(node)) this.#report(node, kept, fault)
      } else if (table?.serving === true) {
        kept.members = table.members
        kept.shownMs = this.#scene.world.loop.nowMs
      }
    }
  }

  /** Network time may be another than the clock's, when most neighbours' clocks are off. */
  #isSure(node: SimNode): boolean {
    const { clockOff, clockOffsetMs } = node.peer.view()
    return !clockOff && Math.abs(clockOffsetMs + node.clock.offsetMs) < this.#scene.world.parameters.slot
  }

  #forgetEnded(): void {
    const { loop, parameters } = this.#scene.world
    const soonMs = loop.nowMs + END_SLOTS * parameters.slot
    for (const [broker, { kept }] of this.#promises) {
      for (const [key, { seq, untilMs }] of kept) {
        if (untilMs <= soonMs || (this.#told.get(key)?.seq ?? seq) > seq) kept.delete(key)
      }
      if (kept.size === 0) this.#promises.delete(broker)
    }
    for (const [key, { untilMs }] of this.#told) if (untilMs > 0 && untilMs <= soonMs) this.#told.delete(key)
  }

  #report(node: SimNode, { service, trader, seq }: Kept, fault: string): void {
    this.#scene.violations.report(this.name, `${node.nodeId} acknowledged number ${seq} of ${trader} in ${service}, and ${fault}`)
  }
}

function tableOf(node: SimNode, service: Id): TableInspection | undefined {
  return node.peer.tables(service)[0]
}

/** What a broker of the set lacks; null when it has the offer, or what became of it. */
function faultOf({ trader, seq }: Kept, table: TableInspection | undefined): string | null {
  if (table === undefined) return 'has no table any more'
  if (!table.serving) return null
  const known = table.memories.get(trader)
  if (known === undefined) return 'remembers nothing of it'
  if (known.state === 'unknown') return 'has it no longer on disk'
  return known.seq < seq ? `remembers number ${known.seq}` : null
}

/** See {@link AcknowledgedKept}. */
export function acknowledgedKept(scene: Scene): Checker {
  return new AcknowledgedKept(scene)
}
