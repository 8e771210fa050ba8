import { BoundedMap } from '../../base/bounded.ts'
import type { SignedPart } from '../../base/identity.ts'
import { type Offer, offerSignature, type Withdrawal, withdrawalSignature } from '../../market/offer.ts'
import type { Receipt } from '../../market/receipt.ts'
import type { Effect } from '../../peer/effect.ts'
import type { PeerEvent } from '../../peer/event.ts'
import type { Match, Message, MessageOf, Newest } from '../../wire/messages.ts'
import type { Checker, Scene } from '../run/scene.ts'
import type { SimNode } from '../sim-node.ts'
import { SeenReceipts } from './receipts-seen.ts'

/** Offers and withdrawals whose signatures held, not checked again; one that was forgotten is. */
const MAX_HELD = 131_072

type Word = Offer | Withdrawal
const NONE: readonly Word[] = []

function ofMatch(match: Match | null): readonly Word[] {
  return match === null ? NONE : [match.buy, match.sell]
}

function ofNewest(newest: Newest): Word {
  return newest.type === 'offer' ? newest.offer : newest.withdrawal
}

function ofReceipts(receipts: readonly Receipt[]): readonly Word[] {
  return receipts.flatMap(({ buy, sell }) => [buy, sell])
}

function ofSet({ offers, withdrawals, equivocations }: MessageOf<'exchange'>): readonly Word[] {
  return [...offers, ...withdrawals, ...equivocations.flatMap(({ first, second }) => [first, second])]
}

function ofHandoff({ memories, receipts, equivocations }: MessageOf<'handoff'>): readonly Word[] {
  const pairs = equivocations.flatMap(({ first, second }) => [first, second])
  return [...memories.flatMap(({ newest, match }) => [ofNewest(newest), ...ofMatch(match)]), ...ofReceipts(receipts), ...pairs]
}

/** Every offer and withdrawal in a message. */
function wordsIn(message: Message): readonly Word[] {
  switch (message.type) {
    case 'send-offer':
    case 'notify-drop':
      return [message.offer]
    case 'withdraw':
      return [message.withdrawal]
    case 'price':
    case 'offer-answer':
      return ofMatch(message.state.match)
    case 'notify-offer':
      return ofMatch(message.match)
    case 'book':
      return [...message.offers, ...ofReceipts(message.receipts)]
    case 'exchange':
      return ofSet(message)
    case 'handoff':
      return ofHandoff(message)
    case 'receipt':
    case 'ask-attestation':
      return ofReceipts([message.receipt])
    case 'superseded':
      return [ofNewest(message.newest)]
    default:
      return NONE
  }
}

/**
 * PROTOCOL 7.3: nobody can make or change another peer's offer or withdrawal. Each one in whatever an honest peer takes from another, or says
 * itself, was signed by its own peer, whatever it was that let it through.
 */
class Unforged implements Checker {
  readonly name = 'unforged'
  readonly #scene: Scene
  readonly #seen: SeenReceipts
  readonly #held = new BoundedMap<string, true>({ capacity: MAX_HELD })

  constructor(scene: Scene) {
    this.#scene = scene
    this.#seen = new SeenReceipts(scene.world)
  }

  stepped(node: SimNode, event: PeerEvent, effects: readonly Effect[]): void {
    if (event.type === 'message') this.#check(node, event.message)
    for (const effect of effects) if (effect.type === 'send') this.#check(node, effect.message)
  }

  #check(node: SimNode, outer: Message): void {
    const message = this.#seen.inner(outer)
    if (message === null) return
    for (const word of wordsIn(message)) {
      const key = `${word.id} ${word.signature}`
      if (this.#held.has(key) || !this.#scene.isHonest(node.nodeId)) continue
      if (this.#scene.world.authority.holds(this.#partOf(word))) this.#held.set(key, true)
      else
        this.#scene.violations.report(this.name, `${node.nodeId} takes or says in a ${message.type} what ${word.peer} never signed: ${key}`)
    }
  }

  #partOf(word: Word): SignedPart {
    const { networkId } = this.#scene.world
    return 'side' in word ? offerSignature(networkId, word) : withdrawalSignature(networkId, word)
  }
}

/** See {@link Unforged}. */
export function unforged(scene: Scene): Checker {
  return new Unforged(scene)
}
