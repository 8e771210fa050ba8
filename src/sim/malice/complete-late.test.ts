import { expect, test } from 'vitest'
import type { NodeId } from '../../base/identity.ts'
import { Rng } from '../../base/rng.ts'
import type { Receipt } from '../../market/receipt.ts'
import type { PeerEvent } from '../../peer/event.ts'
import type { Message } from '../../wire/messages.ts'
import type { Means } from '../observer.ts'
import { completeLate } from './complete-late.ts'

const [SELF, SELLER, BROKER, OTHER] = ['a', 'b', 'c', 'd'].map((digit) => digit.repeat(32)) as [NodeId, NodeId, NodeId, NodeId]
const SLOT_MS = 1_000
/** End of the deadline slot of a receipt of slot 1. */
const DEADLINE_MS = 6_000

function offer(peer: NodeId) {
  const rest = { service: '5e'.repeat(16), publicKey: '0'.repeat(64), nonce: 0, price: 10, quantity: 1, seq: 1, validUntil: 99_000 }
  return { ...rest, side: peer === SELLER ? 'sell' : 'buy', signature: '0'.repeat(128), id: peer, peer }
}

function half(buyer: NodeId): Receipt {
  const terms = { service: '5e'.repeat(16), buy: offer(buyer), sell: offer(SELLER), quantity: 1, slot: 1 }
  return { ...terms, id: '1d'.repeat(16), sellerSignature: '1'.repeat(128), buyerSignature: null } as unknown as Receipt
}

function stage() {
  let did = 0
  const means = {
    nodeId: SELF,
    network: 'test',
    parameters: { slot: SLOT_MS },
    rng: new Rng([1, 2, 3, 4]),
    sign: () => '2'.repeat(128),
  } as unknown as Means
  const behaviour = completeLate({ means, isFriend: () => false, did: () => (did += 1) })
  const hears = (message: Message): PeerEvent | null =>
    behaviour.receive?.({ type: 'message', nowMs: 3_000, from: BROKER, message }) ?? null
  const says = (nowMs: number) => behaviour.act([], { type: 'timer', nowMs })
  return { hears, says, did: () => did }
}

test('a half comes back whole only after the deadline, once, to the seller and the brokers that are known', () => {
  const { hears, says, did } = stage()
  hears({ type: 'offer-answer', id: 1, members: [BROKER, SELF] } as unknown as Message)
  expect(hears({ type: 'receipt', receipt: half(SELF) })).toBeNull()
  expect(says(DEADLINE_MS + SLOT_MS)).toEqual([])
  expect(did()).toBe(0)
  const receipt = { ...half(SELF), buyerSignature: '2'.repeat(128) }
  const wholes = [SELLER, BROKER].map((to) => ({ type: 'send', to, message: { type: 'receipt', receipt } }))
  expect(says(DEADLINE_MS + 5 * SLOT_MS)).toEqual(wholes)
  expect(hears({ type: 'receipt', receipt: half(SELF) })).toBeNull()
  expect(says(DEADLINE_MS + 6 * SLOT_MS)).toEqual([])
  expect(did()).toBe(1)
})

test("others' halves, and wholes, are heard", () => {
  const { hears, says } = stage()
  expect(hears({ type: 'receipt', receipt: half(OTHER) })).not.toBeNull()
  expect(hears({ type: 'receipt', receipt: { ...half(SELF), buyerSignature: '2'.repeat(128) } })).not.toBeNull()
  expect(says(DEADLINE_MS + 5 * SLOT_MS)).toEqual([])
})
