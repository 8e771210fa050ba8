import fc from 'fast-check'
import { expect, test } from 'vitest'
import { attestation, codec, hexOf, message, messages, NETWORK, offer, offerTerms, receipt, withdrawal } from '../../test/arbitraries.ts'
import { AssertionError } from '../base/assert.ts'
import { toHex } from '../base/bytes.ts'
import type { SignedPart } from '../base/identity.ts'
import { offerSignature, sealOffer, withdrawalSignature } from '../market/offer.ts'
import { attestationSignature, receiptIdOf, receiptSignatures } from '../market/receipt.ts'
import { MAX_LIST, ringVariants } from '../ring/messages.ts'
import { MAX_MEMBERS, MAX_OFFERS, MAX_RECEIPTS, marketVariants } from './market-messages.ts'
import { createCodec, isRingMessage, MAX_MESSAGE_BYTES, type Message } from './messages.ts'

const variants = { ...ringVariants, ...marketVariants(NETWORK) }

test('every type has a code of its own: the ring below 32, the market from there', () => {
  const codes = Object.values(variants).map(([code]) => code)
  expect(new Set(codes).size).toBe(codes.length)
  for (const [code] of Object.values(ringVariants)) expect(code).toBeLessThan(32)
  for (const [code] of Object.values(marketVariants(NETWORK))) expect(code >= 32 && code < 256).toBe(true)
  expect([...messages.keys()].sort()).toEqual(Object.keys(variants).sort())
  for (const type of Object.keys(variants)) expect(isRingMessage({ type } as Message)).toBe(type in ringVariants)
})

test.each([...messages])('%s comes back from its bytes, which begin with its code', (type, arbitrary) => {
  fc.assert(
    fc.property(arbitrary, (given) => {
      const bytes = codec.encode(given)
      expect(bytes[0]).toBe(variants[type][0])
      expect(codec.decode(bytes)).toEqual({ ok: true, value: given })
    }),
    { numRuns: 30 },
  )
})

/** A reason, or a message whose one encoding the bytes are; its signatures can be listed. */
function checkDecoding(bytes: Uint8Array): void {
  const decoded = codec.decode(bytes)
  if (!decoded.ok) {
    expect(decoded.reason).toMatch(/\w/)
    return
  }
  codec.signatures(decoded.value)
  expect(codec.encode(decoded.value)).toEqual(bytes)
}

test('garbage never throws', () => {
  const code = fc.constantFrom(...Object.values(variants).map(([value]) => value as number))
  const headed = fc.tuple(code, fc.uint8Array({ maxLength: 300, size: 'max' })).map(([first, rest]) => Uint8Array.of(first, ...rest))
  fc.assert(fc.property(fc.oneof(fc.uint8Array({ maxLength: 100 }), headed), checkDecoding), { numRuns: 1_000 })
})

test('changed, cut and lengthened messages never throw', () => {
  fc.assert(
    fc.property(message, fc.nat(), fc.integer({ min: 1, max: 255 }), (given, place, change) => {
      const bytes = codec.encode(given)
      const at = place % bytes.length
      expect(codec.decode(bytes.subarray(0, at)).ok).toBe(false)
      expect(codec.decode(Uint8Array.of(...bytes, 0)).ok).toBe(false)
      bytes[at] = (bytes[at] ?? 0) ^ change
      checkDecoding(bytes)
    }),
    { numRuns: 300 },
  )
})

test('what is too long is refused unread', () => {
  expect(codec.decode(new Uint8Array(MAX_MESSAGE_BYTES + 1))).toEqual({ ok: false, reason: 'message too long' })
})

/** Every signature that is anywhere in a value. */
function signaturesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return []
  return Object.entries(value).flatMap(([name, field]) =>
    /signature$/i.test(name) && field !== null ? [field as string] : signaturesIn(field),
  )
}

test.each([...messages])('%s: every signature in it is to be checked', (type, arbitrary) => {
  fc.assert(
    fc.property(arbitrary, (given) => {
      const inner = given.type === 'relay' ? codec.decode(given.payload) : { ok: true as const, value: given }
      // Signals are verified by the link adapter, before it believes anything in them.
      const isSignalled = inner.ok && (inner.value.type === 'route' || inner.value.type === 'route-reply')
      const wanted = inner.ok && !isSignalled ? signaturesIn(inner.value) : []
      expect(new Set(codec.signatures(given).map((part) => part.signature))).toEqual(new Set(wanted))
    }),
    { numRuns: 30 },
  )
  expect(type).toBeDefined()
})

test('a relay in a relay is not looked into', () => {
  const innermost: Message = { type: 'relay', peer: '00'.repeat(16), outbound: true, hops: 0, payload: new Uint8Array() }
  expect(codec.signatures({ ...innermost, payload: codec.encode(innermost) })).toEqual([])
})

/** Two values that differ in one field: what is signed, and the key under which a verdict is kept, must differ too. */
function expectApart(left: SignedPart, right: SignedPart): void {
  expect(left.key).not.toBe(right.key)
  expect(toHex(left.bytes)).not.toBe(toHex(right.bytes))
}

test('every field of an offer, a withdrawal and an attestation is signed, and in the key of the verdict', () => {
  fc.assert(
    fc.property(
      fc.tuple(offer, offer),
      fc.tuple(withdrawal, withdrawal),
      fc.tuple(attestation, attestation),
      (offers, withdrawals, attestations) => {
        const check = <T extends object>([one, other]: [T, T], part: (value: T) => SignedPart, fields: (keyof T)[]): void => {
          for (const field of fields) {
            if (one[field] === other[field]) continue
            const changed = { ...one, [field]: other[field] }
            expect(toHex(part(one).bytes)).not.toBe(toHex(part(changed).bytes))
          }
        }
        check(offers, (value) => offerSignature(NETWORK, value), [
          'service',
          'publicKey',
          'nonce',
          'side',
          'price',
          'quantity',
          'seq',
          'validUntil',
        ])
        check(withdrawals, (value) => withdrawalSignature(NETWORK, value), ['service', 'publicKey', 'nonce', 'seq', 'validUntil'])
        check(attestations, (value) => attestationSignature(NETWORK, value), [
          'service',
          'receipt',
          'publicKey',
          'nonce',
          'seen',
          'members',
        ])
        const [one, other] = attestations
        for (const field of ['service', 'receipt', 'members', 'signature'] as const) {
          const changed = { ...one, [field]: other[field] }
          if (one[field] !== other[field])
            expect(attestationSignature(NETWORK, one).key).not.toBe(attestationSignature(NETWORK, changed).key)
        }
      },
    ),
  )
})

test('offers of other terms have another id and key; so have receipts', () => {
  fc.assert(
    fc.property(offerTerms, offerTerms, hexOf(64), (one, other, signature) => {
      for (const field of Object.keys(one) as (keyof typeof one)[]) {
        if (one[field] === other[field]) continue
        const [left, right] = [sealOffer(NETWORK, one, signature), sealOffer(NETWORK, { ...one, [field]: other[field] }, signature)]
        expect(left.id).not.toBe(right.id)
        expectApart(offerSignature(NETWORK, left), offerSignature(NETWORK, right))
      }
    }),
  )
  fc.assert(
    fc.property(receipt, receipt, (one, other) => {
      for (const field of ['service', 'buy', 'sell', 'quantity', 'slot'] as const) {
        if (one[field] === other[field]) continue
        const terms = { ...one, [field]: other[field] }
        const changed = { ...terms, id: receiptIdOf(NETWORK, terms) }
        // After the two offers' own parts comes the seller's.
        const [left, right] = [receiptSignatures(NETWORK, one)[2], receiptSignatures(NETWORK, changed)[2]]
        expectApart(left as SignedPart, right as SignedPart)
      }
    }),
    { numRuns: 30 },
  )
})

test('another network means other ids, other signed bytes, and the same encoding', () => {
  fc.assert(
    fc.property(offerTerms, hexOf(64), (terms, signature) => {
      const [ours, theirs] = [sealOffer(NETWORK, terms, signature), sealOffer('other', terms, signature)]
      expect([ours.id, ours.peer]).not.toEqual([theirs.id, theirs.peer])
      expectApart(offerSignature(NETWORK, ours), offerSignature('other', theirs))
      const bytes = codec.encode({ type: 'send-offer', id: 1, offer: ours, parameters: null })
      expect(createCodec('other').decode(bytes)).toEqual({
        ok: true,
        value: { type: 'send-offer', id: 1, offer: theirs, parameters: null },
      })
    }),
  )
})

test('the largest book, exchange and handoff fit into a message, and one item more is our own bug', () => {
  const [buy] = fc.sample(offer, 1)
  const [whole] = fc.sample(
    receipt.filter(({ buyerSignature }) => buyerSignature !== null),
    1,
  )
  const [undone] = fc.sample(withdrawal, 1)
  if (!buy || !whole || !undone) throw new Error('no samples')
  const id = buy.id
  const text = (bytes: number): string => 'x'.repeat(bytes)
  const parameters = {
    name: text(400),
    kind: 'file' as const,
    unit: text(120),
    currency: text(48),
    decimals: 8,
    tags: Array(8).fill(text(120)),
    file: { size: 1, sha256: text(64).replaceAll('x', '0') },
  }
  const match = { buy, sell: buy, slot: 1 }
  const memory = { newest: { type: 'offer' as const, offer: buy }, state: 'matched' as const, until: 1, match }
  const receipts = Array(MAX_RECEIPTS).fill(whole)
  const equivocations = Array(MAX_RECEIPTS).fill({ first: buy, second: buy })
  const members = Array(MAX_MEMBERS).fill(id)
  const offers = Array(MAX_OFFERS).fill(buy)
  const largest: Message[] = [
    {
      type: 'book',
      id: 1,
      service: id,
      parameters,
      offers: [...offers, ...offers],
      receipts,
      slot: 1,
      decision: { slot: 1, digest: id },
      members,
    },
    { type: 'exchange', service: id, slot: 1, offers, withdrawals: Array(MAX_OFFERS).fill(undone), equivocations },
    { type: 'handoff', service: id, parameters, part: 1, parts: 1, memories: Array(MAX_OFFERS).fill(memory), receipts, equivocations },
    { type: 'stabilize', id: 1, predecessors: Array(MAX_LIST).fill(id), successors: Array(MAX_LIST).fill(id) },
  ]
  for (const given of largest) expect(codec.encode(given).length, given.type).toBeLessThan(MAX_MESSAGE_BYTES)
  const exchange = largest[1] as Extract<Message, { type: 'exchange' }>
  expect(() => codec.encode({ ...exchange, offers: [...exchange.offers, buy] })).toThrow(AssertionError)
})
