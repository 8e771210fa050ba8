import { expect, test } from 'vitest'
import type { NodeId } from '../base/identity.ts'
import { Schedule } from '../base/schedule.ts'
import type { Admission } from './admission.ts'
import type { Context } from './context.ts'
import { Dialer } from './dialer.ts'
import { limitsOf } from './limits.ts'
import { LinkTable } from './links.ts'
import type { Signal } from './messages.ts'
import type { Departure, Routes } from './routes.ts'
import { Signals } from './signals.ts'

const id = (digit: string): NodeId => digit.repeat(32)
const [SELF, NEXT, PEER] = ['1', '8', '9'].map(id) as [NodeId, NodeId, NodeId]

/** A peer with one link, NEXT, over which signals to PEER go. */
function setUp() {
  const schedule = new Schedule(1_000)
  const limits = limitsOf({ nodeId: SELF, n: 3, linkBudget: 14, slotMs: 1_000 })
  const nowMs = (): number => schedule.steadyMs
  const port = { connect: () => {}, signal: () => {} } as unknown as Context['port']
  const after: Context['after'] = (ms, action) => schedule.after(ms, action)
  const context: Context = { nodeId: SELF, limits, port, nowMs, clockMs: nowMs, after, touch: () => {} }
  const links = new LinkTable(1_000)
  links.open({ peer: NEXT, transport: 'direct', purpose: 'neighbour', initiator: true }, nowMs())
  const said: string[] = []
  const replies: Departure['onReply'][] = []
  const depart = ({ body, onReply }: Departure): string => {
    replies.push(onReply)
    return body.type === 'signal' ? `${said.push(body.signal.connection)}` : ''
  }
  const undeliverable: NodeId[] = []
  const onUndeliverable = (peer: NodeId): void => void undeliverable.push(peer)
  const owner = { surroundings: () => ({ nodeId: SELF, linked: [NEXT], covers: () => false, via: () => [] }), onUndeliverable }
  const dialer = new Dialer(context)
  const parts = { links, routes: { depart } as unknown as Routes, dialer, admission: {} as Admission, owner }
  const wait = (ms: number): void => {
    schedule.advance(schedule.steadyMs + ms)
    schedule.run()
  }
  return { signals: new Signals(context, parts), dialer, said, replies, undeliverable, wait }
}

function signal(connection: string, kind: Signal['kind'] = 'offer'): Signal {
  return { kind, from: SELF, to: PEER, purpose: 'neighbour', connection, sdp: '', publicKey: '', nonce: 0, signature: '' }
}

test('an offer without an answer is said twice more', () => {
  const { signals, dialer, said, wait } = setUp()
  dialer.dial(PEER, 'neighbour')
  signals.onLocal(signal('first'))
  for (let second = 0; second < 10; second += 1) wait(1_000)
  expect(said).toEqual(['first', 'first', 'first'])
})

test('one of an attempt that is over is said no more, though another attempt with that peer goes on (seed 1937161586)', () => {
  const { signals, dialer, said, wait } = setUp()
  dialer.dial(PEER, 'neighbour')
  signals.onLocal(signal('first'))
  dialer.failed(PEER)
  wait(500)
  dialer.expect(PEER, 'neighbour')
  signals.onLocal(signal('second'))
  for (let second = 0; second < 10; second += 1) wait(1_000)
  expect(said).toEqual(['first', 'second', 'second', 'second'])
})

test('nor when the way that it went turns out to be none, and the other attempt is not given up for it', () => {
  const { signals, dialer, said, replies, undeliverable, wait } = setUp()
  dialer.dial(PEER, 'neighbour')
  signals.onLocal(signal('first'))
  dialer.failed(PEER)
  dialer.expect(PEER, 'neighbour')
  signals.onLocal(signal('second'))
  replies[0]?.({ type: 'failed', reason: 'no-route' }, NEXT)
  wait(1)
  expect([said, undeliverable]).toEqual([['first', 'second'], []])
  replies[1]?.({ type: 'failed', reason: 'no-route' }, NEXT)
  wait(1)
  expect(undeliverable).toEqual([PEER])
})

test('who has answered the other side asks no more for a connection of its own', () => {
  const { signals, dialer, said, wait } = setUp()
  dialer.dial(PEER, 'neighbour')
  signals.onLocal(signal('ours', 'ask'))
  signals.onLocal(signal('theirs', 'answer'))
  for (let second = 0; second < 10; second += 1) wait(1_000)
  expect(said).toEqual(['ours', 'theirs'])
})
