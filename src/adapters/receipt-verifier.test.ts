import { getPublicKey, hashes, sign } from '@noble/ed25519'
import { sha512 } from '@noble/hashes/sha2.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromHex, type Hex, sha256, toHex, utf8 } from '../base/bytes.ts'
import { type Credentials, nodeIdOf, puzzleBits } from '../base/identity.ts'
import { type Offer, type OfferTerms, offerBytes, type Side, sealOffer } from '../market/offer.ts'
import { type Attestation, attestationBytes, type Receipt, type ReceiptTerms, receiptBytes, receiptIdOf } from '../market/receipt.ts'
import { type Service, serviceIdOf } from '../market/service.ts'
import { networkId, type Parameters } from '../wire/parameters.ts'
import { writeReceiptFile } from '../wire/receipt-file.ts'
import { type ReceiptVerdict, verifyReceiptText } from './receipt-verifier.ts'

hashes.sha512 = sha512

const parameters: Parameters = { network: 'test', n: 5, f: 3, m: 64, t: 600_000, slot: 1_000, s: 16, p: 4, a: 0.1 }
const network = networkId(parameters)
const service: Service = { name: 'Firewood', kind: 'general', unit: 'crate', currency: 'EUR', decimals: 2, tags: ['wood'], file: null }
const serviceId = serviceIdOf(network, service)
const START_MS = 1_700_000_000_000
const SLOT = START_MS / 1_000 + 1

interface Peer extends Credentials {
  readonly secret: Uint8Array
}

/** With the puzzle solved, or with a nonce that does not solve it. */
function peerOf(name: string, isPaid = true): Peer {
  const secret = sha256(utf8(name))
  const publicKey = toHex(getPublicKey(secret))
  let nonce = 0
  while (puzzleBits(network, { publicKey, nonce }) >= parameters.p !== isPaid) nonce += 1
  return { secret, publicKey, nonce }
}

function signed(peer: Peer, bytes: Uint8Array): Hex {
  return toHex(sign(bytes, peer.secret))
}

const [buyer, seller, stranger] = [peerOf('buyer'), peerOf('seller'), peerOf('stranger')]

function offerOf(peer: Peer, side: Side, changes: Partial<OfferTerms> = {}): Offer {
  const { publicKey, nonce } = peer
  const price = side === 'buy' ? 1_051 : 1_000
  const terms = { service: serviceId, publicKey, nonce, side, price, quantity: 2, seq: START_MS, validUntil: START_MS + 60_000, ...changes }
  return sealOffer(network, terms, signed(peer, offerBytes(network, terms)))
}

interface Case {
  readonly buyer: Peer
  readonly seller: Peer
  readonly buy: Partial<OfferTerms>
  readonly sell: Partial<OfferTerms>
  readonly terms: Partial<ReceiptTerms>
  readonly brokers: readonly Peer[]
  /** S as the file and as each broker says it. */
  readonly members: number
  readonly named: number
}

const brokers = ['a', 'b', 'c', 'd', 'e'].map((name) => peerOf(name))
const usual: Case = { buyer, seller, buy: {}, sell: {}, terms: {}, brokers: brokers.slice(0, 4), members: 5, named: 5 }

/** The text of a file whose signatures are all by those whose keys stand beside them. */
function fileText(changes: Partial<Case> = {}): string {
  const made = { ...usual, ...changes }
  const buy = offerOf(made.buyer, 'buy', made.buy)
  const sell = offerOf(made.seller, 'sell', made.sell)
  const terms = { service: serviceId, buy, sell, quantity: Math.min(buy.quantity, sell.quantity), slot: SLOT, ...made.terms }
  const bytes = receiptBytes(network, terms)
  const signatures = { sellerSignature: signed(made.seller, bytes), buyerSignature: signed(made.buyer, bytes) }
  const receipt: Receipt = { ...terms, id: receiptIdOf(network, terms), ...signatures }
  const attestations = made.brokers.map((broker): Attestation => {
    const { publicKey, nonce } = broker
    const said = { service: serviceId, receipt: receipt.id, publicKey, nonce, seen: true, members: made.named }
    return { ...said, signature: signed(broker, attestationBytes(network, said)), broker: nodeIdOf(network, broker) }
  })
  return writeReceiptFile({ parameters, service, receipt, attestations, members: made.members })
}

function verify(text: unknown, own: string | null = network): Promise<ReceiptVerdict> {
  return verifyReceiptText(text, own)
}

function failing({ checks }: ReceiptVerdict): string[] {
  return [...new Set(checks.filter(({ state }) => state === 'fails').map(({ id }) => id))]
}

function stateOf({ checks }: ReceiptVerdict, id: string): string | undefined {
  return checks.find((check) => check.id === id)?.state
}

/** The file with one field changed, by its path. */
function tampered(path: string, value: unknown): string {
  const json = JSON.parse(fileText())
  const names = path.split('.')
  const last = names.pop() as string
  const holder = names.reduce((part, name) => part[name], json)
  holder[last] = typeof value === 'function' ? value(holder[last]) : value
  return JSON.stringify(json)
}

const flipped = (hex: string): string => (hex.startsWith('0') ? '1' : '0') + hex.slice(1)
const more = (value: number): number => value + 1

describe('a true file', () => {
  test('every check holds, but what no file can prove', async () => {
    const verdict = await verify(fileText())
    expect(verdict.valid).toBe(true)
    expect(verdict.problem).toBe('')
    expect(verdict.checks.filter(({ state }) => state !== 'holds').map(({ id }) => id)).toEqual(['members', 'payment', 'delivery'])
    expect(verdict.checks.filter(({ id }) => id === 'attestation')).toHaveLength(4)
    expect(verdict.receipt).toMatchObject({ serviceId, service, network, price: 1_025.5, quantity: 2, slot: SLOT, attestations: 4, of: 5 })
  })

  test('of any terms that cross', async () => {
    const amount = fc.integer({ min: 1, max: 2 ** 50 - 1 })
    const crossing = fc.tuple(amount, amount, amount, amount, fc.nat(4))
    await fc.assert(
      fc.asyncProperty(crossing, async ([one, other, bought, sold, attesting]) => {
        const text = fileText({
          buy: { price: Math.max(one, other), quantity: bought },
          sell: { price: Math.min(one, other), quantity: sold },
          brokers: brokers.slice(0, attesting),
        })
        const verdict = await verify(text)
        expect(verdict.valid).toBe(true)
        expect(verdict.receipt).toMatchObject({ price: (one + other) / 2, quantity: Math.min(bought, sold), attestations: attesting })
      }),
      { numRuns: 20 },
    )
  })

  test('two thirds are not more than two thirds', async () => {
    const proven = async (attesting: number, members: number, named = members) =>
      stateOf(await verify(fileText({ brokers: brokers.slice(0, attesting), members, named })), 'in-time')
    expect(await proven(3, 4)).toBe('holds')
    expect(await proven(2, 3)).toBe('unknown')
    expect(await proven(0, 0)).toBe('unknown')
    // A file that says fewer than its own brokers do.
    expect(await proven(2, 2, 5)).toBe('unknown')
  })

  test('traders that attest their own receipt are counted, and told', async () => {
    const { checks } = await verify(fileText({ brokers: [buyer, seller, ...brokers.slice(0, 2)] }))
    expect(checks.find(({ id }) => id === 'in-time')).toMatchObject({ state: 'holds', values: { attested: 4, of: 5, traders: 2 } })
  })

  test('another network than this page’s, or none known yet, is told and no fault', async () => {
    for (const own of [null, 'other#0123456789abcdef']) {
      const verdict = await verify(fileText(), own)
      expect([verdict.valid, stateOf(verdict, 'own-network')]).toEqual([true, 'unknown'])
    }
  })

  test('without the service’s parameters the rest is checked', async () => {
    const verdict = await verify(tampered('service', null))
    expect([verdict.valid, stateOf(verdict, 'service'), verdict.receipt?.service]).toEqual([true, 'unknown', null])
  })
})

/** What stands on the receipt's id, in which both offers are. */
const TERMS = ['receipt-id', 'seller-signature', 'buyer-signature', 'attestation']

test.each<[string, unknown, string[]]>([
  ['parameters.n', more, ['network']],
  ['parameters.p', 3, ['network']],
  ['parameters.slot', more, ['network', 'valid']],
  ['serviceId', flipped, ['service', 'buy-offer', 'sell-offer', ...TERMS]],
  ['service.name', 'Firewater', ['service']],
  ['service.currency', 'USD', ['service']],
  ['service.decimals', 0, ['service']],
  ['service.tags', [], ['service']],
  ['receiptId', flipped, ['receipt-id']],
  ['price', more, ['price']],
  ['price', 1_025, ['price']],
  ['quantity', 1, ['quantity', ...TERMS]],
  ['slot', (slot: number) => slot + 2, TERMS],
  ['slot', more, ['slot', ...TERMS]],
  ['buy.offerId', flipped, ['buy-offer']],
  ['buy.peer', flipped, ['buyer']],
  ['buy.publicKey', stranger.publicKey, ['buyer', 'buy-offer', ...TERMS]],
  ['buy.nonce', more, ['buyer', 'buy-offer', ...TERMS]],
  ['buy.price', more, ['buy-offer', 'price', ...TERMS]],
  ['buy.price', 900, ['buy-offer', 'crossing', 'price', ...TERMS]],
  ['buy.quantity', 1, ['buy-offer', 'quantity', ...TERMS]],
  ['buy.seq', more, ['buy-offer', ...TERMS]],
  ['buy.validUntil', START_MS, ['buy-offer', 'valid', ...TERMS]],
  ['buy.signature', flipped, ['buy-offer']],
  ['sell.offerId', flipped, ['sell-offer']],
  ['sell.peer', flipped, ['seller']],
  ['sell.publicKey', stranger.publicKey, ['seller', 'sell-offer', ...TERMS]],
  ['sell.nonce', more, ['seller', 'sell-offer', ...TERMS]],
  ['sell.price', more, ['sell-offer', 'price', ...TERMS]],
  ['sell.quantity', 1, ['sell-offer', 'quantity', ...TERMS]],
  ['sell.seq', more, ['sell-offer', ...TERMS]],
  ['sell.validUntil', more, ['sell-offer', ...TERMS]],
  ['sell.signature', flipped, ['sell-offer']],
  ['sellerSignature', flipped, ['seller-signature']],
  ['buyerSignature', flipped, ['buyer-signature']],
  ['attestations.1.broker', flipped, ['attestation']],
  ['attestations.1.publicKey', stranger.publicKey, ['attestation']],
  ['attestations.1.nonce', more, ['attestation']],
  ['attestations.1.members', more, ['attestation']],
  ['attestations.1.signature', flipped, ['attestation']],
])('%s changed to %s: the checks that stand on it fail, and no others', async (path, value, checks) => {
  const verdict = await verify(tampered(path, value))
  expect([verdict.valid, failing(verdict).sort()]).toEqual([false, [...checks].sort()])
})

test('members, the one field that nobody signed, is told as not proven; another network’s id fails', async () => {
  const verdict = await verify(tampered('members', 6))
  expect([verdict.valid, stateOf(verdict, 'members'), stateOf(verdict, 'in-time')]).toEqual([true, 'unknown', 'unknown'])
  expect(failing(await verify(tampered('network', 'other#0123456789abcdef')))).toContain('network')
})

describe('signed by those whose keys are beside, and wrong all the same', () => {
  test.each<[string, Partial<Case>, string]>([
    ['prices that do not cross', { buy: { price: 999 } }, 'crossing'],
    ['a trade with oneself', { seller: buyer }, 'crossing'],
    ['an even slot', { terms: { slot: SLOT + 1 } }, 'slot'],
    ['a buy that had expired', { buy: { validUntil: (SLOT + 1) * 1_000 } }, 'valid'],
    ['a sell that had expired', { sell: { validUntil: (SLOT + 1) * 1_000 } }, 'valid'],
    ['more than the smaller quantity', { terms: { quantity: 3 } }, 'quantity'],
    ['a buyer without its puzzle', { buyer: peerOf('buyer', false) }, 'buyer'],
    ['a seller without its puzzle', { seller: peerOf('seller', false) }, 'seller'],
    ['a broker without its puzzle', { brokers: [...brokers.slice(1), peerOf('a', false)] }, 'attestation'],
    ['a broker twice', { brokers: [...brokers.slice(0, 3), brokers[0]!] }, 'attestation'],
  ])('%s', async (_, changes, check) => {
    const verdict = await verify(fileText(changes))
    expect([verdict.valid, failing(verdict)]).toEqual([false, [check]])
  })

  test('a key of small order signs nothing', async () => {
    const key = '0100000000000000000000000000000000000000000000000000000000000000'
    const verdict = await verify(tampered('buy.publicKey', key))
    expect(failing(verdict)).toEqual(expect.arrayContaining(['buyer', 'buy-offer', 'buyer-signature']))
  })

  test('a signature whose S is not below the group order does not hold, though it satisfies the equation', async () => {
    const order = 2n ** 252n + 27742317777372353535851937790883648493n
    const added = (signature: string): string => {
      const s = BigInt(`0x${toHex(fromHex(signature.slice(64)).reverse())}`) + order
      return signature.slice(0, 64) + toHex(fromHex(s.toString(16).padStart(64, '0')).reverse())
    }
    expect(failing(await verify(tampered('buyerSignature', added)))).toEqual(['buyer-signature'])
  })
})

describe('what is no receipt file', () => {
  test.each<[string, unknown, string, string?]>([
    ['nothing', '', 'not-json'],
    ['no text', { toString: 1 }, 'not-json'],
    ['half a file', fileText().slice(0, 900), 'not-json'],
    ['another JSON', '[1]', 'other-format'],
    ['a later version', tampered('version', 2), 'other-version'],
    ['a text too long', `${fileText()}${' '.repeat(65_536)}`, 'too-long'],
    ['deep nesting', '['.repeat(60_000), 'not-json'],
    ['a price of NaN', tampered('price', 'NaN'), 'field', 'price'],
    ['a price of a third', tampered('price', 0.3), 'field', 'price'],
    ['an id in capitals', tampered('receiptId', 'AB'.repeat(16)), 'field', 'receiptId'],
    ['a fraction', tampered('buy.quantity', 1.5), 'field', 'buy.quantity'],
    ['a text for a number', tampered('sell.price', '1000'), 'field', 'sell.price'],
    ['a half', tampered('buyerSignature', null), 'field', 'buyerSignature'],
    ['too many attestations', tampered('attestations', Array(65).fill({})), 'field', 'attestations'],
    ['an empty attestation', tampered('attestations.0', {}), 'field', 'attestations[0].publicKey'],
    ['parameters out of bounds', tampered('parameters.slot', 1), 'field', 'parameters'],
    ['one parameter more', tampered('parameters.z', 1), 'field', 'parameters'],
    ['a service that is not in its one form', tampered('service.name', 'Firewood '), 'field', 'service'],
    ['a service without a name', tampered('service.name', ''), 'field', 'service.name'],
    ['a field more', tampered('note', 'paid'), 'field', 'a field of the file'],
    ['a network id of two lines', tampered('network', 'a\nb'), 'field', 'network'],
  ])('%s', async (...[, text, problem, field = '']) => {
    const verdict = await verify(text)
    expect(verdict).toMatchObject({ valid: false, receipt: null, checks: [{ id: 'file', state: 'fails', values: { problem, field } }] })
    expect(verdict.problem).not.toBe('')
  })

  test('any JSON in any place gives a verdict', async () => {
    const paths = [
      'service',
      'parameters',
      'buy',
      'sell',
      'attestations',
      'slot',
      'members',
      'buy.nonce',
      'attestations.0.nonce',
      'service.tags',
    ]
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), fc.jsonValue(), async (path, value) => {
        expect(typeof (await verify(tampered(path, value))).valid).toBe('boolean')
      }),
      { numRuns: 150 },
    )
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
        expect((await verify(text)).valid).toBe(false)
      }),
    )
  })
})
