/** What can be checked of a receipt file with no network (PROTOCOL N), thing by thing. Keys and signatures are left to the shell, as everywhere. */
import type { Hex } from '../base/bytes.ts'
import { type Credentials, type NodeId, puzzleBits, type SignedPart } from '../base/identity.ts'
import type { Offer } from '../market/offer.ts'
import { attestationSignature, receiptPrice, receiptSignatures } from '../market/receipt.ts'
import { serviceIdOf } from '../market/service.ts'
import { isExchangeSlot, slotEndMs } from '../market/slot.ts'
import { networkId } from './parameters.ts'
import type { ReceiptFile } from './receipt-file.ts'

/** One thing of a receipt file that was checked, by what, and how it came out. */
export interface ReceiptCheck {
  readonly id: CheckId
  readonly state: 'holds' | 'fails' | 'unknown'
  /** What the sentence about it names. */
  readonly values: Readonly<Record<string, string | number>>
}

/**
 * file · network: the parameters have its id · own-network: it is this page's · service: the parameters have the id · receipt-id · buyer, seller: key,
 * puzzle and nodeId · buy-offer, sell-offer: id and signature · crossing: two peers, and the prices cross · slot: an odd one decided · valid: both
 * offers at its end · price · quantity · seller-signature, buyer-signature · attestation: one for each · in-time: more than two thirds of S ·
 * members, payment, delivery: what no file can prove.
 */
export type CheckId =
  | 'file'
  | 'network'
  | 'own-network'
  | 'service'
  | 'receipt-id'
  | 'buyer'
  | 'seller'
  | 'buy-offer'
  | 'sell-offer'
  | 'crossing'
  | 'slot'
  | 'valid'
  | 'price'
  | 'quantity'
  | 'seller-signature'
  | 'buyer-signature'
  | 'attestation'
  | 'in-time'
  | 'members'
  | 'payment'
  | 'delivery'

/** A check as far as the core can do it. */
export interface OpenCheck extends ReceiptCheck {
  /** When it holds so far: it does only if this key is sound (PROTOCOL 1). */
  readonly key?: Hex
  /** When it holds so far: it does only if this signature does, by a sound key. */
  readonly part?: SignedPart
}

function check(id: CheckId, holds: boolean, values: ReceiptCheck['values'] = {}): OpenCheck {
  return { id, state: holds ? 'holds' : 'fails', values }
}

/** Every check but those that stand on the outcome of others ({@link closingChecks}), in the order for reading. `ownNetwork`: this page's, null while it is not known. */
export function openChecks(file: ReceiptFile, ownNetwork: string | null): OpenCheck[] {
  const { network, parameters, receipt, says } = file
  const { buy, sell, slot, quantity } = receipt
  const price = receiptPrice(receipt)
  const [buyPart, sellPart, sellerPart, buyerPart] = receiptSignatures(network, receipt)
  const endMs = slotEndMs(slot, parameters.slot)
  const smaller = Math.min(buy.quantity, sell.quantity)
  return [
    check('file', true),
    check('network', networkId(parameters) === network, { network }),
    ownNetwork === network
      ? check('own-network', true, { network })
      : { id: 'own-network', state: 'unknown', values: { network, own: ownNetwork ?? '' } },
    serviceCheck(file),
    check('receipt-id', receipt.id === says.receiptId, { receiptId: says.receiptId }),
    identityCheck('buyer', file, { credentials: buy, nodeId: buy.peer, said: says.buyer }),
    identityCheck('seller', file, { credentials: sell, nodeId: sell.peer, said: says.seller }),
    { ...offerCheck('buy-offer', buy, says.buyOfferId), ...(buyPart && { part: buyPart }) },
    { ...offerCheck('sell-offer', sell, says.sellOfferId), ...(sellPart && { part: sellPart }) },
    check('crossing', buy.peer !== sell.peer && buy.price >= sell.price, { bid: buy.price, ask: sell.price }),
    check('slot', isExchangeSlot(slot), { slot, endMs }),
    check('valid', buy.validUntil > endMs && sell.validUntil > endMs, { endMs, untilMs: Math.min(buy.validUntil, sell.validUntil) }),
    check('price', says.price === price, { said: says.price, price }),
    check('quantity', quantity === smaller, { said: quantity, quantity: smaller }),
    { ...check('seller-signature', sellerPart !== undefined, { peer: sell.peer }), ...(sellerPart && { part: sellerPart }) },
    { ...check('buyer-signature', buyerPart !== undefined, { peer: buy.peer }), ...(buyerPart && { part: buyerPart }) },
    ...attestationChecks(file),
  ]
}

function serviceCheck({ network, service, receipt }: ReceiptFile): OpenCheck {
  const values = { serviceId: receipt.service }
  if (service === null) return { id: 'service', state: 'unknown', values }
  return check('service', serviceIdOf(network, service) === receipt.service, values)
}

interface Claimed {
  readonly credentials: Credentials
  readonly nodeId: NodeId
  /** The nodeId as the file says it. */
  readonly said: NodeId
}

function identityCheck(id: 'buyer' | 'seller', { network, parameters }: ReceiptFile, { credentials, nodeId, said }: Claimed): OpenCheck {
  const bits = puzzleBits(network, credentials)
  return { ...check(id, nodeId === said && bits >= parameters.p, { peer: said, bits, needed: parameters.p }), key: credentials.publicKey }
}

function offerCheck(id: 'buy-offer' | 'sell-offer', offer: Offer, said: string): OpenCheck {
  return check(id, offer.id === said, { offerId: said, price: offer.price, quantity: offer.quantity })
}

/** One for each, in the file's order: it counts for one broker once, whose nodeId was paid for. */
function attestationChecks({ network, parameters, attestations, says }: ReceiptFile): OpenCheck[] {
  const brokers = attestations.map(({ broker }) => broker)
  return attestations.map((attestation, index) => {
    const { broker, members } = attestation
    const said = says.brokers[index] ?? ''
    const isPaid = puzzleBits(network, attestation) >= parameters.p
    const holds = broker === said && isPaid && brokers.indexOf(broker) === index
    return { ...check('attestation', holds, { peer: said, members }), part: attestationSignature(network, attestation) }
  })
}

/** S: as the file says, or as the middle one of the attesting brokers does, whichever is more; never fewer than attest. */
function membersOf({ members, attestations }: ReceiptFile, attested: number): number {
  const named = attestations.map((attestation) => attestation.members).sort((left, right) => left - right)
  return Math.max(attested, members, named[Math.floor(named.length / 2)] ?? 0)
}

/** What follows once the signatures are checked: how many attest, of how many, and what stays open whatever the file says. */
export function closingChecks(
  file: ReceiptFile,
  done: readonly ReceiptCheck[],
): { readonly checks: ReceiptCheck[]; readonly attested: number; readonly of: number } {
  const attesting = done.filter(({ id, state }) => id === 'attestation' && state === 'holds')
  const attested = attesting.length
  const of = membersOf(file, attested)
  const { buy, sell } = file.receipt
  const traders = attesting.filter(({ values }) => values.peer === buy.peer || values.peer === sell.peer).length
  const inTime: ReceiptCheck['state'] = attested * 3 > of * 2 ? 'holds' : 'unknown'
  const open = (id: CheckId, values: ReceiptCheck['values'] = {}): ReceiptCheck => ({ id, state: 'unknown', values })
  const checks: ReceiptCheck[] = [
    { id: 'in-time', state: inTime, values: { attested, of, traders } },
    open('members', { said: file.members, of }),
    open('payment', { from: buy.peer, to: sell.peer }),
    open('delivery', { from: sell.peer, to: buy.peer }),
  ]
  return { checks, attested, of }
}
