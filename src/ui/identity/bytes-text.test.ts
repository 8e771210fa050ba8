import { expect, test } from 'vitest'
import { bytesText } from './bytes-text.ts'

test.each([
  [0, '0 byte'],
  [999, '999 byte'],
  [1_000, '1 kB'],
  [1_234_567, '1.23 MB'],
  [12e9, '12 GB'],
  [5e15, '5,000 TB'],
])('%d bytes', (bytes, text) => {
  expect(bytesText(bytes).replaceAll('\u00a0', ' ')).toBe(text)
})
