import { describe, expect, test } from 'vitest'
import type { Message } from '../../wire/messages.ts'
import type { Means } from '../observer.ts'
import { createBehaviour } from './create-behaviour.ts'
import type { MaliceKind } from './kinds.ts'

const SELF = 'a'.repeat(32)
const OTHER = 'b'.repeat(32)
const THIRD = 'c'.repeat(32)
const MEANS = { nodeId: SELF, network: 'test', isFellow: () => false } as unknown as Means

/** Only what silence looks at. */
function message(parts: { type: Message['type'] } & Record<string, unknown>): Message {
  return parts as unknown as Message
}

function receipt(buyer: string, seller: string): Message {
  return message({ type: 'receipt', receipt: { buy: { peer: buyer }, sell: { peer: seller } } })
}

const MATCHED = { seq: 7, state: 'matched', match: { buy: {}, sell: {}, slot: 3 } }

/** What is left of a message; null: nothing. */
function said(kind: MaliceKind, spoken: Message): { message: Message | null; did: number } {
  let did = 0
  const behaviour = createBehaviour(kind, MEANS, {
    did: () => {
      did += 1
    },
  })
  const effects = behaviour.act([{ type: 'send', to: OTHER, message: spoken }], { type: 'timer', nowMs: 0 })
  const [effect] = effects
  return { message: effect?.type === 'send' ? effect.message : null, did }
}

describe.each(['silent', 'silent-to-traders'] as const)('%s', (kind) => {
  test.each([message({ type: 'notify-offer' }), message({ type: 'notify-drop' }), message({ type: 'attestation' }), receipt(OTHER, THIRD)])(
    'keeps back: $type',
    (spoken) => expect(said(kind, spoken)).toEqual({ message: null, did: 1 }),
  )

  test.each([
    message({ type: 'exchange-ack' }),
    message({ type: 'handoff-ack' }),
    message({ type: 'book' }),
    message({ type: 'not-broker' }),
    message({ type: 'price', bid: 4, ask: 6, state: { seq: 7, state: 'stored', match: null } }),
    message({ type: 'offer-answer', refusal: null, state: { seq: 7, state: 'dropped', match: null } }),
    message({ type: 'send-offer' }),
    message({ type: 'withdraw' }),
    message({ type: 'ask-attestation' }),
    message({ type: 'route' }),
    message({ type: 'pong' }),
    receipt(SELF, OTHER),
    receipt(OTHER, SELF),
  ])('says as it is: $type', (spoken) => expect(said(kind, spoken)).toEqual({ message: spoken, did: 0 }))

  test('that an offer is matched it does not say when asked, and prices are true', () => {
    const { message: left } = said(kind, message({ type: 'price', bid: 4, ask: 6, state: MATCHED }))
    expect(left).toEqual({ type: 'price', bid: 4, ask: 6, state: { seq: 7, state: 'stored', match: null } })
  })
})

test.each([
  ['silent', null],
  ['silent-to-brokers', null],
  ['silent-to-traders', 'exchange'],
  ['mute-root', 'exchange'],
] as const)('%s: of an exchange is left %s', (kind, left) => {
  expect(said(kind, message({ type: 'exchange' })).message?.type ?? null).toBe(left)
})

test.each(['announce', 'handoff'] as const)('a mute root keeps back: %s', (type) => {
  expect(said('mute-root', message({ type })).message).toBeNull()
  expect(said('silent', message({ type })).message).not.toBeNull()
})
