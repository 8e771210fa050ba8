import { expect, test } from 'vitest'
import { Rng } from '../base/rng.ts'
import { Schedule } from '../base/schedule.ts'
import type { RingMessage } from './messages.ts'
import { Ring } from './ring.ts'

test('a peer whose only contacts are in no ring, and lower, founds one after a while', () => {
  const schedule = new Schedule(1_700_000_000_000)
  const sent: RingMessage[] = []
  const nothing = (): void => {}
  const ring = new Ring(
    { nodeId: 'f'.repeat(32), n: 3, linkBudget: 8, slotMs: 200 },
    {
      rng: new Rng([1, 2, 3, 4]),
      schedule,
      send: (_to, message) => {
        sent.push(message)
        return true
      },
      connect: nothing,
      disconnect: nothing,
      signal: nothing,
      refuse: nothing,
      rendezvous: nothing,
      request: () => null,
      changed: nothing,
      remember: nothing,
    },
  )
  const liar = '0'.repeat(32)
  ring.start([])
  ring.onLinkUp({ peer: liar, transport: 'rendezvous', purpose: 'guest', initiator: true })
  const stateAfter = (durationMs: number): string => {
    const untilMs = schedule.nowMs + durationMs
    while (schedule.nowMs < untilMs) {
      schedule.advance(schedule.nowMs + 50)
      schedule.run()
      for (const message of sent.splice(0)) {
        if (message.type === 'route')
          ring.onMessage(liar, { type: 'route-reply', route: message.route, body: { type: 'failed', reason: 'refused' } })
      }
    }
    return ring.state
  }
  expect(stateAfter(5_000)).toBe('seeking')
  expect(stateAfter(10_000)).toBe('joined')
})
