/** Runs in which nothing is wrong: no checker of receipts, decisions, tables and acknowledged offers says a word. */
import { describe, expect, it } from 'vitest'
import type { SimNode } from '../sim-node.ts'
import { acknowledgedKept } from './acknowledged-kept.ts'
import { sameDecision } from './decisions-same.ts'
import { attestOnce } from './receipts-attested.ts'
import { unforged } from './receipts-forged.ts'
import { lateProof } from './receipts-late.ts'
import { newestOnly } from './receipts-newest.ts'
import { oneReceipt } from './receipts-once.ts'
import { soundReceipt } from './receipts-sound.ts'
import { tableBounds } from './tables-bounds.ts'
import { TestScene } from './test-scene.ts'

const ALL = [oneReceipt, soundReceipt, newestOnly, unforged, lateProof, attestOnce, sameDecision, tableBounds, acknowledgedKept]

function watched(options: { count: number; seed: number; slot?: number }): TestScene {
  const { slot = 200, ...rest } = options
  const scene = new TestScene({ ...rest, parameters: { slot } })
  for (const create of ALL) scene.attach(create)
  return scene.join()
}

/** Each of the nodes that run offers, or withdraws, now and then. */
function trade(scene: TestScene, { rounds, between }: { rounds: number; between: (round: number) => void }): void {
  const { rng } = scene
  const serviceId = scene.open()
  for (let round = 0; round < rounds; round += 1) {
    for (const node of scene.nodes) if (node.running && rng.below(3) === 0) act(scene, node, serviceId)
    between(round)
    scene.run(rng.below(2_000))
  }
  scene.run(10_000)
}

function act(scene: TestScene, node: SimNode, serviceId: string): void {
  const { rng } = scene
  const open = node.peer.view().offers.find(({ state }) => state === 'open')
  if (open !== undefined && rng.below(2) === 0) {
    node.command({ type: 'withdraw', offerId: open.offerId }, () => {})
    return
  }
  const offer = {
    side: rng.below(2) === 0 ? 'buy' : 'sell',
    price: 90 + rng.below(21),
    quantity: 1 + rng.below(4),
    validForMs: 5_000 + rng.below(25_000),
  }
  node.command({ type: 'sendOffer', serviceId, offer }, () => {})
}

function receiptsOf(scene: TestScene): number {
  return new Set(scene.nodes.flatMap((node) => (node.running ? node.peer.view().receipts.map(({ receiptId }) => receiptId) : []))).size
}

describe('a run without faults', () => {
  it.each([1])('of twelve tabs, seed %i: nothing is reported', (seed) => {
    const scene = watched({ count: 12, seed })
    trade(scene, { rounds: 15, between: () => {} })
    expect(scene.end()).toEqual([])
    expect(scene.violations.list()).toEqual([])
    expect(receiptsOf(scene)).toBeGreaterThan(10)
    expect(scene.sometimes.get('decisions compared')).toBeGreaterThan(10)
  })
})

describe('a run with crashes and dead links', () => {
  it.each([1])('of twelve tabs, seed %i: nothing is reported', (seed) => {
    const scene = watched({ count: 12, seed })
    const { rng } = scene
    trade(scene, {
      rounds: 20,
      between: () => {
        const node = scene.nodes[rng.below(12)]!
        if (!node.running) node.start()
        else if (rng.below(3) === 0) node.crash()
      },
    })
    expect(scene.end()).toEqual([])
    expect(scene.violations.list()).toEqual([])
    expect(receiptsOf(scene)).toBeGreaterThan(5)
  })
})
