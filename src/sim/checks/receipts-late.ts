import type { Id, NodeId } from '../../base/identity.ts'
import { type Attestation, attestationSignature, RECEIPT_SLOTS, type Receipt } from '../../market/receipt.ts'
import { slotEndMs } from '../../market/slot.ts'
import type { Effect } from '../../peer/effect.ts'
import type { PeerEvent } from '../../peer/event.ts'
import { readOwnRecord } from '../../trader/records.ts'
import type { Write } from '../../wire/records.ts'
import type { Checker, Scene } from '../run/scene.ts'
import type { SimNode } from '../sim-node.ts'
import { SeenReceipts } from './receipts-seen.ts'

/** A whole counts as late when it first appears so many slots after its deadline: clocks of a network agree to within a slot. */
const TOLERANCE_SLOTS = 1
/** Clocks within this share of a slot of the true time are sound: corrected by each other they stay within a slot. */
const SOUND_CLOCK = 0.5

/**
 * PROTOCOL 7: while fewer than a third of a set lies, no half is completed after its deadline with proof. A whole that first appeared, said or
 * stored, a slot after its deadline never gets the attestations "seen" of more than two thirds of its set.
 *
 * Whom a set consists of is a matter of view, so it is counted by those who attested: their liars must be fewer than a third of the live set's size.
 * While some clock is off by half a slot nothing is judged. Counted besides: `a late completion was judged`, when an honest broker gave its word on it, either way.
 */
class LateProof implements Checker {
  readonly name = 'late-proof'
  readonly #scene: Scene
  readonly #seen: SeenReceipts
  /** Wholes that appeared in time; to the end, as one that was forgotten would seem late. */
  readonly #inTime = new Set<Id>()
  /** Of each late one the brokers that attested it as seen. */
  readonly #late = new Map<Id, Set<NodeId>>()
  /** Late ones of which an honest broker gave its word. */
  readonly #judged = new Set<Id>()

  constructor(scene: Scene) {
    this.#scene = scene
    this.#seen = new SeenReceipts(scene.world)
  }

  stepped(_node: SimNode, _event: PeerEvent, effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.type === 'store') for (const write of effect.writes) this.#stored(write)
      if (effect.type !== 'send') continue
      if (effect.message.type === 'attestation') this.#attested(effect.message.attestation)
      else for (const receipt of this.#seen.in(effect.message)) this.#appeared(receipt)
    }
  }

  /** A buyer that has no link to anyone keeps the whole in time and shows it later. */
  #stored({ store, key, value }: Write): void {
    if (store !== 'receipts' || value === null || this.#inTime.has(key)) return
    const own = readOwnRecord(this.#scene.world.networkId, { store, key, value })
    if (own?.type === 'receipt') this.#appeared(own.receipt)
  }

  #appeared(receipt: Receipt): void {
    const { id, slot } = receipt
    if (receipt.buyerSignature === null || this.#inTime.has(id) || this.#late.has(id)) return
    if (!this.#seen.isSigned(receipt, 'buy') || !this.#seen.isSigned(receipt, 'sell')) return
    const { loop, parameters } = this.#scene.world
    if (loop.nowMs < slotEndMs(slot + RECEIPT_SLOTS + TOLERANCE_SLOTS, parameters.slot)) this.#inTime.add(id)
    else this.#late.set(id, new Set())
  }

  #attested(attestation: Attestation): void {
    const brokers = this.#late.get(attestation.receipt)
    if (brokers === undefined || !this.#seen.holds(attestationSignature(this.#scene.world.networkId, attestation))) return
    this.#count(attestation)
    if (!attestation.seen || brokers.has(attestation.broker)) return
    brokers.add(attestation.broker)
    this.#judge(attestation.receipt, brokers)
  }

  #count({ receipt, broker }: Attestation): void {
    if (this.#judged.has(receipt) || !this.#scene.isHonest(broker) || !this.#isSound()) return
    this.#judged.add(receipt)
    this.#scene.sometimes.add('a late completion was judged')
  }

  /** The clocks of all that run. */
  #isSound(): boolean {
    const { nodes, world } = this.#scene
    return nodes.every(({ running, clock }) => !running || Math.abs(clock.offsetMs) <= world.parameters.slot * SOUND_CLOCK)
  }

  #judge(receipt: Id, brokers: ReadonlySet<NodeId>): void {
    const { nodes, world } = this.#scene
    const running = nodes.filter((node) => node.running)
    const size = Math.min(world.parameters.n, running.length)
    const liars = [...brokers].filter((broker) => !this.#scene.isHonest(broker)).length
    if (brokers.size * 3 <= size * 2 || liars * 3 >= size || !this.#isSound()) return
    const detail = `receipt ${receipt} became whole after its deadline, and ${brokers.size} of ${size} attest it, ${liars} of them liars`
    this.#scene.violations.report(this.name, detail)
  }
}

/** See {@link LateProof}. */
export function lateProof(scene: Scene): Checker {
  return new LateProof(scene)
}
