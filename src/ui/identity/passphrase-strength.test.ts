import { expect, test } from 'vitest'
import { passphraseStrength } from './passphrase-strength.ts'

test.each([
  ['', 'weak'],
  ['aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'weak'],
  ['abcdefghijklmnopqrstuvwxyz', 'weak'],
  ['0123456789012345678901234567890123456789', 'weak'],
  ['abababababababababababababababababababab', 'weak'],
  ['password12', 'weak'],
  ['correct horse battery', 'fair'],
  ['Tr0ub4dor&3xyQ', 'fair'],
  ['correct horse battery staple', 'strong'],
  ['vQ7#mK2!xP9$wL4@', 'strong'],
])('“%s” is %s', (passphrase, strength) => {
  expect(passphraseStrength(passphrase)).toBe(strength)
})
