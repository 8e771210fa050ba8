import { expect, test } from 'vitest'
import { qrOf } from './qr.ts'

test('a code has its finder patterns inside a quiet zone of four modules', () => {
  const { size, path } = qrOf('https://example.org/#/i?n=peermart%230123456789abcdef')
  expect((size - 8 - 17) % 4).toBe(0)
  for (const [x, y] of [
    [4, 4],
    [size - 11, 4],
    [4, size - 11],
  ] as const) {
    for (let at = 0; at < 7; at += 1) expect(path).toContain(`M${x + at} ${y}h`)
  }
  expect(path).not.toMatch(/M[0-3] |M\d+ [0-3]h/)
})
