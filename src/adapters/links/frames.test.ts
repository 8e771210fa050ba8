import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { concat, equalBytes } from '../../base/bytes.ts'
import { MAX_FRAME_BYTES } from '../../peer/world.ts'
import { MAX_MESSAGE_BYTES } from '../../wire/messages.ts'
import { type Assembled, Assembler, closeFrame, closeReason, cutMessage, FRAME, isPiece } from './frames.ts'

function assemble(frames: Uint8Array[]): Assembled[] {
  const assembler = new Assembler()
  return frames.map((frame) => assembler.push(frame))
}

function messagesOf(frames: Uint8Array[]): Uint8Array[] {
  return assemble(frames).flatMap((result) => (result.type === 'message' ? [result.message] : []))
}

const size = fc.oneof(
  fc.integer({ min: 0, max: 40 }),
  fc.constantFrom(MAX_FRAME_BYTES - 2, MAX_FRAME_BYTES - 1, MAX_FRAME_BYTES, 2 * (MAX_FRAME_BYTES - 1), MAX_MESSAGE_BYTES),
  fc.integer({ min: 0, max: MAX_MESSAGE_BYTES }),
)
const message = fc.tuple(size, fc.nat(255)).map(([length, seed]) => Uint8Array.from({ length }, (_, index) => (index * 13 + seed) & 0xff))

describe('messages in frames', () => {
  test('come out as they went in, in frames of the allowed size', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 3 }), (messages) => {
        const frames = messages.flatMap(cutMessage)
        expect(frames.every((frame) => frame.length <= MAX_FRAME_BYTES && isPiece(frame))).toBe(true)
        const received = messagesOf(frames)
        expect(received).toHaveLength(messages.length)
        expect(messages.every((sent, index) => equalBytes(sent, received[index] as Uint8Array))).toBe(true)
      }),
      { numRuns: 30 },
    )
  })

  test('take as few frames as they can', () => {
    for (const [length, count] of [
      [0, 1],
      [1, 1],
      [MAX_FRAME_BYTES - 1, 1],
      [MAX_FRAME_BYTES, 2],
      [MAX_MESSAGE_BYTES, 17],
    ] as const) {
      expect(cutMessage(new Uint8Array(length))).toHaveLength(count)
    }
  })

  test('longer than allowed are our own bug', () => {
    expect(() => cutMessage(new Uint8Array(MAX_MESSAGE_BYTES + 1))).toThrow('at most')
  })

  test('do not share memory with the frame they came in', () => {
    const frame = concat(Uint8Array.of(3), Uint8Array.of(1, 2))
    const [result] = assemble([frame])
    frame.fill(9)
    expect(result).toEqual({ type: 'message', message: Uint8Array.of(1, 2) })
  })
})

describe('malformed pieces', () => {
  const full = (kind: number): Uint8Array => new Uint8Array(MAX_FRAME_BYTES).fill(kind, 0, 1)

  test.each<[string, Uint8Array[], string]>([
    ['no first piece', [full(0)], 'a piece of no message'],
    ['a last piece alone', [Uint8Array.of(2, 1)], 'a piece of no message'],
    ['a second first piece', [full(1), full(1)], 'a message inside a message'],
    ['a short piece in the middle', [Uint8Array.of(1, 1)], 'a piece that is not full'],
    ['an empty last piece', [full(1), Uint8Array.of(2)], 'an empty last piece'],
    ['a long frame', [new Uint8Array(MAX_FRAME_BYTES + 1).fill(3, 0, 1)], 'a frame too long'],
    ['pieces without end', [full(1), ...Array.from({ length: 16 }, () => full(0))], 'a message too long'],
  ])('%s', (_what, frames, reason) => {
    expect(assemble(frames).at(-1)).toEqual({ type: 'malformed', reason })
  })

  test('nothing makes it throw, or give out more than allowed', () => {
    const piece = fc
      .tuple(fc.nat(3), fc.constantFrom(0, 1, 5, MAX_FRAME_BYTES - 1, MAX_FRAME_BYTES))
      .map(([kind, length]) => full(kind).slice(0, length + 1))
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (frames) => {
        for (const result of assemble(frames)) {
          if (result.type === 'message') expect(result.message.length).toBeLessThanOrEqual(MAX_MESSAGE_BYTES)
        }
      }),
    )
  })
})

describe('the reason of a close', () => {
  test('comes over, without control characters and not without bound', () => {
    expect(closeReason(closeFrame('not needed'))).toBe('not needed')
    expect(closeReason(closeFrame('a\u0000\u202eb\n'))).toBe('ab')
    expect(closeReason(closeFrame('x'.repeat(5_000)))).toBe('x'.repeat(200))
    expect(closeReason(closeFrame('€'.repeat(5_000)))).toBe('€'.repeat(200))
  })

  test('is never what is no text', () => {
    expect(closeReason(Uint8Array.of(FRAME.close, 0xff, 0xfe))).toBe('closed without a reason')
    expect(closeReason(Uint8Array.of(FRAME.close))).toBe('closed without a reason')
  })
})
