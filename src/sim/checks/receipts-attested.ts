import { type Attestation, attestationSignature } from '../../market/receipt.ts'
import type { Effect } from '../../peer/effect.ts'
import type { PeerEvent } from '../../peer/event.ts'
import type { Checker, Scene } from '../run/scene.ts'
import type { SimNode } from '../sim-node.ts'
import type { SimDisk } from '../sim-store.ts'
import { SeenReceipts } from './receipts-seen.ts'

/** Slots after which a broker hears no more of a receipt, beyond t: its deadline's and some for clocks. */
const SPARE_SLOTS = 16
/** Looks between two times of forgetting. */
const SWEEP_LOOKS = 32

interface Word {
  readonly seen: boolean
  readonly disk: SimDisk
  /** How far the broker's clock was ahead. */
  readonly offsetMs: number
  readonly forgetMs: number
}

/**
 * PROTOCOL 6: of a receipt an honest broker says "seen" or "not seen", never both, reloads included. A disk that is lost takes the word with it; so
 * does a clock that is set forward by more than the longest validity, as then the receipt is too old to be heard, and back.
 */
class AttestOnce implements Checker {
  readonly name = 'attest-once'
  readonly #scene: Scene
  readonly #seen: SeenReceipts
  /** By broker and receipt. */
  readonly #words = new Map<string, Word>()
  #looks = 0

  constructor(scene: Scene) {
    this.#scene = scene
    this.#seen = new SeenReceipts(scene.world)
  }

  stepped(node: SimNode, event: PeerEvent, effects: readonly Effect[]): void {
    if (event.type === 'start' && node.disk.read().problem !== '') this.#forget(node)
    for (const effect of effects) {
      if (effect.type === 'send' && effect.message.type === 'attestation') this.#said(node, effect.message.attestation)
    }
  }

  look(): void {
    this.#looks += 1
    if (this.#looks % SWEEP_LOOKS !== 0) return
    const { nowMs } = this.#scene.world.loop
    for (const [key, { forgetMs }] of this.#words) if (forgetMs <= nowMs) this.#words.delete(key)
  }

  #said(node: SimNode, attestation: Attestation): void {
    const { broker, receipt, seen } = attestation
    if (broker !== node.nodeId || !this.#scene.isHonest(broker)) return
    const { loop, networkId, parameters } = this.#scene.world
    if (!this.#seen.holds(attestationSignature(networkId, attestation))) return
    const key = `${broker} ${receipt}`
    const before = this.#words.get(key)
    const { disk, clock } = node
    const { offsetMs } = clock
    const isExcused = before?.disk !== disk || Math.abs(before.offsetMs - offsetMs) >= parameters.t
    if (before !== undefined && before.seen !== seen && !isExcused) {
      this.#scene.violations.report(this.name, `${broker} signed both that it saw receipt ${receipt} whole in time and that it did not`)
    }
    const forgetMs = loop.nowMs + parameters.t + SPARE_SLOTS * parameters.slot
    this.#words.set(key, { seen, disk, offsetMs, forgetMs })
  }

  /** What is damaged on its disk it cannot know. */
  #forget(node: SimNode): void {
    for (const key of this.#words.keys()) if (key.startsWith(node.nodeId)) this.#words.delete(key)
  }
}

/** See {@link AttestOnce}. */
export function attestOnce(scene: Scene): Checker {
  return new AttestOnce(scene)
}
