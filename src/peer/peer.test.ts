import { describe, expect, test } from 'vitest'
import { nodeIdOf } from '../base/identity.ts'
import { networkId } from '../wire/parameters.ts'
import type { StoredRecord } from '../wire/records.ts'
import type { Effect } from './effect.ts'
import { Peer } from './peer.ts'

const parameters = { network: 'test', n: 3, f: 2, m: 8, t: 600_000, slot: 200, s: 4, p: 0, a: 0.1 }
const network = networkId(parameters)
const credentials = { publicKey: '11'.repeat(32), nonce: 7 }
const service = { name: 'Storage', kind: 'general', unit: 'GB', currency: 'EUR', decimals: 2, tags: [] }
const START_MS = 1_700_000_000_000

interface Start {
  readonly publishMs: number
  readonly records?: readonly StoredRecord[]
}

function startPeer({ publishMs, records = [] }: Start = { publishMs: 0 }): { peer: Peer; effects: Effect[] } {
  const nodeId = nodeIdOf(network, credentials)
  const peer = new Peer({ credentials, nodeId, network, parameters, linkBudget: 8, seed: [1, 2, 3, 4], nowMs: START_MS, publishMs })
  const effects = peer.step({ type: 'start', nowMs: START_MS, records })
  effects.push(...peer.step({ type: 'sought', nowMs: START_MS + 1, contacts: 0, held: true, reason: '' }))
  return { peer, effects }
}

const results = (effects: readonly Effect[]) => effects.filter((effect) => effect.type === 'result')

describe('a peer', () => {
  test('ends every open command when it stops, and every later one at once', () => {
    const { peer } = startPeer()
    expect(results(peer.step({ type: 'command', nowMs: START_MS + 2, request: 1, command: { type: 'createService', service } }))).toEqual(
      [],
    )
    const open = results(peer.step({ type: 'connectFailed', nowMs: START_MS + 3, peer: '', reason: 'duplicate identity' }))
    expect(open).toMatchObject([{ request: 1, outcome: { ok: false, failure: { code: 'stopped' } } }])
    const later = peer.step({ type: 'command', nowMs: START_MS + 4, request: 2, command: { type: 'adjustClock' } })
    expect(later).toMatchObject([{ type: 'result', request: 2, outcome: { ok: false, failure: { code: 'stopped' } } }])
    expect(peer.view()).toMatchObject({ state: 'stopped', notice: expect.stringContaining('another tab') })
    expect(peer.nextMs()).toBe(Number.POSITIVE_INFINITY)
  })

  test('tells of a refused write for a while, and no longer', () => {
    const { peer } = startPeer()
    peer.step({ type: 'stored', nowMs: START_MS + 5, transaction: 99, ok: false, reason: 'The disk is full.' })
    expect(peer.view().notice).toBe('The disk is full.')
    for (let passedMs = 1_000; passedMs <= 61_000; passedMs += 1_000) peer.step({ type: 'timer', nowMs: START_MS + passedMs })
    expect(peer.view().notice).not.toBe('The disk is full.')
  })

  /** All that happens by itself until then. */
  function quiet(peer: Peer, untilMs: number): Effect[] {
    const effects: Effect[] = []
    while (peer.nextMs() <= untilMs) effects.push(...peer.step({ type: 'timer', nowMs: peer.nextMs() }))
    return effects
  }

  test('takes a notice off the screen when its time is over, though nothing else happens', () => {
    const { peer } = startPeer()
    quiet(peer, START_MS + 30_000)
    peer.step({ type: 'stored', nowMs: START_MS + 30_000, transaction: 99, ok: false, reason: 'The disk is full.' })
    const shown = quiet(peer, START_MS + 120_000).flatMap((effect) => (effect.type === 'publish' ? [effect.view.notice] : []))
    expect(shown.at(-1)).toBe(peer.view().notice)
    expect(shown.at(-1)).not.toBe('The disk is full.')
  })

  test('tells of damaged records until somebody has looked, beside what it tells for a while', () => {
    const { peer } = startPeer({ publishMs: 0, records: [{ store: 'own', key: 'offer', value: Uint8Array.of(1, 2, 3) }] })
    const damaged = expect.stringContaining('1 damaged records')
    quiet(peer, START_MS + 100_000)
    expect(peer.view().notice).toEqual(damaged)
    peer.step({ type: 'stored', nowMs: START_MS + 100_000, transaction: 99, ok: false, reason: 'The disk is full.' })
    expect(peer.view().notice).toBe('The disk is full.')
    quiet(peer, START_MS + 200_000)
    expect(peer.view().notice).toEqual(damaged)
  })

  test('shows what is new though its clock was set back', () => {
    const { peer } = startPeer({ publishMs: 250 })
    const backMs = START_MS - 3_600_000
    const events = [1_000, 2_000, 3_000].flatMap((passedMs) => {
      peer.step({ type: 'stored', nowMs: backMs + passedMs, transaction: 99, ok: false, reason: `Refused after ${passedMs} ms.` })
      return peer.step({ type: 'timer', nowMs: backMs + passedMs + 500 })
    })
    expect(events.filter(({ type }) => type === 'publish').length).toBeGreaterThanOrEqual(1)
  })

  test('does not take another network’s word for more than a notice', () => {
    const { peer } = startPeer()
    peer.step({ type: 'connectFailed', nowMs: START_MS + 5, peer: '', reason: 'other network: x#1, ours y#2' })
    expect(peer.view()).toMatchObject({ state: 'joined', notice: expect.stringContaining('other network') })
  })
})
