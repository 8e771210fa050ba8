/** How hard a passphrase is to guess, roughly: a hint for a person, no promise. Words of a language are easier than their letters look. */

export type Strength = 'weak' | 'fair' | 'strong'

/** Bits a letter within words: English text has some 1 to 2, words chosen with no sense about 2. */
const BITS_A_LETTER = 2
/** Scrypt makes a try cost what some 2^17 plain hashes do. */
const FAIR_BITS = 36
const STRONG_BITS = 56

export function passphraseStrength(passphrase: string): Strength {
  const bits = guessBits(passphrase)
  if (bits >= STRONG_BITS) return 'strong'
  return bits >= FAIR_BITS ? 'fair' : 'weak'
}

/** A character adds nothing when it is where one would expect it: the last one again, or the one next to it in the alphabet. */
function guessBits(passphrase: string): number {
  const codes = Array.from(passphrase, (character) => character.codePointAt(0) ?? 0)
  const surprising = codes.filter((code, index) => index === 0 || Math.abs(code - (codes[index - 1] ?? 0)) > 1)
  const distinct = new Set(codes).size
  const kinds = [/\p{Ll}/u, /\p{Lu}/u, /\p{N}/u, /[^\p{L}\p{N}]/u].filter((kind) => kind.test(passphrase)).length
  // Few different characters are repeats of one another, however many there are.
  return Math.min(surprising.length, distinct * 2.5) * (BITS_A_LETTER + 0.5 * (kinds - 1))
}
