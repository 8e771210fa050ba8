import fc from 'fast-check'
import { expect, test } from 'vitest'
import { toHex } from '../base/bytes.ts'
import { puzzleBits } from '../base/identity.ts'
import { type PuzzleProgress, solvePuzzle } from './puzzle.ts'
import { createSolver } from './puzzle-solver.ts'

/** The slow, obvious way. */
function firstNonce(puzzle: { network: string; publicKey: string; bits: number }, from = 0): number {
  for (let nonce = from; ; nonce += 1) if (puzzleBits(puzzle.network, { publicKey: puzzle.publicKey, nonce }) >= puzzle.bits) return nonce
}

test('the solver finds the same nonce as the slow way, whatever the network, its length in blocks and the key', () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 120, unit: 'binary' }),
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      fc.integer({ min: 0, max: 7 }),
      (network, key, bits) => {
        const puzzle = { network, publicKey: toHex(key), bits }
        expect(createSolver(puzzle)(0, 100_000)).toBe(firstNonce(puzzle))
      },
    ),
    { numRuns: 200 },
  )
})

test('nonces beyond 32 bits are hashed as they are encoded', () => {
  const puzzle = { network: 'n', publicKey: '00'.repeat(32), bits: 5 }
  const from = 2 ** 40 + 7
  expect(createSolver(puzzle)(from, 100_000)).toBe(firstNonce(puzzle, from))
})

test('null when none of the tries solves it', () => {
  expect(createSolver({ network: 'n', publicKey: '00'.repeat(32), bits: 32 })(0, 1_000)).toBeNull()
})

test('without a Worker the page solves it itself, and says how far it is', async () => {
  const puzzle = { network: 'n', publicKey: '11'.repeat(32), bits: 17 }
  const seen: PuzzleProgress[] = []
  const nonce = await solvePuzzle({ ...puzzle, onProgress: (progress) => seen.push(progress) })
  expect(puzzleBits('n', { publicKey: puzzle.publicKey, nonce })).toBeGreaterThanOrEqual(17)
  expect(seen.at(-1)).toMatchObject({ tries: nonce + 1, expectedTries: 2 ** 17 })
  expect(seen.every(({ tries }, index) => index === 0 || tries > (seen[index - 1]?.tries ?? 0))).toBe(true)
})

test('an abort ends it', async () => {
  const abort = new AbortController()
  const solving = solvePuzzle({ network: 'n', publicKey: '11'.repeat(32), bits: 32, signal: abort.signal, onProgress: () => abort.abort() })
  await expect(solving).rejects.toThrow('aborted')
})
