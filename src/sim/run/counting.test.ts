// What a run counts, from single steps of made-up nodes.
import { expect, test } from 'vitest'
import type { NodeId } from '../../base/identity.ts'
import type { Effect } from '../../peer/effect.ts'
import type { PeerEvent } from '../../peer/event.ts'
import type { Message } from '../../wire/messages.ts'
import type { SimNode } from '../sim-node.ts'
import { Counts } from './counts.ts'
import { RareBranches } from './rare.ts'
import { Tally } from './tally.ts'

const [BUYER, SELLER, BROKER, LIAR] = ['a', 'b', 'c', 'd'].map((digit) => digit.repeat(32)) as [NodeId, NodeId, NodeId, NodeId]
const MATCH = { buy: { id: '1', peer: BUYER }, sell: { id: '2', peer: SELLER }, slot: 1 }
const MADE_GOOD = 'a lost notice made good by asking'

function nodeOf(nodeId: NodeId, behaviour: SimNode['behaviour'] = null): SimNode {
  return { nodeId, behaviour } as SimNode
}

function heard(from: NodeId, message: object): PeerEvent {
  return { type: 'message', nowMs: 1, from, message: message as Message }
}

function said(message: object): Effect[] {
  return [{ type: 'send', to: BUYER, message: message as Message }]
}

const NOTICE = { type: 'notify-offer', match: MATCH }
const PRICE = { type: 'price', state: { seq: 1, state: 'matched', match: MATCH } }

test('matches that a liar makes up are not counted', () => {
  const tally = new Tally()
  const timer: PeerEvent = { type: 'timer', nowMs: 1 }
  tally.stepped(nodeOf(LIAR, { act: (effects) => effects }), timer, said({ ...NOTICE, match: { ...MATCH, buy: { id: '3' } } }))
  expect(tally.matches.size).toBe(0)
  tally.stepped(nodeOf(BROKER), timer, said(NOTICE))
  tally.stepped(nodeOf(BROKER), timer, said(NOTICE))
  expect(tally.matches.size).toBe(1)
  expect(tally.messages.get('notify-offer')).toBe(3)
})

test.each([
  ['the first word of a match', [heard(BROKER, PRICE)], 1],
  ['the second answer', [heard(BROKER, PRICE), heard(BROKER, PRICE)], 1],
  ['after a notice', [heard(BROKER, NOTICE), heard(BROKER, PRICE)], 0],
  ['after a half', [heard(SELLER, { type: 'receipt', receipt: { ...MATCH } }), heard(BROKER, PRICE)], 0],
  ['without a match', [heard(BROKER, { ...PRICE, state: { seq: 1, state: 'stored', match: null } })], 0],
  ['of a liar', [heard(LIAR, PRICE)], 0],
])('a notice is made good by asking once it is the first word: %s', (_what, events, count) => {
  const counts = new Counts()
  const rare = new RareBranches(counts, 'test')
  rare.stepped(nodeOf(LIAR, { act: (effects) => effects }), { type: 'timer', nowMs: 1 }, [])
  for (const event of events) rare.stepped(nodeOf(BUYER), event, [])
  expect(counts.get(MADE_GOOD)).toBe(count)
})
