/** A buyer that keeps the seller's half as a free option: it signs when no proof can come of it any more. */
import { BoundedMap } from '../../base/bounded.ts'
import type { Id, NodeId } from '../../base/identity.ts'
import { RECEIPT_SLOTS, type Receipt, receiptBytes } from '../../market/receipt.ts'
import { slotEndMs } from '../../market/slot.ts'
import { createCodec, type Message } from '../../wire/messages.ts'
import type { Behaviour } from '../observer.ts'
import type { Malice, Send } from './speech.ts'
import { receiptIn } from './traders.ts'

/** After the deadline, in slots: past what clocks may differ by, and partly before the seller gives the half up. */
const LATE_SLOTS = { least: 1.2, most: 4 }
/** Halves that it sits on; the oldest goes first. */
const MOST_HALVES = 16
const MOST_BROKERS = 64

interface Option {
  readonly half: Receipt
  /** By its own clock. */
  readonly dueMs: number
  isTaken: boolean
}

/** Hears of no half in time. Some slots after the deadline it signs each of them, and sends the whole to the seller and to all brokers it knows of. */
export function completeLate({ means, did }: Malice): Behaviour {
  const codec = createCodec(means.network)
  const { slot } = means.parameters
  const options = new BoundedMap<Id, Option>({ capacity: MOST_HALVES })
  const brokers = new Set<NodeId>()
  const know = (message: Message, from: NodeId): void => {
    if (message.type !== 'offer-answer') return
    for (const peer of [from, ...message.members]) if (peer !== means.nodeId && brokers.size < MOST_BROKERS) brokers.add(peer)
  }
  const keep = (half: Receipt): void => {
    if (options.has(half.id)) return
    const lateMs = (LATE_SLOTS.least + means.rng.float() * (LATE_SLOTS.most - LATE_SLOTS.least)) * slot
    options.set(half.id, { half, dueMs: slotEndMs(half.slot + RECEIPT_SLOTS, slot) + lateMs, isTaken: false })
  }
  const complete = (half: Receipt): Send[] => {
    const receipt: Receipt = { ...half, buyerSignature: means.sign(receiptBytes(means.network, half)) }
    return [...new Set([half.sell.peer, ...brokers])].map((to) => ({ type: 'send', to, message: { type: 'receipt', receipt } }))
  }
  return {
    receive(event) {
      if (event.type !== 'message') return event
      know(event.message, event.from)
      const receipt = receiptIn(codec, event.message)
      if (receipt === null || receipt.buyerSignature !== null || receipt.buy.peer !== means.nodeId) return event
      keep(receipt)
      return null
    },
    act(effects, { nowMs }) {
      const due = options.values().filter(({ dueMs, isTaken }) => !isTaken && dueMs <= nowMs)
      for (const option of due) option.isTaken = true
      if (due.length > 0) did()
      return [...effects, ...due.flatMap(({ half }) => complete(half))]
    },
  }
}
