import { describe, expect, it } from 'vitest'
import type { Id } from '../../base/identity.ts'
import {
  type Offer,
  type OfferTerms,
  offerBytes,
  sealOffer,
  sealWithdrawal,
  type Withdrawal,
  type WithdrawalTerms,
  withdrawalBytes,
} from '../../market/offer.ts'
import { attestationBytes, type Receipt, type ReceiptTerms, receiptBytes, receiptIdOf } from '../../market/receipt.ts'
import { slotNumber } from '../../market/slot.ts'
import type { Effect } from '../../peer/effect.ts'
import type { Message } from '../../wire/messages.ts'
import type { SimNode } from '../sim-node.ts'
import { SimDisk } from '../sim-store.ts'
import { attestOnce } from './receipts-attested.ts'
import { unforged } from './receipts-forged.ts'
import { lateProof } from './receipts-late.ts'
import { newestOnly } from './receipts-newest.ts'
import { oneReceipt } from './receipts-once.ts'
import { soundReceipt } from './receipts-sound.ts'
import { TestScene } from './test-scene.ts'

const SERVICE: Id = '5e'.repeat(16)
const SLOT_MS = 200

/** Nodes that run alone, and offers and receipts that they sign. What is planted really leaves the node, and counts as an honest one's. */
function stage() {
  const scene = new TestScene({ count: 4 })
  const [seller, buyer, broker, other] = scene.nodes as [SimNode, SimNode, SimNode, SimNode]
  const { authority, networkId, loop } = scene.world
  const signer = (node: SimNode) => {
    const { credentials } = node.means(() => false)
    return { ...credentials, sign: (bytes: Uint8Array) => authority.sign(credentials.publicKey, bytes) }
  }
  const offer = (node: SimNode, terms: Partial<OfferTerms>): Offer => {
    const { publicKey, nonce, sign } = signer(node)
    const side = node === buyer ? 'buy' : 'sell'
    const rest = { service: SERVICE, side, price: side === 'buy' ? 12 : 10, quantity: 3, seq: 1, validUntil: loop.nowMs + 60_000 } as const
    const full: OfferTerms = { ...rest, ...terms, publicKey, nonce }
    return sealOffer(networkId, full, sign(offerBytes(networkId, full)))
  }
  /** The node's newer word, which takes its offer out. */
  const withdrawal = (node: SimNode, { seq, validUntil }: Offer): Withdrawal => {
    const { publicKey, nonce, sign } = signer(node)
    const terms: WithdrawalTerms = { service: SERVICE, seq: seq + 1, validUntil, publicKey, nonce }
    return sealWithdrawal(networkId, terms, sign(withdrawalBytes(networkId, terms)))
  }
  const odd = () => {
    const slot = slotNumber(loop.nowMs, SLOT_MS)
    return slot - 1 + (slot % 2)
  }
  const receipt = (terms: Partial<ReceiptTerms> & Pick<ReceiptTerms, 'buy' | 'sell'>, isWhole = true): Receipt => {
    const full: ReceiptTerms = { service: SERVICE, quantity: Math.min(terms.buy.quantity, terms.sell.quantity), slot: odd(), ...terms }
    const bytes = receiptBytes(networkId, full)
    const by = (peer: string) => signer(scene.node(peer)!).sign(bytes)
    return {
      ...full,
      id: receiptIdOf(networkId, full),
      sellerSignature: by(full.sell.peer),
      buyerSignature: isWhole ? by(full.buy.peer) : null,
    }
  }
  const attestation = (node: SimNode, { id }: Receipt, seen: boolean): Message => {
    const { publicKey, nonce, sign } = signer(node)
    const terms = { publicKey, nonce, service: SERVICE, receipt: id, seen, members: 3 }
    const signature = sign(attestationBytes(networkId, terms))
    return { type: 'attestation', attestation: { ...terms, signature, broker: node.nodeId } }
  }
  /** The node says this at its next step. */
  const says = (node: SimNode, message: Message): void => {
    let said = false
    node.behaviour = {
      act(effects) {
        const planted: Effect[] = said ? [] : [{ type: 'send', to: other.nodeId, message }]
        said = true
        return [...effects, ...planted]
      },
    }
    if (!node.running) node.start()
    for (let steps = 0; !said && steps < 1_000; steps += 1) scene.run(10)
    expect(said).toBe(true)
    node.behaviour = null
  }
  return { scene, seller, buyer, broker, other, offer, withdrawal, receipt, attestation, says }
}

describe('one-receipt', () => {
  it('is named when a seller signs two halves over one offer, a reload between them', () => {
    const { scene, seller, buyer, offer, receipt, says } = stage()
    scene.attach(oneReceipt)
    const [sell, first, second] = [offer(seller, {}), offer(buyer, {}), offer(buyer, { seq: 2 })]
    says(seller, { type: 'receipt', receipt: receipt({ sell, buy: first }, false) })
    says(seller, { type: 'receipt', receipt: receipt({ sell, buy: first }, false) })
    expect(scene.end()).toEqual([])
    seller.crash()
    says(seller, { type: 'receipt', receipt: receipt({ sell, buy: second }, false) })
    expect(scene.end()).toEqual(['one-receipt'])
  })

  it('is named when a buyer completes two, not when its half is forged or the seller lies', () => {
    const { scene, seller, buyer, other, offer, receipt, says } = stage()
    scene.attach(oneReceipt)
    scene.liars.add(seller.nodeId)
    const buy = offer(buyer, {})
    const [first, second] = [receipt({ buy, sell: offer(seller, {}) }), receipt({ buy, sell: offer(other, {}) })]
    says(seller, { type: 'receipt', receipt: first })
    says(seller, { type: 'receipt', receipt: { ...second, buyerSignature: first.buyerSignature } })
    says(seller, { type: 'receipt', receipt: { ...second, buyerSignature: null } })
    expect(scene.end()).toEqual([])
    says(buyer, { type: 'ask-attestation', receipt: second })
    expect(scene.end()).toEqual(['one-receipt'])
  })
})

describe('sound-receipt', () => {
  type Stage = ReturnType<typeof stage>
  const unsound: readonly (readonly [string, (on: Stage) => Receipt])[] = [
    ['another quantity', (on) => on.receipt({ sell: on.offer(on.seller, {}), buy: on.offer(on.buyer, {}), quantity: 2 })],
    ['prices that do not cross', (on) => on.receipt({ sell: on.offer(on.seller, { price: 13 }), buy: on.offer(on.buyer, {}) })],
    ['an even slot', (on) => on.receipt({ sell: on.offer(on.seller, {}), buy: on.offer(on.buyer, {}), slot: 2 })],
    ['an expired offer', (on) => on.receipt({ sell: on.offer(on.seller, { validUntil: 1 }), buy: on.offer(on.buyer, {}) })],
    ['two sells', (on) => on.receipt({ sell: on.offer(on.seller, {}), buy: on.offer(on.broker, { price: 20 }) })],
    ['oneself', (on) => on.receipt({ sell: on.offer(on.buyer, { side: 'sell', price: 5 }), buy: on.offer(on.buyer, {}) })],
    ['another service', (on) => on.receipt({ sell: on.offer(on.seller, { service: '0'.repeat(32) }), buy: on.offer(on.buyer, {}) })],
    [
      'a forged half',
      (on) => ({ ...on.receipt({ sell: on.offer(on.seller, {}), buy: on.offer(on.buyer, {}) }), sellerSignature: '0'.repeat(128) }),
    ],
    [
      'a forged completion',
      (on) => ({ ...on.receipt({ sell: on.offer(on.seller, {}), buy: on.offer(on.buyer, {}) }), buyerSignature: '0'.repeat(128) }),
    ],
    ['a forged buy', (on) => on.receipt({ sell: on.offer(on.seller, {}), buy: { ...on.offer(on.buyer, {}), signature: '0'.repeat(128) } })],
    [
      'a forged sell',
      (on) => on.receipt({ sell: { ...on.offer(on.seller, {}), signature: '0'.repeat(128) }, buy: on.offer(on.buyer, {}) }),
    ],
  ]

  it.each(unsound)('is named for %s', (_what, make) => {
    const on = stage()
    on.scene.attach(soundReceipt)
    on.says(on.buyer, { type: 'receipt', receipt: on.receipt({ sell: on.offer(on.seller, {}), buy: on.offer(on.buyer, {}) }) })
    expect(on.scene.end()).toEqual([])
    on.says(on.buyer, { type: 'receipt', receipt: make(on) })
    expect(on.scene.end()).toEqual(['sound-receipt'])
  })
})

describe('sound-receipt, of what a trader shows', () => {
  /** Two tabs that have traded at 10 and 13. */
  function traded(): { scene: TestScene; seller: SimNode } {
    const scene = new TestScene({ count: 4 })
    scene.attach(soundReceipt)
    scene.join()
    const service = scene.open()
    const [seller, buyer] = scene.nodes as [SimNode, SimNode]
    scene.offer(seller, [service, 'sell', 10, 1])
    scene.offer(buyer, [service, 'buy', 13, 1])
    expect(scene.world.runUntil(() => seller.peer.view().receipts.length > 0, 20_000)).toBe(true)
    scene.run(1_000)
    return { scene, seller }
  }

  it('says nothing of the mean of both prices', () => {
    const { scene, seller } = traded()
    expect(seller.peer.view().receipts.map(({ price }) => price)).toEqual([11.5])
    expect(scene.end()).toEqual([])
  })

  it('is named for another price as soon as it is looked at', () => {
    const { scene, seller } = traded()
    const { peer } = seller
    const view = peer.view.bind(peer)
    peer.view = () => ({ ...view(), receipts: view().receipts.map((row) => ({ ...row, price: 13 })) })
    scene.run(2_000)
    expect(scene.violations.list().map(({ detail }) => detail)).toEqual([expect.stringMatching(/at 13 instead of 11.5$/)])
  })
})

describe('newest-only', () => {
  it('is named for a half over a number that was superseded', () => {
    const { scene, seller, buyer, offer, receipt, says } = stage()
    scene.attach(newestOnly)
    const [old, sell, buy] = [offer(seller, {}), offer(seller, { seq: 2 }), offer(buyer, {})]
    says(seller, { type: 'send-offer', id: 1, offer: old, parameters: null })
    const early = receipt({ sell: old, buy }, false)
    says(seller, { type: 'receipt', receipt: early })
    says(seller, { type: 'send-offer', id: 2, offer: sell, parameters: null })
    says(seller, { type: 'receipt', receipt: early })
    says(seller, { type: 'receipt', receipt: receipt({ sell, buy }, false) })
    expect(scene.end()).toEqual([])
    says(seller, { type: 'receipt', receipt: receipt({ sell: old, buy, quantity: 1 }, false) })
    expect(scene.end()).toEqual(['newest-only'])
  })

  it('is named for a half over an offer that was withdrawn, not for one signed before', () => {
    const { scene, seller, buyer, offer, withdrawal, receipt, says } = stage()
    scene.attach(newestOnly)
    const [sell, buy] = [offer(seller, {}), offer(buyer, {})]
    says(seller, { type: 'send-offer', id: 1, offer: sell, parameters: null })
    const early = receipt({ sell, buy }, false)
    says(seller, { type: 'receipt', receipt: early })
    says(seller, { type: 'withdraw', id: 2, withdrawal: withdrawal(seller, sell) })
    says(seller, { type: 'receipt', receipt: early })
    expect(scene.end()).toEqual([])
    says(seller, { type: 'receipt', receipt: receipt({ sell, buy, quantity: 1 }, false) })
    expect(scene.end()).toEqual(['newest-only'])
  })

  it('is not named when the disk that knew the newer number is lost', () => {
    const { scene, seller, buyer, offer, receipt, says } = stage()
    scene.attach(newestOnly)
    const [old, sell, buy] = [offer(seller, {}), offer(seller, { seq: 2 }), offer(buyer, {})]
    says(seller, { type: 'send-offer', id: 2, offer: sell, parameters: null })
    seller.crash()
    seller.disk = new SimDisk()
    seller.start()
    scene.run(100)
    says(seller, { type: 'receipt', receipt: receipt({ sell: old, buy }, false) })
    expect(scene.end()).toEqual([])
  })
})

describe('unforged', () => {
  it('is named when a broker says what its trader never signed', () => {
    const { scene, seller, broker, offer, says } = stage()
    scene.attach(unforged)
    const sell = offer(seller, {})
    const exchange = { type: 'exchange', service: SERVICE, slot: 1, withdrawals: [], equivocations: [] } as const
    says(broker, { ...exchange, offers: [sell] })
    expect(scene.end()).toEqual([])
    says(broker, { ...exchange, offers: [sealOffer(scene.world.networkId, { ...sell, price: 11 }, sell.signature)] })
    expect(scene.end()).toEqual(['unforged'])
  })

  it('is named when a broker takes an offer out by a withdrawal that its trader never signed', () => {
    const { scene, seller, broker, offer, withdrawal, says } = stage()
    scene.attach(unforged)
    const signed = withdrawal(seller, offer(seller, {}))
    const exchange = { type: 'exchange', service: SERVICE, slot: 1, offers: [], equivocations: [] } as const
    says(broker, { ...exchange, withdrawals: [signed] })
    expect(scene.end()).toEqual([])
    says(broker, { ...exchange, withdrawals: [sealWithdrawal(scene.world.networkId, { ...signed, seq: 9 }, signed.signature)] })
    expect(scene.end()).toEqual(['unforged'])
  })
})

describe('late-proof', () => {
  function lateWhole(waitMs: number, liars: number): string[] {
    const { scene, seller, buyer, broker, other, offer, receipt, attestation, says } = stage()
    scene.attach(lateProof)
    const brokers = [broker, other, seller, buyer].slice(0, 3)
    for (const node of scene.nodes) node.start()
    for (const { nodeId } of brokers.slice(0, liars)) scene.liars.add(nodeId)
    const whole = receipt({ sell: offer(seller, {}), buy: offer(buyer, {}) })
    says(seller, { type: 'receipt', receipt: { ...whole, buyerSignature: null } })
    scene.run(waitMs)
    says(buyer, { type: 'receipt', receipt: whole })
    for (const node of brokers) says(node, attestation(node, whole, true))
    return scene.end()
  }

  it('is named when most of a set attest a whole that came two slots after its deadline', () => {
    expect(lateWhole(7 * SLOT_MS, 0)).toEqual(['late-proof'])
    expect(lateWhole(7 * SLOT_MS, 1)).toEqual(['late-proof'])
  })

  it('is not named when it came in time, or when a third lies', () => {
    expect(lateWhole(3 * SLOT_MS, 0)).toEqual([])
    expect(lateWhole(7 * SLOT_MS, 2)).toEqual([])
  })
})

describe('attest-once', () => {
  it('is named when a broker says both, a reload between; not when its disk is lost', () => {
    const { scene, seller, buyer, broker, other, offer, receipt, attestation, says } = stage()
    scene.attach(attestOnce)
    const whole = receipt({ sell: offer(seller, {}), buy: offer(buyer, {}) })
    says(other, attestation(other, whole, true))
    other.crash()
    other.disk = new SimDisk()
    says(other, attestation(other, whole, false))
    says(broker, attestation(broker, whole, true))
    says(broker, attestation(broker, whole, true))
    expect(scene.end()).toEqual([])
    broker.crash()
    says(broker, attestation(broker, whole, false))
    expect(scene.end()).toEqual(['attest-once'])
  })
})
