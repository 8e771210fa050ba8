import type { Id } from '../../base/identity.ts'
import { serviceIdOf } from '../../market/service.ts'
import { isRingMessage, type Message } from '../../wire/messages.ts'

/** The service that a message of the market is about; null of a message of the ring. */
export function serviceOf(message: Message, network: string): Id | null {
  if (isRingMessage(message)) return null
  switch (message.type) {
    case 'announce':
      return serviceIdOf(network, message.parameters)
    case 'send-offer':
    case 'notify-drop':
      return message.offer.service
    case 'withdraw':
      return message.withdrawal.service
    case 'notify-offer':
      return message.match.buy.service
    case 'receipt':
    case 'ask-attestation':
      return message.receipt.service
    case 'attestation':
      return message.attestation.service
    case 'superseded':
      return 'offer' in message.newest ? message.newest.offer.service : message.newest.withdrawal.service
    default:
      return message.service
  }
}
