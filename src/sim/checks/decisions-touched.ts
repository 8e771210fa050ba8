import type { Id, NodeId } from '../../base/identity.ts'
import type { Message, MessageOf, Newest } from '../../wire/messages.ts'

/** The service that a message is about, and the peers of whom a broker may learn something by it. */
interface Touched {
  readonly service: Id
  readonly peers: readonly NodeId[]
}

function ofNewest(newest: Newest): Touched {
  const { service, peer } = newest.type === 'offer' ? newest.offer : newest.withdrawal
  return { service, peers: [peer] }
}

function ofReceipt({ receipt }: MessageOf<'receipt' | 'ask-attestation'>): Touched {
  return { service: receipt.service, peers: [receipt.buy.peer, receipt.sell.peer] }
}

function ofExchange({ service, offers, withdrawals, equivocations }: MessageOf<'exchange'>): Touched {
  const peers = [...offers, ...withdrawals, ...equivocations.map(({ first }) => first)].map(({ peer }) => peer)
  return { service, peers }
}

function ofHandoff({ service, memories, receipts, equivocations }: MessageOf<'handoff'>): Touched {
  const known = memories.map(({ newest }) => ofNewest(newest).peers[0] as NodeId)
  const traders = receipts.flatMap(({ buy, sell }) => [buy.peer, sell.peer])
  return { service, peers: [...known, ...traders, ...equivocations.map(({ first }) => first.peer)] }
}

/** What a broker may learn of peers by a message that it hears, or says to itself as well; null: nothing. */
export function touchedBy(message: Message): Touched | null {
  switch (message.type) {
    case 'send-offer':
      return { service: message.offer.service, peers: [message.offer.peer] }
    case 'withdraw':
      return { service: message.withdrawal.service, peers: [message.withdrawal.peer] }
    case 'superseded':
      return ofNewest(message.newest)
    case 'receipt':
    case 'ask-attestation':
      return ofReceipt(message)
    case 'exchange':
      return ofExchange(message)
    case 'handoff':
      return ofHandoff(message)
    default:
      return null
  }
}
