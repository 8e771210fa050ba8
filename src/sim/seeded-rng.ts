import { sha256, utf8 } from '../base/bytes.ts'
import { Rng } from '../base/rng.ts'

/**
 * Chance for one purpose in a run. The seed is hashed: the generator's first numbers from seeds such as 1, 2, 3 resemble each other,
 * and two purposes must not see the same numbers.
 */
export function seededRng(seed: number, purpose: string): Rng {
  const words = new DataView(sha256(utf8(`peermart/sim/${purpose}/${seed}`)).buffer)
  return new Rng([words.getUint32(0), words.getUint32(4), words.getUint32(8), words.getUint32(12)])
}
