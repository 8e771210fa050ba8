import type { NodeId } from '../../base/identity.ts'
import type { Effect } from '../../peer/effect.ts'
import type { PeerEvent } from '../../peer/event.ts'
import type { Signal } from '../../ring/messages.ts'
import type { Checker, Scene } from '../run/scene.ts'
import type { SimNode } from '../sim-node.ts'
import { isSigned } from '../sim-signals.ts'

const NAME = 'link-ends'
/** Attempts with one peer of which both sides' words are remembered; the oldest is forgotten. One goes on at a time. */
const MOST_ATTEMPTS = 8

/** What was said of an attempt: by this side, and by the other under its own key. */
interface Words {
  own: boolean
  theirs: boolean
}

/** One life of a node. */
interface Life {
  /** By peer and connection. */
  readonly attempts: Map<NodeId, Map<string, Words>>
  /** Peers whose direct link is up. */
  readonly linked: Set<NodeId>
}

/**
 * PROTOCOL 7.4: a link's far end is who it says. A direct link comes up only after the peer's key signed the offer or answer of an attempt in which this
 * side signed the other; and over links of either kind no more comes in a peer's name than the peer sent here. (What it sent and was lost may hide as much
 * from another: the handshake's proof has its own tests.)
 */
class LinkEnds implements Checker {
  readonly name = NAME
  readonly #scene: Scene
  readonly #lives = new Map<SimNode, Life>()
  /** Messages that were sent and have not come, by receiver and sender; those that were lost stay. */
  readonly #underWay = new Map<NodeId, Map<NodeId, number>>()

  constructor(scene: Scene) {
    this.#scene = scene
  }

  lived(node: SimNode): void {
    this.#lives.delete(node)
  }

  stepped(node: SimNode, event: PeerEvent, effects: readonly Effect[]): void {
    const { nodeId } = node
    if (event.type === 'message') this.#came(nodeId, event.from)
    for (const effect of effects) if (effect.type === 'send') this.#wayTo(effect.to).set(nodeId, this.#countOf(effect.to, nodeId) + 1)
    if (!this.#scene.isHonest(nodeId)) return
    const life = this.#lives.get(node) ?? { attempts: new Map(), linked: new Set() }
    this.#lives.set(node, life)
    if (event.type === 'signal') this.#said(life, event.signal)
    else if (event.type === 'linkUp' && event.transport === 'direct') this.#up(node, life, event.peer)
    else if (event.type === 'linkDown') life.linked.delete(event.peer)
    for (const effect of effects) {
      if (effect.type === 'signal') this.#heard(node, life, effect.signal)
      else if (effect.type === 'disconnect') life.linked.delete(effect.peer)
    }
  }

  #said(life: Life, signal: Signal): void {
    if (isDescription(signal)) wordsOf(life, signal.to, signal.connection).own = true
  }

  #heard({ nodeId }: SimNode, life: Life, signal: Signal): void {
    const { authority, networkId } = this.#scene.world
    if (!isDescription(signal) || signal.to !== nodeId) return
    if (isSigned(signal, { networkId, holds: (part) => authority.holds(part) })) wordsOf(life, signal.from, signal.connection).theirs = true
  }

  /** One that is up already may be told again. */
  #up({ nodeId }: SimNode, life: Life, peer: NodeId): void {
    const words = [...(life.attempts.get(peer)?.values() ?? [])]
    life.attempts.delete(peer)
    if (!life.linked.has(peer) && !words.some(({ own, theirs }) => own && theirs)) {
      this.#scene.violations.report(NAME, `${nodeId} has a link to ${peer}, whose key signed no signal of it`)
    }
    life.linked.add(peer)
  }

  #came(to: NodeId, from: NodeId): void {
    const count = this.#countOf(to, from)
    if (count > 0) this.#wayTo(to).set(from, count - 1)
    else this.#scene.violations.report(NAME, `${to} has a message of ${from} that it never sent`)
  }

  #countOf(to: NodeId, from: NodeId): number {
    return this.#underWay.get(to)?.get(from) ?? 0
  }

  #wayTo(to: NodeId): Map<NodeId, number> {
    const way = this.#underWay.get(to) ?? new Map<NodeId, number>()
    this.#underWay.set(to, way)
    return way
  }
}

/** The signals that hold the ends of the link. */
function isDescription({ kind }: Signal): boolean {
  return kind === 'offer' || kind === 'answer'
}

function wordsOf({ attempts }: Life, peer: NodeId, connection: string): Words {
  const known = attempts.get(peer) ?? new Map<string, Words>()
  attempts.set(peer, known)
  const words = known.get(connection) ?? { own: false, theirs: false }
  known.set(connection, words)
  const [oldest] = known.keys()
  if (known.size > MOST_ATTEMPTS && oldest !== undefined) known.delete(oldest)
  return words
}

/** See {@link LinkEnds}. */
export function linkEnds(scene: Scene): Checker {
  return new LinkEnds(scene)
}
