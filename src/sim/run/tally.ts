import type { Id } from '../../base/identity.ts'
import type { Effect } from '../../peer/effect.ts'
import type { PeerEvent } from '../../peer/event.ts'
import type { Message } from '../../wire/messages.ts'
import type { Observer } from '../observer.ts'
import type { SimNode } from '../sim-node.ts'

/** What was traded in a run: different offers sent, different matches that honest brokers told, different receipts that carry both signatures. */
export class Tally implements Observer {
  readonly offers = new Set<Id>()
  readonly matches = new Set<string>()
  readonly receipts = new Set<Id>()
  /** Messages sent over links, by type. */
  readonly messages = new Map<Message['type'], number>()

  stepped({ behaviour }: SimNode, _event: PeerEvent, effects: readonly Effect[]): void {
    for (const effect of effects) if (effect.type === 'send') this.#count(effect.message, behaviour === null)
  }

  #count(message: Message, isHonest: boolean): void {
    this.messages.set(message.type, (this.messages.get(message.type) ?? 0) + 1)
    if (message.type === 'send-offer') this.offers.add(message.offer.id)
    // Liars make matches up.
    else if (message.type === 'notify-offer' && isHonest) this.matches.add(`${message.match.buy.id} ${message.match.sell.id}`)
    else if (message.type === 'receipt' && message.receipt.buyerSignature !== null) this.receipts.add(message.receipt.id)
  }
}
