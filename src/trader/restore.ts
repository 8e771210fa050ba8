/** What a trader takes up from its disk, and what it makes of it: after a crash at any point it has signed nothing twice. */
import type { Offer } from '../market/offer.ts'
import { slotEndMs } from '../market/slot.ts'
import type { TraderPort } from '../wire/port.ts'
import type { StoredRecord } from '../wire/records.ts'
import type { Bidders } from './bidders.ts'
import { type Numbers, offerIn } from './numbers.ts'
import { OwnOffer, type StoredOffer } from './own-offer.ts'
import type { OwnOffers } from './own-offers.ts'
import { DAMAGED, explain, REPLACED } from './reasons.ts'
import type { Receipts } from './receipts.ts'
import { type OwnRecord, readOwnRecord } from './records.ts'
import type { Services } from './services.ts'

interface Restored {
  readonly port: TraderPort
  readonly services: Services
  readonly numbers: Numbers
  readonly own: OwnOffers
  readonly receipts: Receipts
  readonly bidders: Bidders
}

/** Takes the records. Returns how many are damaged or another peer's; those are left out. */
export function restoreRecords(records: readonly StoredRecord[], into: Restored): number {
  const { port } = into
  const read = records.map((record) => readOwnRecord(port.network, record))
  const sound = read.filter((record): record is OwnRecord => record !== null && isOurs(record, port.nodeId))
  for (const record of sound) if (record.type !== 'offer' && record.type !== 'bidder') restoreOne(record, into)
  // After the numbers and the receipts: an offer is judged by them.
  for (const record of sound) if (record.type === 'offer') restoreOffer(record, into)
  for (const record of sound) if (record.type === 'bidder') into.bidders.restore(record)
  return records.length - sound.length
}

function isOurs(record: OwnRecord, nodeId: string): boolean {
  switch (record.type) {
    case 'service':
    case 'bidder':
      return true
    case 'number':
      return (record.newest.type === 'offer' ? record.newest.offer.peer : record.newest.withdrawal.peer) === nodeId
    case 'offer':
      return record.offer.peer === nodeId
    case 'receipt':
      return record.receipt.buy.peer === nodeId || record.receipt.sell.peer === nodeId
  }
}

function restoreOne(record: Exclude<OwnRecord, { type: 'offer' | 'bidder' }>, { services, numbers, receipts }: Restored): void {
  if (record.type === 'service') services.restore(record)
  else if (record.type === 'number') numbers.restore(record)
  else receipts.restore(record)
}

function restoreOffer(stored: StoredOffer, { port, numbers, own, receipts }: Restored): void {
  const { offer } = stored
  // Its number counts even when the number's own record is damaged.
  numbers.restore({ service: offer.service, seq: offer.seq, validUntil: offer.validUntil, newest: { type: 'offer', offer } })
  const restored = new OwnOffer(stored)
  const whole = receipts.over(offer.id)
  if (restored.receipt?.id !== whole?.id && whole !== undefined) {
    restored.receipt = whole
    restored.spent = true
    restored.quantity = Math.max(0, stored.quantity - whole.quantity)
    restored.state = restored.quantity === 0 ? 'traded' : 'matched'
  }
  if (restored.live && own.liveOf(restored.service) !== undefined) restored.state = 'withdrawn'
  // A newer number is out there, and nothing says what became of this offer: nobody trades under the older one.
  const newest = numbers.newest(offer.service)
  if (restored.live && newest?.type === 'offer' && newest.offer.seq > offer.seq) {
    restored.state = 'withdrawn'
    restored.reason = DAMAGED
  }
  // Brokers tell again of a match that nothing was signed over.
  if (restored.state === 'matched' && restored.receipt === null) restored.state = 'open'
  if (restored.state === 'sending' && restored.holders.length > 0) restored.state = 'open'
  recall(restored, { slotMs: port.parameters.slot, nowMs: port.networkNowMs() })
  own.add(restored)
}

/** The steps that the record is proof of. Of most only that they were is known, not when. */
function recall(
  { life, created, holders, of, receipt, state, reason, until }: OwnOffer,
  { slotMs, nowMs }: { readonly slotMs: number; readonly nowMs: number },
): void {
  // The first number is the time at which it was made.
  life.note('signing', created)
  if (holders.length > 0) life.note('stored', null, { accepted: holders.length, of: Math.max(of, holders.length) })
  if (receipt !== null) {
    life.note('matched', slotEndMs(receipt.slot, slotMs))
    if (receipt.buyerSignature === null) life.note('awaiting-receipt', null)
    else life.note('traded', null, { quantity: receipt.quantity })
  }
  const because = reason === '' ? {} : { reason }
  if (state === 'dropped' && reason === explain('expired') && until <= nowMs) life.note('expired', until)
  else if (state === 'expired') life.note('expired', until, because)
  else if (state === 'withdrawn') life.note(reason === REPLACED ? 'replaced' : 'withdrawn', null, because)
  else if (state === 'withdrawing' || state === 'dropped' || state === 'refused') life.note(state, null, because)
}

/** What is to be taken up: live offers, and numbers that no own offer stands for, as its record was lost. */
export function resumable({ numbers, own, networkMs }: Pick<Restored, 'numbers' | 'own'> & { readonly networkMs: number }): {
  readonly offers: OwnOffer[]
  readonly orphans: Offer[]
} {
  const orphans = numbers.services().flatMap((service) => {
    const offer = offerIn(numbers.newest(service))
    return offer !== null && offer.validUntil > networkMs && own.byNumber(offer.id) === undefined ? [offer] : []
  })
  return { offers: own.live(), orphans }
}
