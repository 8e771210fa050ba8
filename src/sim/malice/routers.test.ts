import { expect, test } from 'vitest'
import { Rng } from '../../base/rng.ts'
import type { Effect } from '../../peer/effect.ts'
import type { PeerEvent } from '../../peer/event.ts'
import type { Message } from '../../wire/messages.ts'
import type { Means } from '../observer.ts'
import { misroute } from './routers.ts'

const [SELF, FIRST, SECOND] = ['a', 'b', 'c'].map((digit) => digit.repeat(32)) as [string, string, string]

test('misroute knows the links that were up before it began by what comes over them', () => {
  let did = 0
  const means = { nodeId: SELF, rng: new Rng([1, 2, 3, 4]) } as Means
  const behaviour = misroute({ means, isFriend: () => false, did: () => (did += 1) })
  const route: Effect = { type: 'send', to: FIRST, message: { type: 'route', hops: 1 } as Message }
  const heard = (from: string): PeerEvent => ({ type: 'message', nowMs: 1, from, message: { type: 'ping' } as Message })
  expect(behaviour.act([route], heard(FIRST))).toEqual([route])
  for (const from of [FIRST, SECOND]) behaviour.receive?.(heard(from))
  expect(behaviour.act([route], heard(FIRST))).toEqual([{ ...route, to: SECOND }])
  behaviour.receive?.({ type: 'linkDown', nowMs: 2, peer: SECOND, reason: 'gone' })
  expect(behaviour.act([route], heard(FIRST))).toEqual([route])
  expect(did).toBe(1)
})
