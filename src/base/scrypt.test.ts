import { expect, test } from 'vitest'
import { toHex, utf8 } from './bytes.ts'
import { scryptKey } from './scrypt.ts'

// RFC 7914, section 12; of its 64 bytes the first 32, as PBKDF2 gives its first block whatever comes after it.
test.each([
  { passphrase: '', salt: '', work: { N: 16, r: 1, p: 1 }, key: '77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442' },
  {
    passphrase: 'password',
    salt: 'NaCl',
    work: { N: 1_024, r: 8, p: 16 },
    key: 'fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162',
  },
  {
    passphrase: 'pleaseletmein',
    salt: 'SodiumChloride',
    work: { N: 16_384, r: 8, p: 1 },
    key: '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2',
  },
])('the published vector of “$passphrase” and “$salt”', ({ passphrase, salt, work, key }) => {
  expect(toHex(scryptKey(utf8(passphrase), utf8(salt), work))).toBe(key)
})
