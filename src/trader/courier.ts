import type { Id, NodeId } from '../base/identity.ts'
import type { Receipt } from '../market/receipt.ts'
import type { MarketMessage } from '../wire/messages.ts'
import type { TraderPort } from '../wire/port.ts'
import type { BrokerDirectory } from './broker-directory.ts'
import type { Links } from './links.ts'

/** Relays tried when there is no direct link: one of them may be a liar, and more would only cost. */
const RELAYS = 2

/** Brings receipts and superseding offers to the other trader and to the set. */
export class Courier {
  readonly #port: TraderPort
  readonly #links: Links
  readonly #directory: BrokerDirectory

  constructor(port: TraderPort, around: { readonly links: Links; readonly directory: BrokerDirectory }) {
    this.#port = port
    this.#links = around.links
    this.#directory = around.directory
  }

  /** To the other trader: over a direct link, or through brokers of the service that have one (PROTOCOL 8). Lost when neither is there: whoever needs it asks again. */
  toTrader(peer: NodeId, service: Id, message: MarketMessage): void {
    this.#links.send(peer, message, (sent) => {
      if (sent) return
      let relayed = 0
      const brokers = this.#directory.members(service).filter((broker) => broker !== this.#port.nodeId && broker !== peer)
      for (const broker of this.#port.rng.sample(brokers, brokers.length)) {
        if (relayed < RELAYS && this.#port.relay(broker, peer, message)) relayed += 1
      }
    })
  }

  /** To every member of the set that is not left out. */
  toSet(receipt: Receipt, type: 'receipt' | 'ask-attestation', leaveOut: (broker: NodeId) => boolean = () => false): void {
    this.#directory.find(receipt.service, (members) => {
      for (const broker of members) if (!leaveOut(broker)) this.#links.send(broker, { type, receipt })
    })
  }
}
