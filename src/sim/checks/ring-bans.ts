/** Honest peers do not break the protocol in each other's eyes: none cuts another off for a bad message or signature, nor holds it for a liar on a proof. */
import type { NodeId } from '../../base/identity.ts'
import type { Effect } from '../../peer/effect.ts'
import type { PeerEvent } from '../../peer/event.ts'
import type { Checker, Scene } from '../run/scene.ts'
import type { SimNode } from '../sim-node.ts'

const NAME = 'honest-not-banned'
/** Why a driver cuts a peer off (src/peer/driver.ts). The other side hears the same reason as the link closes. */
const BANS = ['bad message', 'too many unchecked messages', 'a signature does not hold']

class HonestNotBanned implements Checker {
  readonly name = NAME
  readonly #scene: Scene

  constructor(scene: Scene) {
    this.#scene = scene
  }

  stepped(node: SimNode, event: PeerEvent, effects: readonly Effect[]): void {
    if (event.type === 'linkDown') this.#linkDown(node, event)
    for (const effect of effects) if (effect.type === 'send') this.#sent(node, effect)
  }

  #linkDown(node: SimNode, { peer, reason }: Extract<PeerEvent, { type: 'linkDown' }>): void {
    if (!BANS.some((ban) => reason.startsWith(ban)) || !this.#areHonest(node.nodeId, peer)) return
    this.#scene.sometimes.add('honest peer banned')
    this.#scene.violations.report(NAME, `the link of ${node.nodeId} and ${peer}, both honest, was cut: ${reason}`)
  }

  #sent(node: SimNode, { to, message }: Extract<Effect, { type: 'send' }>): void {
    const refusal = message.type === 'offer-answer' ? message.refusal : message.type === 'notify-drop' ? message.reason : null
    if (refusal === 'phantom' && this.#areHonest(node.nodeId, to)) this.#scene.sometimes.add('honest peer held for phantom')
    if (refusal !== 'equivocator' || !this.#areHonest(node.nodeId, to) || this.#mayRepeatNumbers()) return
    this.#scene.violations.report(NAME, `${node.nodeId} has a proof that ${to}, which is honest, made two offers under one number`)
  }

  /** With its disk gone and its clock set back a peer cannot know which numbers it has used: PROTOCOL 4 rests on one of the two. */
  #mayRepeatNumbers(): boolean {
    const { faults } = this.#scene
    return faults.get('disk-loss') > 0 && faults.get('clock-jump') > 0
  }

  #areHonest(first: NodeId, second: NodeId): boolean {
    return first !== second && this.#scene.isHonest(first) && this.#scene.isHonest(second)
  }
}

export function honestNotBanned(scene: Scene): Checker {
  return new HonestNotBanned(scene)
}
