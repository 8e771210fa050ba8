import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { toHex } from './bytes.ts'
import { domainBytes, domainId, nodeIdOf, puzzleBits } from './identity.ts'

const publicKey = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(toHex)
const nonce = fc.maxSafeNat()

/** SHA-256 over a domain, a network, a key and a nonce, by Node. */
function nodeHash(domain: string, network: string, { publicKey: key, nonce: number }: { publicKey: string; nonce: number }): Buffer {
  const nonceBytes = Buffer.alloc(8)
  nonceBytes.writeBigUInt64BE(BigInt(number))
  return createHash('sha256').update(`${domain}\n${network}\n`).update(key, 'hex').update(nonceBytes).digest()
}

test('a nodeId is the first 128 bits of its hash', () => {
  fc.assert(
    fc.property(publicKey, nonce, (key, number) => {
      const credentials = { publicKey: key, nonce: number }
      const id = nodeIdOf('net', credentials)
      expect(id).toBe(nodeHash('peermart/node', 'net', credentials).toString('hex').slice(0, 32))
      expect(nodeIdOf('other', credentials)).not.toBe(id)
      expect(nodeIdOf('net', { publicKey: key, nonce: number === 0 ? 1 : 0 })).not.toBe(id)
    }),
  )
})

test('puzzle bits are the zeros that the hash begins with', () => {
  let most = 0
  fc.assert(
    fc.property(publicKey, nonce, (key, number) => {
      const credentials = { publicKey: key, nonce: number }
      const bits = [...nodeHash('peermart/puzzle', 'net', credentials)].map((byte) => byte.toString(2).padStart(8, '0')).join('')
      expect(puzzleBits('net', credentials)).toBe(bits.indexOf('1'))
      most = Math.max(most, bits.indexOf('1'))
    }),
    { numRuns: 3_000 },
  )
  // Past the first byte: once in 256 hashes.
  expect(most).toBeGreaterThanOrEqual(8)
})

test('domains and networks do not run into each other', () => {
  const body = Uint8Array.of(1, 2, 3)
  expect(Buffer.from(domainBytes('peermart/offer', 'net', body)).toString('latin1')).toBe('peermart/offer\nnet\n\x01\x02\x03')
  expect(domainId('a', 'b', body)).toBe(createHash('sha256').update('a\nb\n\x01\x02\x03').digest('hex').slice(0, 32))
  expect(domainId('a', 'b', body)).not.toBe(domainId('b', 'a', body))
})
