/** Brokers that hand over false tables. */
import type { Offer } from '../../market/offer.ts'
import { slotNumber } from '../../market/slot.ts'
import { MAX_OFFERS } from '../../wire/market-messages.ts'
import type { Match, Memory, MessageOf } from '../../wire/messages.ts'
import type { Behaviour } from '../observer.ts'
import { OfferMemory } from './offer-memory.ts'
import { type Malice, speaking } from './speech.ts'

/** Strange rows in one handoff. */
const STRANGE = 8
/** Of a row: that it is left out; that it is said to be matched. */
const LEFT_OUT = 0.4
const SAID_MATCHED = 0.3

/** Leaves rows out, says that live offers are matched, and puts in old rows and rows of other services. Receipts and proofs it leaves out. */
export function falseHandoff(malice: Malice): Behaviour {
  const memory = new OfferMemory()
  return speaking(malice, {
    hear(message) {
      memory.hear(message)
      return message
    },
    say: (message, _to, { nowMs }) => (message.type === 'handoff' ? falseTable(malice, memory, { message, nowMs }) : message),
  })
}

function falseTable(
  { means }: Malice,
  memory: OfferMemory,
  { message, nowMs }: { readonly message: MessageOf<'handoff'>; readonly nowMs: number },
): MessageOf<'handoff'> {
  const { rng, parameters } = means
  const { service } = message
  const kept = message.memories.filter(() => rng.float() >= LEFT_OUT)
  const slot = slotNumber(nowMs, parameters.slot)
  const decided = slot - 1 + (slot % 2)
  const offers = memory.of(service)
  const rows = kept.map((row) => (rng.float() < SAID_MATCHED ? saidMatched(row, offers, decided) : row))
  const old = memory.old(service, nowMs, { rng, count: STRANGE })
  const strange = rng.sample([...old, ...memory.notOf(service)], STRANGE).map(stored)
  return { ...message, memories: [...rows, ...strange].slice(0, MAX_OFFERS), receipts: [], equivocations: [] }
}

/** With any offer of the other side that crosses. */
function saidMatched(row: Memory, offers: readonly Offer[], slot: number): Memory {
  if (row.newest.type !== 'offer') return row
  const { offer } = row.newest
  const other = offers.find(({ side, peer, price }) => {
    const crosses = offer.side === 'buy' ? price <= offer.price : price >= offer.price
    return side !== offer.side && peer !== offer.peer && crosses
  })
  if (other === undefined) return row
  const match: Match = offer.side === 'buy' ? { buy: offer, sell: other, slot } : { buy: other, sell: offer, slot }
  return { ...row, state: 'matched', match }
}

function stored(offer: Offer): Memory {
  return { newest: { type: 'offer', offer }, state: 'stored', until: offer.validUntil, match: null }
}
