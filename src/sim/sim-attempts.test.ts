import { expect, it } from 'vitest'
import type { Signal } from '../ring/messages.ts'
import { EventLoop } from './event-loop.ts'
import { SimAttempts } from './sim-attempts.ts'

const [LOW, HIGH] = ['1', '2'].map((digit) => digit.repeat(32)) as [string, string]

/** The lower side of a pair, and what it sends. */
function lower() {
  const loop = new EventLoop(0)
  const sent: string[] = []
  const failed: string[] = []
  const attempts = new SimAttempts({
    loop,
    nodeId: LOW,
    objection: () => '',
    connection: () => 'own',
    isSigned: () => true,
    emit: ({ connection }, kind) => sent.push(`${kind} ${connection}`),
    onAnswer: () => undefined,
    onFailed: (peer) => failed.push(peer),
  })
  const hear = (kind: Signal['kind'], connection: string): void => {
    const rest = { sdp: '', publicKey: '', nonce: 0, signature: '' }
    attempts.signal({ kind, from: HIGH, to: LOW, purpose: 'neighbour', connection, ...rest })
  }
  const run = (ms: number): void => {
    const untilMs = loop.nowMs + ms
    while (loop.runNext(untilMs));
  }
  return { attempts, sent, failed, hear, run }
}

it('as in a tab, who asks while an offer is on its way gets no other one; a while later it gets that one again', () => {
  const { attempts, sent, hear, run } = lower()
  attempts.connect(HIGH, 'neighbour')
  hear('ask', 'first')
  expect(sent).toEqual(['offer own'])
  run(1_000)
  hear('ask', 'second')
  hear('ask', 'third')
  expect(sent).toEqual(['offer own', 'offer own'])
})

it('as in a tab, who answered and asks anew has given up what it answered', () => {
  const { attempts, sent, failed, hear, run } = lower()
  attempts.connect(HIGH, 'neighbour')
  hear('answer', 'own')
  hear('ask', 'new')
  expect(sent).toEqual(['offer own', 'offer new'])
  run(20_000)
  expect(failed).toEqual([HIGH])
})
