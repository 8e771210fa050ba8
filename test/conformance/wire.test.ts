/** The published vectors, read as a second implementation would: hashes and signatures by Node alone, bytes by hand where it shows the format. */
import { createHash, createPublicKey, verify } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { fromHex, toHex } from '../../src/base/bytes.ts'
import type { SignedPart } from '../../src/base/identity.ts'
import { offerSignature } from '../../src/market/offer.ts'
import { serviceFromLinkText } from '../../src/market/service.ts'
import { ringVariants } from '../../src/ring/messages.ts'
import { marketVariants } from '../../src/wire/market-messages.ts'
import type { Message } from '../../src/wire/messages.ts'
import { codec, toJson, wireVectors } from './wire-vectors.ts'

const file = new URL('./wire.json', import.meta.url)
if (process.env.UPDATE_VECTORS) writeFileSync(file, `${JSON.stringify(wireVectors, null, 1)}\n`)

interface SignedVector {
  fields: { publicKey: string; signature: string; id?: string }
  signedBytes: string
}
interface Vectors {
  parameters: Record<string, string | number>
  network: string
  peers: { publicKey: string; nonce: number; nodeId: string; puzzleBits: number }[]
  services: { fields: unknown; bytes: string; serviceId: string; linkText: string }[]
  offers: SignedVector[]
  withdrawals: SignedVector[]
  receipts: {
    fields: { id: string; buy: { publicKey: string }; sell: { publicKey: string }; sellerSignature: string; buyerSignature: string | null }
    signedBytes: string
  }[]
  attestations: SignedVector[]
  signals: SignedVector[]
  messages: { type: Message['type']; code: number; fields: unknown; bytes: string }[]
}
const vectors = JSON.parse(readFileSync(file, 'utf8')) as Vectors
const { network } = vectors

/** SHA-256 over texts and hex, in hex. */
function hashOf(text: string, hex: string): string {
  return createHash('sha256').update(text).update(hex, 'hex').digest('hex')
}

/** Ed25519 by Node. The key's ASN.1 head is that of RFC 8410. */
function isSignedBy(publicKey: string, bytes: string, signature: string): boolean {
  const key = createPublicKey({ key: Buffer.from(`302a300506032b6570032100${publicKey}`, 'hex'), format: 'der', type: 'spki' })
  return verify(null, Buffer.from(bytes, 'hex'), key, Buffer.from(signature, 'hex'))
}

test('the file is what the code makes', () => {
  expect(wireVectors).toEqual(vectors)
})

test('the network id holds a digest of all parameters', () => {
  const text = ['peermart/network', ...Object.values(vectors.parameters)].join('\n')
  expect(network).toBe(`${vectors.parameters.network}#${hashOf(text, '').slice(0, 16)}`)
})

test('nodeIds and puzzles', () => {
  for (const { publicKey, nonce, nodeId, puzzleBits } of vectors.peers) {
    const credentials = publicKey + nonce.toString(16).padStart(16, '0')
    expect(nodeId).toBe(hashOf(`peermart/node\n${network}\n`, credentials).slice(0, 32))
    const bits = BigInt(`0x${hashOf(`peermart/puzzle\n${network}\n`, credentials)}`)
      .toString(2)
      .padStart(256, '0')
    expect(puzzleBits).toBe(bits.indexOf('1'))
    expect(puzzleBits).toBeGreaterThanOrEqual(vectors.parameters.p as number)
  }
})

test('serviceIds and links', () => {
  for (const { fields, bytes, serviceId, linkText } of vectors.services) {
    expect(serviceId).toBe(hashOf(`peermart/service\n${network}\n`, bytes).slice(0, 32))
    expect(Buffer.from(linkText, 'base64url').toString('hex')).toBe(bytes)
    expect(serviceFromLinkText(linkText)).toEqual(fields)
  }
})

test.each(['offer', 'withdrawal', 'attestation', 'signal'] as const)('each %s is signed, over its domain and the network', (kind) => {
  for (const { fields, signedBytes } of vectors[`${kind}s`]) {
    const head = `peermart/${kind}\n${network}\n`
    expect(Buffer.from(signedBytes, 'hex').subarray(0, Buffer.byteLength(head)).toString()).toBe(head)
    expect(isSignedBy(fields.publicKey, signedBytes, fields.signature)).toBe(true)
    const changed = `${signedBytes.slice(0, -2)}${signedBytes.endsWith('00') ? '01' : '00'}`
    expect(isSignedBy(fields.publicKey, changed, fields.signature)).toBe(false)
    if (fields.id !== undefined) expect(fields.id).toBe(hashOf('', signedBytes).slice(0, 32))
  }
})

test('receipts are signed by the seller, whole ones by both', () => {
  for (const { fields, signedBytes } of vectors.receipts) {
    expect(fields.id).toBe(hashOf('', signedBytes).slice(0, 32))
    expect(isSignedBy(fields.sell.publicKey, signedBytes, fields.sellerSignature)).toBe(true)
    if (fields.buyerSignature !== null) expect(isSignedBy(fields.buy.publicKey, signedBytes, fields.buyerSignature)).toBe(true)
  }
  expect(vectors.receipts.map(({ fields }) => fields.buyerSignature === null)).toEqual([true, false])
})

test('every type of message is there', () => {
  const types = new Set(vectors.messages.map(({ type }) => type))
  expect([...types].sort()).toEqual(Object.keys({ ...ringVariants, ...marketVariants(network) }).sort())
})

test.each(vectors.messages.map((vector, index) => ({ ...vector, index })))('message $index: $type', ({ type, code, fields, bytes }) => {
  const decoded = codec.decode(fromHex(bytes))
  if (!decoded.ok) throw new Error(decoded.reason)
  expect(toJson(decoded.value)).toEqual({ type, ...(fields as object) })
  expect(toHex(codec.encode(decoded.value))).toBe(bytes)
  expect(Number.parseInt(bytes.slice(0, 2), 16)).toBe(code)
  const isValid = (part: SignedPart): boolean => isSignedBy(part.credentials.publicKey, toHex(part.bytes), part.signature)
  expect(codec.signatures(decoded.value).every(isValid)).toBe(true)
})

test('a few bytes by hand', () => {
  const bytesOf = (type: string): string => vectors.messages.find((vector) => vector.type === type)?.bytes ?? ''
  expect(bytesOf('ping')).toBe(`00${'01020304'}${(1_700_000_000_000).toString(16).padStart(16, '0')}`)
  expect(bytesOf('route-ack')).toBe('07f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff')
  const reason = Buffer.from('kein Bedarf – später')
  expect(bytesOf('unlink')).toBe(`05${reason.length.toString(16).padStart(8, '0')}${reason.toString('hex')}`)
})

test('a signature of one network does not hold in another', () => {
  const sent = vectors.messages.find(({ type }) => type === 'notify-drop')
  const decoded = codec.decode(fromHex(sent?.bytes ?? ''))
  if (!decoded.ok || decoded.value.type !== 'notify-drop') throw new Error('no such vector')
  const { offer } = decoded.value
  const inOther = offerSignature('peermart#0000000000000000', offer)
  expect(isSignedBy(offer.publicKey, toHex(inOther.bytes), offer.signature)).toBe(false)
  expect(isSignedBy(offer.publicKey, toHex(offerSignature(network, offer).bytes), offer.signature)).toBe(true)
})
